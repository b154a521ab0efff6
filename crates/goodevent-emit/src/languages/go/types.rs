//! Definitions of types.

use goodevent_model::{Document, Extra, Field, Item, ItemKind, Shape, Type};
use goodevent_schema::ir::SchemaId;

use crate::{
    docs::{described, limits},
    escape::Language,
};

use super::{
    codecs,
    expressions::{Presence, below, presence, type_name},
    names::{Cx, File},
};

/// The types of a document, with their codecs.
pub(super) fn definitions(cx: &Cx<'_>, file: &File, document: &Document) -> String {
    let mut text = String::new();
    if let Some(typed) = cx.model.alias(document) {
        let own = Type { alias: None, ..typed.clone() };
        let name = &file.type_name;
        let about = docs(cx, Some(file.root), Some(name), &limits(&own.shape), "");
        text.push_str(&format!("{about}type {name} {}\n\n", type_name(cx, None, name, &own)));
        text.push_str(&codecs::alias(cx, name, &own));
        text.push_str(&tuples(cx, None, name, &own));
    }
    let items = cx.model.items_of(file.source).iter();
    text.extend(items.map(|schema| definition(cx, file, *schema, &cx.model.items[schema])));
    text
}

fn definition(cx: &Cx<'_>, file: &File, schema: SchemaId, item: &Item) -> String {
    let name = cx.name(schema);
    let event = cx.model.documents.iter().find(|document| document.root == schema).and_then(|own| own.event.as_ref());
    let deprecated = match event {
        Some(event) => event.deprecated.clone(),
        None => cx.model.graph()[schema].docs.deprecated.then(String::new),
    };
    let description = cx.model.docs(schema).unwrap_or_default();
    let about = comment(&named(name, description), deprecated.as_deref(), "");
    let parts = |parts: &[(String, &Type)]| -> String {
        parts.iter().map(|(place, typed)| tuples(cx, Some(schema), place, typed)).collect()
    };
    let places = cx.places(schema, item);
    let body = match &item.kind {
        ItemKind::Record { fields, extra } => record(cx, schema, fields, extra),
        ItemKind::Wrapper(typed) => {
            let own = type_name(cx, Some(schema), &places[0].0, typed);
            format!("type {name} struct {{\n\t// Value is the payload.\n\tValue {own}\n}}\n\n")
        }
        ItemKind::Enum(values) => match values.as_slice() {
            [value] => constant(name, value),
            values => enumeration(name, values, cx.constants(schema)),
        },
        ItemKind::Union { variants, .. } => {
            let mut text = format!("type {name} interface {{\n\tis{name}()\n}}\n\n");
            let mut seen: Vec<&str> = Vec::new();
            for ((variant, is_made), own) in cx.variants(schema).iter().zip(variants) {
                if *is_made {
                    let about = comment(&format!("{variant} is a variant of [{name}]."), None, "");
                    let typed = type_name(cx, Some(schema), variant, &own.typed);
                    text.push_str(&format!(
                        "{about}type {variant} struct {{\n\t// Value is the value.\n\tValue {typed}\n}}\n\n"
                    ));
                }
                if !seen.contains(&variant.as_str()) {
                    seen.push(variant);
                    text.push_str(&format!("func ({variant}) is{name}() {{}}\n\n"));
                }
            }
            text
        }
    };
    format!("{about}{body}{}{}", codecs::item(cx, file, schema, item), parts(&places))
}

fn record(cx: &Cx<'_>, schema: SchemaId, fields: &[Field], extra: &Extra) -> String {
    let name = cx.name(schema);
    let names = cx.fields(schema);
    let mut members: Vec<String> = Vec::new();
    for (field, own) in fields.iter().zip(names) {
        let about = docs(cx, field.schema, None, &limits(&field.typed.shape), "\t");
        let place = format!("{name}.{own}");
        members.push(format!("{about}\t{own} {}\n", field_type(cx, schema, &place, field)));
    }
    if let (Extra::Open(typed), Some(own)) = (extra, names.last()) {
        let value = type_name(cx, None, &format!("{name}.{own}"), typed);
        members.push(format!("\t// Members besides those above.\n\t{own} map[string]{value}\n"));
    }
    match members.is_empty() {
        true => format!("type {name} struct{{}}\n\n"),
        false => format!("type {name} struct {{\n{}}}\n\n", members.join("\n")),
    }
}

fn field_type(cx: &Cx<'_>, owner: SchemaId, place: &str, field: &Field) -> String {
    match presence(cx, field) {
        Presence::Required | Presence::Nil => type_name(cx, Some(owner), place, &field.typed),
        Presence::Pointer => format!("*{}", type_name(cx, None, place, &field.typed)),
        Presence::Optional(inner) => format!("goodevent.Optional[{}]", type_name(cx, None, place, inner)),
    }
}

