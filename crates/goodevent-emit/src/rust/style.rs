//! How a user wants the generated Rust: external types, and attributes.

use std::collections::BTreeMap;

use goodevent_schema::config::Integers;

/// Style of types, and external types.
///
/// Attributes and external paths use dotted names: `.` is everything, `subscriptions` a context,
/// `subscriptions.SubscriptionCreatedV1Event` a type with its content, and a further dot precedes a property.
#[derive(Debug, Clone, Default)]
pub struct Style {
    /// Rust types of formats, such as `uuid` to `::uuid::Uuid`.
    pub format_types: BTreeMap<String, String>,
    /// Attributes of types.
    pub type_attributes: Vec<(String, String)>,
    /// Attributes of fields.
    pub field_attributes: Vec<(String, String)>,
    /// Paths of external types, or of modules generated from the same files, which are not generated.
    pub externs: BTreeMap<String, String>,
    /// Types of integers.
    pub integers: Integers,
}
