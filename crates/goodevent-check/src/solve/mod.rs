//! Whether there is an instance that is valid for some schemas and not for others, and which.
//!
//! The question is taken apart as a tableau: a schema that holds, or does not, becomes what its keywords say; wherever
//! there is a choice, each way is tried. What is left of a way is about one JSON type, for which numbers, automata, items
//! or members decide. *None* is only said where all ways were looked at, *found* only of an instance that keeps to all
//! that was understood; the rest is *unknown*.

mod array;
mod evaluate;
mod number;
mod object;
mod spelling;
mod state;
mod text;
mod unequal;

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

pub(crate) use self::{evaluate::Values, state::Site};
use self::{
    state::{Only, State},
    unequal::Listed,
};
use crate::{
    size::Texts,
    validate,
    wire::{Former, components},
};

/// A schema of one of the registries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct At {
    /// Which registry.
    pub(crate) side: usize,
    pub(crate) id: SchemaId,
}

/// A schema that holds, or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Goal {
    pub(crate) at: At,
    pub(crate) holds: bool,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    Found(Rc<Value>),
    /// There is no such instance.
    None,
    /// That takes more than is known here; what it was.
    Unknown(&'static str),
}

/// Whether an instance is valid, as far as our own evaluation says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judged {
    Valid,
    Invalid,
    /// That takes more than is known here.
    Unknown,
    /// That takes too many steps.
    TooLong,
}

/// Looks for instances.
pub(crate) struct Solver<'g> {
    graphs: Vec<&'g Graph>,
    /// Schemas whose `const` and `enum` don't count.
    loose: BTreeSet<At>,
    formers: Vec<Former<'g>>,
    texts: Texts,
    /// Whether texts have formats.
    oracles: HashMap<String, Option<Validator>>,
    /// Whether texts match patterns that are no automata.
    matchers: HashMap<String, Option<Matcher>>,
    known: HashMap<Vec<Goal>, Answer>,
    /// The same of questions that the one keyword has to do with.
    known_at: HashMap<Vec<Goal>, Answer>,
    /// Questions that are being answered: an instance within itself is none.
    open: Vec<Vec<Goal>>,
    /// The outermost open question that an answer relies on.
    outermost: usize,
    /// Questions that have no instance if the open question of this number has none, in the order of their answers.
    assumed: HashMap<Vec<Goal>, usize>,
    assumed_in_order: Vec<Vec<Goal>>,
    /// Schemas with another one below that refers to itself in place.
    loops: HashMap<At, bool>,
    /// Calls within calls.
    n_nested: usize,
    /// Whether a draft tells `1` from `1.0`, which are equal.
    has_spellings: bool,
    /// Steps that may still be taken.
    n_left: u64,
    /// The schema whose `oneOf` counts for nothing when a value is judged.
    union: Option<SchemaId>,
    /// The schemas that are being evaluated, each with the address of the value.
    evaluating: Vec<(At, usize)>,
    /// Verdicts of the same evaluation, once there are many.
    evaluated: HashMap<(At, usize), Option<bool>>,
    n_evaluated: usize,
    /// Names of properties as values.
    names: Vec<Rc<Value>>,
    /// Validators of payloads, by side.
    validators: HashMap<usize, validate::Validator<'g>>,
    /// The values of `enum`.
    listed: HashMap<At, Rc<Listed<'g>>>,
    /// Whether the evaluation of a value came to a schema that it had come from.
    is_in_loop: bool,
    /// Whether an instance of the last question had too many values.
    is_too_large: bool,
    /// Values in the answers that are known.
    n_known: usize,
    /// The cost of all questions so far: steps, and the keywords that were examined.
    n_spent: u64,
    /// The schemas that hold each schema below one, or refer to it.
    parents: Option<(At, Rc<Parents>)>,
    /// The only keyword that may fail.
    only: Option<Only<'g>>,
}

type Parents = HashMap<SchemaId, Vec<SchemaId>>;

/// As many steps a question may take.
pub(crate) const MAX_STEPS: u64 = 30_000;

/// Answers beyond these are forgotten: the memory of a large registry is for its contracts.
const MANY: usize = 4_096;

/// Values in those answers, likewise.
const MANY_VALUES: usize = 1_000_000;

