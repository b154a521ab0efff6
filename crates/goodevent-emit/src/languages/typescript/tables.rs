//! Schemas as tables, which the shared code evaluates.

use goodevent_json::string;
use goodevent_model::Model;
use goodevent_schema::{
    ir::{Draft, Format, Graph, Property, Schema, SchemaId, Types, Value},
    keyword::Keyword,
    source::Spanned,
};

use crate::escape::Language;

use super::names::{Cx, Module};

/// The schemas that events reach, each of those with a number as a constant.
pub(super) struct Tables<'g> {
    graph: &'g Graph,
    own: goodevent_model::Tables,
}

impl<'g> Tables<'g> {
    /// Finds the schemas that events reach.
    pub(super) fn new(model: &Model<'g>) -> Self {
        let events = model.documents.iter().filter(|document| document.event.is_some());
        let named = events.map(|document| document.root).collect();
        Self { graph: model.graph(), own: goodevent_model::Tables::of(model.graph(), named) }
    }

    /// The constants of a document.
    pub(super) fn text(&self, cx: &Cx<'_>, module: &Module) -> String {
        let here = self.own.by_document.get(&module.source).into_iter().flatten();
        let constant = |schema: &SchemaId| {
            let printer = Printer { cx, module, tables: self };
            let checks: String = printer.node(*schema).into_iter().map(|check| format!("  {check},\n")).collect();
            format!("export const ${}: g.Node = [\n{checks}];\n", self.own.numbers[schema])
        };
        here.map(constant).collect()
    }

    /// An expression that refers to the table of `schema` from `module`.
    pub(super) fn path(&self, cx: &Cx<'_>, module: &Module, schema: SchemaId) -> String {
        let name = cx.path(module, schema, &format!("${}", self.own.numbers[&schema]));
        // Modules and tables refer to each other in circles, so that none is read before all are there.
        format!("() => {name}")
    }
}

struct Printer<'a, 'g> {
    cx: &'a Cx<'a>,
    module: &'a Module,
    tables: &'a Tables<'g>,
}

impl Printer<'_, '_> {
    /// The checks of a schema.
    fn node(&self, id: SchemaId) -> Vec<String> {
        let schema = &self.tables.graph[id];
        let mut checks = Vec::new();
        let resource = self.tables.own.resources.get(&schema.resource).filter(|resource| **resource > 0);
        checks.extend(resource.map(|resource| format!("[\"resource\", {resource}]")));
        let event = self.cx.model.documents[self.cx.module(id).module_idx].event.as_ref();
        let personal = event.map(|event| &event.personal_data).filter(|_| id == self.cx.module(id).root);
        let personal = personal.filter(|personal| !personal.is_empty());
        checks
            .extend(personal.map(|pointers| format!("[\"personal\", {}]", texts(pointers.iter().map(String::as_str)))));
        match schema.always {
            Some(true) => {}
            Some(false) => checks.push("[\"false\"]".to_owned()),
            None => checks.extend(schema.keywords.all().map(|keyword| self.check(schema, keyword))),
        }
        checks
    }

    fn to(&self, id: SchemaId) -> String {
        // What is not allowed is reported by the keyword that says so, wherever the schema stands.
        if self.tables.graph[id].always == Some(false) {
            return "[[\"false\"]]".to_owned();
        }
        if self.tables.own.numbers.contains_key(&id) {
            return self.tables.path(self.cx, self.module, id);
        }
        format!("[{}]", self.node(id).join(", "))
    }

    fn all(&self, ids: &[SchemaId]) -> String {
        format!("[{}]", ids.iter().map(|id| self.to(*id)).collect::<Vec<_>>().join(", "))
    }

    fn named(&self, properties: &[Property]) -> String {
        let entry =
            |property: &Property| format!("    [{}, {}],\n", text(&property.name.value), self.to(property.schema));
        match properties {
            [] => "[]".to_owned(),
            _ => format!("[\n{}  ]", properties.iter().map(entry).collect::<String>()),
        }
    }

    fn optional(&self, id: Option<SchemaId>) -> String {
        id.map_or_else(|| "null".to_owned(), |id| self.to(id))
    }

