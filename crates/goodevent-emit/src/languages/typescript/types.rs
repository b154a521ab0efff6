//! Definitions of types.

use goodevent_model::{Document, Extra, Field, Item, ItemKind, Shape, Type};
use goodevent_schema::ir::SchemaId;

use crate::{
    docs::{described, text_limits},
    escape::Language,
    languages::{
        modules::Module,
        names::{Cx, is_circular},
    },
};

/// The types of a document.
pub(super) fn definitions(cx: &Cx<'_>, module: &Module, document: &Document) -> String {
    let mut text = String::new();
    if let Some(typed) = cx.model.alias(document) {
        let about = docs(cx, Some(module.root), &text_limits(&typed.shape), "");
        let own = Type { alias: None, ..typed.clone() };
        text.push_str(&format!(
            "{about}export type {} = {};\n\n",
            module.type_name,
            typed_name(cx, module, None, &own)
        ));
    }
    let items = cx.model.items_of(module.source).iter().filter(|schema| cx.constant(**schema).is_none());
    text.extend(items.map(|schema| definition(cx, module, *schema, &cx.model.items[schema])));
    text
}

fn definition(cx: &Cx<'_>, module: &Module, schema: SchemaId, item: &Item) -> String {
    let name = cx.name(schema);
    let deprecated = cx.deprecation(module, schema);
    let description = cx.model.docs(schema).unwrap_or_default();
    let about = comment(description, deprecated.as_deref(), "");
    match &item.kind {
        ItemKind::Record { fields, extra } if fields.is_empty() && matches!(extra, Extra::Closed) => {
            format!("{about}export type {name} = {{ readonly [member: string]: never }};\n\n")
        }
        ItemKind::Record { fields, extra } => {
            let members: String = fields.iter().map(|field| member(cx, module, schema, field)).collect();
            let others = match extra {
                Extra::Closed => "",
                Extra::Open(_) => "  readonly [member: string]: unknown;\n",
            };
            format!("{about}export interface {name} {{\n{members}{others}}}\n\n")
        }
        ItemKind::Wrapper(typed) => {
            format!("{about}export type {name} = {};\n\n", typed_name(cx, module, Some(schema), typed))
        }
        ItemKind::Enum(values) => {
            let values: Vec<String> = values.iter().map(|value| Language::TypeScript.text(value)).collect();
            let all = if values.is_empty() { "never".to_owned() } else { values.join(" | ") };
            // The contract of an event has its name.
            let list = match module.is_event && schema == module.root {
                true => String::new(),
                false => format!(
                    "/** The values of {{@link {name}}}. */\nexport const {name}: readonly {name}[] = [{}];\n",
                    values.join(", ")
                ),
            };
            format!("{about}export type {name} = {all};\n{list}\n")
        }
        ItemKind::Union { variants, .. } => {
            let variants = variants.iter().map(|variant| typed_name(cx, module, Some(schema), &variant.typed));
            let all: Vec<String> = variants.collect();
            let all = if all.is_empty() { "never".to_owned() } else { all.join(" | ") };
            format!("{about}export type {name} = {all};\n\n")
        }
    }
}

fn member(cx: &Cx<'_>, module: &Module, owner: SchemaId, field: &Field) -> String {
    let about = docs(cx, field.schema, &text_limits(&field.typed.shape), "  ");
    let optional = if field.is_required { "" } else { "?" };
    let ty = typed_name(cx, module, Some(owner), &field.typed);
    format!("{about}  readonly {}{optional}: {ty};\n", property(&field.name))
}

/// A name of a property: bare where that is one of JavaScript.
fn property(name: &str) -> String {
    let is_first = |first: char| first.is_ascii_alphabetic() || matches!(first, '_' | '$');
    let is_bare = name.starts_with(is_first) && name.chars().all(|char| is_first(char) || char.is_ascii_digit());
    if is_bare { name.to_owned() } else { Language::TypeScript.text(name) }
}

/// The type of `typed`, inside of the item `owner`.
fn typed_name(cx: &Cx<'_>, module: &Module, owner: Option<SchemaId>, typed: &Type) -> String {
    if let Some(alias) = cx.alias(typed) {
        return cx.path(module, alias, &cx.module(alias).type_name);
    }
    match &typed.shape {
        Shape::Json => "g.Json".to_owned(),
        Shape::Null => "null".to_owned(),
        Shape::Bool => "boolean".to_owned(),
        Shape::Integer(..) | Shape::Number(_) | Shape::Decimal { .. } => "number".to_owned(),
        Shape::Text(_) => "string".to_owned(),
        Shape::Named(schema) => match cx.constant(*schema) {
            Some(value) => Language::TypeScript.text(value),
            None if owner.is_some_and(|owner| cx.is_alias(owner) && is_circular(cx.model, *schema, owner)) => {
                "g.Json".to_owned()
            }
            None => cx.path(module, *schema, cx.name(*schema)),
        },
        Shape::Array { item, .. } => {
            let item = typed_name(cx, module, None, item);
            let is_single = !item.contains(" | ") && !item.starts_with("readonly ");
            if is_single { format!("readonly {item}[]") } else { format!("readonly ({item})[]") }
        }
        Shape::Tuple(items) => {
            let items: Vec<String> = items.iter().map(|item| typed_name(cx, module, None, item)).collect();
            format!("readonly [{}]", items.join(", "))
        }
        Shape::Map { value } => {
            format!("{{ readonly [name: string]: {} }}", typed_name(cx, module, None, value))
        }
        Shape::Nullable(inner) => format!("{} | null", typed_name(cx, module, owner, inner)),
    }
}

fn docs(cx: &Cx<'_>, schema: Option<SchemaId>, constraints: &str, indent: &str) -> String {
    let description = schema.and_then(|schema| cx.model.docs(schema)).unwrap_or_default();
    let is_deprecated = schema.is_some_and(|schema| cx.model.graph()[schema].docs.deprecated);
    comment(&described(description, constraints), is_deprecated.then_some(""), indent)
}

/// A comment with a description; `deprecated` is the reason of a deprecation.
pub(super) fn comment(description: &str, deprecated: Option<&str>, indent: &str) -> String {
    let description = Language::TypeScript.comment(description);
    let deprecated = deprecated.map(|reason| format!("@deprecated {}", Language::TypeScript.comment(reason)));
    let parts: Vec<&str> = [description.as_str()]
        .into_iter()
        .chain(deprecated.as_deref())
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    if parts.is_empty() { String::new() } else { format!("{indent}/** {} */\n", parts.join(" ")) }
}
