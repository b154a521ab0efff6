
package goodevent

import (
	"strings"
	"unicode/utf8"
)

// fault is the reason why a text is not read, with the offset of the byte where it shows.
type fault struct {
	offset int
	reason string
}

// findFault returns the first fault of a text; nil if it has none.
func findFault(text string) *fault {
	f := finder{parser: parser{text: text}}
	if strings.HasPrefix(text, "\ufeff") {
		return &fault{0, "a byte order mark, which JSON does not allow"}
	}
	if found := f.value(1, "the text is empty: a value is missing"); found != nil {
		return found
	}
	f.skipSpace()
	if f.at < len(text) {
		return f.here("more text after the end of the value")
	}
	return nil
}

type finder struct{ parser }

func (f *finder) here(reason string) *fault {
	return &fault{f.at, reason}
}

// orEnd is the fault at the end of the text, or else another one.
func (f *finder) orEnd(atEnd, reason string) *fault {
	if f.at >= len(f.text) {
		return f.here(atEnd)
	}
	return f.here(reason)
}

func (f *finder) value(depth int, atEnd string) *fault {
	f.skipSpace()
	if f.at >= len(f.text) {
		return f.here(atEnd)
	}
	char := f.text[f.at]
	isNested := char == '[' || char == '{'
	switch {
	case isNested && depth > maxDepth:
		return f.here("arrays and objects are nested deeper than 128 levels")
	case char == '{':
		return f.object(depth)
	case char == '[':
		return f.array(depth)
	case char == '"':
		_, found := f.quoted()
		return found
	case char == '-' || char-'0' < 10:
		start := f.at
		if !f.number(new(Value)) {
			return &fault{start, notANumber(f.text[start:])}
		}
		return nil
	case char == 'n' || char == 't' || char == 'f':
		if f.word("null") || f.word("true") || f.word("false") {
			return nil
		}
		return f.here("expected `null`, `true` or `false`")
	}
	return f.here(notAValue(char))
}

func notAValue(char byte) string {
	switch char {
	case ',':
		return "expected a value before `,`"
	case ':':
		return "expected a value before `:`"
	case ']':
		return "expected a value before `]`: JSON allows no comma after the last item"
	case '}':
		return "expected a value before `}`"
	case '\'':
		return "expected `\"`: JSON writes strings in double quotes"
	case '/':
		return "a comment, which JSON does not allow"
	case '+':
		return "a number begins with a digit or `-`"
	case '.':
		return "a number begins with a digit or `-`: write `0.5`, not `.5`"
	case 'N', 'I':
		return "JSON has no `NaN` and no `Infinity`"
	}
	return "expected a value"
}

func notANumber(rest string) string {
	rest = strings.TrimPrefix(rest, "-")
	nDigits := countDigits(rest)
	whole, behind := rest[:nDigits], rest[nDigits:]
	switch {
	case nDigits == 0 && strings.HasPrefix(behind, "I"):
		return "JSON has no `NaN` and no `Infinity`"
	case nDigits == 0:
		return "expected a digit after `-`"
	case nDigits > 1 && whole[0] == '0':
		return "a number with a leading zero"
	case strings.HasPrefix(behind, ".") && countDigits(behind[1:]) == 0:
		return "expected a digit after `.`"
	}
	return "a number that is malformed, has more than 1,024 characters, or an exponent beyond 2^60"
}

func countDigits(text string) int {
	n := 0
	for n < len(text) && text[n]-'0' < 10 {
		n++
	}
	return n
}

// quoted reads a string, or finds its fault.
func (f *finder) quoted() (string, *fault) {
	start := f.at
	if text, ok := f.string(); ok {
		return text, nil
	}
	rest := f.text[start:]
	for at := 1; at < len(rest) && rest[at] != '"'; {
		switch char := rest[at]; {
		case char < 0x20:
			return "", &fault{start + at, "a control character in a string: write it as an escape"}
		case char != '\\':
			at++
		case at+1 == len(rest):
			return "", &fault{start, "a string that does not end"}
		case rest[at+1] == 'u':
			_, n := escaped(rest, at)
			if _, isUnit := unit(rest, at); !isUnit {
				return "", &fault{start + at, "expected four hexadecimal digits after `\\u`"}
			}
			if n == 0 {
				return "", &fault{start + at, "a lone surrogate, which is not a character"}
			}
			at += n
		case strings.IndexByte(`"\/bfnrt`, rest[at+1]) >= 0:
			at += 2
		default:
			return "", &fault{start + at, "an escape that JSON does not have"}
		}
	}
	return "", &fault{start, "a string that does not end"}
}

func (f *finder) array(depth int) *fault {
	const open = "the text ends inside of an array"
	f.at++
	if f.take(']') {
		return nil
	}
	for {
		if found := f.value(depth+1, open); found != nil {
			return found
		}
		if f.take(']') {
			return nil
		}
		if !f.take(',') {
			return f.orEnd(open, "expected `,` or `]` after an item")
		}
	}
}

func (f *finder) object(depth int) *fault {
	const open = "the text ends inside of an object"
	f.at++
	if f.take('}') {
		return nil
	}
	names := map[string]bool{}
	for {
		f.skipSpace()
		start := f.at
		if f.at >= len(f.text) || f.text[f.at] != '"' {
			return f.orEnd(open, notAName(f.text[f.at:]))
		}
		name, found := f.quoted()
		if found != nil {
			return found
		}
		if names[name] {
			return &fault{start, "the object has this name already"}
		}
		names[name] = true
		if !f.take(':') {
			return f.orEnd(open, "expected `:` after a name")
		}
		if found := f.value(depth+1, open); found != nil {
			return found
		}
		if f.take('}') {
			return nil
		}
		if !f.take(',') {
			return f.orEnd(open, "expected `,` or `}` after a member")
		}
	}
}

func notAName(rest string) string {
	switch {
	case strings.HasPrefix(rest, "}"):
		return "expected a name before `}`: JSON allows no comma after the last member"
	case strings.HasPrefix(rest, "'"):
		return "expected `\"`: JSON writes names in double quotes"
	case strings.HasPrefix(rest, "/"):
		return "a comment, which JSON does not allow"
	}
	return "expected a name in double quotes"
}

// validUpTo returns the number of bytes before the first that is not part of a character.
func validUpTo(text string) int {
	for at := 0; at < len(text); {
		char, n := utf8.DecodeRuneInString(text[at:])
		if char == utf8.RuneError && n <= 1 {
			return at
		}
		at += n
	}
	return len(text)
}
