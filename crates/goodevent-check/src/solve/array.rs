//! An array whose items are as some keywords say, and not as others do.

use std::{
    collections::{BTreeSet, HashMap},
    rc::Rc,
};

use goodevent_schema::ir::{Draft, SchemaId, Value};

use super::{
    kinds::Kinds,
    question::{Answer, At, Goal, TOO_DEEP},
    said::{Places, Said},
    solver::Solver,
    state::{State, is_left},
    unequal::{Taken, are_different},
};

/// What the items have to be.
#[derive(Clone)]
struct Rule {
    /// The items at these places are valid for the schema, or not.
    all: Vec<(Places, Goal)>,
    /// Some item of these is; different ones if they have to be.
    some: Vec<(Places, Goal, bool)>,
    /// Schemas for which no item is valid but those that have to be.
    no_others: Vec<At>,
    min: u64,
    max: u64,
    is_unique: bool,
    /// Whether two items are equal.
    has_twins: bool,
}

/// Arrays get no more items than this.
const MAX_ITEMS: u64 = 5_000;

impl<'g> Solver<'g> {
    pub(super) fn array(&mut self, state: &State<'g>) -> Answer {
        let mut rule = Rule {
            all: Vec::new(),
            some: Vec::new(),
            no_others: Vec::new(),
            min: 0,
            max: u64::MAX,
            is_unique: false,
            has_twins: false,
        };
        let mut parts = Vec::new();
        for (said, is_so) in &state.said {
            match (said, is_so) {
                (Said::MinItems(min), true) => rule.min = rule.min.max(*min),
                (Said::MinItems(0), false) => return Answer::None,
                (Said::MinItems(min), false) => rule.max = rule.max.min(min - 1),
                (Said::MaxItems(max), true) => rule.max = rule.max.min(*max),
                (Said::MaxItems(max), false) => rule.min = rule.min.max(max.saturating_add(1)),
                (Said::Unique, true) => rule.is_unique = true,
                (Said::Unique, false) => rule.has_twins = true,
                (Said::Items(places, at), true) => rule.all.push((*places, Goal { at: *at, holds: true })),
                (Said::Items(places, at), false) => rule.some.push((*places, Goal { at: *at, holds: false }, false)),
                (Said::Contains(at, min, max), is_so) => parts.push((*at, *min, *max, *is_so)),
                (Said::RestItems(owner, at), is_so) => {
                    let places = match self.unevaluated_places(state, *owner) {
                        Some(Some(from)) => Places::From(from),
                        Some(None) if *is_so => continue,
                        Some(None) => return Answer::None,
                        None => return Answer::Unknown("what is evaluated is not settled"),
                    };
                    let goal = Goal { at: *at, holds: *is_so };
                    if *is_so { rule.all.push((places, goal)) } else { rule.some.push((places, goal, false)) }
                }
                _ => {}
            }
        }
        if rule.is_unique && rule.has_twins {
            return Answer::None;
        }
        self.parts(state, rule, &parts)
    }

    /// Chooses how many items are as `contains` has them.
    fn parts(&mut self, state: &State<'g>, rule: Rule, parts: &[(At, u64, Option<u64>, bool)]) -> Answer {
        self.nested(TOO_DEEP, |solver| solver.parts_each(state, rule, parts))
    }

    fn parts_each(&mut self, state: &State<'g>, rule: Rule, parts: &[(At, u64, Option<u64>, bool)]) -> Answer {
        const MANY: u64 = 24;
        let Some(((at, min, max, is_so), parts)) = parts.split_first() else { return self.items(state, &rule) };
        // What an array of this length can't exceed says nothing.
        let max = max.filter(|max| *max < rule.max);
        // From so many on, or so many and no others.
        let (least, exact) = match (is_so, max) {
            (true, None) => (Some(*min), 0..0),
            (true, Some(max)) => (None, *min..max + 1),
            (false, max) => (max.map(|max| max + 1), 0..*min),
        };
        let is_tried = |n: &u64| *n <= MANY;
        let is_cut = least.is_some_and(|least| least > MANY) || exact.end > exact.start.max(MANY + 1);
        let ways = exact.take_while(is_tried).map(|n| (n, true)).chain(least.filter(is_tried).map(|n| (n, false)));
        let mut unknown = is_cut.then_some("many items have to be of one kind");
        for (n, is_exact) in ways {
            let mut rule = rule.clone();
            let goal = Goal { at: *at, holds: true };
            rule.some.extend((0..n).map(|_| (Places::From(0), goal, true)));
            rule.no_others.extend(is_exact.then_some(*at));
            match self.parts(state, rule, parts) {
                Answer::Found(found) => return Answer::Found(found),
                Answer::None => {}
                Answer::Unknown(why) => unknown = unknown.or(Some(why)),
            }
        }
        unknown.map_or(Answer::None, Answer::Unknown)
    }

