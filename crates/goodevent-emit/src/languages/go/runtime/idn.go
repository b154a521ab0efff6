
package goodevent

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

func init() {
	formats["idn-hostname"] = isIDNHostname
	formats["idn-email"] = isIDNEmail
}

// isIDNHostname tests for a host name of any script (RFC 5890).
func isIDNHostname(text string) bool {
	ascii, ok := toASCII(dots.Replace(text))
	if !ok || !isHostname(ascii) {
		return false
	}
	var labels [][]rune
	isBidirectional := false
	for _, label := range strings.Split(ascii, ".") {
		own := []rune(label)
		if encoded, isEncoded := strings.CutPrefix(label, "xn--"); isEncoded {
			own, _ = punycode(encoded)
			if len(own) >= 4 && own[2] == '-' && own[3] == '-' {
				return false
			}
		}
		for _, char := range own {
			class := directionOf(char)
			isBidirectional = isBidirectional || class == rightToLeft || class == arabicNumber
		}
		labels = append(labels, own)
	}
	return !isBidirectional || !slices.ContainsFunc(labels, func(label []rune) bool { return !isOneDirection(label) })
}

// dots are the characters that separate labels, besides the dot (RFC 3490).
var dots = strings.NewReplacer("\u3002", ".", "\uff0e", ".", "\uff61", ".")

// direction is the class of a character in the rule of RFC 5893.
type direction int

const (
	neutral direction = iota
	leftToRight
	rightToLeft
	europeanNumber
	arabicNumber
	mark
)

func directionOf(char rune) direction {
	switch {
	case isIn(char, '0', '9') || isIn(char, 0x6f0, 0x6f9):
		return europeanNumber
	case isIn(char, 0x660, 0x669) || char == 0x66b || char == 0x66c || char == 0x6dd:
		return arabicNumber
	case unicode.In(char, unicode.Mn, unicode.Me):
		return mark
	case unicode.In(char, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Samaritan,
		unicode.Mandaic, unicode.Adlam):
		return rightToLeft
	case unicode.In(char, unicode.L, unicode.Mc, unicode.N):
		return leftToRight
	}
	return neutral
}

// isOneDirection is the rule of RFC 5893 for a label of a name with characters from right to left.
func isOneDirection(label []rune) bool {
	var has [mark + 1]bool
	first, last := neutral, neutral
	for i, char := range label {
		class := directionOf(char)
		has[class] = true
		if i == 0 {
			first = class
		}
		if class != mark {
			last = class
		}
	}
	if first == rightToLeft {
		isEnd := last == rightToLeft || last == europeanNumber || last == arabicNumber
		return !has[leftToRight] && isEnd && !(has[europeanNumber] && has[arabicNumber])
	}
	isEnd := last == leftToRight || last == europeanNumber
	return first == leftToRight && !has[rightToLeft] && !has[arabicNumber] && isEnd
}

// toASCII maps a name as IDNA has it. The standard library does that for the hosts of requests alone.
func toASCII(text string) (string, bool) {
	isASCII := true
	for i := 0; i < len(text); i++ {
		char := text[i]
		isASCII = isASCII && char < 0x80
		if char < 0x80 && !isLetter(char) && !isDigit(char) && char != '-' && char != '.' {
			return "", false
		}
	}
	if isASCII {
		return strings.ToLower(text), true
	}
	request := http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/"}, Host: text}
	var out strings.Builder
	if request.Write(&out) != nil {
		return "", false
	}
	_, rest, _ := strings.Cut(out.String(), "\r\nHost: ")
	host, _, ok := strings.Cut(rest, "\r\n")
	return host, ok
}

// isIDNEmail tests for a mailbox of any script (RFC 6531): its structure is that of one of ASCII.
func isIDNEmail(text string) bool {
	local, domain, ok := mailbox(text)
	masked := strings.Map(func(char rune) rune {
		if char < 0x80 {
			return char
		}
		return 'a'
	}, local)
	return ok && isLocal(masked) && isDomain(domain, isIDNHostname)
}
