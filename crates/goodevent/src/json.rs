//! A JSON value, for what Rust types cannot express.

use std::{cmp::Ordering, collections::BTreeMap, fmt};

use goodevent_json::{
    decimal::{self, Decimal},
    pointer,
};

use crate::{
    cursor::{Cursor, Kind, MAX_INPUT_BYTES, No, plain_len},
    decode::Decode,
    encode::{Encode, Writer},
    number::NumberRule,
    text::Any,
};

/// A JSON value, kept as it came: open objects' extra members, and what no Rust type can express.
///
/// Equality follows JSON Schema: numbers by value, objects by their members ([JSON Schema Core
/// 4.2.2](https://json-schema.org/draft/2020-12/json-schema-core#section-4.2.2)).
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Json {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object.
    Object(BTreeMap<String, Json>),
}

/// A JSON number, exactly. `D` is how digits are kept that no machine type holds.
///
/// Two numbers are equal if their values are, whatever holds them and however they were written.
#[derive(Debug, Clone, Copy)]
pub enum Number<D = Box<str>> {
    /// An integer that is not negative.
    U64(u64),
    /// A negative integer.
    I64(i64),
    /// A finite double. Its value is the text that it is printed as: an integer of 64 bits in full, else the shortest
    /// decimal.
    F64(f64),
    /// Any other JSON number, as it is written.
    Digits(D),
}

impl Json {
    /// The JSON text `bytes`, or `None` if it is none.
    ///
    /// Refused besides what [RFC 8259](https://www.rfc-editor.org/rfc/rfc8259) refuses: duplicate names, lone surrogates,
    /// numbers of more than 1,024 characters or with exponents beyond ±2^60, more than 128 levels, and more than 1 MiB.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > MAX_INPUT_BYTES {
            return None;
        }
        let mut c = Cursor::new(simdutf8::basic::from_utf8(bytes).ok()?);
        let json = c.json().ok()?;
        c.end().ok()?;
        Some(json)
    }

    /// The value that a JSON Pointer names ([RFC 6901](https://www.rfc-editor.org/rfc/rfc6901)).
    #[must_use]
    pub fn pointer(&self, pointer: &str) -> Option<&Self> {
        let mut tokens = pointer.split('/');
        if tokens.next() != Some("") {
            return None;
        }
        tokens.try_fold(self, |json, token| match json {
            Self::Object(members) => members.get(&*pointer::unescape(token)),
            Self::Array(items) => items.get(token.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// The value as compact JSON text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut w = Writer::new();
        self.write(&mut w);
        String::from_utf8(w.into_bytes()).unwrap_or_default()
    }

    /// A string as it is, anything else as its text.
    #[must_use]
    pub fn to_plain(&self) -> String {
        match self {
            Self::String(text) => text.clone(),
            other => other.to_text(),
        }
    }

    /// The beginning of the text, about `n_chars` long, without looking at the rest.
    pub(crate) fn start_of_text(&self, n_chars: usize) -> String {
        self.beginning(&mut { n_chars }).to_text()
    }

    /// The value up to so many characters of it.
    fn beginning(&self, left: &mut usize) -> Self {
        *left = left.saturating_sub(1);
        match self {
            Self::String(text) => {
                let beginning: String = text.chars().take(*left + 1).collect();
                *left = left.saturating_sub(beginning.chars().count());
                Self::String(beginning)
            }
            Self::Array(items) => {
                let mut beginning = Vec::new();
                for item in items {
                    if *left == 0 {
                        break;
                    }
                    beginning.push(item.beginning(left));
                }
                Self::Array(beginning)
            }
            Self::Object(members) => {
                let mut beginning = BTreeMap::new();
                for (name, member) in members {
                    if *left == 0 {
                        break;
                    }
                    *left = left.saturating_sub(name.chars().count() + 2);
                    beginning.insert(name.clone(), member.beginning(left));
                }
                Self::Object(beginning)
            }
            other => other.clone(),
        }
    }

    pub(crate) fn decode_at(c: &mut Cursor<'_>) -> Result<Self, No> {
        Ok(match c.kind()? {
            Kind::Null if c.null() => Self::Null,
            Kind::Bool if c.take("true") => Self::Bool(true),
            Kind::Bool if c.take("false") => Self::Bool(false),
            Kind::Null | Kind::Bool => return Err(No),
            Kind::Number => Self::Number(c.number()?),
            Kind::String => Self::String(c.string()?.into_owned()),
            Kind::Array => Self::Array(c.array(0, usize::MAX, Self::decode_at)?),
            Kind::Object => Self::Object(members(c)?),
        })
    }
}

fn members(c: &mut Cursor<'_>) -> Result<BTreeMap<String, Json>, No> {
    c.map(Any, Json::decode_at)
}

impl Encode for Json {
    fn write(&self, w: &mut Writer) {
        match self {
            Self::Null => w.raw("null"),
            Self::Bool(value) => w.bool(*value),
            Self::Number(number) => number.write(w),
            Self::String(text) => w.string(text),
            Self::Array(items) => w.array(items, 0, usize::MAX, |w, item| item.write(w)),
            Self::Object(members) => w.map(members, Any, |w, member| member.write(w)),
        }
    }
}

impl Encode for Number {
    fn write(&self, w: &mut Writer) {
        match self {
            Self::U64(value) => w.u64(*value, 0, u64::MAX),
            Self::I64(value) => w.i64(*value, i64::MIN, i64::MAX),
            Self::F64(value) => w.f64(*value, &NumberRule::ANY),
            Self::Digits(_) => w.raw(&self.to_string()),
        }
    }
}

impl<'a> Decode<'a> for Number {
    fn read(c: &mut Cursor<'a>) -> Result<Self, No> {
        c.number()
    }
}

impl<D: AsRef<str>> Number<D> {
    /// The value, if it is an integer in the range.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        self.as_i128()?.try_into().ok()
    }

    /// The value, if it is an integer in the range.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        self.as_i128()?.try_into().ok()
    }

    /// The value, if it is an integer in the range.
    #[must_use]
    pub fn as_i128(&self) -> Option<i128> {
        match self {
            Self::U64(value) => Some((*value).into()),
            Self::I64(value) => Some((*value).into()),
            Self::F64(_) | Self::Digits(_) => self.decimal().as_i128(),
        }
    }

    /// The value, if it is an integer in the range.
    #[must_use]
    pub fn as_u128(&self) -> Option<u128> {
        self.decimal().as_u128()
    }

    /// The value, if a double is printed as it.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::F64(value) => Some(*value),
            Self::U64(value) if *value <= SAFE => Some(*value as f64),
            Self::I64(value) if value.unsigned_abs() <= SAFE => Some(*value as f64),
            _ => decimal::exact_f64(&self.to_string()).ok(),
        }
    }

    /// Whether the value has no fraction.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        match self {
            Self::U64(_) | Self::I64(_) => true,
            Self::F64(value) => value.fract() == 0.0,
            Self::Digits(_) => self.decimal().is_integer(),
        }
    }

    /// Whether it is beyond what each of `i64`, `u64` and `f64` holds.
    pub(crate) fn is_wide(&self) -> bool {
        match self {
            Self::U64(value) => *value > SAFE,
            Self::I64(value) => value.unsigned_abs() > SAFE,
            Self::F64(value) => value.fract() == 0.0 && value.abs() > SAFE as f64,
            Self::Digits(_) => true,
        }
    }

    /// Whether the number is written without fraction and exponent.
    pub(crate) fn is_plain(&self) -> bool {
        match self {
            Self::U64(_) | Self::I64(_) => true,
            Self::F64(_) => false,
            Self::Digits(digits) => !digits.as_ref().contains(['.', 'e', 'E']),
        }
    }

    /// The value by its digits; zero for digits that are no JSON number.
    pub(crate) fn decimal(&self) -> Decimal {
        match self {
            Self::U64(value) => Decimal::parse(&value.to_string()),
            Self::I64(value) => Decimal::parse(&value.to_string()),
            Self::F64(value) => Some(Decimal::of_f64(*value)),
            Self::Digits(digits) => Decimal::parse(digits.as_ref()),
        }
        .unwrap_or_else(|| Decimal::of_f64(0.0))
    }
}

