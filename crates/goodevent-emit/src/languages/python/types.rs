//! Definitions of types.

use goodevent_model::{Document, Extra, Field, Item, ItemKind, Shape, Type};
use goodevent_schema::ir::{SchemaId, Types};

use crate::{
    docs::{described, limits},
    escape::Language,
    languages::{modules::Module, names::Cx, tables::Tables},
};

use super::{
    names::attributes,
    shapes::{self, is_untyped},
    tables::{self, tuple},
};

/// The types of a document.
pub(super) fn definitions(cx: &Cx<'_>, tables: &Tables<'_>, module: &Module, document: &Document) -> String {
    let mut text = String::new();
    if let Some(typed) = cx.model.alias(document) {
        let own = Type { alias: None, ..typed.clone() };
        let about = about(cx, Some(module.root), &limits(&typed.shape));
        text.push_str(&alias(&module.type_name, &typed_name(cx, module, None, &own), about.as_deref()));
    }
    for schema in cx.model.items_of(module.source) {
        if cx.constant(*schema).is_none() {
            text.push_str(&definition(cx, tables, module, *schema, &cx.model.items[schema]));
        }
    }
    text
}

fn definition(cx: &Cx<'_>, tables: &Tables<'_>, module: &Module, schema: SchemaId, item: &Item) -> String {
    let name = cx.name(schema);
    let deprecated = cx.deprecation(module, schema);
    let about = documentation(cx.model.docs(schema).unwrap_or_default(), "", deprecated.as_deref());
    let mut text = match &item.kind {
        ItemKind::Record { fields, extra } => {
            record(cx, tables, module, schema, &Record { name, about: about.as_deref(), item, fields, extra })
        }
        ItemKind::Wrapper(typed) => alias(name, &typed_name(cx, module, Some(schema), typed), about.as_deref()),
        ItemKind::Enum(values) => literal_alias(name, values, about.as_deref()),
        ItemKind::Union { variants, .. } => {
            let variants = variants.iter().map(|variant| typed_name(cx, module, Some(schema), &variant.typed));
            let mut all: Vec<String> = Vec::new();
            variants.for_each(|variant| all.extend((!all.contains(&variant)).then_some(variant)));
            let all = if all.is_empty() { "_t.NoReturn".to_owned() } else { all.join(" | ") };
            alias(name, &all, about.as_deref())
        }
    };
    text.extend(shapes::constant(cx, tables, module, schema, item));
    text
}

/// An alias in quotation marks, since it can name types that are defined below or elsewhere.
fn alias(name: &str, ty: &str, about: Option<&str>) -> String {
    let docs = about.map(|about| format!("{}\n", docstring(about))).unwrap_or_default();
    format!("\n{name}: _t.TypeAlias = {}\n{docs}", Language::Python.text(ty))
}

fn literal_alias(name: &str, values: &[String], about: Option<&str>) -> String {
    let docs = about.map(|about| format!("{}\n", docstring(about))).unwrap_or_default();
    format!("\n{name}: _t.TypeAlias = {}\n{docs}", literals(values))
}

fn literals(values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| Language::Python.text(value)).collect();
    if values.is_empty() { "_t.NoReturn".to_owned() } else { format!("_t.Literal[{}]", values.join(", ")) }
}

struct Record<'a> {
    name: &'a str,
    about: Option<&'a str>,
    item: &'a Item,
    fields: &'a [Field],
    extra: &'a Extra,
}

fn record(cx: &Cx<'_>, tables: &Tables<'_>, module: &Module, schema: SchemaId, record: &Record<'_>) -> String {
    let (attributes, extra) = attributes(record.item);
    let mut text =
        format!("\n\n@_dataclass(frozen=True, slots=True, kw_only=True)\nclass {}(_g.Record):\n", record.name);
    text.push_str(&format!("    {}\n\n", docstring(record.about.unwrap_or("An object of JSON."))));
    let mut members = String::new();
    for (field, attribute) in record.fields.iter().zip(&attributes) {
        text.push_str(&member(cx, module, schema, field, attribute));
        let shape = shapes::of(cx, module, Some(schema), &field.typed);
        let is_required = if field.is_required { "True" } else { "False" };
        let [attribute, name] = [attribute, &field.name].map(|text| Language::Python.text(text));
        members.push_str(&format!("            ({attribute}, {name}, {is_required}, {shape}),\n"));
    }
    let members = if members.is_empty() { "()".to_owned() } else { format!("(\n{members}        )") };
    let mut arguments = format!("        lambda: {members},\n");
    if tables.has(schema) {
        arguments.push_str(&format!("        table={},\n", tables::path(cx, tables, module, schema)));
    }
    if let (Extra::Open(typed), Some(attribute)) = (record.extra, &extra) {
        let ty = typed_name(cx, module, Some(schema), typed);
        let shape = shapes::of(cx, module, Some(schema), typed);
        text.push_str(&format!("    {attribute}: _t.Mapping[str, {ty}] = _field(default_factory=dict)\n"));
        text.push_str("    \"\"\"Other members, by their names.\"\"\"\n");
        arguments.push_str(&format!("        extra={},\n", Language::Python.text(attribute)));
        arguments.push_str(&format!("        extra_shape={shape},\n"));
    }
    text.push_str(&format!("    __fields_of_json__: _t.ClassVar[_g.Fields] = _g.Fields(\n{arguments}    )\n"));
    text
}

