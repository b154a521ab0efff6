//! Ways from a schema to others.

use std::collections::BTreeSet;

use goodevent_schema::ir::{Graph, Keywords, SchemaId};

/// Schemas that a schema holds.
pub(super) fn children(keywords: &Keywords) -> impl Iterator<Item = SchemaId> + '_ {
    let lists =
        [&keywords.prefix_items, &keywords.all_of, &keywords.any_of, &keywords.one_of].into_iter().flatten().copied();
    let properties =
        [&keywords.properties, &keywords.pattern_properties, &keywords.dependent_schemas].into_iter().flatten();
    let condition = keywords
        .condition
        .iter()
        .flat_map(|condition| [Some(condition.condition), condition.then, condition.otherwise].into_iter().flatten());
    let single = [
        keywords.items,
        keywords.contains.as_ref().map(|contains| contains.schema),
        keywords.unevaluated_items,
        keywords.additional_properties,
        keywords.property_names,
        keywords.unevaluated_properties,
        keywords.not,
    ];
    lists.chain(properties.map(|property| property.schema)).chain(condition).chain(single.into_iter().flatten())
}

/// Schemas that a schema refers to.
pub(super) fn targets(keywords: &Keywords) -> impl Iterator<Item = SchemaId> + '_ {
    let dynamic = keywords
        .dynamic_reference
        .iter()
        .flat_map(|reference| reference.anchors.iter().map(|(_, schema)| *schema).chain([reference.target]));
    keywords.reference.iter().map(|reference| reference.value).chain(dynamic)
}

/// Whether a reference below depends on the way that leads there.
pub(super) fn reaches_dynamic(graph: &Graph, schema: SchemaId) -> bool {
    let (mut seen, mut queue) = (BTreeSet::from([schema]), vec![schema]);
    while let Some(schema) = queue.pop() {
        let keywords = &graph[schema].keywords;
        if keywords.dynamic_reference.is_some() {
            return true;
        }
        queue.extend(children(keywords).chain(targets(keywords)).filter(|below| seen.insert(*below)));
    }
    false
}
