//! JSON values compared by their digits, and the numeric keywords decided by them: nothing here goes through a double.

use std::cmp::Ordering;

use goodevent_schema::{
    source::SourceId,
    syntax::{self, Kind, Node},
};

/// The number `digits` · 10^`exponent`: no zeros at either end of its digits, which zero has none of.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Decimal {
    is_negative: bool,
    digits: String,
    exponent: i64,
}

impl Decimal {
    /// `None` if the exponent is beyond what anybody can mean.
    fn parse(text: &str) -> Option<Self> {
        let (is_negative, text) = text.strip_prefix('-').map_or((false, text), |text| (true, text));
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let exponent: i64 = exponent.parse().ok()?;
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let short = all.trim_end_matches('0');
        let exponent = exponent.checked_sub(fraction.len() as i64)?.checked_add((all.len() - short.len()) as i64)?;
        let digits = short.trim_start_matches('0').to_owned();
        match digits.is_empty() {
            true => Some(Self { is_negative: false, digits, exponent: 0 }),
            false => Some(Self { is_negative, digits, exponent }),
        }
    }

    fn is_integer(&self) -> bool {
        self.exponent >= 0
    }

    /// The power of ten of the first digit.
    fn magnitude(&self) -> i64 {
        self.exponent.saturating_add(self.digits.len() as i64)
    }

    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |own: &Self| if own.digits.is_empty() { 0 } else { 1 - 2 * i8::from(own.is_negative) };
        if sign(self) != sign(other) || sign(self) == 0 {
            return sign(self).cmp(&sign(other));
        }
        // Digits compare as texts when they begin at the same power of ten, and none ends with a zero.
        let by_size = self.magnitude().cmp(&other.magnitude()).then_with(|| self.digits.cmp(&other.digits));
        if self.is_negative { by_size.reverse() } else { by_size }
    }
}

/// Tests if two texts are the same JSON value: numbers by their digits, members in any order.
#[must_use]
pub fn are_equal(left: &[u8], right: &[u8]) -> bool {
    let tree = |bytes: &[u8]| syntax::parse(SourceId(0), bytes).0;
    tree(left).zip(tree(right)).is_some_and(|(left, right)| same(&left, &right))
}

fn same(left: &Node, right: &Node) -> bool {
    match (&left.kind, &right.kind) {
        (Kind::Number(left), Kind::Number(right)) => {
            left == right || Decimal::parse(left).is_some_and(|left| Some(left) == Decimal::parse(right))
        }
        (Kind::Array(left), Kind::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right.iter()).all(|(left, right)| same(left, right))
        }
        (Kind::Object(left), Kind::Object(_)) => {
            left.len() == right.members().len()
                && left
                    .iter()
                    .all(|member| right.get(&member.key.value).is_some_and(|right| same(&member.value, right)))
        }
        (Kind::String(left), Kind::String(right)) => left == right,
        (Kind::Bool(left), Kind::Bool(right)) => left == right,
        (Kind::Null, Kind::Null) => true,
        _ => false,
    }
}

/// Tests if a number is an integer beyond 64 bits, signed.
#[must_use]
pub fn is_beyond_64_bits(text: &str) -> bool {
    // An exponent that is beyond reading is that of no small number.
    let Some(number) = Decimal::parse(text) else { return true };
    let cmp = |bound: &str| Decimal::parse(bound).map(|bound| number.cmp(&bound));
    let is_within =
        cmp("-9223372036854775808") != Some(Ordering::Less) && cmp("9223372036854775807") != Some(Ordering::Greater);
    number.is_integer() && !is_within
}

/// Tests if a double loses digits of a number.
#[must_use]
pub fn is_between_doubles(text: &str) -> bool {
    let nearest: f64 = text.parse().unwrap_or(f64::INFINITY);
    !nearest.is_finite() || !are_equal(text.as_bytes(), format!("{nearest:e}").as_bytes())
}

/// The first numeric keyword that a payload violates by its digits, looked for where `properties` and `items` lead. An
/// accepted payload has none; a refused one need not have any.
#[must_use]
pub fn violated(schema: &[u8], payload: &[u8]) -> Option<String> {
    let tree = |bytes: &[u8]| syntax::parse(SourceId(0), bytes).0;
    violated_at(&tree(schema)?, &tree(payload)?)
}

