
package goodevent

import (
	"net/netip"
	"strings"
)

// formats has the tests of texts, by the names of formats.
var formats = map[string]func(string) bool{
	"date":                  isDate,
	"date-time":             isDateTime,
	"time":                  isTime,
	"duration":              isDuration,
	"email":                 isEmail,
	"hostname":              isHostname,
	"hostname-rfc1034":      isASCIIHostname,
	"ipv4":                  isIPv4,
	"ipv6":                  isIPv6,
	"uri":                   asciiGrammar.isAbsolute,
	"uri-reference":         asciiGrammar.isReference,
	"iri":                   unicodeGrammar.isAbsolute,
	"iri-reference":         unicodeGrammar.isReference,
	"uri-template":          isURITemplate,
	"json-pointer":          isJSONPointer,
	"relative-json-pointer": isRelativeJSONPointer,
	"regex":                 isPattern,
	"uuid":                  isUUID,
	traceParent:             isTraceParent,
	attributeName:           isAttributeName,
}

// Formats that only envelopes have.
const (
	traceParent   = "W3C traceparent"
	attributeName = "name of an attribute, in a-z and 0-9"
)

func shownFormat(name string) string {
	return strings.TrimSuffix(name, "-rfc1034")
}

func isDigit(char byte) bool {
	return char-'0' < 10
}

func isLetter(char byte) bool {
	return (char|0x20)-'a' < 26
}

func isIPv4(text string) bool {
	address, err := netip.ParseAddr(text)
	return err == nil && address.Is4()
}

func isIPv6(text string) bool {
	if strings.Contains(text, "%") {
		return false
	}
	address, err := netip.ParseAddr(text)
	return err == nil && address.Is6()
}

func isJSONPointer(text string) bool {
	return (text == "" || text[0] == '/') && hasSoundEscapes(text)
}

func isRelativeJSONPointer(text string) bool {
	nDigits := countDigits(text)
	isNumber := nDigits == 1 || (nDigits > 1 && text[0] != '0')
	return isNumber && (text[nDigits:] == "#" || isJSONPointer(text[nDigits:]))
}

func hasSoundEscapes(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] == '~' && (i+1 == len(text) || (text[i+1] != '0' && text[i+1] != '1')) {
			return false
		}
	}
	return true
}

func isUUID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i := 0; i < len(text); i++ {
		isHyphen := i == 8 || i == 13 || i == 18 || i == 23
		if isHyphen != (text[i] == '-') || (!isHyphen && hexValue(text[i]) < 0) {
			return false
		}
	}
	return true
}

func isLowerHex(text string) bool {
	for i := 0; i < len(text); i++ {
		if !isDigit(text[i]) && text[i]-'a' >= 6 {
			return false
		}
	}
	return true
}

// isTraceParent tests for a version, a trace, an activity and flags (W3C Trace Context).
func isTraceParent(text string) bool {
	if len(text) < 55 || text[2] != '-' || text[35] != '-' || text[52] != '-' {
		return false
	}
	version, trace, parent, flags, end := text[:2], text[3:35], text[36:52], text[53:55], text[55:]
	areHex := isLowerHex(version) && isLowerHex(trace) && isLowerHex(parent) && isLowerHex(flags)
	isKnown := version != "ff" && (end == "" || (version != "00" && end[0] == '-'))
	return areHex && isKnown && strings.Trim(trace, "0") != "" && strings.Trim(parent, "0") != ""
}

func isAttributeName(text string) bool {
	for i := 0; i < len(text); i++ {
		if !isDigit(text[i]) && text[i]-'a' >= 26 {
			return false
		}
	}
	return text != ""
}

type encoding struct {
	nBits, group int
	digits       string
}

