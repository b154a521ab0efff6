//! JSON values from and to text.

use std::collections::BTreeMap;

use super::{number::Number, value::Json};
use crate::{
    cursor::{Cursor, Kind, MAX_INPUT_BYTES, No},
    encode::{Encode, Writer},
    number::NumberRule,
    text::Any,
};

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
}

impl Cursor<'_> {
    /// Any value.
    ///
    /// # Errors
    /// [`No`] if it is not JSON, or an object has a name twice.
    pub fn json(&mut self) -> Result<Json, No> {
        decode_at(self)
    }
}

fn decode_at(c: &mut Cursor<'_>) -> Result<Json, No> {
    Ok(match c.kind()? {
        Kind::Null if c.null() => Json::Null,
        Kind::Bool if c.take("true") => Json::Bool(true),
        Kind::Bool if c.take("false") => Json::Bool(false),
        Kind::Null | Kind::Bool => return Err(No),
        Kind::Number => Json::Number(c.number()?),
        Kind::String => Json::String(c.string()?.into_owned()),
        Kind::Array => Json::Array(c.array(0, usize::MAX, decode_at)?),
        Kind::Object => Json::Object(members(c)?),
    })
}

fn members(c: &mut Cursor<'_>) -> Result<BTreeMap<String, Json>, No> {
    c.map(Any, decode_at)
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
