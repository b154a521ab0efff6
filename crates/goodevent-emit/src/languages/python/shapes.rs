//! Shapes: the shared code makes typed values from them.

use goodevent_model::{Discriminator, Item, ItemKind, Shape, Type, Variant};
use goodevent_schema::ir::SchemaId;

use crate::{
    escape::Language,
    languages::{
        modules::Module,
        names::{Cx, is_circular},
        tables::Tables,
    },
};

use super::tables::{self, tuple};

/// The schemas that a value is validated by to determine its variant.
pub(super) fn branches(cx: &Cx<'_>) -> Vec<SchemaId> {
    let branches = cx.model.items.values().flat_map(|item| match &item.kind {
        ItemKind::Union { by: Discriminator::Validity, variants } => variants.as_slice(),
        _ => &[],
    });
    branches.filter_map(|variant| variant.schema).collect()
}

/// The constant of an item that is an alias: classes have their shapes themselves.
pub(super) fn constant(
    cx: &Cx<'_>,
    tables: &Tables<'_>,
    module: &Module,
    schema: SchemaId,
    item: &Item,
) -> Option<String> {
    let value = match &item.kind {
        ItemKind::Record { .. } | ItemKind::Enum(_) => return None,
        ItemKind::Wrapper(typed) => of(cx, module, Some(schema), typed),
        ItemKind::Union { by, variants } => union(cx, tables, module, schema, by, variants),
    };
    Some(format!("\n{}: _g.Shape = {value}\n", name(cx, schema)))
}

fn name(cx: &Cx<'_>, schema: SchemaId) -> String {
    format!("SHAPE_{}", cx.name(schema))
}

/// The shape of `typed`, inside of the item `owner`; `None` if the value in JSON is the value.
pub(super) fn of(cx: &Cx<'_>, module: &Module, owner: Option<SchemaId>, typed: &Type) -> String {
    let word = |word: &str, inner: Option<String>| {
        tuple(&[Language::Python.text(word)].into_iter().chain(inner).collect::<Vec<_>>())
    };
    match &typed.shape {
        Shape::Json => word("json", None),
        Shape::Null | Shape::Bool | Shape::Text(_) => "None".to_owned(),
        Shape::Integer(..) | Shape::Decimal { is_integer: true } => word("integer", None),
        Shape::Number(_) => word("float", None),
        Shape::Decimal { is_integer: false } => word("decimal", None),
        Shape::Named(schema) => named(cx, module, owner, *schema),
        Shape::Array { item, .. } => word("array", Some(of(cx, module, None, item))),
        Shape::Tuple(items) => {
            let items: Vec<String> = items.iter().map(|item| of(cx, module, None, item)).collect();
            word("tuple", Some(tuple(&items)))
        }
        Shape::Map { value } => word("map", Some(of(cx, module, None, value))),
        Shape::Nullable(inner) => match of(cx, module, owner, inner) {
            inner if inner == "None" => inner,
            inner => word("nullable", Some(inner)),
        },
    }
}

fn named(cx: &Cx<'_>, module: &Module, owner: Option<SchemaId>, schema: SchemaId) -> String {
    match &cx.model.items[&schema].kind {
        ItemKind::Enum(_) => "None".to_owned(),
        ItemKind::Record { .. } => format!("lambda: {}", cx.path(module, schema, cx.name(schema))),
        _ if is_untyped(cx, owner, schema) => tuple(&[Language::Python.text("json")]),
        _ => format!("lambda: {}", cx.path(module, schema, &name(cx, schema))),
    }
}

/// Whether the alias of `owner` cannot name `schema`, which is defined by it.
pub(super) fn is_untyped(cx: &Cx<'_>, owner: Option<SchemaId>, schema: SchemaId) -> bool {
    owner.is_some_and(|owner| cx.is_alias(owner) && is_circular(cx.model, schema, owner))
}

fn union(
    cx: &Cx<'_>,
    tables: &Tables<'_>,
    module: &Module,
    schema: SchemaId,
    by: &Discriminator,
    variants: &[Variant],
) -> String {
    let own = |key: String, variant: &Variant| tuple(&[key, of(cx, module, Some(schema), &variant.typed)]);
    let texts = |texts: &[String]| tuple(&texts.iter().map(|text| Language::Python.text(text)).collect::<Vec<_>>());
    let word = |word: &str, tag: Option<String>, variants: Vec<String>| {
        let parts = [Language::Python.text(word)].into_iter().chain(tag).chain([tuple(&variants)]);
        tuple(&parts.collect::<Vec<_>>())
    };
    match by {
        Discriminator::JsonType => {
            let variants = variants
                .iter()
                .map(|variant| own(texts(&variant.types.names().map(str::to_owned).collect::<Vec<_>>()), variant));
            word("type", None, variants.collect())
        }
        Discriminator::Tag(tag) => {
            let variants = variants.iter().map(|variant| own(texts(&variant.tags), variant));
            word("tag", Some(Language::Python.text(tag)), variants.collect())
        }
        Discriminator::Validity => {
            let table = |variant: &Variant| match variant.schema {
                Some(schema) => tables::path(cx, tables, module, schema),
                None => "()".to_owned(),
            };
            word("valid", None, variants.iter().map(|variant| own(table(variant), variant)).collect())
        }
    }
}
