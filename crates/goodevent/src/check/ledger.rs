//! The budget and the memory of an evaluation, by the addresses of tables and values.

use std::{
    collections::HashSet,
    hash::{BuildHasherDefault, Hasher},
};

use goodevent_json::{budget, ledger};

use super::{Check, Node};
use crate::json::Json;

/// A question: a part of a table, a value, and the chain of resources.
pub(super) type Question = (*const Check, usize, *const Json, u32);

/// A keyword of a schema, and what of the value must not be shown, as the scope has it.
pub(super) type Keyword = (Question, Option<(*const &'static str, usize)>);

/// The steps of one evaluation, and its verdicts.
pub(crate) type Ledger = ledger::Ledger<Question, Keyword, u32, Json, ByAddress>;

pub(crate) type ByAddress = BuildHasherDefault<OfAddresses>;

/// Mixes addresses: they are ours and not a stranger's, so that nobody chooses them to collide.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct OfAddresses(u64);

impl Hasher for OfAddresses {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        // The fraction of the golden ratio, as Knuth has it (The Art of Computer Programming, 6.4).
        self.0 = (self.0.rotate_left(26) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

/// For the evaluation of `instance`.
pub(super) fn of(instance: &Json) -> Ledger {
    let ledger = Ledger::default();
    ledger.begin(budget::max_steps(n_values(instance)));
    ledger
}

pub(super) fn question(node: &Node, instance: &Json, chain: u32) -> Question {
    (node.as_ptr(), node.len(), std::ptr::from_ref(instance), chain)
}

/// Nodes that a walk over one instance has been to: what they say is said once.
#[derive(Debug, Default)]
pub(super) struct Seen(HashSet<Question, ByAddress>);

impl Seen {
    /// Whether the walk comes to a node for the first time.
    pub(super) fn is_new(&mut self, node: &Node, instance: &Json, chain: u32) -> bool {
        self.0.insert(question(node, instance, chain))
    }
}

fn n_values(json: &Json) -> usize {
    match json {
        Json::Array(items) => 1 + items.iter().map(n_values).sum::<usize>(),
        Json::Object(members) => 1 + members.values().map(n_values).sum::<usize>(),
        _ => 1,
    }
}
