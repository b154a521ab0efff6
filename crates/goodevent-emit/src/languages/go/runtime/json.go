
package goodevent

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// The types of JSON values, a bit for each, as contracts name them.
const (
	typeNull uint8 = 1 << iota
	typeBoolean
	typeInteger
	typeNumber
	typeString
	typeArray
	typeObject
	// An integer that is written in digits only, as draft 4 wants integers.
	typePlainInteger
)

// Value is a JSON value that keeps the digits of its numbers. Generated code reads events from it.
type Value struct {
	kind uint8
	// The value of a boolean; of a number, whether it is an integer of at most 18 digits and written as one.
	flag bool
	// A string, or the digits of a number.
	text string
	// The members of an object, or the items of an array, without names.
	parts []Member
}

// Member is a member of an object.
type Member struct {
	// The name of the member; empty for an item of an array.
	Name string
	// The value of the member.
	Value Value
}

// get returns the member with a name, or nil. The search begins at start, since members often come in the order of a contract.
func (v *Value) get(name string, start int) (*Value, int) {
	n := len(v.parts)
	if start > n {
		start = n
	}
	for i := start; i < n; i++ {
		if v.parts[i].Name == name {
			return &v.parts[i].Value, i + 1
		}
	}
	for i := 0; i < start; i++ {
		if v.parts[i].Name == name {
			return &v.parts[i].Value, i + 1
		}
	}
	return nil, start
}

func (v *Value) member(name string) *Value {
	found, _ := v.get(name, 0)
	return found
}

func (v *Value) has(name string) bool {
	return v.member(name) != nil
}

// sort puts the members of all objects in the order of their names. It moves values, so that addresses change.
func (v *Value) sort() {
	if v.kind == typeObject {
		slices.SortFunc(v.parts, func(a, b Member) int { return strings.Compare(a.Name, b.Name) })
	}
	for i := range v.parts {
		v.parts[i].Value.sort()
	}
}

// count returns the number of values, the parts included.
func (v *Value) count() int {
	n := 1
	for i := range v.parts {
		n += v.parts[i].Value.count()
	}
	return n
}

// Arrays and objects are nested at most so deep.
const maxDepth = 128

// parser reads a text that is expected to be JSON; findFault finds the reason why a text is not.
type parser struct {
	text string
	at   int
	// The parts of the arrays and objects that are open.
	stack []Member
	// Room for the parts of those that are closed.
	room []Member
}

// parse reads a text of valid UTF-8. It fails if the text is not JSON, or is JSON that parsers interpret differently.
func parse(text string) (*Value, bool) {
	p := parser{text: text, stack: make([]Member, 0, 32)}
	value := new(Value)
	if !p.value(value, 1) {
		return nil, false
	}
	p.skipSpace()
	return value, p.at == len(text)
}

func (p *parser) skipSpace() {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case ' ', '\n', '\r', '\t':
			p.at++
		default:
			return
		}
	}
}

func (p *parser) take(char byte) bool {
	p.skipSpace()
	if p.at < len(p.text) && p.text[p.at] == char {
		p.at++
		return true
	}
	return false
}

func (p *parser) value(into *Value, depth int) bool {
	p.skipSpace()
	if p.at >= len(p.text) {
		return false
	}
	switch char := p.text[p.at]; {
	case char == '"':
		text, ok := p.string()
		into.kind, into.text = typeString, text
		return ok
	case char == '{':
		return depth <= maxDepth && p.object(into, depth)
	case char == '[':
		return depth <= maxDepth && p.array(into, depth)
	case char == '-' || char-'0' < 10:
		return p.number(into)
	case char == 't':
		into.kind, into.flag = typeBoolean, true
		return p.word("true")
	case char == 'f':
		into.kind = typeBoolean
		return p.word("false")
	case char == 'n':
		into.kind = typeNull
		return p.word("null")
	}
	return false
}

func (p *parser) word(word string) bool {
	if !strings.HasPrefix(p.text[p.at:], word) {
		return false
	}
	p.at += len(word)
	return true
}

func (p *parser) array(into *Value, depth int) bool {
	into.kind = typeArray
	p.at++
	if p.take(']') {
		return true
	}
	start := len(p.stack)
	for {
		var item Member
		if !p.value(&item.Value, depth+1) {
			return false
		}
		p.stack = append(p.stack, item)
		if p.take(',') {
			continue
		}
		if !p.take(']') {
			return false
		}
		into.parts = p.close(start)
		return true
	}
}

