//! Which parts lie behind a `Box`: those of an item that lies within itself, and those that would make it large.
//!
//! A type that holds another one twice, which holds the next one twice, doubles its size at each level: thirty short schemas
//! would make a type that no stack holds.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_model::{Integer, Item, ItemKind, Model, Shape, Type};
use goodevent_schema::ir::SchemaId;

/// Bytes of an item without those behind allocations. A decoder has about twice as many on its stack for each level of a
/// message, of which there may be more than a hundred.
const MAX_BYTES: usize = 2_048;

/// Bytes of a part that is not worth an allocation.
const SMALL_BYTES: usize = 64;

/// Bytes of a pointer, and of what is padded to its size.
const WORD: usize = 8;

/// For each item, the items that it has behind a `Box`.
pub(super) fn boxes(model: &Model<'_>) -> BTreeMap<SchemaId, BTreeSet<SchemaId>> {
    let mut sizes: BTreeMap<SchemaId, usize> = BTreeMap::new();
    let mut boxes = BTreeMap::new();
    for cycle in model.cycles() {
        for schema in &cycle {
            // The members of a cycle hold each other behind boxes.
            let mut boxed: BTreeSet<SchemaId> =
                cycle.iter().copied().filter(|inner| holds(&model.items[schema], *inner)).collect();
            let size = lightened(&model.items[schema], &mut boxed, &sizes);
            sizes.insert(*schema, size);
            boxes.insert(*schema, boxed);
        }
    }
    boxes.retain(|_, boxed: &mut BTreeSet<SchemaId>| !boxed.is_empty());
    boxes
}

fn holds(item: &Item, inner: SchemaId) -> bool {
    item.direct().contains(&inner)
}

/// The size of an item, after its largest parts went behind boxes as long as it is too large.
fn lightened(item: &Item, boxed: &mut BTreeSet<SchemaId>, sizes: &BTreeMap<SchemaId, usize>) -> usize {
    let mut inner: Vec<(usize, SchemaId)> = item
        .direct()
        .into_iter()
        .filter(|inner| !boxed.contains(inner))
        .filter_map(|inner| Some((*sizes.get(&inner)?, inner)))
        .filter(|(size, _)| *size > SMALL_BYTES)
        .collect();
    inner.sort_unstable();
    inner.dedup();
    loop {
        let size = item_size(item, boxed, sizes);
        match inner.pop() {
            Some((_, largest)) if size > MAX_BYTES => boxed.insert(largest),
            _ => return size,
        };
    }
}

fn item_size(item: &Item, boxed: &BTreeSet<SchemaId>, sizes: &BTreeMap<SchemaId, usize>) -> usize {
    let parts = item.parts().into_iter().map(|typed| size(typed, boxed, sizes));
    match &item.kind {
        ItemKind::Union { .. } => WORD.saturating_add(parts.max().unwrap_or(0)),
        _ => parts.fold(WORD, usize::saturating_add),
    }
}

/// The size of a part, of which no byte is spared.
fn size(typed: &Type, boxed: &BTreeSet<SchemaId>, sizes: &BTreeMap<SchemaId, usize>) -> usize {
    match &typed.shape {
        Shape::Null | Shape::Bool => WORD,
        Shape::Integer(Integer::Signed128(..) | Integer::Unsigned128(..), _) => 4 * WORD,
        Shape::Integer(..) | Shape::Number(_) => 2 * WORD,
        Shape::Json | Shape::Decimal { .. } | Shape::Text(_) | Shape::Array { .. } | Shape::Map { .. } => 4 * WORD,
        Shape::Named(inner) if boxed.contains(inner) => WORD,
        Shape::Named(inner) => sizes.get(inner).copied().unwrap_or(WORD),
        Shape::Nullable(inner) => WORD.saturating_add(size(inner, boxed, sizes)),
        Shape::Tuple(items) => items.iter().map(|item| size(item, boxed, sizes)).fold(0, usize::saturating_add),
    }
}
