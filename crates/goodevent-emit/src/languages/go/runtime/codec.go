
package goodevent

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Decoder turns values into types. Generated code calls it with values that are valid.
type Decoder struct {
	misfits []*Value
}

// Misfit notes a value that its type does not hold.
func (d *Decoder) Misfit(v *Value) {
	d.misfits = append(d.misfits, v)
}

// misfit returns the first value that its type does not hold, as an error.
func (d *Decoder) misfit(root *Value, own *node) error {
	if len(d.misfits) == 0 {
		return nil
	}
	return rejected(d.violations(root, own)[0])
}

// violations describes the values that their types do not hold.
func (d *Decoder) violations(root *Value, own *node) []Violation {
	s := scope{personal: []string{""}}
	if own != nil {
		s.personal = own.personal
	}
	misfits := make(map[*Value]struct{}, len(d.misfits))
	for _, misfit := range d.misfits {
		misfits[misfit] = struct{}{}
	}
	all := describe(misfits, root, "", s, nil)
	if len(all) == 0 {
		all = append(all, Violation{"", "type", "a value that the Go type holds", kindOf(root)})
	}
	return all
}

func describe(misfits map[*Value]struct{}, v *Value, pointer string, s scope, all []Violation) []Violation {
	if len(all) == maxViolations {
		return all
	}
	if _, isMisfit := misfits[v]; isMisfit {
		expected := "a value that the Go type holds"
		if v.kind == typeNumber {
			expected = "a number that a Go number holds"
		}
		return append(all, Violation{pointer, "type", expected, s.shown(pointer, v)})
	}
	for i := range v.parts {
		token := v.parts[i].Name
		if v.kind == typeArray {
			token = strconv.Itoa(i)
		}
		all = describe(misfits, &v.parts[i].Value, join(pointer, token), s, all)
	}
	return all
}

// Members returns the members of an object.
func (d *Decoder) Members(v *Value) []Member {
	if v.kind != typeObject {
		d.Misfit(v)
		return nil
	}
	return v.parts
}

// Tag returns the string in a member; empty if there is none.
func (d *Decoder) Tag(v *Value, name string) string {
	if v.kind != typeObject {
		return ""
	}
	tag := v.member(name)
	if tag == nil || tag.kind != typeString {
		return ""
	}
	return tag.text
}

// Items returns the items of an array that has n of them.
func (d *Decoder) Items(v *Value, n int) []Member {
	if v.kind != typeArray || len(v.parts) != n {
		d.Misfit(v)
		return make([]Member, n)
	}
	return v.parts
}

// IsType reports whether a value is of one of the types, each a bit.
func (d *Decoder) IsType(v *Value, types uint8) bool {
	return v.kind&types != 0 || (v.kind == typeNumber && v.types()&types != 0)
}

// String reads a string.
func (d *Decoder) String(v *Value) string {
	if v.kind != typeString {
		d.Misfit(v)
	}
	return v.text
}

// Bool reads a boolean.
func (d *Decoder) Bool(v *Value) bool {
	if v.kind != typeBoolean {
		d.Misfit(v)
	}
	return v.flag
}

// Null reads null.
func (d *Decoder) Null(v *Value) Null {
	if v.kind != typeNull {
		d.Misfit(v)
	}
	return Null{}
}

// Int64 reads an integer of 64 bits, however it is written.
func (d *Decoder) Int64(v *Value) int64 {
	if v.kind == typeNumber && v.flag {
		return v.small()
	}
	text, ok := integerOf(v)
	value, err := strconv.ParseInt(text, 10, 64)
	if !ok || err != nil {
		d.Misfit(v)
	}
	return value
}

// Uint64 reads an integer of 64 bits that is not negative, however it is written.
func (d *Decoder) Uint64(v *Value) uint64 {
	text, ok := integerOf(v)
	value, err := strconv.ParseUint(text, 10, 64)
	if !ok || err != nil {
		d.Misfit(v)
	}
	return value
}

// integerOf returns the digits of an integer that can have 64 bits.
func integerOf(v *Value) (string, bool) {
	if v.kind != typeNumber {
		return "", false
	}
	if v.flag {
		return v.text, true
	}
	number := decimalOf(v.text)
	if !number.isInteger() || number.point > 20 {
		return "", false
	}
	return number.text(), true
}

// Float64 reads a number that a double holds exactly.
func (d *Decoder) Float64(v *Value) float64 {
	if v.kind == typeNumber && v.flag && len(v.text) <= 15 {
		return float64(v.small())
	}
	value, ok := exactFloat(v.text)
	if v.kind != typeNumber || !ok {
		d.Misfit(v)
	}
	return value
}

