//! Payloads that are made of any schemas without errors.

use goodevent_check::{near_miss::near_misses, sample::Sampler, size::size_bound, validate::Validator};
use goodevent_schema::ir::Value;

use crate::registry::Read;

pub(super) fn run(data: &[u8]) {
    let Some((read, root)) = Read::without_errors(data) else { return };
    let schemas = &read.registry.schemas;
    let widths = goodevent_emit::widths(&read.sources, &read.registry);
    let validator = Validator::new(&schemas.graph, &widths);
    let bound = size_bound(&read.registry, root);
    let mut sampler = Sampler::new(schemas, 7).widths(&widths);
    for _ in 0..3 {
        let Some(sample) = sampler.sample(root) else { break };
        let violations = validator.of_value(root, &sample);
        assert!(violations.is_empty(), "the sample {sample} is not valid: {violations:?}");
        let n_bytes = sample.to_string().len() as u64;
        // A number can be written in more ways than the bound is about.
        let is_within = has_numbers(&sample) || bound.max_bytes.is_none_or(|max_bytes| n_bytes <= max_bytes);
        assert!(is_within, "{sample} has {n_bytes} bytes, and {:?} are the most", bound.max_bytes);
    }
    for miss in near_misses(schemas, root) {
        let violations = validator.of_value(root, &miss.payload);
        assert!(!violations.is_empty(), "{} is valid, in spite of {:?}", miss.payload, miss.violation);
    }
}

fn has_numbers(value: &Value) -> bool {
    match value {
        Value::Number(_) => true,
        Value::Array(items) => items.iter().any(has_numbers),
        Value::Object(members) => members.iter().any(|(_, member)| has_numbers(member)),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}