/// Instances nest no deeper.
const MAX_DEPTH: usize = 96;

/// As many calls within calls the smallest stack takes.
const MAX_NESTED: usize = 400;

/// Values in one instance: schemas that refer to the next one twice, 30 times over, ask for a billion.
const MAX_VALUES: usize = 50_000;

const TOO_DEEP: Answer = Answer::Unknown("it nests too deep");

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
            is_in_loop: false,
            is_too_large: false,
            n_known: 0,
            n_spent: 0,
            parents: None,
            only: None,
        }
    }

    /// The values of the `enum` of a schema.
    fn listed(&mut self, at: At, values: &'g [Spanned<Value>]) -> Rc<Listed<'g>> {
        let listed = || Rc::new(Listed::new(values.iter().map(|own| &own.value).collect()));
        Rc::clone(self.listed.entry(at).or_insert_with(listed))
    }

    /// An instance for which all of `goals` are as they say.
    pub(crate) fn solve(&mut self, goals: &[Goal]) -> Answer {
        self.solve_within(goals, MAX_STEPS)
    }

    /// Whether it is proved, within so many steps, that no instance is valid for a schema. What is found out on the way
    /// is kept, so that to ask about all schemas of a file costs little more than to ask about the one that has them all.
    pub(crate) fn is_impossible(&mut self, at: At, max_steps: u64) -> bool {
        if self.n_known > MANY_VALUES {
            self.forget();
        }
        self.begin(max_steps);
        self.inner(vec![Goal { at, holds: true }]) == Answer::None
    }

    fn begin(&mut self, max_steps: u64) {
        self.n_left = max_steps;
        self.is_too_large = false;
        self.open.clear();
        self.outermost = usize::MAX;
        self.assumed.clear();
        self.assumed_in_order.clear();
    }

    fn solve_within(&mut self, goals: &[Goal], max_steps: u64) -> Answer {
        self.begin(max_steps);
        self.forget();
        let forms: Vec<(Rc<str>, bool)> = goals.iter().map(|goal| (self.form(goal.at), goal.holds)).collect();
        if forms.iter().any(|(form, holds)| *holds && forms.contains(&(form.clone(), false))) {
            return Answer::None;
        }
        let has_loop = goals.iter().any(|goal| self.has_loop(goal.at));
        match self.inner(goals.to_vec()) {
            // Whatever a schema that refers to itself in place is taken to mean: to ask of it once more what is asked of it
            // already adds nothing, so that there is nothing either. An instance would depend on the meaning.
            Answer::Found(_) if has_loop => Answer::Unknown("a schema refers to itself in place"),
            answer => answer,
        }
    }

    /// An instance that is valid for `holds`, and not for the schema `fails`, since the one keyword rejects it: on the
    /// `path` from `fails` that is given, else on any.
    pub(crate) fn solve_at(&mut self, holds: At, fails: At, site: Site<'g>, path: Option<&[SchemaId]>) -> Answer {
        let goals = [Goal { at: holds, holds: true }, Goal { at: fails, holds: false }];
        let above = match path {
            Some(path) => path.iter().map(|id| At { id: *id, side: fails.side }).chain([site.at]).collect(),
            None => self.above(fails, site.at),
        };
        self.failing(&goals, Only { site, above, is_alone: false }, MAX_STEPS)
    }

    /// An instance that is not valid for a schema, since it does not keep to the one keyword; to all others it does. Within
    /// so many steps.
    pub(crate) fn miss(&mut self, fails: At, site: Site<'g>, max_steps: u64) -> Answer {
        let above = self.above(fails, site.at);
        self.failing(&[Goal { at: fails, holds: false }], Only { site, above, is_alone: true }, max_steps)
    }

    /// Whether the last question took all the steps that it may, or asked for too large an instance.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.n_left == 0 || self.is_too_large
    }

    /// The cost of all questions so far.
    pub(crate) fn n_spent(&self) -> u64 {
        self.n_spent
    }

    /// The schemas that hold or refer to each schema below one; those of the last one are kept.
    fn parents(&mut self, root: At) -> Rc<Parents> {
        if let Some((_, known)) = self.parents.as_ref().filter(|(own, _)| *own == root) {
            return known.clone();
        }
        let graph = self.graphs[root.side];
        let mut parents = Parents::new();
        for id in graph.below(root.id) {
            let keywords = &graph[id].keywords;
            keywords.children().chain(keywords.targets()).for_each(|child| parents.entry(child).or_default().push(id));
        }
        self.parents.insert((root, Rc::new(parents))).1.clone()
    }

    /// The schemas below `fails` that lead to `site`.
    fn above(&mut self, fails: At, site: At) -> BTreeSet<At> {
        let parents = self.parents(fails);
        let mut above = BTreeSet::from([site]);
        let mut queue = vec![site.id];
        while let Some(id) = queue.pop() {
            let own = parents.get(&id).into_iter().flatten();
            queue.extend(own.filter(|parent| above.insert(At { id: **parent, side: fails.side })));
        }
        self.n_spent += above.len() as u64;
        above
    }

    fn failing(&mut self, goals: &[Goal], only: Only<'g>, max_steps: u64) -> Answer {
        self.only = Some(only);
        let answer = self.solve_within(goals, max_steps);
        self.only = None;
        self.known_at.clear();
        answer
    }

    /// Whether `value` is valid for a schema of the first registry, as if the schema `union` had no `oneOf`.
    pub(crate) fn judge(&mut self, id: SchemaId, value: &Value, union: Option<SchemaId>) -> Judged {
        const MAX_EVALUATIONS: u64 = 1_000_000;
        self.n_left = MAX_EVALUATIONS;
        self.union = union;
        self.is_in_loop = false;
        let verdict = self.evaluate(At { side: 0, id }, value);
        self.union = None;
        match verdict {
            Some(true) => Judged::Valid,
            Some(false) => Judged::Invalid,
            // The reference validator would not come to an end either.
            None if self.n_left == 0 || self.is_in_loop => Judged::TooLong,
            None => Judged::Unknown,
        }
    }

    /// Forgets what was found, if it is much.
    pub(crate) fn forget(&mut self) {
        if self.known.len() > MANY || self.n_known > MANY_VALUES {
            self.known.clear();
            self.n_known = 0;
        }
        self.texts.forget(MANY);
    }

    /// The answer to a question within another.
    fn inner(&mut self, mut goals: Vec<Goal>) -> Answer {
        goals.iter_mut().for_each(|goal| goal.at = self.meant(goal.at));
        goals.sort_unstable();
        goals.dedup();
        let known = if self.is_special(&goals) { &self.known_at } else { &self.known };
        if let Some(known) = known.get(&goals) {
            return known.clone();
        }
        // A question about nothing is open in every set of items that differ.
        if let Some(at) = self.open.iter().position(|open| *open == goals && !goals.is_empty()) {
            self.outermost = self.outermost.min(at);
            return Answer::None;
        }
        if let Some(at) = self.assumed.get(&goals) {
            self.outermost = self.outermost.min(*at);
            return Answer::None;
        }
        if self.open.len() >= MAX_DEPTH {
            return TOO_DEEP;
        }
        let depth = self.open.len();
        let n_assumed = self.assumed_in_order.len();
        let before = std::mem::replace(&mut self.outermost, usize::MAX);
        self.open.push(goals.clone());
        let mut state = State::new(&goals);
        let is_possible = goals.iter().all(|goal| state.add(self, *goal));
        let answer = if is_possible { self.search(state) } else { Answer::None };
        self.open.pop();
        let relies_on = Some(self.outermost).filter(|at| *at < depth);
        self.settle_assumed(n_assumed, depth, &answer, relies_on);
        match (&answer, relies_on) {
            (Answer::Unknown(_), _) => {}
            (Answer::None, Some(at)) => {
                self.assumed.insert(goals.clone(), at);
                self.assumed_in_order.push(goals);
            }
            (Answer::None, None) | (Answer::Found(_), _) => self.know(goals, answer.clone()),
        }
        self.outermost = before.min(relies_on.unwrap_or(usize::MAX));
        answer
    }

    /// The schema that a schema refers to, if it does nothing else.
    fn meant(&self, at: At) -> At {
        let graph = self.graphs[at.side];
        // The schema whose keyword is asked about stands for itself, though it refers on.
        let site = self.only.as_ref().map(|only| only.site.at);
        let id = graph.chain(at.id).find(|id| site == Some(At { id: *id, ..at }));
        At { id: id.unwrap_or_else(|| graph.target(at.id)), ..at }
    }

    /// Keeps an answer that is final.
    fn know(&mut self, goals: Vec<Goal>, answer: Answer) {
        if let Answer::Found(value) = &answer {
            self.n_known += n_values(value, MAX_VALUES);
        }
        let is_special = self.is_special(&goals);
        let known = if is_special { &mut self.known_at } else { &mut self.known };
        known.insert(goals, answer);
    }

    /// Whether the one keyword has to do with a question.
    fn is_special(&self, goals: &[Goal]) -> bool {
        self.only.as_ref().is_some_and(|only| goals.iter().any(|goal| only.above.contains(&goal.at)))
    }

    /// The assumptions since the question at `depth` was opened: it holds if that one has no instance either.
    fn settle_assumed(&mut self, n_before: usize, depth: usize, answer: &Answer, relies_on: Option<usize>) {
        for goals in self.assumed_in_order.split_off(n_before) {
            let at = self.assumed[&goals];
            if at < depth {
                self.assumed_in_order.push(goals);
                continue;
            }
            self.assumed.remove(&goals);
            match (answer, relies_on) {
                (Answer::None, None) => self.know(goals, Answer::None),
                (Answer::None, Some(outer)) => {
                    self.assumed.insert(goals.clone(), outer);
                    self.assumed_in_order.push(goals);
                }
                (Answer::Found(_) | Answer::Unknown(_), _) => {}
            }
        }
    }

    /// Calls within a call, as deep as the stack allows.
    fn nested<T>(&mut self, too_deep: T, call: impl FnOnce(&mut Self) -> T) -> T {
        if self.n_nested >= MAX_NESTED {
            return too_deep;
        }
        self.n_nested += 1;
        let value = call(self);
        self.n_nested -= 1;
        value
    }

    /// A copy of a value, which becomes a part of an instance of `n_values` so far.
    fn part(&mut self, value: &Value, n_values: &mut usize) -> Result<Value, &'static str> {
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
    fn step(&mut self) -> bool {
        self.steps(1)
    }

    fn steps(&mut self, n_steps: u64) -> bool {
        self.n_left = self.n_left.saturating_sub(n_steps);
        self.n_spent += n_steps;
        self.n_left > 0
    }

    fn schema(&self, at: At) -> &'g Schema {
        &self.graphs[at.side][at.id]
    }

    /// Whether some schema below would have to be evaluated to evaluate it, for the same value.
    fn has_loop(&mut self, at: At) -> bool {
        if let Some(known) = self.loops.get(&at) {
            return *known;
        }
        let graph = self.graphs[at.side];
        let leads_to = |id: SchemaId| -> Vec<SchemaId> {
            let keywords = &graph[id].keywords;
            keywords.in_place().chain(keywords.targets()).collect()
        };
        let mut seen: BTreeSet<SchemaId> = BTreeSet::new();
        let has_loop = graph.below(at.id).any(|id| {
            if seen.contains(&id) {
                return false;
            }
            let components = components(id, leads_to, |id| seen.contains(&id));
            let is_loop =
                |component: &Vec<SchemaId>| component.len() > 1 || leads_to(component[0]).contains(&component[0]);
            let has_loop = components.iter().any(is_loop);
            seen.extend(components.into_iter().flatten());
            has_loop
        });
        self.loops.insert(at, has_loop);
        has_loop
    }

    /// All that decides about instances of a schema, in one spelling.
    pub(crate) fn form(&mut self, at: At) -> Rc<str> {
        self.formers[at.side].text(at.id)
    }
}

/// The values that a value consists of, itself included; a few more than `most` if there are more.
fn n_values(value: &Value, most: usize) -> usize {
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

/// The first instance that is found, else that there is none, unless something is unknown.
fn first(answers: impl Iterator<Item = Answer>) -> Answer {
    let mut unknown = None;
    for answer in answers {
        match answer {
            Answer::Found(_) => return answer,
            Answer::None => {}
            Answer::Unknown(why) => unknown = unknown.or(Some(why)),
        }
    }
    unknown.map_or(Answer::None, Answer::Unknown)
}
