//! The numbers that the types of a model hold, where these are fewer than those that a schema allows.

use std::collections::BTreeMap;

use goodevent_json::width::Width;
use goodevent_schema::ir::{SchemaId, Types};

use crate::{
    model::Model,
    types::{ItemKind, Shape},
};

impl Model<'_> {
    /// The ranges of the types of numbers, by the schemas that describe the numbers.
    #[must_use]
    pub fn widths(&self) -> BTreeMap<SchemaId, Width> {
        let graph = self.graph();
        let below = self.documents.iter().flat_map(|document| graph.below(document.root));
        below.filter_map(|schema| Some((schema, self.width(schema)?))).collect()
    }

    /// The range of the type of the numbers that `schema` describes; `None` if another schema decides about the type, or
    /// the type holds every number.
    #[must_use]
    pub fn width(&self, schema: SchemaId) -> Option<Width> {
        let Some(typed) = self.types.get(&schema) else {
            // The value is kept as JSON; a schema that is merged into another one is examined there.
            let types = self.graph()[schema].keywords.types.as_ref().map(|types| types.value);
            let has_numbers = types.is_some_and(|types| types.contains(Types::INTEGER));
            return (has_numbers && !self.merged.contains(&schema)).then_some(Width::Json);
        };
        let named = match &typed.shape {
            Shape::Named(named) if *named == schema => self.items.get(named),
            Shape::Nullable(inner) => match &inner.shape {
                Shape::Named(named) if *named == schema => self.items.get(named),
                _ => None,
            },
            _ => None,
        };
        match named.map(|item| &item.kind) {
            // Variants without a schema of their own.
            Some(ItemKind::Union { variants, .. }) => {
                let own = variants.iter().filter(|variant| variant.schema.is_none());
                own.filter_map(|variant| width(&variant.typed.shape)).next()
            }
            _ => width(&typed.shape),
        }
    }
}

fn width(shape: &Shape) -> Option<Width> {
    match shape {
        Shape::Integer(integer, _) => Some(integer.width()),
        Shape::Number(_) => Some(Width::F64),
        Shape::Nullable(inner) => width(&inner.shape),
        _ => None,
    }
}
