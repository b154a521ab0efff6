
package goodevent

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Violation is one way in which a message violates its contract.
type Violation struct {
	// Pointer is the JSON Pointer to the value; empty for the whole message.
	Pointer string
	// Keyword is the keyword of the contract, such as `maxLength`.
	Keyword string
	// Expected is the expected value, such that "… is not *expected*" reads well.
	Expected string
	// Found is the value that is there, shortened.
	Found string
}

// String returns the violation as one line.
func (v Violation) String() string {
	pointer := v.Pointer
	if pointer == "" {
		pointer = "the message"
	}
	return line(pointer) + ": " + line(v.Found) + " is not " + line(v.Expected) + " (" + v.Keyword + ")"
}

// line returns a text in which nothing acts on what shows it: controls, separators and bidirectional controls are escaped.
func line(text string) string {
	if strings.IndexFunc(text, isActive) < 0 {
		return text
	}
	var out strings.Builder
	for _, char := range text {
		switch {
		case char == '\n':
			out.WriteString(`\n`)
		case char == '\r':
			out.WriteString(`\r`)
		case char == '\t':
			out.WriteString(`\t`)
		case isActive(char):
			fmt.Fprintf(&out, `\u%04x`, char)
		default:
			out.WriteRune(char)
		}
	}
	return out.String()
}

func isActive(char rune) bool {
	switch {
	case char == 0x61c, char == 0x200e, char == 0x200f, char == 0xfeff:
		return true
	case 0x2028 <= char && char <= 0x202e, 0x2066 <= char && char <= 0x2069:
		return true
	}
	return unicode.IsControl(char)
}

// undecided is for a value that takes too many steps.
func undecided(pointer string) Violation {
	return Violation{pointer, "undecided", "decided within the steps that a message may take", "the value"}
}

const maxShownChars = 60

// shownValue returns the text of a value, shortened.
func shownValue(value *Value) string {
	out := value.appendStart(nil, 6*maxShownChars)
	text := string(out)
	if utf8.RuneCountInString(text) <= maxShownChars {
		return text
	}
	chars := 0
	for at := range text {
		if chars == maxShownChars-1 {
			return text[:at] + "…"
		}
		chars++
	}
	return text
}

// appendStart appends the text of a value, of which only the first bytes are needed.
func (v *Value) appendStart(out []byte, most int) []byte {
	switch v.kind {
	case typeString:
		text := v.text
		if len(text) > most {
			for !utf8.RuneStart(text[most]) {
				most--
			}
			text = text[:most]
		}
		return appendQuoted(out, text)
	case typeArray:
		out = append(out, '[')
		for i := range v.parts {
			if i > 0 {
				out = append(out, ',')
			}
			if len(out) > most {
				break
			}
			out = v.parts[i].Value.appendStart(out, most)
		}
		return append(out, ']')
	case typeObject:
		out = append(out, '{')
		for i := range v.parts {
			if i > 0 {
				out = append(out, ',')
			}
			if len(out) > most {
				break
			}
			out = append(appendQuoted(out, v.parts[i].Name), ':')
			out = v.parts[i].Value.appendStart(out, most)
		}
		return append(out, '}')
	}
	return v.appendText(out)
}

// kindOf returns the kind of a value, which reveals nothing.
func kindOf(value *Value) string {
	switch value.kind {
	case typeNull:
		return "null"
	case typeBoolean:
		return "the boolean"
	case typeNumber:
		return "the number"
	case typeString:
		return "the string"
	case typeArray:
		return "the array"
	}
	return "the object"
}

const maxListed = 10

// listed returns the first values of an `enum`.
func listed(values []Member) string {
	var shown []string
	for i := range values {
		if i == maxListed {
			shown = append(shown, strconv.Itoa(len(values)-maxListed)+" more")
			break
		}
		shown = append(shown, shownValue(&values[i].Value))
	}
	return "one of " + strings.Join(shown, ", ")
}

// typeNames returns the names of types, with their articles.
func typeNames(names []string) string {
	hasNumber := false
	for _, name := range names {
		hasNumber = hasNumber || name == "number"
	}
	var shown []string
	for _, name := range names {
		switch {
		case name == "integer" && hasNumber:
		case name == "null":
			shown = append(shown, name)
		case name == "integer" || name == "array" || name == "object":
			shown = append(shown, "an "+name)
		default:
			shown = append(shown, "a "+name)
		}
	}
	return strings.Join(shown, " or ")
}

// quotedNames returns names in quotation marks.
func quotedNames(names []string) string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = quoted(name)
	}
	return strings.Join(all, ", ")
}

const nearestWords = "; of the nearest one, "

// alternatives describes them, with the violation of the nearest one; of nested ones only the innermost is described.
func alternatives(nBranches string, nearest *Violation) string {
	if nearest == nil {
		return "any of " + nBranches + " alternatives"
	}
	words := nearest.String()
	_, innermost, isNested := strings.Cut(nearest.Expected, nearestWords)
	if isNested && (nearest.Keyword == "anyOf" || nearest.Keyword == "oneOf") {
		words = innermost
	}
	return "any of " + nBranches + " alternatives" + nearestWords + words
}

// nearestOf returns the first violation of the alternative that the value is nearest to.
func nearestOf(all [][]Violation, pointer string) *Violation {
	best, isBestFar := -1, false
	for i, own := range all {
		isFar := false
		for _, violation := range own {
			// An alternative of another type is not nearly satisfied.
			isFar = isFar || (violation.Keyword == "type" && violation.Pointer == pointer)
		}
		isNearer := isBestFar && !isFar
		if best < 0 || isNearer || (isFar == isBestFar && len(own) < len(all[best])) {
			best, isBestFar = i, isFar
		}
	}
	if best < 0 || len(all[best]) == 0 {
		return nil
	}
	return &all[best][0]
}

// Error is the reason why a message is rejected.
type Error struct {
	// Rule is the violated rule, for metrics: the keyword of the contract, or else `too-large`, `envelope-too-large`,
	// `not-utf8`, `not-json`, `other-type` or `other-envelope`.
	Rule string
	// Message says what is wrong, without personal data.
	Message string
	// Violations has the first violation of the contract; it is empty if the message cannot be read, or is of another type or
	// in another envelope.
	Violations []Violation
}

// Error returns the message.
func (e *Error) Error() string {
	return e.Message
}

func rejected(violation Violation) *Error {
	return &Error{Rule: violation.Keyword, Message: violation.String(), Violations: []Violation{violation}}
}
