//! The budget and the memory of an evaluation.
//!
//! Alternatives within alternatives ask the same question again and again: without a memory the number of steps doubles with
//! each level of a message. A verdict depends on the schema, the value and the resources that the evaluation came through, so
//! that the steps are a product of schemas and values once they are remembered.

use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, HashSet},
    hash::{BuildHasherDefault, Hasher},
    rc::Rc,
};

use goodevent_json::{budget, violation::Violation};

use super::{Check, Node, evaluate::Scope};
use crate::json::Json;

/// A question: a part of a table, a value, and the chain of resources.
type Question = (*const Check, usize, *const Json, u32);

/// What of the value must not be shown, as the scope has it.
type Marks = (*const &'static str, usize);

/// The steps of one evaluation, and its verdicts.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    n_taken: Cell<u32>,
    n_explained: Cell<u32>,
    max_steps: Cell<u32>,
    verdicts: RefCell<HashMap<Question, bool, ByAddress>>,
    violations: RefCell<HashMap<(Question, Option<Marks>), Violation, ByAddress>>,
    chains: RefCell<HashMap<(u32, u32), u32>>,
    /// Names as values. They live as long as the verdicts about them, so that no other value gets the address of one.
    texts: RefCell<Vec<Rc<Json>>>,
}

type ByAddress = BuildHasherDefault<OfAddresses>;

/// Mixes addresses: they are ours and not a stranger's, so that nobody chooses them to collide.
#[derive(Debug, Default, Clone, Copy)]
struct OfAddresses(u64);

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

fn question(node: &Node, instance: &Json, chain: u32) -> Question {
    (node.as_ptr(), node.len(), std::ptr::from_ref(instance), chain)
}

impl Ledger {
    /// For the evaluation of `instance`.
    pub(super) fn new(instance: &Json) -> Self {
        let ledger = Self::default();
        ledger.begin(budget::max_steps(n_values(instance)));
        ledger
    }

    /// Begins with another evaluation within the same instance, of so many steps.
    pub(super) fn begin(&self, max_steps: u32) {
        self.n_taken.set(0);
        self.max_steps.set(max_steps);
    }

    /// Whether the evaluation was cut short, so that its result means nothing.
    pub(super) fn is_exhausted(&self) -> bool {
        self.n_taken.get() >= self.max_steps.get()
    }

    /// The steps so far.
    pub(super) fn n_taken(&self) -> usize {
        self.n_taken.get() as usize
    }

    /// Cuts the evaluation short.
    pub(super) fn exhaust(&self) {
        self.n_taken.set(self.max_steps.get());
    }

    /// Takes steps; `false` if they are too many.
    pub(super) fn take(&self, n_steps: u32) -> bool {
        self.n_taken.set(self.n_taken.get().saturating_add(n_steps));
        !self.is_exhausted()
    }

    /// The verdict on an instance, as it was found or is found by `evaluate`.
    pub(super) fn verdict(&self, node: &Node, instance: &Json, chain: u32, evaluate: impl FnOnce() -> bool) -> bool {
        let question = question(node, instance, chain);
        if let Some(known) = self.verdicts.borrow().get(&question) {
            return *known;
        }
        let before = self.n_taken.get();
        let verdict = evaluate();
        if self.n_taken.get() - before >= budget::FEW_STEPS {
            self.verdicts.borrow_mut().insert(question, verdict);
        }
        verdict
    }

    /// The violation of one keyword, as it was found or is found by `explain`.
    pub(super) fn violation(
        &self,
        check: &Check,
        instance: &Json,
        scope: &Scope<'_>,
        explain: impl FnOnce() -> Violation,
    ) -> Violation {
        let personal = scope.personal.map(|(marks, from)| (marks.as_ptr(), from));
        let question = (question(std::slice::from_ref(check), instance, scope.chain), personal);
        if let Some(known) = self.violations.borrow().get(&question) {
            return known.clone();
        }
        self.take(budget::STEPS_A_VIOLATION);
        // A schema that refers to itself in place comes back to the same question.
        self.violations.borrow_mut().insert(question, Violation::undecided(String::new()));
        let violation = explain();
        self.violations.borrow_mut().insert(question, violation.clone());
        violation
    }

    /// Whether it is still said what is wrong with the nearest of some alternatives.
    pub(super) fn may_explain(&self) -> bool {
        self.n_explained.set(self.n_explained.get().saturating_add(1));
        self.n_explained.get() <= budget::MAX_EXPLAINED
    }

    /// Number of the chain that `resource` makes of the chain `outer`.
    pub(super) fn chain(&self, outer: u32, resource: u32) -> u32 {
        let mut chains = self.chains.borrow_mut();
        let next = u32::try_from(chains.len()).unwrap_or(u32::MAX) + 1;
        *chains.entry((outer, resource)).or_insert(next)
    }

    /// A name as a value.
    pub(super) fn text(&self, name: &str) -> Rc<Json> {
        let text = Rc::new(Json::String(name.to_owned()));
        self.texts.borrow_mut().push(Rc::clone(&text));
        text
    }
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
