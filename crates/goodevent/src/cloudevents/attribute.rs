//! Extension attributes.

use crate::json::{Json, Number};

/// Value of an extension attribute ([§ type system](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#type-system)).
/// URIs, times and binary data are strings on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attribute {
    /// A boolean.
    Boolean(bool),
    /// An integer of 32 bits.
    Integer(i32),
    /// A string.
    String(String),
}

impl Attribute {
    pub(super) fn from_json(json: Json) -> Option<Self> {
        match json {
            Json::Bool(value) => Some(Self::Boolean(value)),
            Json::Number(number) => number.as_i64()?.try_into().ok().map(Self::Integer),
            Json::String(text) => Some(Self::String(text)),
            Json::Null | Json::Array(_) | Json::Object(_) => None,
        }
    }

    pub(super) fn to_json(&self) -> Json {
        match self {
            Self::Boolean(value) => Json::Bool(*value),
            Self::Integer(value) => {
                let value = i64::from(*value);
                Json::Number(u64::try_from(value).map_or(Number::I64(value), Number::U64))
            }
            Self::String(text) => Json::String(text.clone()),
        }
    }
}

/// Lower-case letters and digits ([§ naming](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#naming-conventions)).
pub(crate) fn is_attribute_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}
