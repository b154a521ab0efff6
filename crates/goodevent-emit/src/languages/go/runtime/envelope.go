
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

// mismatch returns the error of an event of another type, or in another envelope; nil for another message.
func mismatch(envelope, eventType string, message *Value) *Error {
	found, isObject := envelopeOf(message)
	if !isObject || (found == envelope && found == "none") {
		return nil
	}
	own := message.member("type")
	isText := own != nil && own.kind == typeString
	if found == envelope && (!isText || own.text == eventType) {
		return nil
	}
	isShown := isText && (own.text == eventType || isLikeType(own.text))
	if found == envelope {
		other := "an event of another type"
		if isShown {
			other = "`" + own.text + "`"
		}
		return &Error{Rule: "other-type", Message: "this is " + other + ", `" + eventType + "` was expected"}
	}
	foundType := "another type"
	if isShown {
		foundType = "`" + own.text + "`"
	}
	other, expected := "a message without an envelope", "the payload of `"+eventType+"` alone"
	if found != "none" {
		other = around(found, foundType)
	}
	if envelope != "none" {
		expected = around(envelope, "`"+eventType+"`")
	}
	return &Error{Rule: "other-envelope", Message: "this is " + other + ", " + expected + " was expected"}
}

// isLikeType tests if a text looks like a type. An error shows no other text as the type of a message, because it is written by
// a stranger, is logged, and can have personal data.
func isLikeType(text string) bool {
	const maxBytes = 200
	for i := 0; i < len(text); i++ {
		switch char := text[i]; {
		case isLetter(char):
		case i > 0 && (char-'0' < 10 || char == '.' || char == '-' || char == '_'):
		default:
			return false
		}
	}
	return text != "" && len(text) <= maxBytes
}

func around(envelope, eventType string) string {
	if envelope == "octopus" {
		return "an Octopus envelope of " + eventType
	}
	return "a CloudEvent of " + eventType
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
