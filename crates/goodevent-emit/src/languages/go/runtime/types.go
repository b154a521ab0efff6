
package goodevent

// Number is a JSON number by its digits, for numbers that no machine type is certain to hold: "12345678901234567890123".
// Its text must be a number of JSON.
type Number string

// MarshalJSON writes the number as it is.
func (n Number) MarshalJSON() ([]byte, error) {
	e := Encoder{}
	e.Number(n)
	return e.result()
}

// UnmarshalJSON reads any number.
func (n *Number) UnmarshalJSON(data []byte) error {
	value, err := read(data)
	if err != nil {
		return err
	}
	d := Decoder{}
	number := d.Number(value)
	if err := d.misfit(value, nil); err != nil {
		return err
	}
	*n = number
	return nil
}

// Null is the type of a value that is always null.
type Null struct{}

// Optional is a member that can be absent, null, or a value. The zero value is absent.
type Optional[T any] struct {
	value  *T
	isNull bool
}

// Some returns a member with a value.
func Some[T any](value T) Optional[T] {
	return Optional[T]{value: &value}
}

// NullOf returns a member that is null.
func NullOf[T any]() Optional[T] {
	return Optional[T]{isNull: true}
}

// IsAbsent reports whether the member is absent.
func (o Optional[T]) IsAbsent() bool {
	return o.value == nil && !o.isNull
}

// IsNull reports whether the member is null.
func (o Optional[T]) IsNull() bool {
	return o.isNull
}

// Get returns the value; false if the member is absent or null.
func (o Optional[T]) Get() (T, bool) {
	if o.value == nil {
		var zero T
		return zero, false
	}
	return *o.value, true
}

// Ptr returns a pointer to a value, for members that are optional or nullable.
func Ptr[T any](value T) *T {
	return &value
}
