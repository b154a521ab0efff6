//! Members with one possible value: a record has no field for such a member, and the enum of that value no other use.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_model::{Field, Item, ItemKind, Model, Shape, Type};
use goodevent_schema::ir::SchemaId;

/// The constants among the types of a model.
#[derive(Debug)]
pub(crate) struct Constants<'g> {
    /// The value of each enum that has one.
    values: BTreeMap<SchemaId, &'g str>,
    /// The enums that nothing but such members has, so that no code names them.
    implied: BTreeSet<SchemaId>,
}

impl<'g> Constants<'g> {
    /// Looks through all items.
    pub(crate) fn new(model: &'g Model<'g>) -> Self {
        let value = |item: &'g Item| match &item.kind {
            ItemKind::Enum(values) => values.first().filter(|_| values.len() == 1).map(String::as_str),
            _ => None,
        };
        let values = model.items.iter().filter_map(|(schema, item)| Some((*schema, value(item)?))).collect();
        let mut constants = Self { values, implied: BTreeSet::new() };
        let mut used = BTreeSet::new();
        for item in model.items.values() {
            match &item.kind {
                ItemKind::Record { fields, .. } => {
                    let held = fields.iter().filter(|field| constants.value(field).is_none());
                    held.for_each(|field| named(&field.typed, &mut used));
                    let extra = item.parts().split_off(fields.len());
                    extra.into_iter().for_each(|typed| named(typed, &mut used));
                }
                _ => item.parts().into_iter().for_each(|typed| named(typed, &mut used)),
            }
        }
        // A file of the registry has a type that services may name.
        used.extend(model.documents.iter().map(|document| document.root));
        for typed in model.documents.iter().filter_map(|document| model.alias(document)) {
            named(typed, &mut used);
        }
        constants.implied = constants.values.keys().copied().filter(|schema| !used.contains(schema)).collect();
        constants
    }

    /// The value of a member that always has the same.
    pub(crate) fn value(&self, field: &Field) -> Option<&'g str> {
        match &field.typed {
            Type { shape: Shape::Named(schema), check: None, .. } if field.is_required => {
                self.values.get(schema).copied()
            }
            _ => None,
        }
    }

    /// The enums that no code names.
    pub(crate) fn implied(&self) -> &BTreeSet<SchemaId> {
        &self.implied
    }
}

/// The items that a type names.
fn named(typed: &Type, found: &mut BTreeSet<SchemaId>) {
    match &typed.shape {
        Shape::Named(schema) => {
            found.insert(*schema);
        }
        Shape::Array { item, .. } | Shape::Map { value: item } | Shape::Nullable(item) => named(item, found),
        Shape::Tuple(items) => items.iter().for_each(|item| named(item, found)),
        Shape::Json
        | Shape::Null
        | Shape::Bool
        | Shape::Integer(..)
        | Shape::Number(_)
        | Shape::Decimal { .. }
        | Shape::Text(_) => {}
    }
}
