
package goodevent

import (
	"slices"
	"strings"
	"unicode"
)

// isPattern tests for a pattern of ECMA-262 with the flag `u`; a backslash may also precede any punctuation.
func isPattern(text string) bool {
	p := patternParser{rest: []rune(text)}
	if !p.pattern() || p.maxReference > p.nGroups {
		return false
	}
	for _, name := range p.references {
		if !slices.Contains(p.names, name) {
			return false
		}
	}
	return true
}

type patternParser struct {
	rest                  []rune
	nGroups, maxReference int
	names, references     []string
}

// patternGroup is an open group: whether a quantifier may follow it, and the names in its alternatives.
type patternGroup struct {
	isAtom             bool
	names, namesBefore []string
}

func (p *patternParser) next() (rune, bool) {
	if len(p.rest) == 0 {
		return 0, false
	}
	char := p.rest[0]
	p.rest = p.rest[1:]
	return char, true
}

func (p *patternParser) take(expected rune) bool {
	isNext := len(p.rest) > 0 && p.rest[0] == expected
	if isNext {
		p.rest = p.rest[1:]
	}
	return isNext
}

func (p *patternParser) pattern() bool {
	groups := []patternGroup{{}}
	isAtom := false
	for {
		char, ok := p.next()
		if !ok {
			return len(groups) == 1
		}
		last := &groups[len(groups)-1]
		switch char {
		case '|':
			last.namesBefore, last.names, isAtom = append(last.namesBefore, last.names...), nil, false
		case '(':
			own, name, ok := p.group()
			if !ok {
				return false
			}
			if name != "" {
				for i := range groups {
					if slices.Contains(groups[i].names, name) {
						return false
					}
				}
				last.names = append(last.names, name)
				p.names = append(p.names, name)
			}
			groups, isAtom = append(groups, patternGroup{isAtom: own}), false
		case ')':
			if len(groups) == 1 {
				return false
			}
			closed := *last
			groups = groups[:len(groups)-1]
			parent := &groups[len(groups)-1]
			parent.names = append(append(parent.names, closed.names...), closed.namesBefore...)
			isAtom = closed.isAtom
		case '*', '+', '?', '{':
			if (char == '{' && !p.quantifier()) || !isAtom {
				return false
			}
			p.take('?')
			isAtom = false
		case '}', ']':
			return false
		case '^', '$':
			isAtom = false
		case '\\':
			if isAtom, ok = p.escape(); !ok {
				return false
			}
		case '[':
			if !p.class() {
				return false
			}
			isAtom = true
		default:
			isAtom = true
		}
	}
}

// group reads the text behind the parenthesis of a group; its results are whether it is an atom, and its name.
func (p *patternParser) group() (bool, string, bool) {
	if !p.take('?') {
		p.nGroups++
		return true, "", true
	}
	first, ok := p.next()
	switch {
	case !ok:
		return false, "", false
	case first == ':':
		return true, "", true
	case first == '=' || first == '!':
		return false, "", true
	case first == '<' && (p.take('=') || p.take('!')):
		return false, "", true
	case first == '<':
		p.nGroups++
		name, ok := p.name()
		return true, name, ok
	}
	return true, "", p.modifiers(first)
}

// modifiers reads `i`, `m` and `s`, each once, with a hyphen before those that are switched off.
func (p *patternParser) modifiers(next rune) bool {
	seen := ""
	for next != ':' {
		if !strings.ContainsRune("ims-", next) || strings.ContainsRune(seen, next) {
			return false
		}
		seen += string(next)
		var ok bool
		if next, ok = p.next(); !ok {
			return false
		}
	}
	return strings.Trim(seen, "-") != ""
}

// quantifier reads the numbers of `{2}`, `{2,}` or `{2,3}`.
func (p *patternParser) quantifier() bool {
	least := p.digits()
	if least == "" {
		return false
	}
	if p.take(',') && (len(p.rest) == 0 || p.rest[0] != '}') {
		most := p.digits()
		if most == "" {
			return false
		}
		least, most = strings.TrimLeft(least, "0"), strings.TrimLeft(most, "0")
		if len(least) > len(most) || (len(least) == len(most) && least > most) {
			return false
		}
	}
	return p.take('}')
}

func (p *patternParser) digits() string {
	n := 0
	for n < len(p.rest) && isIn(p.rest[n], '0', '9') {
		n++
	}
	digits := string(p.rest[:n])
	p.rest = p.rest[n:]
	return digits
}

// name reads a name up to its angle bracket.
func (p *patternParser) name() (string, bool) {
	name := ""
	for {
		char, ok := p.next()
		switch {
		case !ok:
			return "", false
		case char == '>':
			return name, name != ""
		case char == '\\':
			if !p.take('u') {
				return "", false
			}
			if char, ok = p.unicode(); !ok || isIn(char, 0xd800, 0xdfff) {
				return "", false
			}
		}
		isAlphabetic := unicode.In(char, unicode.L, unicode.Nl, unicode.Other_Alphabetic)
		mayBegin := isAlphabetic || char == '$' || char == '_'
		mayFollow := mayBegin || unicode.IsNumber(char) || char == 0x200c || char == 0x200d
		if !mayBegin && (!mayFollow || name == "") {
			return "", false
		}
		name += string(char)
	}
}

