
package goodevent

import (
	"slices"
	"strings"
	"unicode"
)

// isASCIIHostname tests for labels of letters, digits and inner hyphens, between dots (RFC 1034).
func isASCIIHostname(text string) bool {
	if len(text) > 253 {
		return false
	}
	for {
		label, rest, hasMore := strings.Cut(text, ".")
		if !isASCIILabel(label) {
			return false
		}
		if !hasMore {
			return true
		}
		text = rest
	}
}

func isASCIILabel(label string) bool {
	if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
		return false
	}
	for i := 0; i < len(label); i++ {
		if !isLetter(label[i]) && !isDigit(label[i]) && label[i] != '-' {
			return false
		}
	}
	return true
}

// isHostname tests for the same; a label with hyphens in third and fourth place must be an A-label (RFC 5891).
func isHostname(text string) bool {
	if !isASCIIHostname(text) {
		return false
	}
	if !strings.Contains(text, "--") {
		return true
	}
	for _, label := range strings.Split(text, ".") {
		if len(label) >= 4 && label[2:4] == "--" && !isALabel(label) {
			return false
		}
	}
	return true
}

func isALabel(label string) bool {
	encoded, ok := strings.CutPrefix(label, "xn--")
	if !ok {
		return false
	}
	decoded, ok := punycode(encoded)
	return ok && isLabel(decoded)
}

// punycode decodes Punycode (RFC 3492).
func punycode(encoded string) ([]rune, bool) {
	const base, most = 36, 0xffff_ffff
	var label []rune
	digits := encoded
	if hyphen := strings.LastIndexByte(encoded, '-'); hyphen > 0 {
		label, digits = []rune(encoded[:hyphen]), encoded[hyphen+1:]
	}
	code, index, bias := 128, 0, 72
	for at := 0; at < len(digits); {
		before := index
		for weight, k := 1, base; ; k += base {
			if at == len(digits) {
				return nil, false
			}
			digit := 0
			switch char := digits[at]; {
			case isDigit(char):
				digit = int(char-'0') + 26
			case isLetter(char):
				digit = int(char|0x20) - 'a'
			default:
				return nil, false
			}
			at++
			index += digit * weight
			if index > most {
				return nil, false
			}
			threshold := min(max(k-bias, 1), 26)
			if digit < threshold {
				break
			}
			weight *= base - threshold
			if weight > most {
				return nil, false
			}
		}
		nChars := len(label) + 1
		bias = adapted(index-before, nChars, before == 0)
		code += index / nChars
		index %= nChars
		if code > unicode.MaxRune || (code >= 0xd800 && code <= 0xdfff) {
			return nil, false
		}
		label = slices.Insert(label, index, rune(code))
		index++
	}
	return label, true
}

func adapted(delta, nChars int, isFirst bool) int {
	if isFirst {
		delta /= 700
	} else {
		delta /= 2
	}
	delta += delta / nChars
	k := 0
	for ; delta > 455; k += 36 {
		delta /= 35
	}
	return k + 36*delta/(delta+38)
}

const viramas = "\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D4D\u0DCA\u0E3A\u0F84\u1039\u1714\u1734\u17D2\u1A60\u1B44\u1BAA" +
	"\u1BF2\u1BF3\u2D7F\uA806\uA8C4\uA953\uABED\U00010A3F\U00011046\U0001107F\U000110B9\U00011133\U000111C0\U00011235\U000112EA" +
	"\U0001134D\U00011442\U000114C2\U000115BF\U0001163F\U000116B6\U0001172B\U00011839\U000119E0\U00011A34\U00011A47\U00011A99" +
	"\U00011C3F\U00011D44\U00011D45\U00011D97"

func isIn(char, first, last rune) bool {
	return first <= char && char <= last
}

// isLabel reports whether the characters of a label may be where they are (RFC 5892).
func isLabel(label []rune) bool {
	if len(label) > 0 && unicode.IsMark(label[0]) {
		return false
	}
	hasDot, isJapanese, hasArabic, hasExtended := false, false, false, false
	for _, char := range label {
		hasDot = hasDot || char == 0x30fb
		isJapanese = isJapanese || (char != 0x30fb && (isIn(char, 0x3040, 0x30ff) || isIn(char, 0x4e00, 0x9fff)))
		hasArabic = hasArabic || isIn(char, 0x660, 0x669)
		hasExtended = hasExtended || isIn(char, 0x6f0, 0x6f9)
	}
	if (hasDot && !isJapanese) || (hasArabic && hasExtended) {
		return false
	}
	for i, char := range label {
		before, behind := rune(-1), rune(-1)
		if i > 0 {
			before = label[i-1]
		}
		if i+1 < len(label) {
			behind = label[i+1]
		}
		if !isAllowed(char, before, behind) {
			return false
		}
	}
	return true
}

