//! Keywords of a schema, and its references to other schemas.

use std::collections::BTreeSet;

use crate::ir::{Graph, Keywords, SchemaId};

impl Keywords {
    /// Names of the keywords of a schema, as in draft 2020-12.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        let is_there = [
            ("type", self.types.is_some()),
            ("enum", self.enumeration.is_some()),
            ("const", self.constant.is_some()),
            ("minimum", self.number.minimum.is_some()),
            ("maximum", self.number.maximum.is_some()),
            ("exclusiveMinimum", self.number.exclusive_minimum.is_some()),
            ("exclusiveMaximum", self.number.exclusive_maximum.is_some()),
            ("multipleOf", self.number.multiple_of.is_some()),
            ("minLength", self.text.min_length.is_some()),
            ("maxLength", self.text.max_length.is_some()),
            ("pattern", self.text.pattern.is_some()),
            ("format", self.text.format.is_some()),
            ("contentEncoding", self.text.content_encoding.is_some()),
            ("contentMediaType", self.text.content_json.is_some()),
            ("prefixItems", !self.array.prefix_items.is_empty()),
            ("items", self.array.items.is_some()),
            ("contains", self.array.contains.is_some()),
            ("minItems", self.array.min_items.is_some()),
            ("maxItems", self.array.max_items.is_some()),
            ("uniqueItems", self.array.unique_items.is_some()),
            ("unevaluatedItems", self.array.unevaluated_items.is_some()),
            ("properties", !self.object.properties.is_empty()),
            ("patternProperties", !self.object.pattern_properties.is_empty()),
            ("additionalProperties", self.object.additional_properties.is_some()),
            ("propertyNames", self.object.property_names.is_some()),
            ("required", !self.object.required.is_empty()),
            ("minProperties", self.object.min_properties.is_some()),
            ("maxProperties", self.object.max_properties.is_some()),
            ("dependentRequired", !self.object.dependent_required.is_empty()),
            ("dependentSchemas", !self.object.dependent_schemas.is_empty()),
            ("unevaluatedProperties", self.object.unevaluated_properties.is_some()),
            ("allOf", !self.applied.all_of.is_empty()),
            ("anyOf", !self.applied.any_of.is_empty()),
            ("oneOf", !self.applied.one_of.is_empty()),
            ("not", self.applied.not.is_some()),
            ("if", self.applied.condition.is_some()),
            ("$ref", self.reference.is_some()),
            ("$dynamicRef", self.applied.dynamic_reference.is_some()),
        ];
        is_there.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name)
    }

    /// Subschemas of this schema.
    pub fn children(&self) -> impl Iterator<Item = SchemaId> + '_ {
        let properties = [&self.object.properties, &self.object.pattern_properties].into_iter().flatten();
        let single = [
            self.array.items,
            self.array.contains.as_ref().map(|contains| contains.schema),
            self.array.unevaluated_items,
            self.object.additional_properties,
            self.object.property_names,
            self.object.unevaluated_properties,
        ];
        let parts = properties.map(|property| property.schema).chain(single.into_iter().flatten());
        self.array.prefix_items.iter().copied().chain(parts).chain(self.held_in_place())
    }

    /// Schemas that this one refers to.
    pub fn targets(&self) -> impl Iterator<Item = SchemaId> + '_ {
        let dynamic = self
            .applied
            .dynamic_reference
            .iter()
            .flat_map(|reference| reference.anchors.iter().map(|(_, schema)| *schema).chain([reference.target]));
        self.reference.iter().map(|reference| reference.value).chain(dynamic)
    }

    /// Schemas that are evaluated against the same instance
    /// ([JSON Schema Core 10.2](https://json-schema.org/draft/2020-12/json-schema-core#section-10.2)), but for targets of
    /// dynamic references.
    pub fn in_place(&self) -> impl Iterator<Item = SchemaId> + '_ {
        self.held_in_place().chain(self.reference.iter().map(|reference| reference.value))
    }

    fn held_in_place(&self) -> impl Iterator<Item = SchemaId> + '_ {
        let lists = [&self.applied.all_of, &self.applied.any_of, &self.applied.one_of].into_iter().flatten().copied();
        let condition = self.applied.condition.iter().flat_map(|condition| {
            [Some(condition.condition), condition.then, condition.otherwise].into_iter().flatten()
        });
        let dependent = self.object.dependent_schemas.iter().map(|property| property.schema);
        lists.chain(condition).chain(dependent).chain(self.applied.not)
    }
}

impl Graph {
    /// A schema and all that it contains or refers to, each once.
    pub fn below(&self, root: SchemaId) -> impl Iterator<Item = SchemaId> + '_ {
        let (mut seen, mut queue) = (BTreeSet::from([root]), vec![root]);
        std::iter::from_fn(move || {
            let schema = queue.pop()?;
            let keywords = &self[schema].keywords;
            queue.extend(keywords.children().chain(keywords.targets()).filter(|below| seen.insert(*below)));
            Some(schema)
        })
    }
}