impl Number<&'static str> {
    /// The number of a table as one of a value.
    pub(crate) fn owned(self) -> Number {
        match self {
            Self::U64(value) => Number::U64(value),
            Self::I64(value) => Number::I64(value),
            Self::F64(value) => Number::F64(value),
            Self::Digits(digits) => Number::Digits(digits.into()),
        }
    }
}

impl<D: AsRef<str>> fmt::Display for Number<D> {
    /// As the number is encoded.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::U64(value) => value.fmt(f),
            Self::I64(value) => value.fmt(f),
            Self::F64(value) => f.write_str(&Json::Number(Number::F64(*value)).to_text()),
            Self::Digits(_) => self.decimal().fmt(f),
        }
    }
}

/// Integers up to this are doubles.
const SAFE: u64 = 1 << 53;

impl<D: AsRef<str>, E: AsRef<str>> PartialEq<Number<E>> for Number<D> {
    fn eq(&self, other: &Number<E>) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl<D: AsRef<str>, E: AsRef<str>> PartialOrd<Number<E>> for Number<D> {
    /// Compares the values exactly, also across the variants.
    fn partial_cmp(&self, other: &Number<E>) -> Option<Ordering> {
        match (self, other) {
            (Self::U64(left), Number::U64(right)) => Some(left.cmp(right)),
            (Self::I64(left), Number::I64(right)) => Some(left.cmp(right)),
            (Self::U64(_), Number::I64(_)) => Some(Ordering::Greater),
            (Self::I64(_), Number::U64(_)) => Some(Ordering::Less),
            (Self::F64(left), Number::F64(right)) => left.partial_cmp(right),
            (Self::F64(left), _) if !left.is_finite() => left.partial_cmp(&0.0),
            (_, Number::F64(right)) if !right.is_finite() => 0.0.partial_cmp(right),
            (Self::F64(left), Number::U64(right)) if *right <= SAFE => left.partial_cmp(&(*right as f64)),
            (Self::U64(left), Number::F64(right)) if *left <= SAFE => (*left as f64).partial_cmp(right),
            _ => Some(self.decimal().cmp(&other.decimal())),
        }
    }
}

impl Json {
    /// A total order in which equal values are neighbours; it means nothing else.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(left), Self::Bool(right)) => left.cmp(right),
            (Self::Number(left), Self::Number(right)) => left.partial_cmp(right).unwrap_or(Ordering::Equal),
            (Self::String(left), Self::String(right)) => left.cmp(right),
            (Self::Array(left), Self::Array(right)) => {
                let unequal = left.iter().zip(right).map(|(left, right)| left.order(right)).find(|order| order.is_ne());
                left.len().cmp(&right.len()).then(unequal.unwrap_or(Ordering::Equal))
            }
            (Self::Object(left), Self::Object(right)) => {
                let pairs = left.iter().zip(right);
                let unequal = pairs
                    .map(|(left, right)| left.0.cmp(right.0).then_with(|| left.1.order(right.1)))
                    .find(|order| order.is_ne());
                left.len().cmp(&right.len()).then(unequal.unwrap_or(Ordering::Equal))
            }
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Bool(_) => 1,
            Self::Number(_) => 2,
            Self::String(_) => 3,
            Self::Array(_) => 4,
            Self::Object(_) => 5,
        }
    }
}