// escape reads the text behind a backslash outside of a class.
func (p *patternParser) escape() (isAtom, ok bool) {
	char, ok := p.next()
	if !ok {
		return false, false
	}
	switch {
	case char == 'b' || char == 'B':
		return false, true
	case strings.ContainsRune("dDsSwW", char):
		return true, true
	case char == 'p' || char == 'P':
		return true, p.property()
	case char == 'k':
		if !p.take('<') {
			return false, false
		}
		name, ok := p.name()
		p.references = append(p.references, name)
		return true, ok
	case isIn(char, '1', '9'):
		reference := 0
		for _, digit := range string(char) + p.digits() {
			reference = min(reference*10+int(digit-'0'), 1<<30)
		}
		p.maxReference = max(p.maxReference, reference)
		return true, true
	}
	_, ok = p.character(char)
	return true, ok
}

// character returns the code point of an escaped character.
func (p *patternParser) character(char rune) (rune, bool) {
	switch char {
	case 't', 'n', 'v', 'f', 'r':
		return rune("\t\n\v\f\r"[strings.IndexRune("tnvfr", char)]), true
	case 'c':
		letter, ok := p.next()
		return letter % 32, ok && letter < 0x80 && isLetter(byte(letter))
	case 'x':
		return p.hex(2)
	case 'u':
		return p.unicode()
	case '0':
		if len(p.rest) == 0 || !isIn(p.rest[0], '0', '9') {
			return 0, true
		}
	}
	isAlphanumeric := unicode.In(char, unicode.L, unicode.Nl, unicode.Other_Alphabetic, unicode.N)
	return char, !isAlphanumeric
}

func (p *patternParser) hex(nDigits int) (rune, bool) {
	value := rune(0)
	for range nDigits {
		digit, ok := p.next()
		if !ok || digit >= 0x80 || hexValue(byte(digit)) < 0 {
			return 0, false
		}
		value = value<<4 | rune(hexValue(byte(digit)))
	}
	return value, true
}

// unicode reads four digits, a pair of surrogates in twice four, or digits in braces.
func (p *patternParser) unicode() (rune, bool) {
	if p.take('{') {
		value, ok := p.hex(1)
		for ok && !p.take('}') {
			var digit rune
			digit, ok = p.hex(1)
			value = min(value<<4|digit, unicode.MaxRune+1)
		}
		return value, ok && value <= unicode.MaxRune
	}
	high, ok := p.hex(4)
	if !ok || !isIn(high, 0xd800, 0xdbff) {
		return high, ok
	}
	ahead := *p
	if ahead.take('\\') && ahead.take('u') {
		if low, ok := ahead.hex(4); ok && isIn(low, 0xdc00, 0xdfff) {
			p.rest = ahead.rest
			return 0x10000 + (high-0xd800)<<10 + (low - 0xdc00), true
		}
	}
	return high, true
}

// property reads `{Name}` or `{Name=Value}`; which names there are is not examined.
func (p *patternParser) property() bool {
	if !p.take('{') || !p.word() {
		return false
	}
	if p.take('=') && !p.word() {
		return false
	}
	return p.take('}')
}

func (p *patternParser) word() bool {
	n := 0
	for n < len(p.rest) && p.rest[n] < 0x80 && (isLetter(byte(p.rest[n])) || isDigit(byte(p.rest[n])) || p.rest[n] == '_') {
		n++
	}
	p.rest = p.rest[n:]
	return n > 0
}

// class reads a class up to its bracket.
func (p *patternParser) class() bool {
	p.take('^')
	for !p.take(']') {
		first, isFirst, ok := p.classAtom()
		if !ok {
			return false
		}
		if len(p.rest) > 1 && p.rest[0] == '-' && p.rest[1] != ']' {
			p.take('-')
			last, isLast, ok := p.classAtom()
			if !ok || !isFirst || !isLast || first > last {
				return false
			}
		}
	}
	return true
}

// classAtom reads a character of a class, or a set of them such as `\d`, which is not one.
func (p *patternParser) classAtom() (char rune, isOne, ok bool) {
	char, ok = p.next()
	if !ok || char != '\\' {
		return char, true, ok
	}
	char, ok = p.next()
	switch {
	case !ok:
		return 0, false, false
	case char == 'b':
		return 8, true, true
	case strings.ContainsRune("dDsSwW", char):
		return 0, false, true
	case char == 'p' || char == 'P':
		return 0, false, p.property()
	}
	char, ok = p.character(char)
	return char, true, ok
}
