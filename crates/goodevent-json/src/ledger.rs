//! The budget and the memory of an evaluation.
//!
//! Alternatives within alternatives ask the same question again and again: without a memory the number of steps doubles with
//! each level of a message. A verdict depends on the schema, the value and the resources that the evaluation came through, so
//! that the steps are a product of schemas and values once they are remembered.

use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, hash_map::RandomState},
    hash::{BuildHasher, Hash},
    rc::Rc,
};

use crate::{budget, violation::Violation};

/// The steps of one evaluation, and its verdicts.
///
/// Verdicts are about a `Question`: a schema, a value and a chain of resources. Violations are about one `Keyword` of a
/// question. Values are known by their addresses, so that one that is made on the way is a `Value` to be kept.
#[derive(Debug)]
pub struct Ledger<Question, Keyword, Resource, Value, Hashing = RandomState> {
    n_taken: Cell<u32>,
    n_explained: Cell<u32>,
    max_steps: Cell<u32>,
    verdicts: RefCell<HashMap<Question, bool, Hashing>>,
    violations: RefCell<HashMap<Keyword, Violation, Hashing>>,
    chains: RefCell<HashMap<(u32, Resource), u32>>,
    kept: RefCell<Vec<Rc<Value>>>,
}

impl<Question, Keyword, Resource, Value, Hashing: Default> Default
    for Ledger<Question, Keyword, Resource, Value, Hashing>
{
    fn default() -> Self {
        Self {
            n_taken: Cell::default(),
            n_explained: Cell::default(),
            max_steps: Cell::default(),
            verdicts: RefCell::default(),
            violations: RefCell::default(),
            chains: RefCell::default(),
            kept: RefCell::default(),
        }
    }
}

impl<Question, Keyword, Resource, Value, Hashing> Ledger<Question, Keyword, Resource, Value, Hashing>
where
    Question: Eq + Hash,
    Keyword: Copy + Eq + Hash,
    Resource: Eq + Hash,
    Hashing: BuildHasher,
{
    /// Forgets one instance, before another one is evaluated.
    pub fn forget(&self) {
        self.n_explained.set(0);
        self.verdicts.borrow_mut().clear();
        self.violations.borrow_mut().clear();
        self.kept.borrow_mut().clear();
    }

    /// Begins an evaluation with this number of steps, the first of an instance or a further one.
    pub fn begin(&self, max_steps: u32) {
        self.n_taken.set(0);
        self.max_steps.set(max_steps);
    }

    /// Whether the evaluation was cut short, so that its result means nothing.
    #[must_use]
    pub fn is_exhausted(&self) -> bool {
        self.n_taken.get() >= self.max_steps.get()
    }

    /// The steps so far.
    #[must_use]
    pub fn n_taken(&self) -> usize {
        self.n_taken.get() as usize
    }

    /// Cuts the evaluation short.
    pub fn exhaust(&self) {
        self.n_taken.set(self.max_steps.get());
    }

    /// Takes steps; `false` if they are too many.
    pub fn take(&self, n_steps: u32) -> bool {
        self.n_taken.set(self.n_taken.get().saturating_add(n_steps));
        !self.is_exhausted()
    }

    /// The verdict on a question, as it was found or is found by `evaluate`.
    pub fn verdict(&self, question: Question, evaluate: impl FnOnce() -> bool) -> bool {
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
    pub fn violation(&self, keyword: Keyword, explain: impl FnOnce() -> Violation) -> Violation {
        if let Some(known) = self.violations.borrow().get(&keyword) {
            return known.clone();
        }
        self.take(budget::STEPS_A_VIOLATION);
        // A schema that refers to itself in place comes back to the same question.
        self.violations.borrow_mut().insert(keyword, Violation::undecided(String::new()));
        let violation = explain();
        self.violations.borrow_mut().insert(keyword, violation.clone());
        violation
    }

    /// Whether the nearest of some alternatives is still explained.
    #[must_use]
    pub fn may_explain(&self) -> bool {
        self.n_explained.set(self.n_explained.get().saturating_add(1));
        self.n_explained.get() <= budget::MAX_EXPLAINED
    }

    /// Number of the chain that `resource` makes of the chain `outer`.
    #[must_use]
    pub fn chain(&self, outer: u32, resource: Resource) -> u32 {
        let mut chains = self.chains.borrow_mut();
        let next = u32::try_from(chains.len()).unwrap_or(u32::MAX) + 1;
        *chains.entry((outer, resource)).or_insert(next)
    }

    /// Keeps a value as long as the verdicts about it, so that no other one gets its address.
    pub fn keep(&self, value: Value) -> Rc<Value> {
        let value = Rc::new(value);
        self.kept.borrow_mut().push(Rc::clone(&value));
        value
    }
}