func (p *parser) object(into *Value, depth int) bool {
	into.kind = typeObject
	p.at++
	if p.take('}') {
		return true
	}
	start := len(p.stack)
	for {
		p.skipSpace()
		if p.at >= len(p.text) || p.text[p.at] != '"' {
			return false
		}
		name, ok := p.string()
		if !ok || !p.take(':') {
			return false
		}
		member := Member{Name: name}
		if !p.value(&member.Value, depth+1) {
			return false
		}
		p.stack = append(p.stack, member)
		if p.take(',') {
			continue
		}
		if !p.take('}') || hasDuplicate(p.stack[start:]) {
			return false
		}
		into.parts = p.close(start)
		return true
	}
}

// close moves the parts of an array or object from the stack to their room.
func (p *parser) close(start int) []Member {
	n := len(p.stack) - start
	if cap(p.room)-len(p.room) < n {
		p.room = make([]Member, 0, max(n, min(2*cap(p.room), 512), 16))
	}
	first := len(p.room)
	p.room = append(p.room, p.stack[start:]...)
	clear(p.stack[start:])
	p.stack = p.stack[:start]
	return p.room[first : first+n : first+n]
}

func hasDuplicate(members []Member) bool {
	const few = 24
	if len(members) > few {
		names := make(map[string]struct{}, len(members))
		for i := range members {
			names[members[i].Name] = struct{}{}
		}
		return len(names) < len(members)
	}
	for i := 1; i < len(members); i++ {
		for j := range i {
			if members[i].Name == members[j].Name {
				return true
			}
		}
	}
	return false
}

func (p *parser) number(into *Value) bool {
	start := p.at
	if p.text[p.at] == '-' {
		p.at++
	}
	first := p.at
	nDigits := p.digits()
	isNumber := nDigits == 1 || (nDigits > 1 && p.text[first] != '0')
	isPlain := true
	if p.at < len(p.text) && p.text[p.at] == '.' {
		isPlain = false
		p.at++
		isNumber = p.digits() > 0 && isNumber
	}
	if p.at < len(p.text) && p.text[p.at]|0x20 == 'e' {
		isPlain = false
		p.at++
		if p.at < len(p.text) && (p.text[p.at] == '+' || p.text[p.at] == '-') {
			p.at++
		}
		isNumber = p.digits() > 0 && isNumber
	}
	text := p.text[start:p.at]
	into.kind, into.text = typeNumber, text
	into.flag = isPlain && nDigits <= 18 && text != "-0"
	if !isNumber || into.flag {
		return isNumber
	}
	if len(text) > maxNumberChars {
		return false
	}
	_, ok := parseDecimal(text)
	return ok
}

func (p *parser) digits() int {
	start := p.at
	for p.at < len(p.text) && p.text[p.at]-'0' < 10 {
		p.at++
	}
	return p.at - start
}

// isSpecial has the bytes of a string that are not simply part of it.
var isSpecial = func() (special [256]bool) {
	for char := range 0x20 {
		special[char] = true
	}
	special['"'], special['\\'] = true, true
	return special
}()

func (p *parser) string() (string, bool) {
	p.at++
	start := p.at
	for p.at < len(p.text) && !isSpecial[p.text[p.at]] {
		p.at++
	}
	if p.at < len(p.text) && p.text[p.at] == '"' {
		p.at++
		return p.text[start : p.at-1], true
	}
	out := append(make([]byte, 0, 2*(p.at-start)+16), p.text[start:p.at]...)
	for p.at < len(p.text) {
		char := p.text[p.at]
		switch {
		case char == '"':
			p.at++
			return string(out), true
		case char == '\\':
			var ok bool
			if out, ok = p.escape(out); !ok {
				return "", false
			}
		case char < 0x20:
			return "", false
		default:
			plain := p.at
			for p.at < len(p.text) && !isSpecial[p.text[p.at]] {
				p.at++
			}
			out = append(out, p.text[plain:p.at]...)
		}
	}
	return "", false
}

func (p *parser) escape(out []byte) ([]byte, bool) {
	if p.at+1 >= len(p.text) {
		return out, false
	}
	kind := p.text[p.at+1]
	if char := strings.IndexByte(`"\/bfnrt`, kind); char >= 0 {
		p.at += 2
		return append(out, "\"\\/\b\f\n\r\t"[char]), true
	}
	char, n := escaped(p.text, p.at)
	p.at += n
	return utf8.AppendRune(out, char), n > 0
}

// escaped returns the character of a `\u` escape and its bytes, of which there are none if it is not one of a character.
func escaped(text string, at int) (rune, int) {
	high, ok := unit(text, at)
	if !ok {
		return 0, 0
	}
	if high < 0xd800 || high > 0xdfff {
		return high, 6
	}
	low, ok := unit(text, at+6)
	if high > 0xdbff || !ok || low < 0xdc00 || low > 0xdfff {
		return 0, 0
	}
	return 0x10000 + (high-0xd800)<<10 + (low - 0xdc00), 12
}