/// The tuples at a place and below it, which are types with names.
fn tuples(cx: &Cx<'_>, owner: Option<SchemaId>, place: &str, typed: &Type) -> String {
    if cx.alias(typed).is_some() {
        return String::new();
    }
    match &typed.shape {
        Shape::Array { item, .. } => tuples(cx, None, &below(place, "Item"), item),
        Shape::Map { value } => tuples(cx, None, &below(place, "Value"), value),
        Shape::Nullable(inner) => tuples(cx, owner, place, inner),
        Shape::Tuple(items) => {
            let name = cx.tuple(place);
            let field = |(index, item): (usize, &Type)| {
                let place = below(place, &format!("Item{index}"));
                format!("\t// Item {index}.\n\tItem{index} {}\n", type_name(cx, owner, &place, item))
            };
            let fields: Vec<String> = items.iter().enumerate().map(field).collect();
            let fields =
                if fields.is_empty() { "struct{}".to_owned() } else { format!("struct {{\n{}}}", fields.join("\n")) };
            let inner = items.iter().enumerate();
            let inner = inner.map(|(index, item)| tuples(cx, owner, &below(place, &format!("Item{index}")), item));
            let about = comment(&format!("{name} is an array of {} items.", items.len()), None, "");
            let codec = codecs::tuple(cx, owner, place, items);
            format!("{about}type {name} {fields}\n\n{codec}{}", inner.collect::<String>())
        }
        _ => String::new(),
    }
}

/// A string that is always the same: there is nothing to be set.
fn constant(name: &str, value: &str) -> String {
    let text = Language::Go.text(value);
    format!(
        "type {name} struct{{}}\n\n// String returns the only value.\nfunc ({name}) String() string {{\n\treturn \
         {text}\n}}\n\n"
    )
}

fn enumeration(name: &str, values: &[String], names: &[String]) -> String {
    let mut text = format!("type {name} string\n\n");
    for (value, own) in values.iter().zip(names) {
        let literal = Language::Go.text(value);
        let about = comment(&format!("{own} is a value of [{name}]."), None, "");
        text.push_str(&format!("{about}const {own} {name} = {literal}\n\n"));
    }
    let list = names.last().map(String::as_str).unwrap_or_default();
    let all: String = names.iter().take(values.len()).map(|own| format!("\t\t{own},\n")).collect();
    let all = if all.is_empty() { "{}".to_owned() } else { format!("{{\n{all}\t}}") };
    text.push_str(&format!(
        "// {list} returns all values of [{name}].\nfunc {list}() []{name} {{\n\treturn []{name}{all}\n}}\n\n"
    ));
    text
}

/// The description of a type begins with its name, as Go has it.
fn named(name: &str, description: &str) -> String {
    match description.is_empty() {
        true => format!("{name} is a part of a contract."),
        false => format!("{name}: {description}"),
    }
}

fn docs(cx: &Cx<'_>, schema: Option<SchemaId>, name: Option<&str>, limits: &str, indent: &str) -> String {
    let description = schema.and_then(|schema| cx.model.docs(schema)).unwrap_or_default();
    let is_deprecated = schema.is_some_and(|schema| cx.model.graph()[schema].docs.deprecated);
    let description = match name {
        Some(name) => named(name, description),
        None => description.to_owned(),
    };
    comment(&described(&description, limits), is_deprecated.then_some(""), indent)
}

/// A comment with a description; `deprecated` is the reason of a deprecation.
pub(super) fn comment(description: &str, deprecated: Option<&str>, indent: &str) -> String {
    let line = |text: &str| Language::Go.comment(text).trim().to_owned();
    let description = line(description);
    // Markup of doc comments would be formatted, and read as one of a deprecation.
    let is_markup = description.starts_with(|first: char| !first.is_alphabetic() && first != '`')
        || description.starts_with("Deprecated:");
    let description = if is_markup { format!("Value: {description}") } else { description };
    let deprecated = deprecated.map(|reason| match line(reason) {
        reason if reason.is_empty() => "Deprecated: it is not to be used any more.".to_owned(),
        reason => format!("Deprecated: {reason}."),
    });
    let lines = [Some(description).filter(|text| text != "Value: " && !text.is_empty()), deprecated];
    let lines: Vec<String> = lines.into_iter().flatten().map(|line| format!("{indent}// {line}\n")).collect();
    lines.join(&format!("{indent}//\n"))
}