// isAllowed is about one character between its neighbours; the contextual rules are those of RFC 5892 A.
func isAllowed(char, before, behind rune) bool {
	switch {
	case char == 0x200d:
		return before >= 0 && strings.ContainsRune(viramas, before)
	case char == 0xb7:
		return before == 'l' && behind == 'l'
	case char == 0x375:
		return isIn(behind, 0x370, 0x3ff)
	case char == 0x5f3 || char == 0x5f4:
		return isIn(before, 0x590, 0x5ff)
	case char == 0x640, char == 0x7fa, char == 0x302e, char == 0x302f, isIn(char, 0x3031, 0x3035), char == 0x303b:
		return false
	case char == 0x200c:
		isVirama := before >= 0 && strings.ContainsRune(viramas, before)
		return isVirama || (before >= 0 && behind >= 0 && isCursive(before) && isCursive(behind))
	case char == 0x30fb, char == 0x6fd, char == 0x6fe, char == 0xf0b, char == 0x3007:
		return true
	}
	return char < 0x80 || unicode.In(char, unicode.L, unicode.Mn, unicode.Mc, unicode.Nd)
}

// isCursive tests for the letters of scripts that join them.
func isCursive(char rune) bool {
	return unicode.In(char, unicode.Arabic, unicode.Syriac, unicode.Mongolian, unicode.Nko, unicode.Mandaic, unicode.Phags_Pa)
}

// isEmail tests for a mailbox of ASCII (RFC 5321).
func isEmail(text string) bool {
	local, domain, ok := mailbox(text)
	for i := 0; i < len(local); i++ {
		if local[i] >= 0x80 {
			return false
		}
	}
	return ok && isLocal(local) && isDomain(domain, isHostname)
}

// mailbox returns local part and domain; also of `Name <local@domain>`.
func mailbox(text string) (string, string, bool) {
	if bracket := strings.LastIndex(text, " <"); bracket >= 0 {
		var ok bool
		if text, ok = strings.CutSuffix(strings.TrimSpace(text[bracket+2:]), ">"); !ok {
			return "", "", false
		}
	}
	at := strings.LastIndexByte(text, '@')
	if at < 0 {
		return "", "", false
	}
	return text[:at], text[at+1:], true
}

// isLocal tests for atoms between dots, or a quoted string.
func isLocal(text string) bool {
	if text == "" || len(text) > 64 {
		return false
	}
	if len(text) > 1 && text[0] == '"' && text[len(text)-1] == '"' {
		return isQuoted(text[1 : len(text)-1])
	}
	for _, atom := range strings.Split(text, ".") {
		if atom == "" {
			return false
		}
		for i := 0; i < len(atom); i++ {
			if !isLetter(atom[i]) && !isDigit(atom[i]) && strings.IndexByte("!#$%&'*+-/=?^_`{|}~", atom[i]) < 0 {
				return false
			}
		}
	}
	return true
}

func isQuoted(text string) bool {
	isGraphic := func(char byte) bool { return '!' <= char && char <= '~' }
	for i := 0; i < len(text); i++ {
		switch char := text[i]; {
		case char == '\\':
			i++
			if i == len(text) || !isGraphic(text[i]) {
				return false
			}
		case char == '"':
			return false
		case char != ' ' && char != '\t' && !isGraphic(char):
			return false
		}
	}
	return true
}

// isDomain tests for a host name, or an address in brackets.
func isDomain(text string, isName func(string) bool) bool {
	if len(text) < 2 || text[0] != '[' || text[len(text)-1] != ']' {
		return isName(text)
	}
	literal := text[1 : len(text)-1]
	if len(literal) >= 5 && strings.EqualFold(literal[:5], "IPv6:") {
		return isIPv6(literal[5:])
	}
	return isIPv4(literal)
}