// unit returns the four hexadecimal digits of `\u0000` as a number.
func unit(text string, at int) (rune, bool) {
	if at+6 > len(text) || text[at] != '\\' || text[at+1] != 'u' {
		return 0, false
	}
	value := rune(0)
	for _, digit := range []byte(text[at+2 : at+6]) {
		number := hexValue(digit)
		if number < 0 {
			return 0, false
		}
		value = value<<4 | rune(number)
	}
	return value, true
}

func hexValue(digit byte) int {
	switch {
	case digit-'0' < 10:
		return int(digit - '0')
	case digit|0x20 >= 'a' && digit|0x20 <= 'f':
		return int(digit|0x20-'a') + 10
	}
	return -1
}

// appendText appends compact JSON, members in the order that they have.
func (v *Value) appendText(out []byte) []byte {
	switch v.kind {
	case typeNull:
		return append(out, "null"...)
	case typeBoolean:
		if v.flag {
			return append(out, "true"...)
		}
		return append(out, "false"...)
	case typeString:
		return appendQuoted(out, v.text)
	case typeNumber:
		return append(out, printNumber(v.text)...)
	case typeArray:
		out = append(out, '[')
		for i := range v.parts {
			if i > 0 {
				out = append(out, ',')
			}
			out = v.parts[i].Value.appendText(out)
		}
		return append(out, ']')
	}
	out = append(out, '{')
	for i := range v.parts {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(appendQuoted(out, v.parts[i].Name), ':')
		out = v.parts[i].Value.appendText(out)
	}
	return append(out, '}')
}

func appendQuoted(out []byte, text string) []byte {
	out = append(out, '"')
	start := 0
	for i := 0; i < len(text); i++ {
		char := text[i]
		if !isSpecial[char] {
			continue
		}
		out = append(out, text[start:i]...)
		start = i + 1
		if short := strings.IndexByte("\"\\\n\r\t\b\f", char); short >= 0 {
			out = append(out, '\\', `"\nrtbf`[short])
		} else {
			out = append(out, '\\', 'u', '0', '0', "0123456789abcdef"[char>>4], "0123456789abcdef"[char&15])
		}
	}
	return append(append(out, text[start:]...), '"')
}

func quoted(text string) string {
	return string(appendQuoted(nil, text))
}

// pointed returns the value at a JSON Pointer, or nil.
func pointed(value *Value, pointer string) *Value {
	if pointer == "" {
		return value
	}
	if pointer[0] != '/' {
		return nil
	}
	for _, token := range strings.Split(pointer[1:], "/") {
		switch value.kind {
		case typeObject:
			value = value.member(strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~"))
		case typeArray:
			value = item(value, token)
		default:
			return nil
		}
		if value == nil {
			return nil
		}
	}
	return value
}

func item(array *Value, token string) *Value {
	index := 0
	for _, digit := range []byte(token) {
		if digit-'0' >= 10 || index >= len(array.parts) {
			return nil
		}
		index = index*10 + int(digit-'0')
	}
	if token == "" || index >= len(array.parts) {
		return nil
	}
	return &array.parts[index].Value
}

// join returns the pointer to the member or item `name` of the value at `pointer`.
func join(pointer, name string) string {
	return pointer + "/" + strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}

// appendKey appends a text that equal values share, as JSON Schema compares them.
func (v *Value) appendKey(out []byte) []byte {
	switch v.kind {
	case typeNumber:
		if v.flag {
			return append(out, v.text...)
		}
		return append(out, decimalOf(v.text).text()...)
	case typeArray:
		out = append(out, '[')
		for i := range v.parts {
			out = append(v.parts[i].Value.appendKey(out), ',')
		}
		return append(out, ']')
	case typeObject:
		members := make([]*Member, len(v.parts))
		for i := range v.parts {
			members[i] = &v.parts[i]
		}
		slices.SortFunc(members, func(a, b *Member) int { return strings.Compare(a.Name, b.Name) })
		out = append(out, '{')
		for _, member := range members {
			out = append(appendQuoted(out, member.Name), ':')
			out = append(member.Value.appendKey(out), ',')
		}
		return append(out, '}')
	}
	return v.appendText(out)
}

// equal compares values as JSON Schema does; members need not be sorted.
func equal(a, b *Value) bool {
	if a.kind != b.kind || len(a.parts) != len(b.parts) {
		return false
	}
	switch a.kind {
	case typeBoolean:
		return a.flag == b.flag
	case typeNumber:
		return compareNumbers(a, b) == 0
	case typeString:
		return a.text == b.text
	case typeArray:
		for i := range a.parts {
			if !equal(&a.parts[i].Value, &b.parts[i].Value) {
				return false
			}
		}
	case typeObject:
		next := 0
		var other *Value
		for i := range a.parts {
			other, next = b.get(a.parts[i].Name, next)
			if other == nil || !equal(&a.parts[i].Value, other) {
				return false
			}
		}
	}
	return true
}