    fn items(&mut self, state: &State<'g>, rule: &Rule) -> Answer {
        if rule.min > rule.max {
            return Answer::None;
        }
        if rule.min > MAX_ITEMS {
            return Answer::Unknown("there have to be too many items");
        }
        let ends = rule.all.iter().map(|(places, _)| *places).chain(rule.some.iter().map(|(places, ..)| *places));
        let n_special = ends.map(|places| match places {
            Places::One(place) => place + 1,
            Places::From(from) => from,
        });
        let n_special = n_special.max().unwrap_or(0);
        if !rule.has_twins {
            return self.spread(state, rule, n_special, &mut Vec::new(), 0, None);
        }
        // The twins at any two places that may differ from others.
        let mut unknown = None;
        for second in 1..=n_special + 1 {
            for first in 0..second {
                match self.spread(state, rule, n_special, &mut Vec::new(), 0, Some((first, second))) {
                    Answer::Found(found) => return Answer::Found(found),
                    Answer::None => {}
                    Answer::Unknown(why) => unknown = unknown.or(Some(why)),
                }
            }
        }
        unknown.map_or(Answer::None, Answer::Unknown)
    }

    /// Finds a place for each thing that some item has to be.
    fn spread(
        &mut self,
        state: &State<'g>,
        rule: &Rule,
        n_special: usize,
        chosen: &mut Vec<(usize, Goal)>,
        nth: usize,
        twins: Option<(usize, usize)>,
    ) -> Answer {
        self.nested(TOO_DEEP, |solver| solver.spread_each(state, rule, n_special, chosen, nth, twins))
    }

    fn spread_each(
        &mut self,
        state: &State<'g>,
        rule: &Rule,
        n_special: usize,
        chosen: &mut Vec<(usize, Goal)>,
        nth: usize,
        twins: Option<(usize, usize)>,
    ) -> Answer {
        if !self.step() {
            return Answer::Unknown("there are too many branches");
        }
        let Some((places, goal, is_own)) = rule.some.get(nth) else { return self.fill(state, rule, chosen, twins) };
        let n_taken = chosen.iter().map(|(place, _)| place + 1).max().unwrap_or(0);
        let candidates: Vec<usize> = match places {
            Places::One(place) => vec![*place],
            // One of those that are special, or taken, or the next.
            Places::From(from) => (*from..=n_special.max(n_taken).max(*from)).collect(),
        };
        let mut unknown = None;
        for place in candidates {
            // Things that are alike go from left to right.
            let is_behind = chosen.iter().all(|(own, other)| other != goal || *own < place);
            if (*is_own && !is_behind) || place as u64 >= rule.max {
                continue;
            }
            chosen.push((place, *goal));
            let answer = self.spread(state, rule, n_special, chosen, nth + 1, twins);
            chosen.pop();
            match answer {
                Answer::Found(found) => return Answer::Found(found),
                Answer::None => {}
                Answer::Unknown(why) => unknown = unknown.or(Some(why)),
            }
        }
        unknown.map_or(Answer::None, Answer::Unknown)
    }

