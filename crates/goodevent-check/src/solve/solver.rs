//! The solver: its registries, its budgets, and what it remembers.

use std::{
    collections::{BTreeSet, HashMap},
    rc::Rc,
};

use goodevent_schema::{
    instance::Validator,
    ir::{Draft, Graph, Schema, SchemaId, Value},
    pattern::Matcher,
    source::Spanned,
};

use super::{
    question::{Answer, At, Goal},
    site::Only,
    unequal::Listed,
};
use crate::{size::Texts, validate, wire::Former};

/// Looks for instances.
pub(crate) struct Solver<'g> {
    pub(super) graphs: Vec<&'g Graph>,
    /// Schemas whose `const` and `enum` don't count.
    pub(super) loose: BTreeSet<At>,
    formers: Vec<Former<'g>>,
    pub(super) texts: Texts,
    /// Whether texts have formats.
    pub(super) oracles: HashMap<String, Option<Validator>>,
    /// Whether texts match patterns that are no automata.
    pub(super) matchers: HashMap<String, Option<Matcher>>,
    pub(super) known: HashMap<Vec<Goal>, Answer>,
    /// The same of questions that the one keyword has to do with.
    pub(super) known_at: HashMap<Vec<Goal>, Answer>,
    /// Questions that are being answered: an instance within itself is none.
    pub(super) open: Vec<Vec<Goal>>,
    /// The outermost open question that an answer relies on.
    pub(super) outermost: usize,
    /// Questions that have no instance if the open question of this number has none, in the order of their answers.
    pub(super) assumed: HashMap<Vec<Goal>, usize>,
    pub(super) assumed_in_order: Vec<Vec<Goal>>,
    /// Schemas with another one below that refers to itself in place.
    pub(super) loops: HashMap<At, bool>,
    /// Calls within calls.
    n_nested: usize,
    /// Whether a draft tells `1` from `1.0`, which are equal.
    pub(super) has_spellings: bool,
    /// Steps that may still be taken.
    pub(super) n_left: u64,
    /// The schema whose `oneOf` counts for nothing when a value is judged.
    pub(super) union: Option<SchemaId>,
    /// The schemas that are being evaluated, each with the address of the value.
    pub(super) evaluating: Vec<(At, usize)>,
    /// Verdicts of the same evaluation, once there are many.
    pub(super) evaluated: HashMap<(At, usize), Option<bool>>,
    pub(super) n_evaluated: usize,
    /// Names of properties as values.
    pub(super) names: Vec<Rc<Value>>,
    /// Validators of payloads, by side.
    pub(super) validators: HashMap<usize, validate::Validator<'g>>,
    /// The values of `enum`.
    listed: HashMap<At, Rc<Listed<'g>>>,
    /// The properties of schemas with many, by their names.
    pub(super) properties: HashMap<At, Rc<HashMap<&'g str, SchemaId>>>,
    /// Whether the evaluation of a value came to a schema that it had come from.
    pub(super) is_in_loop: bool,
    /// Whether an instance of the last question had too many values.
    pub(super) is_too_large: bool,
    /// Values in the answers that are known.
    pub(super) n_known: usize,
    /// The cost of all questions so far: steps, and the keywords that were examined.
    pub(super) n_spent: u64,
    /// The schemas that hold each schema below one, or refer to it.
    pub(super) parents: Option<(At, Rc<Parents>)>,
    /// The only keyword that may fail.
    pub(super) only: Option<Only<'g>>,
}

pub(super) type Parents = HashMap<SchemaId, Vec<SchemaId>>;

/// As many steps a question may take.
pub(crate) const MAX_STEPS: u64 = 30_000;

/// Answers beyond these are forgotten: the memory of a large registry is for its contracts.
pub(super) const MANY: usize = 4_096;

/// Values in those answers, likewise.
pub(super) const MANY_VALUES: usize = 1_000_000;

/// Instances nest no deeper.
pub(super) const MAX_DEPTH: usize = 96;

/// As many calls within calls the smallest stack takes.
pub(super) const MAX_NESTED: usize = 400;

/// Values in one instance: schemas that refer to the next one twice, 30 times over, ask for a billion.
pub(super) const MAX_VALUES: usize = 50_000;

impl<'g> Solver<'g> {
    pub(crate) fn new(graphs: Vec<&'g Graph>) -> Self {
        Self::without_constants(graphs, BTreeSet::new())
    }

