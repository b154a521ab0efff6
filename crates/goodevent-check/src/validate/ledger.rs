//! The budget and the memory of an evaluation: the twin of the run time's, which says why.

use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, HashSet},
    rc::Rc,
};

use goodevent_json::{budget, violation::Violation};
use goodevent_schema::ir::{ResourceId, SchemaId, Value};
use smol_str::SmolStr;

/// A question: a schema, a value, and the chain of resources.
type Question = (SchemaId, *const Value, u32);

/// The steps of one evaluation, and its verdicts.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    n_taken: Cell<u32>,
    n_explained: Cell<u32>,
    max_steps: Cell<u32>,
    verdicts: RefCell<HashMap<Question, bool>>,
    /// Of one keyword, by its position among those of its schema.
    violations: RefCell<HashMap<(Question, usize), Violation>>,
    chains: RefCell<HashMap<(u32, ResourceId), u32>>,
    /// Names as values. They live as long as the verdicts about them, so that no other value gets the address of one.
    texts: RefCell<Vec<Rc<Value>>>,
}

impl Ledger {
    /// Begins with another instance.
    pub(super) fn begin(&self, instance: &Value) {
        self.n_taken.set(0);
        self.n_explained.set(0);
        self.max_steps.set(budget::max_steps(n_values(instance)));
        self.verdicts.borrow_mut().clear();
        self.violations.borrow_mut().clear();
        self.texts.borrow_mut().clear();
    }

    /// Whether the evaluation was cut short, so that its result means nothing.
    pub(super) fn is_exhausted(&self) -> bool {
        self.n_taken.get() >= self.max_steps.get()
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

    /// The verdict on a value, as it was found or is found by `evaluate`.
    pub(super) fn verdict(&self, id: SchemaId, value: &Value, chain: u32, evaluate: impl FnOnce() -> bool) -> bool {
        let question = (id, std::ptr::from_ref(value), chain);
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

    /// The violation of the keyword at a position, as it was found or is found by `explain`.
    pub(super) fn violation(
        &self,
        (id, at): (SchemaId, usize),
        value: &Value,
        chain: u32,
        explain: impl FnOnce() -> Violation,
    ) -> Violation {
        let question = ((id, std::ptr::from_ref(value), chain), at);
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
    pub(super) fn chain(&self, outer: u32, resource: ResourceId) -> u32 {
        let mut chains = self.chains.borrow_mut();
        let next = u32::try_from(chains.len()).unwrap_or(u32::MAX) + 1;
        *chains.entry((outer, resource)).or_insert(next)
    }

    /// A name as a value.
    pub(super) fn text(&self, name: &SmolStr) -> Rc<Value> {
        let text = Rc::new(Value::String(name.clone()));
        self.texts.borrow_mut().push(Rc::clone(&text));
        text
    }
}

/// Schemas that a walk over one instance has been to: what they say is said once.
#[derive(Debug, Default)]
pub(super) struct Seen(HashSet<Question>);

impl Seen {
    /// Whether the walk comes to a schema for the first time.
    pub(super) fn is_new(&mut self, id: SchemaId, value: &Value, chain: u32) -> bool {
        self.0.insert((id, std::ptr::from_ref(value), chain))
    }
}

fn n_values(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(n_values).sum::<usize>(),
        Value::Object(members) => 1 + members.iter().map(|(_, member)| n_values(member)).sum::<usize>(),
        _ => 1,
    }
}
