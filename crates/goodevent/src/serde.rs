//! Implementations of `serde`: all input and output is validated.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, MapAccess, SeqAccess, Visitor},
    ser::Error as _,
};

use crate::{
    Event,
    cursor::No,
    decode::{self, Decode},
    encode::{Encode, Writer},
    error::Error,
    json::{Json, Number},
};

#[doc(hidden)]
pub mod __private {
    pub use serde::{Deserialize, Deserializer, Serialize, Serializer};
}

/// Serializes an event after its validation.
///
/// # Errors
/// If the event is invalid.
pub fn serialize<T: Event, S: Serializer>(event: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let bytes = event.encode().map_err(S::Error::custom)?;
    Json::parse(&bytes).unwrap_or_default().serialize(serializer)
}

/// Deserializes an event and validates it.
///
/// # Errors
/// If the input is not such an event.
pub fn deserialize<'de, T: Event, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let json = Json::deserialize(deserializer)?;
    T::decode(json.to_text().as_bytes()).map_err(|error: Error| D::Error::custom(error))
}

/// Serializes a part of an event after its validation.
#[doc(hidden)]
pub fn serialize_value<T: Encode, S: Serializer>(value: &T, name: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let mut w = Writer::new();
    value.write(&mut w);
    let json = w.is_valid().then(|| Json::parse(&w.into_bytes())).flatten();
    json.ok_or_else(|| S::Error::custom(format_args!("the value is not a valid {name}")))?.serialize(serializer)
}

/// Deserializes a part of an event and validates it.
#[doc(hidden)]
pub fn deserialize_value<'de, T, D: Deserializer<'de>>(name: &str, deserializer: D) -> Result<T, D::Error>
where
    T: for<'a> Decode<'a>,
{
    let json = Json::deserialize(deserializer)?;
    let value = decode::read(json.to_text().as_bytes());
    value.map_err(|No| D::Error::custom(format_args!("the value is not a valid {name}")))
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(Number::U64(value)) => serializer.serialize_u64(*value),
            Self::Number(Number::I64(value)) => serializer.serialize_i64(*value),
            Self::Number(Number::F64(value)) => serializer.serialize_f64(*value),
            Self::Number(number @ Number::Digits(_)) => match (number.as_i128(), number.as_u128()) {
                (Some(value), _) => serializer.serialize_i128(value),
                (None, Some(value)) => serializer.serialize_u128(value),
                (None, None) => Err(S::Error::custom(format!("no type of serde holds the number {number}"))),
            },
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(items) => serializer.collect_seq(items),
            Self::Object(members) => serializer.collect_map(members),
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_none<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        Json::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(Number::U64(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(u64::try_from(value).map_or(Number::I64(value), Number::U64)))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Json, E> {
        Ok(Json::Number(Number::Digits(value.to_string().into())))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Json, E> {
        Ok(Json::Number(Number::Digits(value.to_string().into())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Number(Number::F64(value)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Json, E> {
        Ok(Json::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element()? {
            array.push(item);
        }
        Ok(Json::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut object = std::collections::BTreeMap::new();
        while let Some((name, value)) = members.next_entry::<String, Json>()? {
            if let Some(_first) = object.insert(name, value) {
                return Err(A::Error::custom("an object has a name twice"));
            }
        }
        Ok(Json::Object(object))
    }
}
