//! Payloads that are almost right: each is invalid for one reason, which is known.

use std::collections::BTreeSet;

use goodevent_schema::{
    Schemas,
    instance::{Validator, Violation},
    ir::{SchemaId, Value},
    source::Span,
};

use crate::solve::{Answer, At, Site, Solver};

/// A payload that does not keep to one keyword of its contract.
#[derive(Debug, Clone, PartialEq)]
pub struct NearMiss {
    /// The payload.
    pub payload: Value,
    /// What is wrong with it, as the reference validator says: nothing else is.
    pub violation: Violation,
    /// The schema whose keyword it is.
    pub schema: Span,
}

/// A near miss for each keyword of a contract that can fail alone, in the order of the schemas' places.
#[must_use]
pub fn near_misses(schemas: &Schemas, root: SchemaId) -> Vec<NearMiss> {
    let Ok(validator) = Validator::new(schemas, root) else { return Vec::new() };
    let graph = &schemas.graph;
    let mut solver = Solver::new(vec![graph]);
    let mut below: Vec<SchemaId> = graph.below(root).collect();
    below.sort_by_key(|id| graph[*id].span);
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut found = Vec::new();
    for id in below {
        let at = At { side: 0, id };
        let keywords = &graph[id].keywords;
        let required = keywords.object.required.iter().map(|name| ("required", Some(name.value.as_str())));
        let others = keywords.names().filter(|name| !matches!(*name, "required" | "properties" | "$ref"));
        let sites: Vec<Site<'_>> = required
            .chain(others.map(|keyword| (keyword, None)))
            .map(|(keyword, name)| Site { at, keyword, name })
            .collect();
        for site in sites {
            let Answer::Found(payload) = solver.miss(At { side: 0, id: root }, site) else { continue };
            let Ok(instance) = serde_json::from_str::<serde_json::Value>(&payload.to_string()) else { continue };
            // With a second reason it would not be clear which one is meant.
            let [violation] = validator.violations(&instance).try_into().unwrap_or_else(|_| [nothing()]);
            if !violation.keyword.is_empty() && known.insert(payload.to_string()) {
                found.push(NearMiss { payload: (*payload).clone(), violation, schema: graph[id].span });
            }
        }
    }
    found
}

fn nothing() -> Violation {
    Violation { pointer: String::new(), keyword: String::new(), message: String::new() }
}
