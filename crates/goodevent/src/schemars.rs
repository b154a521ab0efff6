//! Events in the world of `schemars`: their schema is their contract.

use schemars::Schema;

use crate::Event;

#[doc(hidden)]
pub mod __private {
    pub use schemars::{JsonSchema, Schema, SchemaGenerator};
}

/// The contract of `T`; `true`, which allows everything, if it is not a JSON Schema object.
#[must_use]
pub fn contract<T: Event>() -> Schema {
    let parsed: Option<serde_json::Value> = serde_json::from_str(T::SCHEMA).ok();
    parsed.and_then(|value| Schema::try_from(value).ok()).unwrap_or_else(|| true.into())
}
