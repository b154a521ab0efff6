//! The typed intermediate representation: every schema of a registry, with its references resolved and the spelling of
//! its draft normalised to that of 2020-12.
//!
//! `exclusiveMinimum: true` has become a bound, an array of `items` has become `prefix_items`, `dependencies` are split,
//! `definitions` are gone into the graph, and keywords that a draft ignores (the siblings of `$ref` up to draft 7) are
//! not there. Which type a schema becomes is decided by `goodevent-model`, whether it is *good* by `goodevent-check`.

use std::ops::{Deref, Index};

use smol_str::SmolStr;

use crate::source::{SourceId, Span, Spanned};
pub use crate::{
    draft::Draft,
    format::{ContentEncoding, Format},
    value::{Number, Types, Value},
};

/// Number of a [`Schema`] in its [`Graph`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchemaId(pub u32);

/// Number of a schema resource: a root schema, or a subschema with an `$id` of its own
/// ([JSON Schema Core 4.3.5](https://json-schema.org/draft/2020-12/json-schema-core#section-4.3.5)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId(pub u32);

/// All schemas that a registry's events reach, linked by their numbers.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// The schemas; [`SchemaId`] counts them.
    pub schemas: Vec<Schema>,
}

impl Index<SchemaId> for Graph {
    type Output = Schema;

    fn index(&self, id: SchemaId) -> &Schema {
        &self.schemas[id.0 as usize]
    }
}

/// One schema: an object of keywords, or one of the booleans.
#[derive(Debug, Clone)]
pub struct Schema {
    /// The whole schema in its text.
    pub span: Span,
    /// The resource it belongs to.
    pub resource: ResourceId,
    /// What its `$schema` says.
    pub draft: Draft,
    /// `title`, `description` and the like.
    pub docs: Docs,
    /// `Some` for the schemas `true` and `false`.
    pub always: Option<bool>,
    /// What it asserts.
    pub keywords: Keywords,
}

/// Annotations of a schema.
#[derive(Debug, Clone, Default)]
pub struct Docs {
    /// `title`.
    pub title: Option<Box<Spanned<SmolStr>>>,
    /// `description`.
    pub description: Option<Box<Spanned<SmolStr>>>,
    /// `deprecated: true`.
    pub deprecated: bool,
    /// `examples`.
    pub examples: Vec<Spanned<Value>>,
    /// `default`.
    pub default: Option<Box<Spanned<Value>>>,
}

/// The keywords of a schema that decide which instances are valid; those it doesn't have are `None` or empty.
#[derive(Debug, Clone, Default)]
pub struct Keywords {
    /// `type`.
    pub types: Option<Spanned<Types>>,
    /// `enum`.
    pub enumeration: Option<Box<Spanned<Vec<Spanned<Value>>>>>,
    /// `const`.
    pub constant: Option<Box<Spanned<Value>>>,
    /// What numbers keep to.
    pub number: Group<NumberKeywords>,
    /// What strings keep to.
    pub text: Group<TextKeywords>,
    /// What arrays keep to.
    pub array: Group<ArrayKeywords>,
    /// What objects keep to.
    pub object: Group<ObjectKeywords>,
    /// Schemas for the same instance.
    pub applied: Group<AppliedKeywords>,
    /// `$ref`, and `$dynamicRef` or `$recursiveRef` where the scope can't change the target.
    pub reference: Option<Spanned<SchemaId>>,
}

/// Keywords that most schemas have none of: they take no memory then, and read as if each was absent.
#[derive(Debug, Clone)]
pub struct Group<K>(Option<Box<K>>);

/// Keywords that are all absent.
pub trait Absent: Sized + 'static {
    /// None of them.
    const NONE: &'static Self;
}

impl<K> Default for Group<K> {
    fn default() -> Self {
        Self(None)
    }
}

impl<K: Absent> Deref for Group<K> {
    type Target = K;

    fn deref(&self) -> &K {
        self.0.as_deref().unwrap_or(K::NONE)
    }
}

impl<K: Absent + Default + PartialEq> From<K> for Group<K> {
    fn from(keywords: K) -> Self {
        Self((keywords != *K::NONE).then(|| Box::new(keywords)))
    }
}

/// Keywords for numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NumberKeywords {
    /// `minimum`.
    pub minimum: Option<Spanned<Number>>,
    /// `maximum`.
    pub maximum: Option<Spanned<Number>>,
    /// `exclusiveMinimum`.
    pub exclusive_minimum: Option<Spanned<Number>>,
    /// `exclusiveMaximum`.
    pub exclusive_maximum: Option<Spanned<Number>>,
    /// `multipleOf`.
    pub multiple_of: Option<Spanned<Number>>,
}

/// Keywords for strings.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TextKeywords {
    /// `minLength`, in code points.
    pub min_length: Option<Spanned<u64>>,
    /// `maxLength`, in code points.
    pub max_length: Option<Spanned<u64>>,
    /// `pattern`, as written.
    pub pattern: Option<Spanned<SmolStr>>,
    /// `format`, if the draft knows it; others are annotations and are not here.
    pub format: Option<Spanned<Format>>,
    /// `contentEncoding`, where the draft asserts it (6 and 7).
    pub content_encoding: Option<Spanned<ContentEncoding>>,
    /// `contentMediaType: application/json`, where the draft asserts it (6 and 7).
    pub content_json: Option<Span>,
}