    fn fill(
        &mut self,
        state: &State<'g>,
        rule: &Rule,
        chosen: &[(usize, Goal)],
        twins: Option<(usize, usize)>,
    ) -> Answer {
        let n_taken = chosen.iter().map(|(place, _)| place + 1).chain(twins.map(|(_, last)| last + 1)).max();
        let n_items = (rule.min as usize).max(n_taken.unwrap_or(0));
        if n_items as u64 > rule.max {
            return Answer::None;
        }
        // By their places: where thousands of items have a schema each, each place is asked about.
        let mut placed: HashMap<usize, Vec<Goal>> = HashMap::new();
        let mut rest: Vec<(usize, Goal)> = Vec::new();
        for (places, goal) in &rule.all {
            match places {
                Places::One(place) => placed.entry(*place).or_default().push(*goal),
                Places::From(from) => rest.push((*from, *goal)),
            }
        }
        let goals_at = |place: usize| -> Vec<Goal> {
            let rest = rest.iter().filter(|(from, _)| place >= *from).map(|(_, goal)| *goal);
            let all = placed.get(&place).into_iter().flatten().copied().chain(rest);
            let own = chosen.iter().filter(|(own, _)| *own == place).map(|(_, goal)| *goal);
            let others = rule
                .no_others
                .iter()
                .filter(|at| !chosen.iter().any(|(own, goal)| *own == place && goal.at == **at && goal.holds));
            all.chain(own).chain(others.map(|at| Goal { at: *at, holds: false })).collect()
        };
        let mut items: Vec<Value> = Vec::new();
        let mut taken: Rc<Taken> = Rc::default();
        let mut n_values = 1;
        for place in 0..n_items {
            let mut goals = goals_at(place);
            match twins {
                Some((first, second)) if place == second => {
                    match self.part(&items[first], &mut n_values) {
                        Ok(twin) => items.push(twin),
                        Err(why) => return Answer::Unknown(why),
                    }
                    continue;
                }
                Some((first, second)) if place == first => goals.extend(goals_at(second)),
                _ => {}
            }
            let is_twin = twins.is_some_and(|(first, _)| place == first);
            let answer = match rule.is_unique && !items.is_empty() {
                true => self.beside(&goals, Kinds(u8::MAX), Vec::new(), Rc::clone(&taken)),
                false => self.inner(goals),
            };
            match answer {
                Answer::Found(found) => match self.part(&found, &mut n_values) {
                    Ok(item) => {
                        items.push(item);
                        if rule.is_unique {
                            // As many values are compared in the time of a step.
                            self.n_spent += taken.values.len() as u64 / 64;
                            Rc::make_mut(&mut taken).add(found);
                        }
                    }
                    Err(why) => return Answer::Unknown(why),
                },
                // Other values before could have left one over.
                Answer::None if rule.is_unique && place > 0 && !self.is_plain(&goals_at, place) => {
                    return Answer::Unknown("the items have to differ");
                }
                Answer::None if is_twin && self.has_spellings => {
                    return Answer::Unknown("items have to be equal, and may be written in different ways");
                }
                Answer::None => return Answer::None,
                Answer::Unknown(why) => return Answer::Unknown(why),
            }
        }
        debug_assert!(!rule.is_unique || are_different(&items), "equal items were excluded");
        let array = Value::Array(items);
        match is_left(state, &array) {
            true => Answer::Found(Rc::new(array)),
            false => Answer::Unknown("an array is to differ from those that are listed"),
        }
    }

    /// Whether all items so far had to keep to the same: then which were taken makes no difference.
    fn is_plain(&self, goals_at: &impl Fn(usize) -> Vec<Goal>, place: usize) -> bool {
        let goals = goals_at(place);
        (0..place).all(|other| goals_at(other) == goals)
    }

    /// The first place that nothing evaluates: `Some(None)` if all are, `None` if unknown.
    fn unevaluated_places(&self, state: &State<'g>, owner: At) -> Option<Option<usize>> {
        let mut from = 0;
        let mut queue = vec![owner.id];
        let mut seen: BTreeSet<SchemaId> = BTreeSet::new();
        while let Some(id) = queue.pop().filter(|id| seen.insert(*id)) {
            let schema = &self.graphs[owner.side][id];
            let array = &schema.keywords.array;
            if array.items.is_some() || (id != owner.id && array.unevaluated_items.is_some()) {
                return Some(None);
            }
            if array.contains.is_some() && schema.draft == Draft::Draft202012 {
                return None;
            }
            from = from.max(array.prefix_items.len());
            queue.extend(state.evaluating(At { id, ..owner }, &schema.keywords)?);
        }
        Some(Some(from))
    }
}
