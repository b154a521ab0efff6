
package goodevent

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// A number of more characters is not read.
const maxNumberChars = 1_024

// The largest power of ten.
const maxExponent = 1 << 60

// Divisors with more digits are not decided.
const maxDivisorDigits = 37

// A number that a double is printed as needs at most so many digits; an integer of 64 bits has at most 20.
const maxHeldDigits = 20

// decimal is 0.DIGITS times ten to the power of point; zero has no digits.
type decimal struct {
	isNegative bool
	digits     string
	point      int64
}

// parseDecimal reads a JSON number. It fails if the exponent is out of range.
func parseDecimal(text string) (decimal, bool) {
	rest := strings.TrimPrefix(text, "-")
	mantissa, exponent := rest, ""
	if at := strings.IndexAny(rest, "eE"); at >= 0 {
		mantissa, exponent = rest[:at], rest[at+1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimRight(whole+fraction, "0")
	nLeading := len(digits)
	digits = strings.TrimLeft(digits, "0")
	nLeading -= len(digits)
	if digits == "" {
		return decimal{}, true
	}
	power := int64(0)
	if exponent != "" {
		var err error
		if power, err = strconv.ParseInt(exponent, 10, 64); err != nil || power > maxExponent || power < -maxExponent {
			return decimal{}, false
		}
	}
	return decimal{len(rest) < len(text), digits, power + int64(len(whole)-nLeading)}, true
}

func decimalOf(text string) decimal {
	number, _ := parseDecimal(text)
	return number
}

// decimalOfFloat returns the value that a double is printed as.
func decimalOfFloat(value float64) decimal {
	if isInt64Range(value) {
		return decimalOf(integerText(value))
	}
	return decimalOf(strconv.FormatFloat(value, 'e', -1, 64))
}

func isInt64Range(value float64) bool {
	return value == math.Trunc(value) && value >= -(1<<63) && value < 1<<64
}

func integerText(value float64) string {
	if value < 0 {
		return strconv.FormatInt(int64(value), 10)
	}
	return strconv.FormatUint(uint64(value), 10)
}

func (d decimal) sign() int {
	switch {
	case d.digits == "":
		return 0
	case d.isNegative:
		return -1
	}
	return 1
}

func (d decimal) isInteger() bool {
	return int64(len(d.digits)) <= d.point || d.digits == ""
}

func (d decimal) compare(other decimal) int {
	sign := d.sign()
	if sign != other.sign() || sign == 0 {
		return sign - other.sign()
	}
	switch {
	case d.point < other.point:
		return -sign
	case d.point > other.point:
		return sign
	}
	return sign * strings.Compare(d.digits, other.digits)
}

// isMultipleOf reports whether the number divided by divisor is an integer.
func (d decimal) isMultipleOf(divisor decimal) bool {
	if len(divisor.digits) > maxDivisorDigits {
		return false
	}
	if d.digits == "" || divisor.digits == "" {
		return d.digits == "" && divisor.digits != ""
	}
	// The last digits of both are not zero, so that those of the divisor cannot be further left.
	shift := d.point - int64(len(d.digits)) - (divisor.point - int64(len(divisor.digits)))
	if shift < 0 {
		return false
	}
	number, _ := new(big.Int).SetString(d.digits, 10)
	modulus, _ := new(big.Int).SetString(divisor.digits, 10)
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(shift), modulus)
	return number.Mul(number, power).Mod(number, modulus).Sign() == 0
}

// text returns the one text of a value: in digits where that is short, else with an exponent.
func (d decimal) text() string {
	const maxPlain = 40
	sign := ""
	if d.isNegative {
		sign = "-"
	}
	nDigits := int64(len(d.digits))
	switch {
	case nDigits == 0:
		return "0"
	case nDigits <= d.point && d.point <= maxPlain:
		return sign + d.digits + strings.Repeat("0", int(d.point-nDigits))
	case 0 < d.point && d.point < nDigits:
		return sign + d.digits[:d.point] + "." + d.digits[d.point:]
	case -5 < d.point && d.point <= 0:
		return sign + "0." + strings.Repeat("0", int(-d.point)) + d.digits
	}
	dot := ""
	if nDigits > 1 {
		dot = "."
	}
	return sign + d.digits[:1] + dot + d.digits[1:] + "e" + strconv.FormatInt(d.point-1, 10)
}

// small returns the value of a number whose flag is set.
func (v *Value) small() int64 {
	value, text := int64(0), v.text
	isNegative := text[0] == '-'
	if isNegative {
		text = text[1:]
	}
	for i := 0; i < len(text); i++ {
		value = value*10 + int64(text[i]-'0')
	}
	if isNegative {
		return -value
	}
	return value
}

func isPlain(text string) bool {
	return !strings.ContainsAny(text, ".eE")
}

func compareNumbers(a, b *Value) int {
	if a.flag && b.flag {
		left, right := a.small(), b.small()
		switch {
		case left < right:
			return -1
		case left > right:
			return 1
		}
		return 0
	}
	return decimalOf(a.text).compare(decimalOf(b.text))
}

// types returns the bits of the types that a value is of.
func (v *Value) types() uint8 {
	if v.kind != typeNumber {
		return v.kind
	}
	switch {
	case v.flag:
		return typeNumber | typeInteger | typePlainInteger
	case !decimalOf(v.text).isInteger():
		return typeNumber
	case isPlainInteger(v.text):
		return typeNumber | typeInteger | typePlainInteger
	}
	return typeNumber | typeInteger
}

// isPlainInteger reports whether an integer is written in digits only, and is not one that a double holds beyond 64 bits.
func isPlainInteger(text string) bool {
	if !isPlain(text) || text == "-0" {
		return false
	}
	if is64(text) {
		return true
	}
	_, isDouble := exactFloat(text)
	return !isDouble
}

func is64(text string) bool {
	if len(text) <= 18 {
		return true
	}
	_, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		_, err = strconv.ParseUint(text, 10, 64)
	}
	return err == nil
}

