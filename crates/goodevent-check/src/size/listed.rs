//! Values that schemas list.

use goodevent_json::string;
use goodevent_schema::ir::{Keywords, Value};

use super::number::printed_number;

/// Whether nothing else is said than which values there are.
pub(super) fn is_list_alone(keywords: &Keywords) -> bool {
    keywords.names().all(|name| matches!(name, "enum" | "const" | "type"))
}

/// A value as the encoder writes it.
pub(super) fn print(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => printed_number(number),
        Value::String(text) => string::quote(text),
        Value::Array(items) => format!("[{}]", items.iter().map(print).collect::<Vec<_>>().join(",")),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| format!("{}:{}", string::quote(name), print(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
    }
}
