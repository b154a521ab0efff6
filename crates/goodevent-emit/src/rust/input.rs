//! Input of the generation of Rust: schemas, and what else is known of events and contexts.

use std::collections::BTreeMap;

use goodevent_schema::{
    Schemas,
    ir::{Role, SchemaId},
};

/// Input of the generation.
#[derive(Debug)]
pub struct Input<'g> {
    /// All schemas.
    pub schemas: &'g Schemas,
    /// The documents.
    pub documents: Vec<Document>,
    /// The contexts, in the order of their names.
    pub contexts: Vec<Context>,
    /// Style of the types.
    pub style: Style,
    /// Name of the program in the headers of files.
    pub made_by: String,
}

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
}

/// A document that becomes a module.
#[derive(Debug)]
pub struct Document {
    /// Its root schema.
    pub root: SchemaId,
    /// File name without extension: the name of the root's type.
    pub stem: String,
    /// Path of the file, for the header.
    pub origin: String,
    /// Role of the document, which determines the place of its module.
    pub role: Role,
    /// Metadata of the event.
    pub event: Option<Event>,
}

/// Metadata of an event outside its schema.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the fields of `goodevent::Contract`")]
pub struct Event {
    pub event_type: String,
    pub context: String,
    pub version: u32,
    pub topic: String,
    pub routing_key: String,
    pub dedup_key: Vec<String>,
    pub partition_key: Option<String>,
    pub changes: Vec<String>,
    pub personal_data: Vec<String>,
    /// Expected frequency, in events per second.
    pub per_second: Option<f64>,
    /// Name of its envelope in the run-time library.
    pub envelope: Option<&'static str>,
    /// Names of mandatory headers, and their descriptions.
    pub headers: Vec<(String, String)>,
    pub max_bytes: Option<u64>,
    pub schema_text: String,
    /// Deprecation note.
    pub deprecated: Option<String>,
    /// Root of the previous version, if it has all required values of this one.
    pub upgrades: Option<SchemaId>,
}

/// A bounded context, which becomes a module.
#[derive(Debug)]
pub struct Context {
    /// Name of its folder.
    pub name: String,
    /// Description of the context.
    pub description: String,
    /// Constants by module (`topics`, `routing_keys`), each with its documentation.
    pub constants: BTreeMap<String, Vec<Constant>>,
}

/// A constant of type `&str`.
#[derive(Debug)]
pub struct Constant {
    /// `UPPER_SNAKE_CASE`.
    pub name: String,
    /// Value.
    pub value: String,
    /// Documentation.
    pub docs: String,
}
