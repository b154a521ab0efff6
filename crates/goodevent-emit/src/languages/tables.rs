//! The schemas of all events as tables that any language can write: a table is a list with an entry for each keyword.
//!
//! The shared code of a language evaluates the tables. An entry is a list that begins with the name of its keyword, in the
//! order in which violations are listed:
//!
//! | entry | arguments |
//! |---|---|
//! | `resource` | the number of the resource that the schema is in, for `$dynamicRef` |
//! | `personal` | JSON Pointers of the personal data of an event; a part of arrays has no index |
//! | `false` | none: nothing is valid |
//! | `type` | names of types; `plain integer`, of draft 4, is an integer without fraction and exponent |
//! | `enum`, `const` | the JSON text of the array of values, or of the value |
//! | `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf` | the JSON text of the number |
//! | `minLength`, `maxLength`, `minItems`, `maxItems`, `minProperties`, `maxProperties` | a count |
//! | `pattern` | a pattern |
//! | `format`, `contentEncoding` | a name |
//! | `contentMediaType` | the name of the encoding, or null; the text is JSON |
//! | `uniqueItems` | none |
//! | `prefixItems`, `allOf`, `anyOf`, `oneOf` | schemas |
//! | `items` | the number of items that `prefixItems` is about, and the schema of all others |
//! | `contains` | a schema, the least number of items, and the greatest or null |
//! | `unevaluatedItems` | a schema, and whether `contains` evaluates items |
//! | `properties`, `dependentSchemas` | names, each with a schema |
//! | `patternProperties` | patterns, each with a schema |
//! | `additionalProperties`, `propertyNames`, `unevaluatedProperties`, `not`, `$ref` | a schema |
//! | `required` | names |
//! | `dependentRequired` | names, each with the names that it requires |
//! | `if` | the schema of `if`, that of `then` or null, and that of `else` or null |
//! | `$dynamicRef` | numbers of resources, each with the schema that the reference means within it; the schema otherwise |
//!
//! A schema is a list of entries, or refers to the table that has them. Numbers and values are JSON text, so that no digit is
//! lost.

use std::collections::BTreeMap;

use goodevent_json::string;
use goodevent_model::Model;
use goodevent_schema::{
    ir::{Draft, Format, Graph, Property, Schema, SchemaId, Types, Value},
    keyword::Keyword,
    source::{SourceId, Spanned},
};

/// A part of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Nothing, where there could be something.
    Null,
    /// A truth value.
    Bool(bool),
    /// A length or a number of elements.
    Count(u64),
    /// A name, or the JSON text of a number or a value.
    Text(String),
    /// A pattern of ECMA-262; [`patterns::automaton`](super::patterns::automaton) decides it in any language.
    Pattern(String),
    /// Several parts.
    List(Vec<Entry>),
    /// Several parts that read best on a line each.
    Lines(Vec<Entry>),
    /// Refers to the table of a schema. Tables can refer to each other in cycles.
    Table(SchemaId),
}

/// All tables: those of the events, and of the schemas that they reach.
#[derive(Debug)]
pub struct Tables<'g> {
    graph: &'g Graph,
    own: goodevent_model::Tables,
    /// Pointers of personal data, by the root of their event.
    personal: BTreeMap<SchemaId, Vec<String>>,
}

impl<'g> Tables<'g> {
    /// Finds the schemas that events reach.
    #[must_use]
    pub fn new(model: &Model<'g>) -> Self {
        Self::with(model, [])
    }

    /// The same, and the tables of `others`.
    #[must_use]
    pub fn with(model: &Model<'g>, others: impl IntoIterator<Item = SchemaId>) -> Self {
        let events = || model.documents.iter().filter_map(|document| Some((document.root, document.event.as_ref()?)));
        let named = events().map(|(root, _)| root).chain(others).collect();
        let personal = events().map(|(root, event)| (root, event.personal_data.clone()));
        Self {
            graph: model.graph(),
            own: goodevent_model::Tables::of(model.graph(), named),
            personal: personal.filter(|(_, pointers)| !pointers.is_empty()).collect(),
        }
    }

    /// The number of a table within its document.
    #[must_use]
    pub fn number(&self, schema: SchemaId) -> usize {
        self.own.numbers[&schema]
    }

    /// Whether the schema has a table, because an event reaches it and it has schemas below.
    #[must_use]
    pub fn has(&self, schema: SchemaId) -> bool {
        self.own.numbers.contains_key(&schema)
    }

    /// The tables of a document in the order of their numbers, with their entries.
    pub fn of(&self, document: SourceId) -> impl Iterator<Item = (SchemaId, Vec<Entry>)> {
        self.own.by_document.get(&document).into_iter().flatten().map(|schema| (*schema, self.table(*schema)))
    }

    fn table(&self, id: SchemaId) -> Vec<Entry> {
        let schema = &self.graph[id];
        let mut entries = Vec::new();
        let resource = self.own.resources.get(&schema.resource).filter(|resource| **resource > 0);
        entries.extend(resource.map(|resource| entry("resource", [Entry::Count(u64::from(*resource))])));
        entries.extend(self.personal.get(&id).map(|pointers| entry("personal", [texts(pointers)])));
        match schema.always {
            Some(true) => {}
            Some(false) => entries.push(entry("false", [])),
            None => entries.extend(schema.keywords.all().map(|keyword| self.keyword(schema, keyword))),
        }
        entries
    }

    /// A reference to a table, or the table itself if nothing else refers to it.
    fn to(&self, id: SchemaId) -> Entry {
        // What is not allowed is reported by the keyword that says so, wherever the schema stands.
        if self.graph[id].always == Some(false) {
            return Entry::List(vec![entry("false", [])]);
        }
        if self.own.numbers.contains_key(&id) { Entry::Table(id) } else { Entry::List(self.table(id)) }
    }

