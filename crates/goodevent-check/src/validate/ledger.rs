//! Budget and memory of an evaluation, by schemas and addresses of values.

use std::collections::HashSet;

use goodevent_json::{budget, ledger};
use goodevent_schema::ir::{ResourceId, SchemaId, Value};

/// A question: a schema, a value, and the chain of resources.
type Question = (SchemaId, *const Value, u32);

/// The steps of one evaluation, and its verdicts; a keyword is known by its position among those of its schema.
pub(super) type Ledger = ledger::Ledger<Question, (Question, usize), ResourceId, Value>;

/// Begins with another instance.
pub(super) fn begin(ledger: &Ledger, instance: &Value) {
    ledger.forget();
    ledger.begin(budget::max_steps(n_values(instance)));
}

pub(super) fn question(id: SchemaId, value: &Value, chain: u32) -> Question {
    (id, std::ptr::from_ref(value), chain)
}

/// Schemas that a walk over one instance has been to: what they say is said once.
#[derive(Debug, Default)]
pub(super) struct Seen(HashSet<Question>);

impl Seen {
    /// Whether the walk comes to a schema for the first time.
    pub(super) fn is_new(&mut self, id: SchemaId, value: &Value, chain: u32) -> bool {
        self.0.insert(question(id, value, chain))
    }
}

fn n_values(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(n_values).sum::<usize>(),
        Value::Object(members) => 1 + members.iter().map(|(_, member)| n_values(member)).sum::<usize>(),
        _ => 1,
    }
}
