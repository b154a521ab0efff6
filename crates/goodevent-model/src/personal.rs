//! Properties with personal data, which no error, log or debug output shows.

use std::{borrow::Cow, collections::BTreeSet};

use goodevent_json::pointer;
use goodevent_schema::ir::{Graph, SchemaId};

use crate::events::Document;

/// The schemas of properties that some event marks as personal data.
pub(crate) fn personal(graph: &Graph, documents: &[Document]) -> BTreeSet<SchemaId> {
    let mut marked = BTreeSet::new();
    for document in documents {
        for pointer in document.event.iter().flat_map(|event| &event.personal_data) {
            let tokens: Vec<_> = pointer::names(pointer).collect();
            mark(graph, document.root, &tokens, &mut marked, &mut BTreeSet::new());
        }
    }
    marked
}

/// Marks the properties that a pointer refers to; it may leave out the indices of items.
fn mark(
    graph: &Graph,
    schema: SchemaId,
    tokens: &[Cow<'_, str>],
    marked: &mut BTreeSet<SchemaId>,
    seen: &mut BTreeSet<(SchemaId, usize)>,
) {
    let Some((token, rest)) = tokens.split_first().filter(|_| seen.insert((schema, tokens.len()))) else { return };
    let keywords = &graph[schema].keywords;
    let properties = &keywords.object.properties;
    for property in properties.iter().filter(|property| property.name.value.as_str() == &**token) {
        if rest.is_empty() {
            marked.insert(property.schema);
        }
        mark(graph, property.schema, rest, marked, seen);
    }
    let is_property = |schema: SchemaId| properties.iter().any(|property| property.schema == schema);
    for below in keywords.children().chain(keywords.targets()).filter(|below| !is_property(*below)) {
        mark(graph, below, tokens, marked, seen);
        if token.bytes().all(|byte| byte.is_ascii_digit()) {
            mark(graph, below, rest, marked, seen);
        }
    }
}
