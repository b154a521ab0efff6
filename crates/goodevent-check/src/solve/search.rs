//! The search: each way of each choice, until one ends with an instance.

use std::rc::Rc;

use goodevent_schema::ir::Value;

use super::{
    evaluate::all,
    kinds::Kinds,
    known::Known,
    part::Step,
    question::{Answer, At, Goal, TOO_DEEP, first},
    said::{Names, Said},
    solver::Solver,
    spelling::spellings,
    state::{State, is_left},
    unequal::Listed,
};

/// As many ways are looked at in the time of a step.
const WAYS_A_STEP: u64 = 1_024;

impl<'g> Solver<'g> {
    /// Tries each way.
    pub(super) fn search(&mut self, state: State<'g>) -> Answer {
        self.nested(TOO_DEEP, |solver| solver.ways(state))
    }

    fn ways(&mut self, mut state: State<'g>) -> Answer {
        // Each way takes a copy of all that is open.
        let n_ways: usize = state.choices.iter().map(|ways| ways.len()).sum();
        if !self.steps(1 + state.choices.len() as u64 / 16 + n_ways as u64 / WAYS_A_STEP) {
            return Answer::Unknown("there are too many branches");
        }
        let n_open = state.size();
        let choices = std::mem::take(&mut state.choices);
        self.n_spent += state.said.len() as u64 / 16;
        let known = Known::of(&state.said);
        let mut left = Vec::new();
        for choice in choices {
            let held = self.held(&state, &choice);
            let is_open = |at: &usize| !self.is_refuted(&state, &known, &held, &choice[*at]);
            let open: Vec<usize> = (0..choice.len()).filter(is_open).collect();
            if open.is_empty() {
                return Answer::None;
            }
            if !open.iter().any(|at| is_settled(&state, &known, &choice[*at])) {
                left.push(match open.len() == choice.len() {
                    true => choice,
                    false => open.into_iter().map(|at| choice[at].clone()).collect(),
                });
            }
        }
        state.choices = left;
        // The choice with the fewest ways first.
        let choice = (0..state.choices.len()).min_by_key(|at| state.choices[*at].len());
        let Some(choice) = choice else { return self.settled(&state) };
        let ways = state.choices.swap_remove(choice);
        let mut unknown = None;
        for way in ways.iter() {
            self.n_spent += n_open / 16;
            let mut next = state.clone();
            if !way.iter().all(|step| next.take(self, step.clone())) {
                continue;
            }
            match self.search(next) {
                Answer::Found(found) => return Answer::Found(found),
                Answer::None => {}
                Answer::Unknown(why) => unknown = unknown.or(Some(why)),
            }
            if self.n_left == 0 {
                return Answer::Unknown("there are too many branches");
            }
        }
        unknown.map_or(Answer::None, Answer::Unknown)
    }

    /// Whether it is settled that a schema holds, or one that says the same.
    fn is_known(&mut self, state: &State<'g>, at: At) -> Option<bool> {
        state.holds(at).or_else(|| state.forms.get(&self.form(at)).copied())
    }