/// The text of a member of a compact object, where it is sure to be the one that [`Json::to_text`] writes: a string of plain
/// ASCII, or a whole number that is not negative.
///
/// `None` says nothing but that the object has to be read.
pub(crate) fn plain_member<'a>(object: &'a [u8], pointer: &str) -> Option<&'a str> {
    let name = pointer.strip_prefix('/').filter(|name| !name.contains(['/', '~']))?.as_bytes();
    let mut rest = object.strip_prefix(b"{")?;
    loop {
        let key = plain_string(rest)?;
        let value = rest.get(key.len()..)?.strip_prefix(b":")?;
        if &key[1..key.len() - 1] == name {
            let text = match value.first()? {
                b'"' => plain_string(value)?,
                _ => &value[..value.iter().position(|byte| !byte.is_ascii_digit())?],
            };
            let is_whole = matches!(value.get(text.len()), Some(b',' | b'}'));
            // Longer numbers may be written otherwise.
            let is_plain = text.starts_with(b"\"") || (1..=15).contains(&text.len());
            return str::from_utf8(text).ok().filter(|_| is_whole && is_plain);
        }
        rest = value.get(end_of_value(value)?..)?.strip_prefix(b",")?;
    }
}

/// The string at the beginning, with its quotes, if nothing in it is escaped.
fn plain_string(text: &[u8]) -> Option<&[u8]> {
    let inner = text.strip_prefix(b"\"")?;
    let end = plain_len(inner);
    (inner.get(end) == Some(&b'"') && inner[..end].is_ascii()).then(|| &text[..end + 2])
}

/// Where the value at the beginning ends, the next one begins after a comma, or the object ends.
fn end_of_value(text: &[u8]) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, 0);
    loop {
        match text.get(at)? {
            b'"' => {
                at += 1;
                at += plain_len(text.get(at..)?);
                while *text.get(at)? != b'"' {
                    at += if text[at] == b'\\' { 2 } else { 1 };
                }
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' | b',' if depth == 0 => return Some(at),
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_parsed_if_it_has_no_fault() {
        let text = r#"{"a": [1, -2.5e+3, "x\u00e9\ud83d\ude00", null], "b": {"c": true, "d": ""}}"#;
        for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
            for byte in "{}[]\",:\\tfnu0159-+.eEd a\n\u{1}".chars() {
                let changed = format!("{}{byte}{}", &text[..at], &text[at + 1..]);
                let longer = format!("{}{byte}{}", &text[..at], &text[at..]);
                for text in [changed, longer, text[..at].to_owned()] {
                    let is_parsed = Json::parse(text.as_bytes()).is_some();
                    assert_eq!(is_parsed, goodevent_json::fault::find(&text).is_none(), "{text}");
                }
            }
        }
    }

    #[test]
    fn the_beginning_of_a_text_is_that_of_the_whole() {
        for text in [
            r#"{"a":[1,2,3,{"b":"cdefghijklmnop"}],"c":null}"#,
            r#"["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]"#,
            "[[[[[]]]],1,2,3,4,5,6,7,8,9,10]",
        ] {
            let json = Json::parse(text.as_bytes()).expect("it is JSON");
            let start = json.start_of_text(20);
            assert_eq!(start.chars().take(15).collect::<String>(), text.chars().take(15).collect::<String>());
            assert_eq!(json.start_of_text(1_000), text);
        }
    }
}
