
package goodevent

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// fault is the reason why a text is not read, with the offset of the byte where it shows.
type fault struct {
	offset int
	reason string
}

// in returns the error of a text with this fault. Lines and columns, in characters, count from 1.
func (f *fault) in(text string) *Error {
	before := text[:f.offset]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	place := "line " + strconv.Itoa(line) + ", column " + strconv.Itoa(column)
	return &Error{Rule: "not-json", Message: "not JSON at " + place + ": " + f.reason}
}

const (
	tooDeep = "arrays and objects are nested deeper than 128 levels"
	comment = "a comment, which JSON does not allow"
	noNaN   = "JSON has no `NaN` and no `Infinity`"
)

// findFault returns the first fault of a text; nil if it has none.
func findFault(text string) *fault {
	f := finder{parser: parser{text: text}}
	if strings.HasPrefix(text, "\ufeff") {
		return f.here("a byte order mark, which JSON does not allow")
	}
	if found := f.value(1); found != nil {
		return found
	}
	f.skipSpace()
	if f.at < len(text) {
		return f.expected("the end of the text after the value")
	}
	return nil
}

type finder struct{ parser }

func (f *finder) here(reason string) *fault {
	return &fault{f.at, reason}
}

// expected is the fault of a text that has another character here.
func (f *finder) expected(what string) *fault {
	return f.here("expected " + what + ", found " + nextKind(f.text[f.at:]))
}

// advised is the fault of a text that has another character here, with advice about a common mistake.
func (f *finder) advised(what, advice string) *fault {
	found := f.expected(what)
	found.reason += ": " + advice
	return found
}

// nextKind returns the kind of the next character. Messages are logged, and a text can have personal data, so that punctuation
// is shown and letters and digits are not.
func nextKind(rest string) string {
	if rest == "" {
		return "the end of the text"
	}
	switch char := rest[0]; {
	case char == ' ' || char == '\t' || char == '\n' || char == '\r':
		return "white space"
	case char == '`':
		return "a backtick"
	case char-'0' < 10:
		return "a digit"
	case isLetter(char):
		return "a letter"
	case char < 0x20 || char == 0x7f:
		return "a control character"
	case char < 0x80:
		return "`" + rest[:1] + "`"
	}
	return "a character beyond ASCII"
}

func (f *finder) value(depth int) *fault {
	f.skipSpace()
	if f.at >= len(f.text) {
		return f.expected("a value")
	}
	char := f.text[f.at]
	isNested := char == '[' || char == '{'
	switch {
	case isNested && depth > maxDepth:
		return f.here(tooDeep)
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
			return f.notANumber(start)
		}
		return nil
	case char == 'n' || char == 't' || char == 'f':
		if f.word("null") || f.word("true") || f.word("false") {
			return nil
		}
		return f.here("expected `null`, `true` or `false`, found another word")
	}
	return f.notAValue(char)
}

func (f *finder) notAValue(char byte) *fault {
	const what = "a value"
	switch char {
	case '/':
		return f.here(comment)
	case '\'':
		return f.advised(what, "JSON writes strings in double quotes")
	case '+':
		return f.advised(what, "a number begins with a digit or `-`")
	case '.':
		return f.advised(what, "a number begins with a digit or `-`: write `0.5`, not `.5`")
	case 'N', 'I':
		return f.advised(what, noNaN)
	}
	return f.expected(what)
}

// notANumber is the fault of the number at start.
func (f *finder) notANumber(start int) *fault {
	f.at = start
	if f.text[f.at] == '-' {
		f.at++
	}
	whole := f.text[f.at:]
	nDigits := countDigits(whole)
	f.at += nDigits
	switch {
	case nDigits == 0 && strings.HasPrefix(whole, "I"):
		return f.advised("a digit after `-`", noNaN)
	case nDigits == 0:
		return f.expected("a digit after `-`")
	case nDigits > 1 && whole[0] == '0':
		return &fault{start, "a number with a leading zero"}
	}
	if strings.HasPrefix(f.text[f.at:], ".") {
		f.at++
		fraction := countDigits(f.text[f.at:])
		f.at += fraction
		if fraction == 0 {
			return f.expected("a digit after `.`")
		}
	}
	if rest := f.text[f.at:]; rest != "" && rest[0]|0x20 == 'e' {
		f.at++
		if len(rest) > 1 && (rest[1] == '+' || rest[1] == '-') {
			f.at++
		}
		if countDigits(f.text[f.at:]) == 0 {
			return f.expected("a digit in the exponent")
		}
	}
	return &fault{start, "a number that has more than 1,024 characters, or an exponent beyond 2^60"}
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
				at += 2
				for at < len(rest) && isHexadecimal(rest[at]) {
					at++
				}
				f.at = start + at
				return "", f.expected("four hexadecimal digits after `\\u`")
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
	f.at++
	if f.take(']') {
		return nil
	}
	for {
		if found := f.value(depth + 1); found != nil {
			return found
		}
		if f.take(']') {
			return nil
		}
		if !f.take(',') {
			return f.expected("`,` or `]` after an item")
		}
		f.skipSpace()
		if strings.HasPrefix(f.text[f.at:], "]") {
			return f.advised("a value", "JSON allows no comma after the last item")
		}
	}
}

func (f *finder) object(depth int) *fault {
	f.at++
	if f.take('}') {
		return nil
	}
	names := map[string]bool{}
	for {
		f.skipSpace()
		start := f.at
		if f.at >= len(f.text) || f.text[f.at] != '"' {
			return f.notAName()
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
			return f.expected("`:` after a name")
		}
		if found := f.value(depth + 1); found != nil {
			return found
		}
		if f.take('}') {
			return nil
		}
		if !f.take(',') {
			return f.expected("`,` or `}` after a member")
		}
	}
}

func (f *finder) notAName() *fault {
	const what = "a name in double quotes"
	switch rest := f.text[f.at:]; {
	case strings.HasPrefix(rest, "}"):
		return f.advised(what, "JSON allows no comma after the last member")
	case strings.HasPrefix(rest, "/"):
		return f.here(comment)
	}
	return f.expected(what)
}

func isHexadecimal(char byte) bool {
	return char-'0' < 10 || (char|0x20 >= 'a' && char|0x20 <= 'f')
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
