
package goodevent

import (
	"strings"
	"unicode/utf8"
)

// envelopeNode returns an envelope around a payload as one schema.
func envelopeNode(envelope, eventType string, payload func() List) *node {
	compiling.Lock()
	defer compiling.Unlock()
	text := List{List{"type", List{"string"}}, List{"minLength", 1}}
	time := List{List{"type", List{"string"}}, List{"format", "date-time"}}
	optional := List{List{"type", List{"null", "string"}}, List{"minLength", 1}}
	ownType := List{List{"const", quoted(eventType)}}
	version := List{List{"const", `"1.0"`}}
	if envelope == "octopus" {
		return compilePart(List{
			List{"type", List{"object"}},
			// First, so that a violation in the payload is reported before the id that it could not be given.
			List{"properties", List{
				List{"payload", payload},
				List{"id", text},
				List{"source", text},
				List{"type", ownType},
				List{"occurredTimeUtc", time},
				List{"activityId", List{List{"type", List{"string"}}, List{"format", traceParent}}},
				List{"specVersion", version},
			}},
			List{"additionalProperties", List{List{"false"}}},
			List{"required", List{"id", "source", "type", "occurredTimeUtc", "activityId", "specVersion", "payload"}},
		})
	}
	extension := List{
		List{"type", List{"null", "boolean", "integer", "string"}},
		List{"minimum", "-2147483648"},
		List{"maximum", "2147483647"},
	}
	return compilePart(List{
		List{"type", List{"object"}},
		List{"properties", List{
			List{"data", payload},
			List{"specversion", version},
			List{"id", text},
			List{"source", List{List{"type", List{"string"}}, List{"minLength", 1}, List{"format", "uri-reference"}}},
			List{"type", ownType},
			List{"subject", optional},
			List{"time", List{List{"type", List{"null", "string"}}, List{"format", "date-time"}}},
			List{"datacontenttype", optional},
			List{"dataschema", List{List{"type", List{"null", "string"}}, List{"format", "uri"}}},
		}},
		List{"additionalProperties", extension},
		List{"propertyNames", List{List{"format", attributeName}}},
		List{"required", List{"specversion", "id", "source", "type", "data"}},
	})
}

// envelopeOf returns the envelope of a message, as far as its members show it; false if it is not an object.
func envelopeOf(message *Value) (string, bool) {
	if message.kind != typeObject {
		return "", false
	}
	switch {
	case message.has("specversion") && message.has("type"):
		return "cloudevents", true
	case message.has("payload") && message.has("type") && (message.has("specVersion") || message.has("occurredTimeUtc")):
		return "octopus", true
	}
	return "none", true
}

// mismatch returns the reason why a message does not have an envelope around an event of a type; nil if it is another one.
func mismatch(envelope, eventType string, message *Value) *Violation {
	found, isObject := envelopeOf(message)
	if !isObject {
		return nil
	}
	if found != envelope {
		return mistaken(around(envelope, eventType), found, message)
	}
	if own := message.member("type"); own != nil && own.kind == typeString && own.text != eventType {
		return &Violation{"/type", "const", quoted(eventType), shownValue(own)}
	}
	return nil
}

func mistaken(expected, found string, message *Value) *Violation {
	own := "an unknown type"
	if member := message.member("type"); member != nil && member.kind == typeString {
		own = member.text
	}
	if utf8.RuneCountInString(own) > maxShownChars {
		own = string([]rune(own)[:maxShownChars])
	}
	return &Violation{"", "envelope", expected, around(found, own)}
}

func around(envelope, eventType string) string {
	switch envelope {
	case "octopus":
		return "an Octopus envelope of " + eventType
	case "cloudevents":
		return "a CloudEvent of " + eventType
	}
	return "an event without envelope"
}

// unpack replaces `data_base64` of a CloudEvent by the `data` that it encodes, which must be JSON.
func unpack(message *Value) error {
	const name = "data_base64"
	if message.kind != typeObject || !message.has(name) {
		return nil
	}
	packed := *message.member(name)
	refused := func(attribute, expected, found string) error {
		return rejected(Violation{"/" + attribute, "attribute", expected, found})
	}
	var members []Member
	for _, member := range message.parts {
		if member.Name == "data" && member.Value.kind != typeNull && packed.kind != typeNull {
			return refused(name, "absent where there is `data`", "the payload")
		}
		if member.Name != name && (member.Name != "data" || packed.kind == typeNull) {
			members = append(members, member)
		}
	}
	if packed.kind == typeNull {
		message.parts = members
		return nil
	}
	if media := message.member("datacontenttype"); media != nil && media.kind == typeString && !isJSONMedia(media.text) {
		return refused("datacontenttype", "a media type of JSON", media.text)
	}
	if packed.kind == typeString {
		if bytes, ok := decodeText("base64", packed.text); ok && utf8.Valid(bytes) {
			if data, ok := parse(string(bytes)); ok {
				message.parts = append(members, Member{"data", *data})
				return nil
			}
		}
	}
	return refused(name, "JSON in base64", "the payload")
}

// isJSONMedia tests for `application/json`, `text/json` and all that ends with `+json`, whatever parameters follow.
func isJSONMedia(media string) bool {
	essence, _, _ := strings.Cut(media, ";")
	_, subtype, ok := strings.Cut(strings.ToLower(strings.TrimSpace(essence)), "/")
	return ok && (subtype == "json" || strings.HasSuffix(subtype, "+json"))
}