    /// As if the schemas of `loose` had neither `const` nor `enum`.
    pub(crate) fn without_constants(graphs: Vec<&'g Graph>, loose: BTreeSet<At>) -> Self {
        let of = |side: usize| loose.iter().filter(|at| at.side == side).map(|at| at.id).collect();
        let formers = graphs.iter().enumerate().map(|(side, graph)| Former::without_constants(graph, of(side)));
        Self {
            formers: formers.collect(),
            has_spellings: graphs.iter().any(|graph| graph.schemas.iter().any(|schema| schema.draft == Draft::Draft4)),
            graphs,
            loose,
            texts: Texts::default(),
            oracles: HashMap::new(),
            matchers: HashMap::new(),
            known: HashMap::new(),
            known_at: HashMap::new(),
            open: Vec::new(),
            outermost: usize::MAX,
            assumed: HashMap::new(),
            assumed_in_order: Vec::new(),
            loops: HashMap::new(),
            n_nested: 0,
            n_left: 0,
            union: None,
            evaluating: Vec::new(),
            evaluated: HashMap::new(),
            n_evaluated: 0,
            names: Vec::new(),
            validators: HashMap::new(),
            listed: HashMap::new(),
            properties: HashMap::new(),
            is_in_loop: false,
            is_too_large: false,
            n_known: 0,
            n_spent: 0,
            parents: None,
            only: None,
        }
    }

    /// The values of the `enum` of a schema.
    pub(super) fn listed(&mut self, at: At, values: &'g [Spanned<Value>]) -> Rc<Listed<'g>> {
        let listed = || Rc::new(Listed::new(values.iter().map(|own| &own.value).collect()));
        Rc::clone(self.listed.entry(at).or_insert_with(listed))
    }

    /// Whether the last question took all the steps that it may, or asked for too large an instance.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.n_left == 0 || self.is_too_large
    }

    /// The cost of all questions so far.
    pub(crate) fn n_spent(&self) -> u64 {
        self.n_spent
    }

    /// Forgets what was found, if it is much.
    pub(crate) fn forget(&mut self) {
        if self.known.len() > MANY || self.n_known > MANY_VALUES {
            self.known.clear();
            self.n_known = 0;
        }
        self.texts.forget(MANY);
    }

    /// Calls within a call, as deep as the stack allows.
    pub(super) fn nested<T>(&mut self, too_deep: T, call: impl FnOnce(&mut Self) -> T) -> T {
        if self.n_nested >= MAX_NESTED {
            return too_deep;
        }
        self.n_nested += 1;
        let value = call(self);
        self.n_nested -= 1;
        value
    }

    /// A copy of a value, which becomes a part of an instance of `n_values` so far.
    pub(super) fn part(&mut self, value: &Value, n_values: &mut usize) -> Result<Value, &'static str> {
        /// As many values are copied in the time of a step.
        const VALUES_A_STEP: usize = 8;
        let n_own = self::n_values(value, MAX_VALUES);
        *n_values += n_own;
        if *n_values > MAX_VALUES {
            self.is_too_large = true;
            return Err("the instance has too many values");
        }
        if !self.steps((n_own / VALUES_A_STEP) as u64) {
            return Err("it takes too many steps");
        }
        Ok(value.clone())
    }

    /// Whether the budget has a step left.
    pub(super) fn step(&mut self) -> bool {
        self.steps(1)
    }

    pub(super) fn steps(&mut self, n_steps: u64) -> bool {
        self.n_left = self.n_left.saturating_sub(n_steps);
        self.n_spent += n_steps;
        self.n_left > 0
    }

    pub(super) fn schema(&self, at: At) -> &'g Schema {
        &self.graphs[at.side][at.id]
    }

    /// All that decides about instances of a schema, in one spelling.
    pub(crate) fn form(&mut self, at: At) -> Rc<str> {
        self.formers[at.side].text(at.id)
    }
}

/// The values that a value consists of, itself included; a few more than `most` if there are more.
pub(super) fn n_values(value: &Value, most: usize) -> usize {
    /// A text of as many bytes takes as much as another value.
    const BYTES_A_VALUE: usize = 64;
    let add = |n: usize, value: &Value| if n > most { n } else { n + n_values(value, most - n) };
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 1,
        Value::String(text) => 1 + text.len() / BYTES_A_VALUE,
        Value::Array(items) => items.iter().fold(1, add),
        Value::Object(members) => members.iter().map(|(_, value)| value).fold(1, add),
    }
}
