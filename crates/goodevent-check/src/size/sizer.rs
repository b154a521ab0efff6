//! Questions about sizes: the budget, and what is remembered of earlier ones.

use std::{
    collections::{BTreeSet, HashMap},
    rc::Rc,
};

use goodevent_schema::{
    Schemas,
    ir::{Keywords, SchemaId, Types, Value},
    source::SourceId,
};

use crate::judge::Judge;

use super::{
    below::Below,
    bound::{Culprit, SizeBound},
    meet::Meet,
    number::{Longest, NumberRule},
    sum::Largest,
    text::{TextRule, Texts},
    witness::Witness,
};

/// Proves bounds, and remembers those of shared types.
#[derive(Debug)]
pub struct Sizer<'r> {
    pub(super) schemas: &'r Schemas,
    pub(super) known: HashMap<Vec<SchemaId>, (Largest, Rc<Below>)>,
    /// Those whose size is being found out.
    pub(super) open: BTreeSet<Vec<SchemaId>>,
    /// The culprits below the open question, as far as they are known.
    pub(super) below: Below,
    /// Whether small instances are wanted in place of the largest.
    pub(super) is_small: bool,
    /// The schema whose `oneOf` does not count.
    pub(super) union: Option<SchemaId>,
    pub(super) texts: Texts,
    pub(super) numbers: HashMap<NumberRule, Longest>,
    judge: Judge<'r>,
    /// The file that was asked about last.
    file: Option<SourceId>,
    /// Steps that may still be taken for this question, and for this file.
    n_left: u64,
    n_left_in_file: u64,
}

/// As many steps a question may take.
const MAX_STEPS: u64 = 50_000;

/// As many steps all questions about one file may take.
const MAX_STEPS_IN_FILE: u64 = 1_000_000;

/// Bytes of a witness that cost one step to judge.
const BYTES_A_STEP: u64 = 16;

/// As many evaluations of a schema take a step.
const EVALUATIONS_A_STEP: u64 = 2;

/// Larger witnesses are not judged: they show no more than that an event is far too large.
const MAX_WITNESS_BYTES: u64 = 512 << 10;

impl<'r> Sizer<'r> {
    /// Creates a prover for the schemas of one registry.
    #[must_use]
    pub fn new(schemas: &'r Schemas) -> Self {
        Self::with(schemas, false)
    }

    /// Creates a prover that also finds an instance if no largest one exists.
    #[must_use]
    pub fn of_small(schemas: &'r Schemas) -> Self {
        Self::with(schemas, true)
    }

    /// One that finds an instance as if the schema `union` had no `oneOf`, within a budget of steps.
    pub(crate) fn without_union(schemas: &'r Schemas, union: SchemaId, max_steps: u64) -> Self {
        let judge = Judge::without_union(schemas, union);
        // It is asked about one file.
        let file = Some(schemas.graph[union].span.source);
        Self { union: Some(union), judge, file, n_left_in_file: max_steps, ..Self::of_small(schemas) }
    }

    /// Steps that may still be taken for the file.
    pub(crate) fn n_left_in_file(&self) -> u64 {
        self.n_left_in_file
    }

    fn with(schemas: &'r Schemas, is_small: bool) -> Self {
        Self {
            schemas,
            known: HashMap::new(),
            open: BTreeSet::new(),
            below: Below::default(),
            is_small,
            union: None,
            texts: Texts::default(),
            numbers: HashMap::new(),
            judge: Judge::new(schemas),
            file: None,
            n_left: 0,
            n_left_in_file: MAX_STEPS_IN_FILE,
        }
    }

    /// Size bound of the instances of `root`.
    pub fn bound(&mut self, root: SchemaId) -> SizeBound {
        self.begin(root);
        let largest = self.largest(vec![root]);
        let below = std::mem::take(&mut self.below);
        let culprits = if largest.max_bytes.is_some() { Vec::new() } else { below.all_culprits() };
        SizeBound { max_bytes: largest.max_bytes, witness: largest.witness, parts: largest.parts, culprits }
    }

    /// Whether the schema alone bounds the strings that it accepts.
    pub fn bounds_strings(&mut self, id: SchemaId) -> bool {
        let keywords = &self.schemas.graph[id].keywords;
        self.texts.heaviest(&TextRule::of([keywords].into_iter())).max_bytes.is_some()
    }

    /// Whether a value is certainly valid for a schema.
    pub(crate) fn is_surely_valid(&mut self, id: SchemaId, value: &Value) -> bool {
        self.begin(id);
        self.judge.is_surely_valid(id, value)
    }

    /// Whether no instance can be valid for a schema.
    pub(crate) fn is_impossible(&mut self, id: SchemaId) -> bool {
        self.begin(id);
        self.largest(vec![id]).is_none()
    }

    /// An instance that is valid for all given schemas.
    pub fn in_all(&mut self, goals: &[SchemaId]) -> Option<String> {
        const SMALL: u64 = 65_536;
        self.begin(*goals.first()?);
        let witness = self.largest(goals.to_vec()).witness?;
        let is_valid = self.is_valid(goals, &witness);
        witness.to_json(SMALL).filter(|_| is_valid)
    }

    /// Begins with a question. What was found for another file is forgotten when it gets too much: the memory of a large
    /// registry is for its contracts.
    fn begin(&mut self, id: SchemaId) {
        const MANY: usize = 512;
        let file = self.schemas.graph[id].span.source;
        if self.union.is_none() && self.file.replace(file) != Some(file) {
            self.n_left_in_file = MAX_STEPS_IN_FILE;
            self.judge.forget();
            self.texts.forget(MANY);
            if self.known.len() > MANY {
                self.known.clear();
            }
            if self.numbers.len() > MANY {
                self.numbers.clear();
            }
        }
        self.n_left = MAX_STEPS;
        self.below = Below::default();
    }

    /// Whether the budget has as many steps left.
    pub(super) fn takes(&mut self, n_steps: u64) -> bool {
        self.n_left = self.n_left.saturating_sub(n_steps);
        self.n_left_in_file = self.n_left_in_file.saturating_sub(n_steps);
        self.n_left > 0 && self.n_left_in_file > 0
    }

    /// Whether the reference accepts a witness.
    pub(super) fn is_valid(&mut self, goals: &[SchemaId], witness: &Witness) -> bool {
        if !self.takes(1 + witness.n_bytes().min(MAX_WITNESS_BYTES) / BYTES_A_STEP) {
            return false;
        }
        let before = self.judge.n_spent();
        let is_valid = witness.to_json(MAX_WITNESS_BYTES).is_some_and(|text| self.judge.is_valid(goals, &text));
        self.takes((self.judge.n_spent() - before) / EVALUATIONS_A_STEP);
        is_valid
    }

    pub(super) fn blame(&mut self, goals: &[SchemaId], missing: &'static str) {
        let Some(schema) = goals.first() else { return };
        let span = self.schemas.graph[*schema].span;
        self.below.culprits.push(Culprit { span, pointer: self.schemas.pointer(*schema), missing });
    }

    /// Blames the schema that allows the type.
    pub(super) fn blame_type(&mut self, goals: &[SchemaId], way: &Meet<'_>, types: Types, missing: &'static str) {
        let says = |keywords: &Keywords| keywords.types.as_ref().is_some_and(|own| own.value.contains(types));
        let own = way.schemas.iter().find(|(_, keywords)| says(keywords)).map(|(id, _)| *id);
        self.blame(own.as_slice(), missing);
        if own.is_none() {
            self.blame(goals, missing);
        }
    }
}