    /// One keyword, as the type `Check` of the shared code has it.
    fn check(&self, schema: &Schema, keyword: Keyword<'_>) -> String {
        let arguments = match keyword {
            Keyword::Type(types) => texts(type_names(types.value, schema.draft).into_iter()),
            Keyword::Enum(values) => {
                let values: Vec<String> = values.value.iter().map(|entry| json(&entry.value)).collect();
                text(&format!("[{}]", values.join(",")))
            }
            Keyword::Const(constant) => text(&json(&constant.value)),
            Keyword::Minimum(bound)
            | Keyword::Maximum(bound)
            | Keyword::ExclusiveMinimum(bound)
            | Keyword::ExclusiveMaximum(bound)
            | Keyword::MultipleOf(bound) => text(&bound.value.0),
            Keyword::MinLength(count)
            | Keyword::MaxLength(count)
            | Keyword::MinItems(count)
            | Keyword::MaxItems(count)
            | Keyword::MinProperties(count)
            | Keyword::MaxProperties(count) => count.value.to_string(),
            Keyword::Pattern(pattern) => text(&pattern.value),
            Keyword::Format(format) => text(match format.value {
                Format::HostnameRfc1034 => "hostname-rfc1034",
                format => format.name(),
            }),
            Keyword::ContentEncoding(encoding) => text(encoding.value.name()),
            Keyword::ContentMediaType(_) => {
                let encoding = schema.keywords.text.content_encoding.as_ref();
                encoding.map_or_else(|| "null".to_owned(), |encoding| text(encoding.value.name()))
            }
            Keyword::Items(items) => {
                format!("{}, {}", schema.keywords.array.prefix_items.len(), self.to(items))
            }
            Keyword::Contains(contains) => {
                let max = contains.max.map_or_else(|| "null".to_owned(), |max| max.to_string());
                format!("{}, {}, {max}", self.to(contains.schema), contains.min)
            }
            Keyword::UniqueItems(_) => return "[\"uniqueItems\"]".to_owned(),
            Keyword::UnevaluatedItems(items) => {
                format!("{}, {}", self.to(items), schema.draft == Draft::Draft202012)
            }
            Keyword::Properties(properties)
            | Keyword::PatternProperties(properties)
            | Keyword::DependentSchemas(properties) => self.named(properties),
            Keyword::AdditionalProperties(id)
            | Keyword::PropertyNames(id)
            | Keyword::UnevaluatedProperties(id)
            | Keyword::Not(id) => self.to(id),
            Keyword::Required(names) => texts(names.iter().map(|name| name.value.as_str())),
            Keyword::DependentRequired(rules) => {
                let rule = |(name, names): &(_, Vec<_>)| self.rule(name, names);
                format!("[{}]", rules.iter().map(rule).collect::<Vec<_>>().join(", "))
            }
            Keyword::PrefixItems(ids) | Keyword::AllOf(ids) | Keyword::AnyOf(ids) | Keyword::OneOf(ids) => {
                self.all(ids)
            }
            Keyword::If(condition) => {
                let (then, otherwise) = (self.optional(condition.then), self.optional(condition.otherwise));
                format!("{}, {then}, {otherwise}", self.to(condition.condition))
            }
            Keyword::Ref(reference) => self.to(reference.value),
            Keyword::DynamicRef(reference) => {
                let anchors = reference.anchors.iter().filter_map(|(resource, schema)| {
                    let resource = self.tables.own.resources.get(resource)?;
                    Some(format!("[{resource}, {}]", self.to(*schema)))
                });
                let anchors = anchors.collect::<Vec<_>>().join(", ");
                format!("[{anchors}], {}", self.to(reference.target))
            }
        };
        format!("[{}, {arguments}]", text(keyword.name()))
    }

    fn rule(&self, name: &Spanned<impl AsRef<str>>, names: &[Spanned<impl AsRef<str>>]) -> String {
        format!("[{}, {}]", text(name.value.as_ref()), texts(names.iter().map(|name| name.value.as_ref())))
    }
}

fn text(text: &str) -> String {
    Language::TypeScript.text(text)
}

fn texts<'t>(all: impl Iterator<Item = &'t str>) -> String {
    format!("[{}]", all.map(text).collect::<Vec<_>>().join(", "))
}

fn type_names(types: Types, draft: Draft) -> Vec<&'static str> {
    let integer = if draft == Draft::Draft4 { "plain integer" } else { "integer" };
    let all = [
        (Types::NULL, "null"),
        (Types::BOOLEAN, "boolean"),
        (Types::NUMBER, "number"),
        (Types::INTEGER, integer),
        (Types::STRING, "string"),
        (Types::ARRAY, "array"),
        (Types::OBJECT, "object"),
    ];
    all.into_iter().filter(|(kind, _)| types.contains(*kind)).map(|(_, name)| name).collect()
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
