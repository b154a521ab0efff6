//! A JSON value, for what Rust types cannot express.

use std::{cmp::Ordering, collections::BTreeMap};

use crate::{
    cursor::{Cursor, Kind, MAX_INPUT_BYTES, No, plain_len},
    encode::{Encode, Writer},
    number::NumberRule,
    text::Any,
};

/// A JSON value, kept as it came: open objects' extra members, and what no Rust type can express.
///
/// Two values are equal if JSON Schema says so: numbers by value, objects by their members
/// ([JSON Schema Core 4.2.2](https://json-schema.org/draft/2020-12/json-schema-core#section-4.2.2)).
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

/// A JSON number: an integer of 64 bits, or a double.
#[derive(Debug, Clone, Copy)]
pub enum Number {
    /// An integer that is not negative.
    U64(u64),
    /// A negative integer.
    I64(i64),
    /// Any other number, `1.0` among them. Finite.
    F64(f64),
}

impl Json {
    /// The JSON text `bytes`, or `None` if it is none.
    ///
    /// Refused besides what [RFC 8259](https://www.rfc-editor.org/rfc/rfc8259) refuses: duplicate names, lone surrogates,
    /// numbers that no double holds, more than 128 levels, and more than 1 MiB.
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
            Self::Object(members) => members.get(&token.replace("~1", "/").replace("~0", "~")),
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
                *left = left.saturating_sub(beginning.len());
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
                    *left = left.saturating_sub(name.len() + 2);
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
            Self::Number(Number::U64(value)) => w.u64(*value, 0, u64::MAX),
            Self::Number(Number::I64(value)) => w.i64(*value, i64::MIN, i64::MAX),
            Self::Number(Number::F64(value)) => w.f64(*value, &NumberRule::ANY),
            Self::String(text) => w.string(text),
            Self::Array(items) => w.array(items, 0, usize::MAX, |w, item| item.write(w)),
            Self::Object(members) => w.map(members, Any, |w, member| member.write(w)),
        }
    }
}

impl Number {
    /// The value, if it is an integer in the range.
    #[inline]
    #[must_use]
    pub fn as_i64(self) -> Option<i64> {
        match self {
            Self::U64(value) => value.try_into().ok(),
            Self::I64(value) => Some(value),
            Self::F64(value) => (value.fract() == 0.0).then(|| self.whole().try_into().ok()).flatten(),
        }
    }

    /// The value, if it is an integer in the range.
    #[inline]
    #[must_use]
    pub fn as_u64(self) -> Option<u64> {
        match self {
            Self::U64(value) => Some(value),
            Self::I64(_) => None,
            Self::F64(value) => (value.fract() == 0.0).then(|| self.whole().try_into().ok()).flatten(),
        }
    }

    /// The value, if a double holds it exactly.
    #[inline]
    #[must_use]
    pub fn as_f64(self) -> Option<f64> {
        const EXACT: u64 = 1 << 53;
        match self {
            Self::F64(value) => Some(value),
            Self::U64(value) if value <= EXACT => Some(value as f64),
            Self::I64(value) if value.unsigned_abs() <= EXACT => Some(value as f64),
            Self::U64(_) | Self::I64(_) => {
                let nearest = self.whole() as f64;
                (nearest as i128 == self.whole()).then_some(nearest)
            }
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Number {
    /// Compares the values exactly, also across the variants.
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (*self, *other) {
            (Self::F64(left), Self::F64(right)) => left.partial_cmp(&right),
            (Self::F64(left), right) => compare(right.whole(), left).map(Ordering::reverse),
            (left, Self::F64(right)) => compare(left.whole(), right),
            (left, right) => left.whole().partial_cmp(&right.whole()),
        }
    }
}

impl Number {
    /// The value of an integer variant; of a double, its whole part.
    fn whole(self) -> i128 {
        match self {
            Self::U64(value) => value.into(),
            Self::I64(value) => value.into(),
            Self::F64(value) => value as i128,
        }
    }
}

/// Compares an integer of at most 65 bits with a double, without rounding the integer.
fn compare(left: i128, right: f64) -> Option<Ordering> {
    if right.is_nan() {
        return None;
    }
    let whole = right.trunc() as i128;
    Some(left.cmp(&whole).then_with(|| {
        let fraction = right - right.trunc();
        0.0_f64.partial_cmp(&fraction).unwrap_or(Ordering::Equal)
    }))
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