// Number reads any number.
func (d *Decoder) Number(v *Value) Number {
	if v.kind != typeNumber {
		d.Misfit(v)
	}
	return Number(v.text)
}

// JSON reads any value.
func (d *Decoder) JSON(v *Value) json.RawMessage {
	return v.appendText(nil)
}

// DecodeSlice reads an array.
func DecodeSlice[T any](d *Decoder, v *Value, decode func(*Decoder, *Value) T) []T {
	if v.kind != typeArray {
		d.Misfit(v)
	}
	items := make([]T, len(v.parts))
	for i := range v.parts {
		items[i] = decode(d, &v.parts[i].Value)
	}
	return items
}

// DecodeMap reads an object whose members all have one type.
func DecodeMap[T any](d *Decoder, v *Value, decode func(*Decoder, *Value) T) map[string]T {
	members := d.Members(v)
	all := make(map[string]T, len(members))
	for i := range members {
		all[members[i].Name] = decode(d, &members[i].Value)
	}
	return all
}

// DecodePointer reads a value or null.
func DecodePointer[T any](d *Decoder, v *Value, decode func(*Decoder, *Value) T) *T {
	if v.kind == typeNull {
		return nil
	}
	return DecodeSome(d, v, decode)
}

// DecodeSome reads a value that a pointer refers to.
func DecodeSome[T any](d *Decoder, v *Value, decode func(*Decoder, *Value) T) *T {
	value := decode(d, v)
	return &value
}

// DecodeNilable reads a value of a type that has nil, or null.
func DecodeNilable[T any](d *Decoder, v *Value, decode func(*Decoder, *Value) T) T {
	if v.kind == typeNull {
		var none T
		return none
	}
	return decode(d, v)
}

// DecodeOptional reads a value or null of a member that can also be absent.
func DecodeOptional[T any](d *Decoder, v *Value, decode func(*Decoder, *Value) T) Optional[T] {
	if v.kind == typeNull {
		return NullOf[T]()
	}
	return Some(decode(d, v))
}

// DecodeOther reads a member that is not a field of its record.
func DecodeOther[T any](d *Decoder, member *Member, others map[string]T, decode func(*Decoder, *Value) T) map[string]T {
	if others == nil {
		others = map[string]T{}
	}
	others[member.Name] = decode(d, &member.Value)
	return others
}

// Encoder writes compact JSON.
type Encoder struct {
	out []byte
	// The names and indices of the parts that are open.
	path    []string
	problem *Error
}

// fail notes the first value that cannot be written. The value itself can be personal.
func (e *Encoder) fail(expected, found string) {
	if e.problem != nil {
		return
	}
	pointer := ""
	for _, token := range e.path {
		pointer = join(pointer, token)
	}
	e.problem = rejected(Violation{pointer, "type", expected, found})
}

func (e *Encoder) result() ([]byte, error) {
	if e.problem != nil {
		return nil, e.problem
	}
	return e.out, nil
}

// Missing notes a value that is nil though it is required.
func (e *Encoder) Missing(expected string) {
	e.fail(expected, "nil")
}

// begin opens an object or an array. Values that contain themselves have no end.
func (e *Encoder) begin(char byte) bool {
	if len(e.path) >= maxDepth {
		if e.problem == nil {
			text := string(e.out)
			e.problem = (&fault{len(text), tooDeep}).in(text)
		}
		return false
	}
	e.out = append(e.out, char)
	e.path = append(e.path, "")
	return true
}

func (e *Encoder) end(char byte) {
	e.out = append(e.out, char)
	e.path = e.path[:len(e.path)-1]
}

func (e *Encoder) comma() {
	if last := e.out[len(e.out)-1]; last != '{' && last != '[' {
		e.out = append(e.out, ',')
	}
}

// Object writes an object; write writes its members.
func (e *Encoder) Object(write func()) {
	if e.begin('{') {
		write()
		e.end('}')
	}
}

// Array writes an array; write writes its items.
func (e *Encoder) Array(write func()) {
	if e.begin('[') {
		write()
		e.end(']')
	}
}

// Name begins a member.
func (e *Encoder) Name(name string) {
	e.comma()
	e.path[len(e.path)-1] = name
	e.String(name)
	e.out = append(e.out, ':')
}

// Item begins an item.
func (e *Encoder) Item(index int) {
	e.comma()
	e.path[len(e.path)-1] = strconv.Itoa(index)
}

// String writes a string.
func (e *Encoder) String(text string) {
	if !utf8.ValidString(text) {
		e.fail("a string of Unicode", "the string")
	}
	e.out = appendQuoted(e.out, text)
}