    fn all(&self, ids: &[SchemaId]) -> Entry {
        Entry::List(ids.iter().map(|id| self.to(*id)).collect())
    }

    fn named(&self, properties: &[Property], name: fn(String) -> Entry) -> Entry {
        let entry =
            |property: &Property| Entry::List(vec![name(property.name.value.to_string()), self.to(property.schema)]);
        Entry::Lines(properties.iter().map(entry).collect())
    }

    fn optional(&self, id: Option<SchemaId>) -> Entry {
        id.map_or(Entry::Null, |id| self.to(id))
    }

    fn keyword(&self, schema: &Schema, keyword: Keyword<'_>) -> Entry {
        let encoding = || schema.keywords.text.content_encoding.as_ref().map(|encoding| encoding.value.name());
        let arguments = match keyword {
            Keyword::Type(types) => vec![texts(type_names(types.value, schema.draft))],
            Keyword::Enum(values) => {
                let values: Vec<String> = values.value.iter().map(|entry| json(&entry.value)).collect();
                vec![Entry::Text(format!("[{}]", values.join(",")))]
            }
            Keyword::Const(constant) => vec![Entry::Text(json(&constant.value))],
            Keyword::Minimum(bound)
            | Keyword::Maximum(bound)
            | Keyword::ExclusiveMinimum(bound)
            | Keyword::ExclusiveMaximum(bound)
            | Keyword::MultipleOf(bound) => vec![text(&bound.value.0)],
            Keyword::MinLength(count)
            | Keyword::MaxLength(count)
            | Keyword::MinItems(count)
            | Keyword::MaxItems(count)
            | Keyword::MinProperties(count)
            | Keyword::MaxProperties(count) => vec![Entry::Count(count.value)],
            Keyword::Pattern(pattern) => vec![Entry::Pattern(pattern.value.to_string())],
            Keyword::Format(format) => vec![text(match format.value {
                Format::HostnameRfc1034 => "hostname-rfc1034",
                format => format.name(),
            })],
            Keyword::ContentEncoding(encoding) => vec![text(encoding.value.name())],
            Keyword::ContentMediaType(_) => vec![encoding().map_or(Entry::Null, text)],
            Keyword::Items(items) => {
                vec![Entry::Count(schema.keywords.array.prefix_items.len() as u64), self.to(items)]
            }
            Keyword::Contains(contains) => vec![
                self.to(contains.schema),
                Entry::Count(contains.min),
                contains.max.map_or(Entry::Null, Entry::Count),
            ],
            Keyword::UniqueItems(_) => Vec::new(),
            Keyword::UnevaluatedItems(items) => {
                vec![self.to(items), Entry::Bool(schema.draft == Draft::Draft202012)]
            }
            Keyword::Properties(properties) | Keyword::DependentSchemas(properties) => {
                vec![self.named(properties, Entry::Text)]
            }
            Keyword::PatternProperties(properties) => vec![self.named(properties, Entry::Pattern)],
            Keyword::AdditionalProperties(id)
            | Keyword::PropertyNames(id)
            | Keyword::UnevaluatedProperties(id)
            | Keyword::Not(id) => vec![self.to(id)],
            Keyword::Required(names) => vec![texts(names.iter().map(|name| &name.value))],
            Keyword::DependentRequired(rules) => {
                vec![Entry::List(rules.iter().map(|(name, names)| rule(name, names)).collect())]
            }
            Keyword::PrefixItems(ids) | Keyword::AllOf(ids) | Keyword::AnyOf(ids) | Keyword::OneOf(ids) => {
                vec![self.all(ids)]
            }
            Keyword::If(condition) => {
                vec![self.to(condition.condition), self.optional(condition.then), self.optional(condition.otherwise)]
            }
            Keyword::Ref(reference) => vec![self.to(reference.value)],
            Keyword::DynamicRef(reference) => {
                let anchors = reference.anchors.iter().filter_map(|(resource, schema)| {
                    let resource = self.own.resources.get(resource)?;
                    Some(Entry::List(vec![Entry::Count(u64::from(*resource)), self.to(*schema)]))
                });
                vec![Entry::List(anchors.collect()), self.to(reference.target)]
            }
        };
        entry(keyword.name(), arguments)
    }
}

fn entry(name: &str, arguments: impl IntoIterator<Item = Entry>) -> Entry {
    Entry::List([text(name)].into_iter().chain(arguments).collect())
}

fn rule(name: &Spanned<impl AsRef<str>>, names: &[Spanned<impl AsRef<str>>]) -> Entry {
    Entry::List(vec![text(name.value.as_ref()), texts(names.iter().map(|name| &name.value))])
}

fn text(text: impl AsRef<str>) -> Entry {
    Entry::Text(text.as_ref().to_owned())
}

fn texts(all: impl IntoIterator<Item = impl AsRef<str>>) -> Entry {
    Entry::List(all.into_iter().map(text).collect())
}

fn type_names(types: Types, draft: Draft) -> impl Iterator<Item = &'static str> {
    let is_draft4 = draft == Draft::Draft4;
    types.names().map(move |name| if is_draft4 && name == "integer" { "plain integer" } else { name })
}

/// The JSON text of a value, with the digits of its numbers.
fn json(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.0.to_string(),
        Value::String(text) => string::quote(text),
        Value::Array(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(",")),
        Value::Object(members) => {
            let members = members.iter().map(|(name, member)| format!("{}:{}", string::quote(name), json(member)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
    }
}
