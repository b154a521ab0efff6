//! Near misses: payloads that violate exactly one keyword, which is known.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_json::pointer;
use goodevent_schema::{
    Schemas,
    instance::Violation,
    ir::{Graph, SchemaId, Value},
    source::Span,
};
use num_integer::Integer as _;

use crate::{
    reference::Reference,
    sample::{Sampler, Values},
    size::BUDGET_BYTES,
    solve::{Answer, At, MAX_STEPS, Site, Solver},
};

/// A payload that violates exactly one keyword of its contract.
#[derive(Debug, Clone, PartialEq)]
pub struct NearMiss {
    /// The payload.
    pub payload: Value,
    /// The only violation of the payload, confirmed by the reference validator.
    pub violation: Violation,
    /// Schema of the violated keyword.
    pub schema: Span,
}

/// The near misses, and the keywords that were not examined.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NearMisses {
    /// Near misses in the order of the schemas' spans.
    pub found: Vec<NearMiss>,
    /// Number of keywords for which none was found within the limits.
    pub n_untried: usize,
}

/// Budgets of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Size of one payload in bytes.
    pub max_bytes: u64,
    /// Steps of the search for all payloads.
    pub max_steps: u64,
    /// Size of all payloads in bytes.
    pub max_total_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: BUDGET_BYTES, max_steps: 1_000_000, max_total_bytes: 16 << 20 }
    }
}

/// Finds a near miss for each keyword of a contract that can fail alone, in the order of the schemas' spans.
#[must_use]
pub fn near_misses(schemas: &Schemas, root: SchemaId) -> Vec<NearMiss> {
    near_misses_within(schemas, root, Limits::default()).found
}

/// Like [`near_misses`], within limits. If they are too narrow for all keywords, the examined ones are spread over the
/// contract.
#[must_use]
pub fn near_misses_within(schemas: &Schemas, root: SchemaId, limits: Limits) -> NearMisses {
    /// Most keywords take no more; the others come after them.
    const FEW_STEPS: u64 = 1_000;
    let sites = sites(&schemas.graph, root);
    // No near miss could be confirmed: the reference validator rejects divisors that no double holds, for instance.
    let Ok(reference) = Reference::new(schemas, root) else {
        return NearMisses { found: Vec::new(), n_untried: sites.len() };
    };
    let mut search = Search {
        solver: Solver::new(vec![&schemas.graph]),
        reference,
        root: At { side: 0, id: root },
        limits,
        n_bytes: 0,
        n_judged_bytes: 0,
        found: BTreeMap::new(),
    };
    let mut open = spread(sites.len());
    for max_steps in [FEW_STEPS, MAX_STEPS] {
        open.retain(|nth| !search.is_done(&sites[*nth], *nth, max_steps));
    }
    // A search that took long is not followed by another one.
    let sampler = || Sampler::new(schemas, 0).max_bytes(limits.max_bytes).values(Values::Ordinary).walked(root);
    let ordinary = if search.is_costly() { None } else { sampler() };
    let mut known = BTreeSet::new();
    let misses = std::mem::take(&mut search.found).into_iter().filter_map(|(nth, (payload, violation))| {
        let schema = schemas.graph[sites[nth].at.id].span;
        let ordinary = ordinary.as_ref().and_then(|ordinary| search.on_ordinary(&payload, &violation, ordinary));
        let payload = ordinary.filter(|payload| !known.contains(&payload.to_string())).unwrap_or(payload);
        known.insert(payload.to_string()).then_some(NearMiss { payload, violation, schema })
    });
    let found = misses.collect();
    NearMisses { found, n_untried: open.len() }
}

/// The keywords of a contract, in the order of the schemas' places.
fn sites(graph: &Graph, root: SchemaId) -> Vec<Site<'_>> {
    let mut below: Vec<SchemaId> = graph.below(root).collect();
    below.sort_by_key(|id| graph[*id].span);
    let of = |id: SchemaId| {
        let keywords = &graph[id].keywords;
        let required = keywords.object.required.iter().map(|name| ("required", Some(name.value.as_str())));
        let others = keywords.names().filter(|name| !matches!(*name, "required" | "properties" | "$ref"));
        let all = required.chain(others.map(|keyword| (keyword, None)));
        all.map(move |(keyword, name)| Site { at: At { side: 0, id }, keyword, name })
    };
    below.into_iter().flat_map(of).collect()
}

