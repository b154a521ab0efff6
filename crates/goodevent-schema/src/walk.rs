//! What a schema has, and the ways from it to others.

use std::collections::BTreeSet;

use crate::ir::{Graph, Keywords, SchemaId};

impl Keywords {
    /// Names of the keywords that are there, as draft 2020-12 has them.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        let is_there = [
            ("type", self.types.is_some()),
            ("enum", self.enumeration.is_some()),
            ("const", self.constant.is_some()),
            ("minimum", self.minimum.is_some()),
            ("maximum", self.maximum.is_some()),
            ("exclusiveMinimum", self.exclusive_minimum.is_some()),
            ("exclusiveMaximum", self.exclusive_maximum.is_some()),
            ("multipleOf", self.multiple_of.is_some()),
            ("minLength", self.min_length.is_some()),
            ("maxLength", self.max_length.is_some()),
            ("pattern", self.pattern.is_some()),
            ("format", self.format.is_some()),
            ("contentEncoding", self.content_encoding.is_some()),
            ("contentMediaType", self.content_json.is_some()),
            ("prefixItems", !self.prefix_items.is_empty()),
            ("items", self.items.is_some()),
            ("contains", self.contains.is_some()),
            ("minItems", self.min_items.is_some()),
            ("maxItems", self.max_items.is_some()),
            ("uniqueItems", self.unique_items.is_some()),
            ("unevaluatedItems", self.unevaluated_items.is_some()),
            ("properties", !self.properties.is_empty()),
            ("patternProperties", !self.pattern_properties.is_empty()),
            ("additionalProperties", self.additional_properties.is_some()),
            ("propertyNames", self.property_names.is_some()),
            ("required", !self.required.is_empty()),
            ("minProperties", self.min_properties.is_some()),
            ("maxProperties", self.max_properties.is_some()),
            ("dependentRequired", !self.dependent_required.is_empty()),
            ("dependentSchemas", !self.dependent_schemas.is_empty()),
            ("unevaluatedProperties", self.unevaluated_properties.is_some()),
            ("allOf", !self.all_of.is_empty()),
            ("anyOf", !self.any_of.is_empty()),
            ("oneOf", !self.one_of.is_empty()),
            ("not", self.not.is_some()),
            ("if", self.condition.is_some()),
            ("$ref", self.reference.is_some()),
            ("$dynamicRef", self.dynamic_reference.is_some()),
        ];
        is_there.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name)
    }

    /// Schemas that this one holds.
    pub fn children(&self) -> impl Iterator<Item = SchemaId> + '_ {
        let properties = [&self.properties, &self.pattern_properties].into_iter().flatten();
        let single = [
            self.items,
            self.contains.as_ref().map(|contains| contains.schema),
            self.unevaluated_items,
            self.additional_properties,
            self.property_names,
            self.unevaluated_properties,
        ];
        let parts = properties.map(|property| property.schema).chain(single.into_iter().flatten());
        self.prefix_items.iter().copied().chain(parts).chain(self.held_in_place())
    }

    /// Schemas that this one refers to.
    pub fn targets(&self) -> impl Iterator<Item = SchemaId> + '_ {
        let dynamic = self
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
        let lists = [&self.all_of, &self.any_of, &self.one_of].into_iter().flatten().copied();
        let condition = self.condition.iter().flat_map(|condition| {
            [Some(condition.condition), condition.then, condition.otherwise].into_iter().flatten()
        });
        let dependent = self.dependent_schemas.iter().map(|property| property.schema);
        lists.chain(condition).chain(dependent).chain(self.not)
    }
}

impl Graph {
    /// A schema and all that it holds or refers to, each once.
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
