
package goodevent

import (
	"strings"
	"unicode/utf8"
)

// grammar is that of URIs (RFC 3986), or of IRIs (RFC 3987), which differ in the characters that may be raw.
type grammar struct{ isUnicode bool }

var asciiGrammar, unicodeGrammar = grammar{false}, grammar{true}

// Classes of characters, as bits.
const (
	uriPlain = 1 << iota
	uriColon
	uriAt
	uriSlash
	uriQuestion
)

var uriClasses = func() (classes [256]uint8) {
	for char := range byte(0x80) {
		if isLetter(char) || isDigit(char) || strings.IndexByte("-._~!$&'()*+,;=", char) >= 0 {
			classes[char] = uriPlain
		}
	}
	classes[':'], classes['@'], classes['/'], classes['?'] = uriColon, uriAt, uriSlash, uriQuestion
	return classes
}()

func (g grammar) isAbsolute(text string) bool {
	rest, ok := withoutScheme(text)
	return ok && g.isRest(rest)
}

func (g grammar) isReference(text string) bool {
	if rest, ok := withoutScheme(text); ok {
		return g.isRest(rest)
	}
	// A colon before the first slash would read as a scheme.
	first := text
	if end := strings.IndexAny(text, "/?#"); end >= 0 {
		first = text[:end]
	}
	return (strings.HasPrefix(text, "//") || !strings.Contains(first, ":")) && g.isRest(text)
}

// withoutScheme returns the text behind a scheme and its colon.
func withoutScheme(text string) (string, bool) {
	scheme, rest, ok := strings.Cut(text, ":")
	if !ok || scheme == "" || !isLetter(scheme[0]) {
		return "", false
	}
	for i := 0; i < len(scheme); i++ {
		if !isLetter(scheme[i]) && !isDigit(scheme[i]) && strings.IndexByte("+-.", scheme[i]) < 0 {
			return "", false
		}
	}
	return rest, true
}

// isRest tests for authority, path, query and fragment.
func (g grammar) isRest(text string) bool {
	text, fragment, _ := strings.Cut(text, "#")
	path, query, _ := strings.Cut(text, "?")
	if rest, ok := strings.CutPrefix(path, "//"); ok {
		end := strings.IndexByte(rest, '/')
		if end < 0 {
			end = len(rest)
		}
		if !g.isAuthority(rest[:end]) {
			return false
		}
		path = rest[end:]
	}
	return g.are(path, uriPlain|uriColon|uriAt|uriSlash, false) &&
		g.are(query, uriPlain|uriColon|uriAt|uriSlash|uriQuestion, true) &&
		g.are(fragment, uriPlain|uriColon|uriAt|uriSlash|uriQuestion, false)
}

func (g grammar) isAuthority(text string) bool {
	user, rest, hasUser := strings.Cut(text, "@")
	if !hasUser {
		user, rest = "", text
	}
	if !g.are(user, uriPlain|uriColon, false) {
		return false
	}
	port := ""
	if literal, ok := strings.CutPrefix(rest, "["); ok {
		address, behind, isClosed := strings.Cut(literal, "]")
		if !isClosed || !isAddress(address) {
			return false
		}
		port = behind
	} else {
		end := strings.IndexByte(rest, ':')
		if end < 0 {
			end = len(rest)
		}
		if !g.are(rest[:end], uriPlain, false) {
			return false
		}
		port = rest[end:]
	}
	return port == "" || (port[0] == ':' && countDigits(port[1:]) == len(port)-1)
}

// isAddress tests for an address in brackets: of IPv6, or of a later version.
func isAddress(text string) bool {
	if text == "" || text[0]|0x20 != 'v' {
		return isIPv6(text)
	}
	version, address, ok := strings.Cut(text[1:], ".")
	if !ok || version == "" || address == "" {
		return false
	}
	for i := 0; i < len(version); i++ {
		if hexValue(version[i]) < 0 {
			return false
		}
	}
	for i := 0; i < len(address); i++ {
		if uriClasses[address[i]]&(uriPlain|uriColon) == 0 {
			return false
		}
	}
	return true
}

// are reports whether all characters are of a class, percent-encoded, or raw where the grammar allows.
func (g grammar) are(text string, class uint8, isQuery bool) bool {
	for i := 0; i < len(text); {
		char := text[i]
		switch {
		case uriClasses[char]&class != 0:
			i++
		case char == '%' && isPercentEncoded(text[i:]):
			i += 3
		case g.isUnicode && char >= 0x80:
			raw, n := utf8.DecodeRuneInString(text[i:])
			if !isRaw(raw, isQuery) {
				return false
			}
			i += n
		default:
			return false
		}
	}
	return true
}

func isPercentEncoded(text string) bool {
	return len(text) >= 3 && hexValue(text[1]) >= 0 && hexValue(text[2]) >= 0
}

// isRaw tests for `ucschar`, and in a query `iprivate` (RFC 3987).
func isRaw(char rune, isQuery bool) bool {
	switch {
	case isIn(char, 0xa0, 0xd7ff), isIn(char, 0xf900, 0xfdcf), isIn(char, 0xfdf0, 0xffef):
		return true
	case isIn(char, 0xe000, 0xf8ff), isIn(char, 0xf0000, 0xffffd), isIn(char, 0x100000, 0x10fffd):
		return isQuery
	case isIn(char, 0x10000, 0xefffd):
		return char&0xffff <= 0xfffd && !isIn(char, 0xe0000, 0xe0fff)
	}
	return false
}

// isURITemplate tests for literals and expressions in braces (RFC 6570).
func isURITemplate(text string) bool {
	for i := 0; i < len(text); {
		switch char := text[i]; {
		case char == '{':
			end := strings.IndexByte(text[i:], '}')
			if end < 0 || !isExpression(text[i+1:i+end]) {
				return false
			}
			i += end + 1
		case char == '%':
			if !isPercentEncoded(text[i:]) {
				return false
			}
			i += 3
		case char <= ' ' || char == 0x7f || strings.IndexByte("\"<>\\^`|}", char) >= 0:
			return false
		default:
			i++
		}
	}
	return true
}

// isExpression tests for an operator, and variables between commas.
func isExpression(text string) bool {
	if text != "" && strings.IndexByte("+#./;?&=,!@|", text[0]) >= 0 {
		text = text[1:]
	}
	for _, variable := range strings.Split(text, ",") {
		if !isVariable(variable) {
			return false
		}
	}
	return true
}

// isVariable tests for a name with dots, and a modifier: `*`, or a length of up to four digits.
func isVariable(text string) bool {
	name, isExploded := strings.CutSuffix(text, "*")
	if before, length, ok := strings.Cut(name, ":"); ok && !isExploded {
		if length == "" || length[0] == '0' || len(length) > 4 || countDigits(length) < len(length) {
			return false
		}
		name = before
	}
	for _, own := range strings.Split(name, ".") {
		if own == "" {
			return false
		}
		for i := 0; i < len(own); {
			switch {
			case isPercentEncoded(own[i:]) && own[i] == '%':
				i += 3
			case isLetter(own[i]) || isDigit(own[i]) || own[i] == '_':
				i++
			default:
				return false
			}
		}
	}
	return true
}