/// Keywords for arrays.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ArrayKeywords {
    /// `prefixItems`, or an array of `items` in older drafts.
    pub prefix_items: Vec<SchemaId>,
    /// `items` for those behind the prefix, or `additionalItems` in older drafts.
    pub items: Option<SchemaId>,
    /// `contains` with its bounds.
    pub contains: Option<Contains>,
    /// `minItems`.
    pub min_items: Option<Spanned<u64>>,
    /// `maxItems`.
    pub max_items: Option<Spanned<u64>>,
    /// `uniqueItems: true`.
    pub unique_items: Option<Span>,
    /// `unevaluatedItems`.
    pub unevaluated_items: Option<SchemaId>,
}

/// Keywords for objects.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ObjectKeywords {
    /// `properties`, in the order of the text.
    pub properties: Vec<Property>,
    /// `patternProperties`, in the order of the text.
    pub pattern_properties: Vec<Property>,
    /// `additionalProperties`.
    pub additional_properties: Option<SchemaId>,
    /// `propertyNames`.
    pub property_names: Option<SchemaId>,
    /// `required`, in the order of the text, without repetitions.
    pub required: Vec<Spanned<SmolStr>>,
    /// `minProperties`.
    pub min_properties: Option<Spanned<u64>>,
    /// `maxProperties`.
    pub max_properties: Option<Spanned<u64>>,
    /// `dependentRequired`, and the arrays of `dependencies`.
    pub dependent_required: Vec<(Spanned<SmolStr>, Vec<Spanned<SmolStr>>)>,
    /// `dependentSchemas`, and the schemas of `dependencies`.
    pub dependent_schemas: Vec<Property>,
    /// `unevaluatedProperties`.
    pub unevaluated_properties: Option<SchemaId>,
}

/// Keywords that apply other schemas to the same instance.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AppliedKeywords {
    /// `allOf`.
    pub all_of: Vec<SchemaId>,
    /// `anyOf`.
    pub any_of: Vec<SchemaId>,
    /// `oneOf`.
    pub one_of: Vec<SchemaId>,
    /// `not`.
    pub not: Option<SchemaId>,
    /// `if` with its `then` and `else`; absent if it has neither and nothing depends on what it evaluates.
    pub condition: Option<Condition>,
    /// `$dynamicRef` or `$recursiveRef`.
    pub dynamic_reference: Option<DynamicReference>,
}

macro_rules! absent {
    ($($group:ident { $($field:ident: $none:expr),* })*) => {
        $(impl Absent for $group {
            const NONE: &'static Self = &Self { $($field: $none),* };
        })*
    };
}

absent! {
    NumberKeywords { minimum: None, maximum: None, exclusive_minimum: None, exclusive_maximum: None, multiple_of: None }
    TextKeywords {
        min_length: None, max_length: None, pattern: None, format: None, content_encoding: None, content_json: None
    }
    ArrayKeywords {
        prefix_items: Vec::new(), items: None, contains: None, min_items: None, max_items: None, unique_items: None,
        unevaluated_items: None
    }
    ObjectKeywords {
        properties: Vec::new(), pattern_properties: Vec::new(), additional_properties: None, property_names: None,
        required: Vec::new(), min_properties: None, max_properties: None, dependent_required: Vec::new(),
        dependent_schemas: Vec::new(), unevaluated_properties: None
    }
    AppliedKeywords {
        all_of: Vec::new(), any_of: Vec::new(), one_of: Vec::new(), not: None, condition: None, dynamic_reference: None
    }
}

/// A property, or a pattern of property names, and the schema of its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// The name (unescaped), or the pattern.
    pub name: Spanned<SmolStr>,
    /// The schema of the value.
    pub schema: SchemaId,
}

/// `contains`, `minContains` and `maxContains`.
#[derive(Debug, Clone, PartialEq)]
pub struct Contains {
    /// The schema to be matched.
    pub schema: SchemaId,
    /// Fewest items that match; 1 unless said.
    pub min: u64,
    /// Most items that match.
    pub max: Option<u64>,
}

/// `if`, `then`, `else`.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// `if`.
    pub condition: SchemaId,
    /// `then`.
    pub then: Option<SchemaId>,
    /// `else`.
    pub otherwise: Option<SchemaId>,
}

/// A reference whose target depends on the resources that the evaluation came through
/// ([JSON Schema Core 8.2.3.2](https://json-schema.org/draft/2020-12/json-schema-core#section-8.2.3.2)).
#[derive(Debug, Clone, PartialEq)]
pub struct DynamicReference {
    /// Where the keyword stands.
    pub span: Span,
    /// The target when no resource on the way has the anchor.
    pub target: SchemaId,
    /// The schemas with this dynamic anchor, by resource. The outermost resource on the way wins.
    pub anchors: Vec<(ResourceId, SchemaId)>,
}

impl DynamicReference {
    /// Whether its target does not depend on the way.
    #[must_use]
    pub fn is_alone(&self) -> bool {
        self.anchors.iter().all(|(_, anchor)| *anchor == self.target)
    }
}

/// One file with a schema at its root.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its text.
    pub source: SourceId,
    /// Its root schema.
    pub root: SchemaId,
    /// What the file is for, by its place in the registry.
    pub role: Role,
}

/// What a document is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// `<context>/<EventName>.json`.
    Event {
        /// Name of the folder.
        context: String,
    },
    /// `<context>/types/<Name>.json`, or `types/<Name>.json` without a context.
    Type {
        /// Name of the folder.
        context: Option<String>,
    },
    /// A document that is known by its URI only, such as a metaschema.
    External,
}
