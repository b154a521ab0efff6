//! Whether there is an instance that is valid for some schemas and not for others, and which.
//!
//! The question is taken apart as a tableau: a schema that holds, or does not, becomes what its keywords say; wherever
//! there is a choice, each way is tried. What is left of a way is about one JSON type, for which numbers, automata, items
//! or members decide. *None* is only said where all ways were looked at, *found* only of an instance that keeps to all
//! that was understood; the rest is *unknown*.

mod array;
pub(crate) mod decimal;
mod evaluate;
mod number;
mod object;
mod state;
mod text;

use std::{
    collections::{BTreeSet, HashMap},
    rc::Rc,
};

use goodevent_schema::{
    instance::Validator,
    ir::{Graph, Schema, SchemaId, Value},
};

use self::state::{Only, State};
pub(crate) use self::{evaluate::Values, state::Site};
use crate::{size::Texts, wire::Former};

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

/// Looks for instances.
pub(crate) struct Solver<'g> {
    graphs: Vec<&'g Graph>,
    /// Schemas whose `const` and `enum` don't count.
    loose: BTreeSet<At>,
    formers: Vec<Former<'g>>,
    texts: Texts,
    /// Whether texts have formats, or match patterns that are no automata.
    oracles: HashMap<String, Option<Validator>>,
    known: HashMap<Vec<Goal>, Answer>,
    /// The same of questions that the one keyword has to do with.
    known_at: HashMap<Vec<Goal>, Answer>,
    /// Questions that are being answered: an instance within itself is none.
    open: Vec<Vec<Goal>>,
    /// The outermost open question that an answer relies on.
    outermost: usize,
    /// Steps that may still be taken.
    n_left: u64,
    /// The only keyword that may fail.
    only: Option<Only<'g>>,
}

/// As many steps a question may take.
const MAX_STEPS: u64 = 30_000;

/// Answers beyond these are forgotten: the memory of a large registry is for its contracts.
const MANY: usize = 4_096;

/// Instances nest no deeper.
const MAX_DEPTH: usize = 96;

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
            graphs,
            loose,
            texts: Texts::default(),
            oracles: HashMap::new(),
            known: HashMap::new(),
            known_at: HashMap::new(),
            open: Vec::new(),
            outermost: usize::MAX,
            n_left: 0,
            only: None,
        }
    }

    /// An instance for which all of `goals` are as they say.
    pub(crate) fn solve(&mut self, goals: &[Goal]) -> Answer {
        self.n_left = MAX_STEPS;
        if self.known.len() > MANY {
            self.known.clear();
        }
        self.texts.forget(MANY);
        self.open.clear();
        self.outermost = usize::MAX;
        self.inner(goals.to_vec())
    }

    /// An instance that is valid for `holds`, and not for the schema `fails`, since it does not keep to the one keyword.
    pub(crate) fn solve_at(&mut self, holds: At, fails: At, site: Site<'g>) -> Answer {
        self.failing(&[Goal { at: holds, holds: true }, Goal { at: fails, holds: false }], fails, site, false)
    }

    /// An instance that is not valid for a schema, since it does not keep to the one keyword; to all others it does.
    pub(crate) fn miss(&mut self, fails: At, site: Site<'g>) -> Answer {
        self.failing(&[Goal { at: fails, holds: false }], fails, site, true)
    }

    fn failing(&mut self, goals: &[Goal], fails: At, site: Site<'g>, is_alone: bool) -> Answer {
        let graph = self.graphs[fails.side];
        let mut parents: HashMap<SchemaId, Vec<SchemaId>> = HashMap::new();
        for id in graph.below(fails.id) {
            let keywords = &graph[id].keywords;
            keywords.children().chain(keywords.targets()).for_each(|child| parents.entry(child).or_default().push(id));
        }
        let mut above = BTreeSet::from([site.at]);
        let mut queue = vec![site.at.id];
        while let Some(id) = queue.pop() {
            let own = parents.get(&id).into_iter().flatten();
            queue.extend(own.filter(|parent| above.insert(At { id: **parent, side: fails.side })));
        }
        self.only = Some(Only { site, above, is_alone });
        let answer = self.solve(goals);
        self.only = None;
        self.known_at.clear();
        answer
    }

    /// The answer to a question within another.
    fn inner(&mut self, mut goals: Vec<Goal>) -> Answer {
        goals.sort_unstable();
        goals.dedup();
        let is_special = self.only.as_ref().is_some_and(|only| goals.iter().any(|goal| only.above.contains(&goal.at)));
        let known = if is_special { &self.known_at } else { &self.known };
        if let Some(known) = known.get(&goals) {
            return known.clone();
        }
        if let Some(at) = self.open.iter().position(|open| *open == goals) {
            self.outermost = self.outermost.min(at);
            return Answer::None;
        }
        if self.open.len() >= MAX_DEPTH {
            return Answer::Unknown("it nests too deep");
        }
        let depth = self.open.len();
        let before = std::mem::replace(&mut self.outermost, usize::MAX);
        self.open.push(goals.clone());
        let mut state = State::new(&goals);
        let is_possible = goals.iter().all(|goal| state.add(self, *goal));
        let answer = if is_possible { self.search(state) } else { Answer::None };
        self.open.pop();
        let is_final = !matches!(answer, Answer::None) || self.outermost >= depth;
        if is_final && !matches!(answer, Answer::Unknown(_)) {
            let known = if is_special { &mut self.known_at } else { &mut self.known };
            known.insert(goals, answer.clone());
        }
        let own = if self.outermost >= depth { usize::MAX } else { self.outermost };
        self.outermost = before.min(own);
        answer
    }

    /// Whether the budget has a step left.
    fn step(&mut self) -> bool {
        self.n_left = self.n_left.saturating_sub(1);
        self.n_left > 0
    }

    fn schema(&self, at: At) -> &'g Schema {
        &self.graphs[at.side][at.id]
    }

    /// All that decides about instances of a schema, in one spelling.
    pub(crate) fn form(&mut self, at: At) -> Rc<str> {
        self.formers[at.side].text(at.id)
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