fn violated_at(schema: &Node, payload: &Node) -> Option<String> {
    match &payload.kind {
        Kind::Object(members) => {
            let properties = schema.get("properties")?;
            members.iter().find_map(|member| violated_at(properties.get(&member.key.value)?, &member.value))
        }
        Kind::Array(items) => {
            let schema = schema.get("items").filter(|items| matches!(items.kind, Kind::Object(_)))?;
            items.iter().find_map(|item| violated_at(schema, item))
        }
        Kind::Number(text) => {
            let number = Decimal::parse(text)?;
            let bound = |keyword: &str| match &schema.get(keyword)?.kind {
                Kind::Number(bound) => Some(number.cmp(&Decimal::parse(bound)?)),
                _ => None,
            };
            let is_type = |name: &str| schema.get("type").and_then(Node::as_str) == Some(name);
            let failed = [
                ("type", is_type("integer") && !number.is_integer()),
                ("minimum", bound("minimum").is_some_and(Ordering::is_lt)),
                ("maximum", bound("maximum").is_some_and(Ordering::is_gt)),
                ("exclusiveMinimum", bound("exclusiveMinimum").is_some_and(Ordering::is_le)),
                ("exclusiveMaximum", bound("exclusiveMaximum").is_some_and(Ordering::is_ge)),
                ("const", bound("const").is_some_and(Ordering::is_ne)),
            ];
            failed.into_iter().find(|(_, is_violated)| *is_violated).map(|(keyword, _)| format!("{keyword} of {text}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{are_equal, is_between_doubles, is_beyond_64_bits, violated};

    #[test]
    fn a_type_that_loses_digits_is_known() {
        for text in ["9223372036854775808", "-9223372036854775809", "1e19", "1e400"] {
            assert!(is_beyond_64_bits(text), "{text}");
        }
        for text in ["0", "9223372036854775807", "-9223372036854775808", "1e18", "0.5", "1e-400"] {
            assert!(!is_beyond_64_bits(text), "{text}");
        }
        for text in ["9007199254740993", "4503599627370497.4000000001", "1e400", "1e-400", "123456789012345678901"] {
            assert!(is_between_doubles(text), "{text}");
        }
        for text in ["9007199254740992", "0.1", "1.5e-7", "123.456", "1e18", "5e-324", "-0.0"] {
            assert!(!is_between_doubles(text), "{text}");
        }
    }

    #[test]
    fn numbers_are_equal_by_their_digits() {
        let equal = [("1", "1.0"), ("1e2", "100"), ("-0", "0.000"), ("12.50", "125e-1"), ("0.1e1", "1")];
        for (left, right) in equal {
            assert!(are_equal(left.as_bytes(), right.as_bytes()), "{left} {right}");
        }
        let different = [
            ("9007199254740993", "9007199254740992"),
            ("9007199254740993.0", "9007199254740992"),
            ("1e400", "1e401"),
            ("0.1", "0.10000000000000001"),
            ("1", "-1"),
            ("1", "\"1\""),
        ];
        for (left, right) in different {
            assert!(!are_equal(left.as_bytes(), right.as_bytes()), "{left} {right}");
        }
        assert!(are_equal(br#"{"a":[1,{"b":null}],"c":true}"#, br#"{"c":true,"a":[1.0,{"b":null}]}"#));
        assert!(!are_equal(br#"{"a":1}"#, br#"{"a":1,"b":1}"#));
    }

    #[test]
    fn bounds_are_decided_by_digits() {
        let schema = br#"{"properties":{"n":{"type":"integer","minimum":-9223372036854775808,"maximum":1e20}}}"#;
        let keyword = |payload: &str| violated(schema, payload.as_bytes());
        assert_eq!(keyword(r#"{"n":-9223372036854775808}"#), None);
        assert_eq!(keyword(r#"{"n":100000000000000000000}"#), None);
        assert_eq!(keyword(r#"{"n":-9223372036854775809}"#), Some("minimum of -9223372036854775809".to_owned()));
        assert_eq!(keyword(r#"{"n":100000000000000000001}"#), Some("maximum of 100000000000000000001".to_owned()));
        assert_eq!(keyword(r#"{"n":4503599627370497.4}"#), Some("type of 4503599627370497.4".to_owned()));
    }
}