/// All numbers below `n`, so that however many come first are spread over all.
fn spread(n: usize) -> Vec<usize> {
    // A step near the golden section, and without a common divisor.
    let step = (n * 21 / 34..n).find(|step| step.gcd(&n) == 1).unwrap_or(1);
    (0..n).map(|nth| (nth * step) % n).collect()
}

/// Bytes of a payload that cost one step to write and read.
const BYTES_A_STEP: u64 = 16;

/// The search for all near misses.
struct Search<'g> {
    solver: Solver<'g>,
    reference: Reference<'g>,
    root: At,
    limits: Limits,
    n_bytes: u64,
    /// Bytes of the payloads that were validated, those that are not kept included.
    n_judged_bytes: u64,
    /// By the number of the keyword.
    found: BTreeMap<usize, (Value, Violation)>,
}

impl<'g> Search<'g> {
    /// Decides within a budget of steps whether there is a near miss for a keyword, and whether that is known.
    fn is_done(&mut self, site: &Site<'g>, nth: usize, max_steps: u64) -> bool {
        let is_over = self.n_spent() >= self.limits.max_steps;
        if is_over || self.n_bytes >= self.limits.max_total_bytes {
            return false;
        }
        let payload = match self.solver.miss(self.root, site.clone(), max_steps) {
            Answer::Found(payload) => payload,
            Answer::None => return true,
            Answer::Unknown(_) => return !self.solver.is_exhausted(),
        };
        let text = payload.to_string();
        if text.len() as u64 > self.limits.max_bytes {
            return false;
        }
        self.n_judged_bytes += text.len() as u64;
        let Ok(instance) = serde_json::from_str::<serde_json::Value>(&text) else { return true };
        // With a second reason it would not be clear which one is meant.
        let [violation] = self.reference.violations(&instance).try_into().unwrap_or_else(|_| [nothing()]);
        if !violation.keyword.is_empty() {
            self.n_bytes += text.len() as u64;
            self.found.insert(nth, ((*payload).clone(), violation));
        }
        true
    }

    /// The same miss among the values of an ordinary payload, if it stays the only violation.
    fn on_ordinary(&mut self, payload: &Value, violation: &Violation, ordinary: &Value) -> Option<Value> {
        const MAX_BYTES: usize = 8_192;
        const MAX_MEMBERS: usize = 40;
        if self.is_costly() {
            return None;
        }
        let way: Vec<_> = pointer::names(&violation.pointer).collect();
        let way: Vec<&str> = way.iter().map(|name| &**name).collect();
        if payload.to_string().len() > MAX_BYTES {
            return None;
        }
        let all = grafted(payload, ordinary, &way);
        if self.is_same_miss(&all, violation) {
            return Some(all);
        }
        // One member at a time.
        let (Value::Object(members), Value::Object(others)) = (payload, ordinary) else { return None };
        let mut best = None;
        for (name, _) in members.iter().take(MAX_MEMBERS) {
            let base: &Value = best.as_ref().unwrap_or(payload);
            let Some(one) = others.iter().find(|(other, _)| other == name) else { continue };
            let next = grafted(base, &Value::Object(vec![one.clone()]), &way);
            if next != *base && self.is_same_miss(&next, violation) {
                best = Some(next);
            }
        }
        best
    }

    fn is_same_miss(&mut self, payload: &Value, violation: &Violation) -> bool {
        let text = payload.to_string();
        self.n_judged_bytes += text.len() as u64;
        if self.n_spent() >= self.limits.max_steps || text.len() as u64 > self.limits.max_bytes {
            return false;
        }
        let Ok(instance) = serde_json::from_str::<serde_json::Value>(&text) else { return false };
        let found = self.reference.violations(&instance);
        matches!(found.as_slice(), [own] if own.pointer == violation.pointer && own.keyword == violation.keyword)
    }

    /// Whether so much of the budget is spent that payloads stay as the search made them.
    fn is_costly(&self) -> bool {
        const SHARE: u64 = 16;
        self.n_spent() >= self.limits.max_steps / SHARE
    }

    fn n_spent(&self) -> u64 {
        self.solver.n_spent() + self.reference.n_steps() + self.n_judged_bytes / BYTES_A_STEP
    }
}