fn member(cx: &Cx<'_>, module: &Module, owner: SchemaId, field: &Field, attribute: &str) -> String {
    let ty = typed_name(cx, module, Some(owner), &field.typed);
    let constant = match &field.typed.shape {
        Shape::Named(schema) if field.is_required => cx.constant(*schema),
        _ => None,
    };
    let (ty, default) = match (field.is_required, allows_null(cx, &field.typed, 0)) {
        (true, _) => (ty, constant.map(|value| Language::Python.text(value))),
        (false, true) => (format!("{ty} | _g.Absent"), Some("_g.ABSENT".to_owned())),
        (false, false) => (format!("{ty} | None"), Some("None".to_owned())),
    };
    // The text of a value shows no personal data.
    let default = match (field.schema.is_some_and(|schema| cx.model.personal.contains(&schema)), default) {
        (true, Some(default)) => format!(" = _field(default={default}, repr=False)"),
        (true, None) => " = _field(repr=False)".to_owned(),
        (false, Some(default)) => format!(" = {default}"),
        (false, None) => String::new(),
    };
    let about = about(cx, field.schema, &limits(&field.typed.shape));
    let about = about.map(|about| format!("    {}\n", docstring(&about))).unwrap_or_default();
    format!("    {attribute}: {ty}{default}\n{about}")
}

/// Whether `null` is a value of the type.
fn allows_null(cx: &Cx<'_>, typed: &Type, depth: u32) -> bool {
    const MAX_DEPTH: u32 = 64;
    match &typed.shape {
        Shape::Json | Shape::Null | Shape::Nullable(_) => true,
        Shape::Named(schema) => match &cx.model.items[schema].kind {
            ItemKind::Record { .. } | ItemKind::Enum(_) => false,
            _ if depth > MAX_DEPTH => true,
            ItemKind::Wrapper(typed) => allows_null(cx, typed, depth + 1),
            ItemKind::Union { variants, .. } => variants
                .iter()
                .any(|variant| variant.types.contains(Types::NULL) || allows_null(cx, &variant.typed, depth + 1)),
        },
        _ => false,
    }
}

/// The type of `typed`, inside of the item `owner`.
pub(super) fn typed_name(cx: &Cx<'_>, module: &Module, owner: Option<SchemaId>, typed: &Type) -> String {
    if let Some(alias) = cx.alias(typed) {
        return cx.path(module, alias, &cx.module(alias).type_name);
    }
    match &typed.shape {
        Shape::Json => "_g.Json".to_owned(),
        Shape::Null => "None".to_owned(),
        Shape::Bool => "bool".to_owned(),
        Shape::Integer(..) | Shape::Decimal { is_integer: true } => "int".to_owned(),
        Shape::Number(_) => "float".to_owned(),
        Shape::Decimal { is_integer: false } => "_g.Decimal".to_owned(),
        Shape::Text(_) => "str".to_owned(),
        Shape::Named(schema) => match cx.constant(*schema) {
            Some(value) => literals(&[value.to_owned()]),
            None if is_untyped(cx, owner, *schema) => "_g.Json".to_owned(),
            None => cx.path(module, *schema, cx.name(*schema)),
        },
        Shape::Array { item, .. } => format!("tuple[{}, ...]", typed_name(cx, module, None, item)),
        Shape::Tuple(items) => {
            let items: Vec<String> = items.iter().map(|item| typed_name(cx, module, None, item)).collect();
            format!("tuple[{}]", if items.is_empty() { tuple(&[]) } else { items.join(", ") })
        }
        Shape::Map { value } => format!("_t.Mapping[str, {}]", typed_name(cx, module, None, value)),
        Shape::Nullable(inner) => format!("{} | None", typed_name(cx, module, owner, inner)),
    }
}

fn about(cx: &Cx<'_>, schema: Option<SchemaId>, constraints: &str) -> Option<String> {
    let description = schema.and_then(|schema| cx.model.docs(schema)).unwrap_or_default();
    let is_deprecated = schema.is_some_and(|schema| cx.model.graph()[schema].docs.deprecated);
    documentation(description, constraints, is_deprecated.then_some(""))
}

/// Description, constraints and deprecation, as text of a docstring.
pub(super) fn documentation(description: &str, constraints: &str, deprecated: Option<&str>) -> Option<String> {
    let described = described(description.trim(), constraints);
    let deprecated = match deprecated {
        None => String::new(),
        Some("") => "Deprecated.".to_owned(),
        Some(reason) => format!("Deprecated: {reason}"),
    };
    let parts = [described.as_str(), &deprecated];
    let all: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

/// A docstring of one line.
pub(super) fn docstring(text: &str) -> String {
    format!("\"\"\"{}\"\"\"", Language::Python.comment(text))
}
