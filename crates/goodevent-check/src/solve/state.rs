//! What is left to be found: the choices that are open, and what the keywords say that were chosen.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use goodevent_schema::ir::{Keywords, SchemaId, Value};

use super::{
    kinds::Kinds,
    part::{Part, Step, Way, parts},
    question::{At, Goal},
    said::Said,
    solver::Solver,
    unequal::{Listed, Taken},
};

/// What is left to be found.
#[derive(Clone)]
pub(super) struct State<'g> {
    /// The question.
    pub(super) goals: Rc<[Goal]>,
    pub(super) kinds: Kinds,
    /// Schemas of which it is settled whether they hold.
    pub(super) decided: BTreeMap<At, bool>,
    /// The same by what they say.
    pub(super) forms: BTreeMap<Rc<str>, bool>,
    /// What is to be chosen, each from several ways: shared, since states are copied at each step.
    pub(super) choices: Vec<Rc<[Rc<[Step<'g>]>]>>,
    /// What was said, and whether it is so.
    pub(super) said: Vec<(Said<'g>, bool)>,
    /// Values of which the instance is one.
    pub(super) one_of: Option<Rc<Listed<'g>>>,
    /// Values of which it is none.
    pub(super) none_of: Vec<Rc<Listed<'g>>>,
    /// The same, found on the way.
    pub(super) unlike: Rc<Taken>,
    /// Why no answer to this can be *none*, or *found*.
    pub(super) unknown: Option<&'static str>,
}

impl<'g> State<'g> {
    pub(super) fn new(goals: &[Goal]) -> Self {
        Self {
            goals: goals.into(),
            kinds: Kinds::ALL,
            decided: BTreeMap::new(),
            forms: BTreeMap::new(),
            choices: Vec::new(),
            said: Vec::new(),
            one_of: None,
            none_of: Vec::new(),
            unlike: Rc::default(),
            unknown: None,
        }
    }

    /// How much there is to copy.
    pub(super) fn size(&self) -> u64 {
        (self.decided.len() + self.forms.len() + self.said.len() + self.choices.len()) as u64
    }

    /// Whether it is settled that a schema holds.
    pub(super) fn holds(&self, at: At) -> Option<bool> {
        self.decided.get(&at).copied()
    }

    /// The schemas in the place of a schema that say what is evaluated there: those that are applied and hold
    /// ([JSON Schema Core 10.3](https://json-schema.org/draft/2020-12/json-schema-core#section-10.3)). `None` if that is
    /// not settled.
    pub(super) fn evaluating(&self, at: At, keywords: &Keywords) -> Option<Vec<SchemaId>> {
        let applied = &keywords.applied;
        if applied.dynamic_reference.is_some() {
            return None;
        }
        let holds = |id: SchemaId| self.holds(At { id, ..at });
        let lists = [&applied.all_of, &applied.any_of, &applied.one_of].into_iter().flatten().copied();
        let mut candidates: Vec<SchemaId> = lists.chain(keywords.reference.iter().map(|target| target.value)).collect();
        if let Some(condition) = &applied.condition {
            let branch = if holds(condition.condition)? { condition.then } else { condition.otherwise };
            candidates.push(condition.condition);
            candidates.extend(branch);
        }
        for dependent in &keywords.object.dependent_schemas {
            let is_it =
                |(said, _): &&(Said<'g>, bool)| matches!(said, Said::Present(name) if *name == dependent.name.value);
            let (_, is_present) = self.said.iter().find(is_it)?;
            candidates.extend(is_present.then_some(dependent.schema));
        }
        let mut evaluating = Vec::new();
        for id in candidates {
            if holds(id)? {
                evaluating.push(id);
            }
        }
        Some(evaluating)
    }

    /// Takes up a goal; false if it contradicts another.
    pub(super) fn add(&mut self, solver: &mut Solver<'g>, goal: Goal) -> bool {
        if let Some(decided) = self.decided.insert(goal.at, goal.holds) {
            return decided == goal.holds;
        }
        // What is not taken up leaves more than there is, so that nothing may be found.
        let unknown = self.unknown.or(Some("it nests too deep"));
        let taken = solver.nested(None, |solver| Some(self.take_up(solver, goal)));
        if taken.is_none() {
            self.unknown = unknown;
        }
        taken.unwrap_or(true)
    }

    fn take_up(&mut self, solver: &mut Solver<'g>, goal: Goal) -> bool {
        let Goal { at, holds } = goal;
        let schema = solver.schema(at);
        if let Some(always) = schema.always {
            return always == holds;
        }
        let form = solver.form(at);
        // Two that say the same can't differ; what they say in detail need not be understood for that.
        if self.forms.insert(form, holds).is_some_and(|decided| decided != holds) {
            return false;
        }
        let mut parts = parts(solver, at, schema);
        solver.n_spent += parts.len() as u64;
        if solver.loose.contains(&at) {
            parts.retain(|part| !matches!(part, Part::Values(..)));
        }
        if let Some(only) = solver.only.as_ref().filter(|only| !holds && only.above.contains(&at)) {
            let (mut failing, mut others): (Vec<_>, Vec<_>) =
                parts.into_iter().partition(|part| part.may_fail(at, only));
            if only.is_alone {
                // One of them fails, and all others hold.
                others.extend(failing.drain(1.min(failing.len())..));
                if !others.into_iter().all(|part| self.choose(solver, part.holding())) {
                    return false;
                }
            }
            parts = failing;
        }
        match holds {
            true => parts.into_iter().all(|part| self.choose(solver, part.holding())),
            false => {
                let ways: Vec<Way<'g>> = parts.into_iter().flat_map(Part::failing).collect();
                self.choose(solver, ways)
            }
        }
    }

    fn choose(&mut self, solver: &mut Solver<'g>, mut ways: Vec<Way<'g>>) -> bool {
        match ways.len() {
            0 => false,
            1 => ways.remove(0).into_iter().all(|step| self.take(solver, step)),
            _ => {
                self.choices.push(ways.into_iter().map(Rc::from).collect());
                true
            }
        }
    }

    pub(super) fn take(&mut self, solver: &mut Solver<'g>, step: Step<'g>) -> bool {
        match step {
            Step::Goal(goal) => self.add(solver, goal),
            Step::Only(kinds) => {
                self.kinds = Kinds(self.kinds.0 & kinds.0);
                self.kinds.0 != 0
            }
            Step::Says(said, is_so) => {
                if let Said::RestItems(owner, _) | Said::RestMembers(owner, _) = said {
                    self.settle(solver, owner);
                }
                self.said.push((said, is_so));
                true
            }
            Step::OneOf(values) => {
                // Two lists leave what the evaluation of the shorter one's values leaves.
                let is_shorter = self.one_of.as_ref().is_none_or(|known| values.values.len() < known.values.len());
                self.one_of = if is_shorter { Some(values) } else { self.one_of.take() };
                true
            }
            Step::NoneOf(values) => {
                self.none_of.push(values);
                true
            }
            Step::Alone(branches, nth) => {
                let mut goals = branches.iter().enumerate().map(|(at, own)| Goal { at: *own, holds: at == nth });
                goals.all(|goal| self.add(solver, goal))
            }
            Step::Another(branches, nth) => {
                let others = branches[nth + 1..].iter().map(|at| vec![Step::Goal(Goal { at: *at, holds: true })]);
                let others = others.collect();
                self.add(solver, Goal { at: branches[nth], holds: true }) && self.choose(solver, others)
            }
            Step::Unknown(why) => {
                self.unknown = Some(why);
                true
            }
        }
    }

    /// Has it settled which schemas in the place of `owner` hold, since that says what they evaluate.
    fn settle(&mut self, solver: &Solver<'g>, owner: At) {
        let (mut queue, mut seen) = (vec![owner.id], BTreeSet::new());
        while let Some(id) = queue.pop() {
            for id in solver.graphs[owner.side][id].keywords.in_place().filter(|id| seen.insert(*id)) {
                let way = |holds| Rc::from([Step::Goal(Goal { at: At { id, ..owner }, holds })]);
                if !self.decided.contains_key(&At { id, ..owner }) {
                    self.choices.push([way(true), way(false)].into());
                }
                queue.push(id);
                if self.choices.len() > 64 {
                    self.unknown = Some("too many schemas evaluate the same value");
                    return;
                }
            }
        }
    }
}

/// Whether a value is none of those that are excluded.
pub(super) fn is_left(state: &State<'_>, value: &Value) -> bool {
    !state.none_of.iter().any(|listed| listed.has(value)) && !state.unlike.has(value)
}