    /// The positions of the branches that are settled to hold, if one of some branches is to be chosen.
    fn held(&mut self, state: &State<'g>, choice: &[Rc<[Step<'g>]>]) -> Vec<usize> {
        let branches = match choice.first().map(|way| &**way) {
            Some([Step::Alone(branches, _)]) => branches.clone(),
            _ => return Vec::new(),
        };
        (0..branches.len()).filter(|at| self.is_known(state, branches[*at]) == Some(true)).collect()
    }

    /// Whether a way can't be gone any more, as far as is seen at once. `held` are the branches that are settled to hold.
    fn is_refuted(&mut self, state: &State<'g>, known: &Known<'_, 'g>, held: &[usize], way: &[Step<'g>]) -> bool {
        way.iter().any(|step| match step {
            Step::Only(kinds) => !state.kinds.has(*kinds),
            Step::Goal(goal) => self.is_known(state, goal.at).is_some_and(|own| own != goal.holds),
            Step::Alone(branches, nth) => {
                held.iter().any(|at| at != nth) || self.is_known(state, branches[*nth]) == Some(false)
            }
            Step::Another(branches, nth) => {
                let mut is_open = |at: &At| self.is_known(state, *at) != Some(false);
                !is_open(&branches[*nth]) || !branches[nth + 1..].iter().any(is_open)
            }
            Step::Says(Said::Present(name), is_so) => known.is_present(name, !is_so),
            // All that is known of the member already, and that it is not as it is said.
            Step::Says(Said::Members(names, at), false) => {
                let is_absent = matches!(names, Names::One(name) if known.is_present(name, false));
                is_absent || self.can_not_be(known.members(names), *at)
            }
            Step::Says(Said::Items(places, at), false) => self.can_not_be(known.items(*places), *at),
            Step::Says(..) | Step::OneOf(_) | Step::NoneOf(_) | Step::Unknown(_) => false,
        })
    }

    /// Whether nothing for which the known schemas hold fails another one.
    fn can_not_be(&mut self, known: Vec<At>, failing: At) -> bool {
        let goals = known.into_iter().map(|at| Goal { at, holds: true });
        let goals: Vec<Goal> = goals.chain([Goal { at: failing, holds: false }]).collect();
        goals.len() > 1 && self.inner(goals) == Answer::None
    }

    /// One way, without choices.
    fn settled(&mut self, state: &State<'g>) -> Answer {
        let answer = match &state.one_of {
            Some(values) => self.one_of(state, values),
            None => self.of_kinds(state),
        };
        match (answer, state.unknown) {
            (Answer::Found(_), Some(why)) => Answer::Unknown(why),
            (answer, _) => answer,
        }
    }

    /// One of the values that are listed.
    fn one_of(&mut self, state: &State<'g>, listed: &Listed<'g>) -> Answer {
        /// So many values are given to the validator, which has a budget for each.
        const FEW: usize = 16;
        let mut unknown = None;
        for value in &listed.values {
            if state.unlike.has(value) {
                continue;
            }
            let (spellings, are_all) =
                if self.has_spellings { spellings(value) } else { (vec![(*value).clone()], true) };
            if !are_all {
                unknown = Some("a listed value has many spellings");
            }
            for value in spellings {
                // What is said beside the goals.
                if let Value::String(text) = &value
                    && self.fits(state, text) == Some(false)
                {
                    continue;
                }
                let is_few = listed.values.len() <= FEW;
                let mut holds = |at: At| {
                    self.evaluate(at, &value).or_else(|| if is_few { self.executed(at, &value) } else { None })
                };
                match all(state.goals.iter().map(|goal| Some(holds(goal.at)? == goal.holds))) {
                    Some(true) => return Answer::Found(Rc::new(value)),
                    Some(false) => {}
                    None => unknown = Some("a listed value could not be judged"),
                }
            }
        }
        unknown.map_or(Answer::None, Answer::Unknown)
    }

    fn of_kinds(&mut self, state: &State<'g>) -> Answer {
        let mut answers = Vec::new();
        // What reads best first.
        for kind in [
            Kinds::STRING,
            Kinds::INTEGER,
            Kinds::BOOLEAN,
            Kinds::NULL,
            Kinds::FRACTION,
            Kinds::OBJECT,
            Kinds::ARRAY,
            Kinds::WHOLE,
        ] {
            if !state.kinds.has(kind) {
                continue;
            }
            self.n_spent += state.said.len() as u64 / 16;
            let answer = match kind {
                Kinds::STRING => self.text(state),
                Kinds::NULL => plain(state, [Value::Null]),
                Kinds::BOOLEAN => plain(state, [Value::Bool(true), Value::Bool(false)]),
                Kinds::OBJECT => self.object(state),
                Kinds::ARRAY => self.array(state),
                kind => self.number(state, kind),
            };
            if matches!(answer, Answer::Found(_)) {
                return answer;
            }
            answers.push(answer);
        }
        first(answers.into_iter())
    }
}

/// Whether a way is gone already.
fn is_settled(state: &State<'_>, known: &Known<'_, '_>, way: &[Step<'_>]) -> bool {
    way.iter().all(|step| match step {
        Step::Only(kinds) => state.kinds.without(*kinds).0 == 0,
        Step::Goal(goal) => state.decided.get(&goal.at) == Some(&goal.holds),
        Step::Says(Said::Present(name), is_so) => known.is_present(name, *is_so),
        Step::Alone(branches, nth) => {
            let mut others = branches.iter().map(|at| state.holds(*at)).enumerate();
            state.holds(branches[*nth]) == Some(true) && others.all(|(at, holds)| holds == Some(at == *nth))
        }
        Step::Another(branches, nth) => {
            let is_held = |at: &At| state.holds(*at) == Some(true);
            is_held(&branches[*nth]) && branches[nth + 1..].iter().any(is_held)
        }
        Step::Says(..) | Step::OneOf(_) | Step::NoneOf(_) | Step::Unknown(_) => false,
    })
}

/// One of the values that is not excluded.
fn plain<const N: usize>(state: &State<'_>, values: [Value; N]) -> Answer {
    let is_left = |value: &Value| is_left(state, value);
    values.into_iter().find(is_left).map_or(Answer::None, |value| Answer::Found(Rc::new(value)))
}
