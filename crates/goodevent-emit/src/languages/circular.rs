//! Items that are defined by themselves, for languages whose types may not be.

use std::collections::BTreeSet;

use goodevent_model::{Item, ItemKind, Model, Shape};
use goodevent_schema::ir::SchemaId;

/// Whether `owner` is the same type as `item`, or one of its alternatives: a type may not be defined by itself alone.
#[must_use]
pub fn is_circular(model: &Model<'_>, item: SchemaId, owner: SchemaId) -> bool {
    let mut queue = vec![item];
    let mut seen = BTreeSet::new();
    while let Some(schema) = queue.pop() {
        if schema == owner {
            return true;
        }
        if seen.insert(schema) {
            queue.extend(model.items.get(&schema).map(same).unwrap_or_default());
        }
    }
    false
}

fn same(item: &Item) -> Vec<SchemaId> {
    match &item.kind {
        ItemKind::Record { .. } | ItemKind::Enum(_) => Vec::new(),
        ItemKind::Wrapper(_) | ItemKind::Union { .. } => {
            item.parts().into_iter().filter_map(|typed| named(&typed.shape)).collect()
        }
    }
}

fn named(shape: &Shape) -> Option<SchemaId> {
    match shape {
        Shape::Named(schema) => Some(*schema),
        Shape::Nullable(inner) => named(&inner.shape),
        _ => None,
    }
}
