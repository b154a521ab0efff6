//! Answers to questions, and to questions within them.

use std::{collections::BTreeSet, rc::Rc};

use goodevent_schema::ir::SchemaId;

use super::{
    question::{Answer, At, Goal, TOO_DEEP},
    site::{Only, Site},
    solver::{MANY_VALUES, MAX_DEPTH, MAX_STEPS, MAX_VALUES, Parents, Solver, n_values},
    state::State,
};
use crate::wire::components;

impl<'g> Solver<'g> {
    /// An instance for which all of `goals` are as they say.
    pub(crate) fn solve(&mut self, goals: &[Goal]) -> Answer {
        self.solve_within(goals, MAX_STEPS)
    }

    /// Whether `max_steps` suffice to prove that no instance is valid for a schema. Answers to inner questions are kept, so
    /// that all schemas of a file cost little more than the one that contains them.
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

    /// An instance that violates one keyword of a schema and no other, if `max_steps` suffice to find it.
    pub(crate) fn miss(&mut self, fails: At, site: Site<'g>, max_steps: u64) -> Answer {
        let above = self.above(fails, site.at);
        self.failing(&[Goal { at: fails, holds: false }], Only { site, above, is_alone: true }, max_steps)
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

    /// The answer to a question within another.
    pub(super) fn inner(&mut self, mut goals: Vec<Goal>) -> Answer {
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

    /// The schema that a schema refers to, if it does nothing else.
    fn meant(&self, at: At) -> At {
        let graph = self.graphs[at.side];
        // The schema whose keyword is asked about stands for itself, though it refers on.
        let site = self.only.as_ref().map(|only| only.site.at);
        let id = graph.chain(at.id).find(|id| site == Some(At { id: *id, ..at }));
        At { id: id.unwrap_or_else(|| graph.target(at.id)), ..at }
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
}