// Bool writes a boolean.
func (e *Encoder) Bool(value bool) {
	e.out = strconv.AppendBool(e.out, value)
}

// Null writes null.
func (e *Encoder) Null(Null) {
	e.out = append(e.out, "null"...)
}

// Int64 writes an integer.
func (e *Encoder) Int64(value int64) {
	e.out = strconv.AppendInt(e.out, value, 10)
}

// Uint64 writes an integer.
func (e *Encoder) Uint64(value uint64) {
	e.out = strconv.AppendUint(e.out, value, 10)
}

// Float64 writes a number, which must be finite.
func (e *Encoder) Float64(value float64) {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		e.fail("a finite number", strconv.FormatFloat(value, 'g', -1, 64))
		value = 0
	}
	e.out = append(e.out, printFloat(value)...)
}

// Number writes a number by its digits.
func (e *Encoder) Number(number Number) {
	p := parser{text: string(number)}
	isNumber := number != "" && (number[0] == '-' || isDigit(number[0])) && p.number(new(Value)) && p.at == len(number)
	if !isNumber {
		e.fail("a number of JSON", "the text")
		number = "0"
	}
	e.out = append(e.out, printNumber(string(number))...)
}

// JSON writes any value; nil is null.
func (e *Encoder) JSON(raw json.RawMessage) {
	if raw == nil {
		e.Null(Null{})
		return
	}
	value, err := read(raw)
	if err != nil {
		e.fail("a value of JSON", "the text")
		return
	}
	e.out = value.appendText(e.out)
}

// EncodeSlice writes an array; nil is an empty one.
func EncodeSlice[T any](e *Encoder, items []T, encode func(*Encoder, T)) {
	e.Array(func() {
		for i := range items {
			e.Item(i)
			encode(e, items[i])
		}
	})
}

// EncodeMap writes an object whose members all have one type; nil is an empty one.
func EncodeMap[T any](e *Encoder, members map[string]T, encode func(*Encoder, T)) {
	e.Object(func() { EncodeOthers(e, members, encode) })
}

// EncodeOthers writes the members that are not fields of their record. None has the name of a field.
func EncodeOthers[T any](e *Encoder, members map[string]T, encode func(*Encoder, T), fields ...string) {
	names := make([]string, 0, len(members))
	for name := range members {
		names = append(names, name)
	}
	slices.SortFunc(names, strings.Compare)
	for _, name := range names {
		e.Name(name)
		if slices.Contains(fields, name) {
			e.fail("the field of this name", "another member")
		}
		encode(e, members[name])
	}
}

// EncodePointer writes a value, or null for nil.
func EncodePointer[T any](e *Encoder, value *T, encode func(*Encoder, T)) {
	if value == nil {
		e.Null(Null{})
		return
	}
	encode(e, *value)
}

// EncodeSome writes the value that a pointer refers to.
func EncodeSome[T any](e *Encoder, value *T, encode func(*Encoder, T)) {
	if value == nil {
		e.Missing("a value")
		return
	}
	encode(e, *value)
}

// EncodeNilable writes a value of a type that has nil, or null for that.
func EncodeNilable[T any](e *Encoder, value T, isNil bool, encode func(*Encoder, T)) {
	if isNil {
		e.Null(Null{})
		return
	}
	encode(e, value)
}

// EncodeOptional writes a member that is null or a value.
func EncodeOptional[T any](e *Encoder, member Optional[T], encode func(*Encoder, T)) {
	EncodePointer(e, member.value, encode)
}

// MarshalPart writes a part of an event, which is not validated.
func MarshalPart[T any](value T, encode func(*Encoder, T)) ([]byte, error) {
	e := Encoder{}
	encode(&e, value)
	return e.result()
}

// UnmarshalPart reads and validates a part of an event.
func UnmarshalPart[T any](data []byte, schema *Schema, decode func(*Decoder, *Value) T) (T, error) {
	var none T
	value, err := read(data)
	if err != nil {
		return none, err
	}
	if !isValidRoot(schema.node(), value) {
		// A part can be personal in its event.
		s := rootScope(schema.node())
		s.personal = []string{""}
		all := append(violationsIn(s, schema.node(), value, 1), undecided(""))
		return none, rejected(all[0])
	}
	d := Decoder{}
	part := decode(&d, value)
	if err := d.misfit(value, nil); err != nil {
		return none, err
	}
	return part, nil
}

// ValidatePart validates a part of an event.
func ValidatePart[T any](value T, schema *Schema, encode func(*Encoder, T), decode func(*Decoder, *Value) T) error {
	data, err := MarshalPart(value, encode)
	if err == nil {
		_, err = UnmarshalPart(data, schema, decode)
	}
	return err
}