/// A value with the parts of an ordinary one, except on the way to its violation.
fn grafted(value: &Value, ordinary: &Value, way: &[&str]) -> Value {
    match (value, ordinary) {
        (Value::Object(members), Value::Object(others)) => {
            let members = members.iter().map(|(name, value)| {
                let other = others.iter().find(|(other, _)| other == name).map(|(_, other)| other);
                let value = match (other, way.split_first()) {
                    (None, _) => value.clone(),
                    (Some(other), Some((first, rest))) if *first == name.as_str() => grafted(value, other, rest),
                    (Some(other), _) => other.clone(),
                };
                (name.clone(), value)
            });
            Value::Object(members.collect())
        }
        (Value::Array(items), Value::Array(others)) => {
            let items = items.iter().enumerate().map(|(item_idx, item)| match way.split_first() {
                Some((first, rest)) if *first == item_idx.to_string() => {
                    others.first().map_or_else(|| item.clone(), |other| grafted(item, other, rest))
                }
                _ => item.clone(),
            });
            Value::Array(items.collect())
        }
        _ => value.clone(),
    }
}

fn nothing() -> Violation {
    Violation { pointer: String::new(), keyword: String::new(), message: String::new() }
}

#[cfg(test)]
mod tests {
    use goodevent_schema::{
        analyze,
        source::{Source, Sources},
    };

    use super::*;

    #[test]
    fn the_numbers_are_spread_and_all_there() {
        for n in 0..200 {
            let mut all = spread(n);
            if n > 20 {
                assert!(all[..4].iter().max() > Some(&(n / 2)), "{n}: {all:?}");
            }
            all.sort_unstable();
            assert!(all.into_iter().eq(0..n), "{n}");
        }
    }

    #[test]
    fn a_miss_stands_on_ordinary_values() {
        let schema = r#"{
            "type": "object", "required": ["id", "mail", "at", "n"], "additionalProperties": false,
            "properties": {
                "id": {"type": "string", "format": "uuid"}, "mail": {"type": "string", "format": "email"},
                "at": {"type": "string", "format": "date-time"}, "n": {"type": "integer", "minimum": 0, "maximum": 9}
            }
        }"#;
        let source = Source { path: "a/ThingSeenV1Event.json".to_owned(), uri: None, bytes: schema.as_bytes().into() };
        let (registry, _) = analyze(&Sources { root: String::new(), files: vec![source] });
        let all = near_misses(&registry.schemas, registry.contexts["a"].contracts[0].root);
        assert!(all.len() > 12, "{all:#?}");
        for miss in all.iter().filter(|miss| miss.violation.keyword != "type" || !miss.violation.pointer.is_empty()) {
            let text = miss.payload.to_string();
            for (member, mark) in [("id", "-4"), ("mail", "@example.org"), ("at", r#""at":"20"#)] {
                let is_there = miss.violation.pointer != format!("/{member}") && text.contains(&format!("{member:?}:"));
                assert!(!is_there || text.contains(mark), "{:?}: {text}", miss.violation);
            }
        }
    }

    #[test]
    fn nothing_is_tried_without_a_reference() {
        let schema = r#"{"type": "object", "properties": {"a": {"multipleOf": 1e-400}}}"#;
        let source = Source { path: "a/ThingSeenV1Event.json".to_owned(), uri: None, bytes: schema.as_bytes().into() };
        let (registry, _) = analyze(&Sources { root: String::new(), files: vec![source] });
        let root = registry.contexts["a"].contracts[0].root;
        let all = near_misses_within(&registry.schemas, root, Limits::default());
        assert_eq!((all.found.len(), all.n_untried), (0, 2));
    }

    #[test]
    fn what_is_not_tried_is_counted() {
        let members: Vec<String> = (0..50).map(|nth| format!(r#""p{nth}": {{"type": "integer"}}"#)).collect();
        let schema = format!(r#"{{"type": "object", "properties": {{{}}}}}"#, members.join(","));
        let source = Source { path: "a/ThingSeenV1Event.json".to_owned(), uri: None, bytes: schema.as_bytes().into() };
        let (registry, _) = analyze(&Sources { root: String::new(), files: vec![source] });
        let root = registry.contexts["a"].contracts[0].root;
        let all = near_misses_within(&registry.schemas, root, Limits::default());
        assert_eq!((all.found.len(), all.n_untried), (51, 0));
        for limits in [
            Limits { max_steps: 500, ..Limits::default() },
            Limits { max_total_bytes: 100, ..Limits::default() },
            Limits { max_bytes: 3, ..Limits::default() },
        ] {
            let some = near_misses_within(&registry.schemas, root, limits);
            assert!(some.n_untried > 0, "{limits:?}");
            assert_eq!(some.found.len() + some.n_untried, 51, "{limits:?}");
        }
    }
}
