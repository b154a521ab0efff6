
package goodevent

import (
	"crypto/sha1"
	"fmt"
)

// The namespace of events.
var namespace = []byte{0x6b, 0x1d, 0x5f, 0x2e, 0x9c, 0x47, 0x4a, 0x0b, 0xb3, 0x6e, 0x0e, 0xd2, 0x5a, 0x71, 0xc8, 0x94}

// idOf returns a UUID of version 5 (RFC 9562) from the name of an event and its key, or its whole payload if it has no key.
func idOf(name string, dedupKey []string, payload *Value) string {
	payload.sort()
	text := append(append([]byte{}, namespace...), name...)
	if len(dedupKey) == 0 {
		dedupKey = []string{""}
	}
	for _, pointer := range dedupKey {
		text = append(text, '\n')
		// A value that is missing differs from null by having no text at all.
		if value := pointed(payload, pointer); value != nil {
			text = value.appendText(text)
		}
	}
	// SHA-1 is what version 5 is defined by; nothing depends on its strength.
	id := sha1.Sum(text)
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:16])
}