var encodings = map[string]encoding{
	"base16":    {4, 2, "0123456789ABCDEF"},
	"base32":    {5, 8, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"},
	"base32hex": {5, 8, "0123456789ABCDEFGHIJKLMNOPQRSTUV"},
	"base64":    {6, 4, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"},
	"base64url": {6, 4, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"},
}

// decodeText returns the bytes that a text encodes in a strict form of RFC 4648.
func decodeText(name, text string) ([]byte, bool) {
	own := encodings[name]
	digits := strings.TrimRight(text, "=")
	if name == "base16" {
		digits = text
	}
	if own.group == 0 || len(text)%own.group != 0 || len(text)-len(digits) >= own.group || len(digits)*own.nBits%8 >= own.nBits {
		return nil, false
	}
	var values [256]int8
	for i := range values {
		values[i] = -1
	}
	for value := range len(own.digits) {
		values[own.digits[value]] = int8(value)
		if name == "base16" {
			values[own.digits[value]|0x20] = int8(value)
		}
	}
	bytes := make([]byte, 0, len(digits)*own.nBits/8)
	bits, nPending := 0, 0
	for i := 0; i < len(digits); i++ {
		value := values[digits[i]]
		if value < 0 {
			return nil, false
		}
		bits = bits<<own.nBits | int(value)
		nPending += own.nBits
		if nPending >= 8 {
			nPending -= 8
			bytes = append(bytes, byte(bits>>nPending))
			bits &= 1<<nPending - 1
		}
	}
	return bytes, bits == 0
}

var daysOfMonths = [13]int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// two returns the number in two digits, or a number beyond 99.
func two(text string, at int) int {
	if !isDigit(text[at]) || !isDigit(text[at+1]) {
		return 1_000
	}
	return int(text[at]-'0')*10 + int(text[at+1]-'0')
}

// isDate tests for a day of the calendar (RFC 3339).
func isDate(text string) bool {
	if len(text) != 10 || text[4] != '-' || text[7] != '-' {
		return false
	}
	century, year, month, day := two(text, 0), two(text, 2), two(text, 5), two(text, 8)
	if century > 99 || year > 99 || month > 12 {
		return false
	}
	nDays := daysOfMonths[month]
	isLeap := year%4 == 0 && (year > 0 || century%4 == 0)
	if isLeap && month == 2 {
		nDays++
	}
	return 1 <= day && day <= nDays
}

// isTime tests for a time with its offset; a leap second only at the end of a day of UTC.
func isTime(text string) bool {
	if len(text) < 9 || text[2] != ':' || text[5] != ':' {
		return false
	}
	hour, minute, second := two(text, 0), two(text, 3), two(text, 6)
	if hour > 23 || minute > 59 || second > 60 {
		return false
	}
	rest := text[8:]
	if rest[0] == '.' {
		nDigits := countDigits(rest[1:])
		if nDigits == 0 {
			return false
		}
		rest = rest[1+nDigits:]
	}
	offset := 0
	switch {
	case rest == "Z" || rest == "z":
	case len(rest) == 6 && (rest[0] == '+' || rest[0] == '-') && rest[3] == ':':
		hours, minutes := two(rest, 1), two(rest, 4)
		if hours > 23 || minutes > 59 {
			return false
		}
		offset = hours*60 + minutes
		if rest[0] == '-' {
			offset = -offset
		}
	default:
		return false
	}
	const day = 24 * 60
	return second < 60 || (hour*60+minute-offset+2*day)%day == day-1
}

func isDateTime(text string) bool {
	return len(text) > 10 && text[10]|0x20 == 't' && isDate(text[:10]) && isTime(text[11:])
}

// isDuration tests for units in order, none left out between two.
func isDuration(text string) bool {
	rest, ok := strings.CutPrefix(text, "P")
	if !ok {
		return false
	}
	if weeks, ok := strings.CutSuffix(rest, "W"); ok {
		return weeks != "" && countDigits(weeks) == len(weeks)
	}
	date, time, hasTime := strings.Cut(rest, "T")
	if !hasTime {
		return rest != "" && hasUnits(date, "YMD")
	}
	return hasUnits(date, "YMD") && time != "" && hasUnits(time, "HMS")
}

func hasUnits(text, units string) bool {
	last := -1
	for text != "" {
		nDigits := countDigits(text)
		if nDigits == 0 || nDigits == len(text) {
			return false
		}
		unit := strings.IndexByte(units, text[nDigits])
		if unit < 0 || (last >= 0 && unit != last+1) {
			return false
		}
		last, text = unit, text[nDigits+1:]
	}
	return true
}