// exactFloat returns the double that is printed as a number, or as a text of the same value.
func exactFloat(text string) (float64, bool) {
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(value, 0) {
		return 0, false
	}
	// 15 digits survive the way through a double and back, away from the ends of its range.
	magnitude := math.Abs(value)
	if len(text) <= 16 && magnitude >= 1e-200 && magnitude < 9e15 && !strings.ContainsAny(text, "eE") {
		return value, true
	}
	exact, ok := parseDecimal(text)
	if !ok || len(exact.digits) > maxHeldDigits || decimalOfFloat(value).compare(exact) != 0 {
		return 0, false
	}
	return value, true
}

// printFloat prints a finite double: an integer of 64 bits in full, else the shortest decimal.
func printFloat(value float64) string {
	if value == 0 && math.Signbit(value) {
		return "-0.0"
	}
	if isInt64Range(value) {
		return integerText(value)
	}
	mantissa, power, _ := strings.Cut(strconv.FormatFloat(value, 'e', -1, 64), "e")
	exponent, _ := strconv.Atoi(power)
	sign := ""
	if mantissa[0] == '-' {
		sign, mantissa = "-", mantissa[1:]
	}
	digits := strings.Replace(mantissa, ".", "", 1)
	point := exponent + 1
	switch {
	case 0 < point && point <= 16 && len(digits) <= point:
		return sign + digits + strings.Repeat("0", point-len(digits)) + ".0"
	case 0 < point && point <= 16:
		return sign + digits[:point] + "." + digits[point:]
	case -5 < point && point <= 0:
		return sign + "0." + strings.Repeat("0", -point) + digits
	}
	plus := ""
	if point > 0 {
		plus = "+"
	}
	return sign + mantissa + "e" + plus + strconv.Itoa(point-1)
}

// printNumber returns the one text of a number: as 64 bits or a double hold it, the rest in digits or with an exponent.
func printNumber(text string) string {
	if isPlain(text) && text != "-0" && is64(text) {
		return text
	}
	if value, ok := exactFloat(text); ok {
		return printFloat(value)
	}
	return decimalOf(text).text()
}
