//! An object whose members are as some keywords say, and not as others do.

use std::{collections::BTreeSet, rc::Rc};

use goodevent_schema::ir::{SchemaId, Value};
use smol_str::SmolStr;

use super::{
    kinds::Kinds,
    question::{Answer, At, Goal, TOO_DEEP},
    said::{Names, Said},
    solver::{MAX_DEPTH, Solver},
    state::{State, is_left},
    unequal::Taken,
};

/// What the members have to be.
struct Rule<'g> {
    /// The values of members of these names are valid for the schema; those of one name by the name.
    all: Vec<(Names<'g>, At)>,
    /// Likewise, in the order of the names.
    named: Vec<(&'g str, At)>,
    /// Some value of these is not.
    some: Vec<(Names<'g>, At)>,
    /// What names are valid for, and what some name is not.
    names: Vec<At>,
    not_names: Vec<At>,
    present: BTreeSet<&'g str>,
    absent: BTreeSet<&'g str>,
    implies: Vec<(&'g str, Vec<&'g str>)>,
    min: u64,
    max: u64,
    /// Names that are said one by one.
    known: Vec<&'g str>,
    patterns: Vec<&'g str>,
}

impl<'g> Rule<'g> {
    /// The schemas for which the value of the member of a name is valid.
    fn named(&self, name: &'g str) -> impl Iterator<Item = At> {
        let start = self.named.partition_point(|(own, _)| *own < name);
        self.named[start..].iter().take_while(move |(own, _)| *own == name).map(|(_, at)| *at)
    }
}

/// A member that has to be there.
#[derive(Clone)]
struct Member<'g> {
    name: Slot<'g>,
    goals: Vec<Goal>,
    name_goals: Vec<Goal>,
}

/// A name.
#[derive(Clone, PartialEq)]
enum Slot<'g> {
    Known(&'g str),
    /// Any other that matches just those of the patterns.
    Other(u32),
}

/// More patterns are not looked at in all their combinations.
const MAX_PATTERNS: usize = 5;

/// Objects get no more members than this.
const MAX_MEMBERS: u64 = 2_000;

fn goal(at: At, holds: bool) -> Goal {
    Goal { at, holds }
}

impl<'g> Solver<'g> {
    pub(super) fn object(&mut self, state: &State<'g>) -> Answer {
        let Some(rule) = self.members_rule(state) else { return Answer::None };
        let rule = match rule {
            Ok(rule) => rule,
            Err(why) => return Answer::Unknown(why),
        };
        if rule.present.iter().any(|name| rule.absent.contains(name)) || rule.min > rule.max {
            return Answer::None;
        }
        if rule.patterns.len() > MAX_PATTERNS || rule.min > MAX_MEMBERS {
            return Answer::Unknown("there are too many patterns of names, or members");
        }
        let members = rule.present.iter().map(|name| member(Slot::Known(name))).collect();
        self.place(state, &rule, members, 0)
    }

    /// Finds a member for each thing that some member has to be, then values for all.
    fn place(&mut self, state: &State<'g>, rule: &Rule<'g>, members: Vec<Member<'g>>, nth: usize) -> Answer {
        self.nested(TOO_DEEP, |solver| solver.place_each(state, rule, members, nth))
    }

    fn place_each(&mut self, state: &State<'g>, rule: &Rule<'g>, members: Vec<Member<'g>>, nth: usize) -> Answer {
        if !self.step() {
            return Answer::Unknown("there are too many branches");
        }
        let (names, value_goal, name_goal) = match (rule.some.get(nth), nth.checked_sub(rule.some.len())) {
            (Some((names, at)), _) => (Some(names), Some(goal(*at, false)), None),
            (None, Some(nth)) if nth < rule.not_names.len() => (None, None, Some(goal(rule.not_names[nth], false))),
            _ => return self.members(state, rule, members),
        };
        let known = rule.known.iter().filter(|name| !rule.absent.contains(*name)).map(|name| Slot::Known(name));
        let others = (0..1_u32 << rule.patterns.len()).map(Slot::Other);
        let mut unknown = None;
        for slot in known.chain(others) {
            match names.map_or(Some(true), |names| self.covers(rule, names, &slot)) {
                Some(true) => {}
                Some(false) => continue,
                None => {
                    unknown = Some("the pattern of a name is not a regular language");
                    continue;
                }
            }
            // One of those that are there already, or another.
            let there = (0..members.len()).filter(|at| members[*at].name == slot).map(Some);
            let is_new = matches!(slot, Slot::Other(_)) || !members.iter().any(|member| member.name == slot);
            for at in there.chain(is_new.then_some(None)).collect::<Vec<_>>() {
                let mut next = members.clone();
                let at = at.unwrap_or_else(|| {
                    next.push(member(slot.clone()));
                    next.len() - 1
                });
                next[at].goals.extend(value_goal);
                next[at].name_goals.extend(name_goal);
                match self.place(state, rule, next, nth + 1) {
                    Answer::Found(found) => return Answer::Found(found),
                    Answer::None => {}
                    Answer::Unknown(why) => unknown = unknown.or(Some(why)),
                }
            }
        }
        unknown.map_or(Answer::None, Answer::Unknown)
    }

    /// Values for the members that have to be there, and more members until there are enough.
    fn members(&mut self, state: &State<'g>, rule: &Rule<'g>, mut members: Vec<Member<'g>>) -> Answer {
        // What follows from the presence of others.
        let mut nth = 0;
        while let Some(Member { name, .. }) = members.get(nth) {
            if let Slot::Known(name) = *name {
                for other in rule.implies.iter().filter(|(own, _)| *own == name).flat_map(|(_, others)| others) {
                    if rule.absent.contains(other) {
                        return Answer::None;
                    }
                    if !members.iter().any(|member| member.name == Slot::Known(other)) {
                        members.push(member(Slot::Known(other)));
                    }
                }
            }
            nth += 1;
        }
        if members.len() as u64 > rule.max {
            return Answer::None;
        }
        let mut object: Vec<(SmolStr, Value)> = Vec::new();
        let mut n_values = 1;
        for member in &members {
            match self.member(rule, member, &object, &mut n_values) {
                Ok(Some(found)) => object.push(found),
                Ok(None) => return Answer::None,
                Err(why) => return Answer::Unknown(why),
            }
        }
        let mut unknown = None;
        let known = rule.known.iter().filter(|name| !rule.absent.contains(*name)).map(|name| Slot::Known(name));
        let others = (0..1_u32 << rule.patterns.len()).map(Slot::Other);
        for slot in known.chain(others).collect::<Vec<_>>() {
            let is_chained = |name: &str| rule.implies.iter().any(|(own, _)| *own == name);
            while (object.len() as u64) < rule.min {
                if let Slot::Known(name) = slot {
                    if object.iter().any(|(own, _)| own == name) {
                        break;
                    }
                    if is_chained(name) {
                        unknown = Some("members depend on others");
                        break;
                    }
                }
                match self.member(rule, &member(slot.clone()), &object, &mut n_values) {
                    Ok(Some(found)) => object.push(found),
                    Ok(None) => break,
                    Err(why) => {
                        unknown = Some(why);
                        break;
                    }
                }
            }
        }
        if (object.len() as u64) < rule.min {
            return unknown.map_or(Answer::None, Answer::Unknown);
        }
        let object = Value::Object(object);
        match is_left(state, &object) {
            true => Answer::Found(Rc::new(object)),
            false => Answer::Unknown("an object is to differ from those that are listed"),
        }
    }

    /// The name and value of a member, if it can be there.
    fn member(
        &mut self,
        rule: &Rule<'g>,
        member: &Member<'g>,
        there: &[(SmolStr, Value)],
        n_values: &mut usize,
    ) -> Result<Option<(SmolStr, Value)>, &'static str> {
        const ODD: &str = "the pattern of a name is not a regular language";
        let mut goals = member.goals.clone();
        if let Slot::Known(name) = member.name {
            goals.extend(rule.named(name).map(|at| goal(at, true)));
        }
        self.n_spent += rule.all.len() as u64;
        for (names, at) in &rule.all {
            if self.covers(rule, names, &member.name).ok_or(ODD)? {
                goals.push(goal(*at, true));
            }
        }
        let value = match self.inner(goals) {
            Answer::Found(value) => value,
            Answer::None => return Ok(None),
            Answer::Unknown(why) => return Err(why),
        };
        let name_goals: Vec<Goal> =
            rule.names.iter().map(|at| goal(*at, true)).chain(member.name_goals.iter().copied()).collect();
        let name: SmolStr = match member.name {
            Slot::Known(name) => {
                let own = Value::String(name.into());
                for goal in name_goals {
                    match self.evaluate(goal.at, &own) {
                        Some(holds) if holds == goal.holds => {}
                        Some(_) => return Ok(None),
                        None => return Err("a name could not be judged"),
                    }
                }
                name.into()
            }
            Slot::Other(those) => {
                if let Some(name) = self.next_name(rule, those, &name_goals, there) {
                    return Ok(Some((name, self.part(&value, n_values)?)));
                }
                let patterns = rule.patterns.iter().enumerate();
                let said = patterns.map(|(nth, pattern)| (Said::Pattern(pattern), those >> nth & 1 == 1));
                let taken = rule.known.iter().map(SmolStr::new);
                let taken = taken.chain(there.iter().map(|(name, _)| name.clone()));
                let taken: Taken = taken.map(|name| Rc::new(Value::String(name))).collect();
                match self.beside(&name_goals, Kinds::STRING, said.collect(), Rc::new(taken)) {
                    Answer::Found(name) => match &*name {
                        Value::String(name) => name.clone(),
                        _ => return Err("a name is not a string"),
                    },
                    Answer::None => return Ok(None),
                    Answer::Unknown(why) => return Err(why),
                }
            }
        };
        Ok(Some((name, self.part(&value, n_values)?)))
    }

    /// The name that follows the last one, if it would do: where hundreds are needed, a search for each of them, which
    /// has to avoid all that are taken, takes long.
    fn next_name(
        &mut self,
        rule: &Rule<'g>,
        those: u32,
        goals: &[Goal],
        there: &[(SmolStr, Value)],
    ) -> Option<SmolStr> {
        let name = successor(&there.last()?.0)?;
        // As many names are compared in the time of a step.
        self.n_spent += there.len() as u64 / 16;
        if rule.known.binary_search(&name.as_str()).is_ok() || there.iter().any(|(taken, _)| *taken == name) {
            return None;
        }
        for (nth, pattern) in rule.patterns.iter().enumerate() {
            if self.matches(pattern, &name)? != (those >> nth & 1 == 1) {
                return None;
            }
        }
        let own = Value::String(name.as_str().into());
        goals.iter().all(|goal| self.evaluate(goal.at, &own) == Some(goal.holds)).then(|| name.into())
    }

    /// An instance that meets all goals and differs from some values.
    pub(super) fn beside(
        &mut self,
        goals: &[Goal],
        kinds: Kinds,
        said: Vec<(Said<'g>, bool)>,
        unlike: Rc<Taken>,
    ) -> Answer {
        if self.open.len() >= MAX_DEPTH {
            return TOO_DEEP;
        }
        let mut state = State::new(goals);
        state.kinds = kinds;
        state.said = said;
        state.unlike = unlike;
        // Not one that could be asked again: this one has more to it than its goals.
        self.open.push(Vec::new());
        let is_possible = goals.iter().all(|goal| state.add(self, *goal));
        let answer = if is_possible { self.search(state) } else { Answer::None };
        self.open.pop();
        answer
    }

    /// Whether a name is one of some.
    fn covers(&mut self, rule: &Rule<'g>, names: &Names<'g>, slot: &Slot<'g>) -> Option<bool> {
        let is_other = |pattern: &str| match slot {
            Slot::Known(_) => None,
            Slot::Other(those) => {
                let nth = rule.patterns.iter().position(|own| *own == pattern)?;
                Some(those >> nth & 1 == 1)
            }
        };
        let mut matches = |pattern: &str| match slot {
            Slot::Known(name) => self.matches(pattern, name),
            Slot::Other(_) => is_other(pattern),
        };
        match names {
            Names::One(one) => Some(*slot == Slot::Known(one)),
            Names::Matching(pattern) => matches(pattern),
            Names::But(names, patterns) => {
                if matches!(slot, Slot::Known(name) if names.binary_search(name).is_ok()) {
                    return Some(false);
                }
                for pattern in patterns {
                    if matches(pattern)? {
                        return Some(false);
                    }
                }
                Some(true)
            }
        }
    }

    /// `None` if no object can be as it is said.
    fn members_rule(&mut self, state: &State<'g>) -> Option<Result<Rule<'g>, &'static str>> {
        let mut rule = Rule {
            all: Vec::new(),
            named: Vec::new(),
            some: Vec::new(),
            names: Vec::new(),
            not_names: Vec::new(),
            present: BTreeSet::new(),
            absent: BTreeSet::new(),
            implies: Vec::new(),
            min: 0,
            max: u64::MAX,
            known: Vec::new(),
            patterns: Vec::new(),
        };
        for (said, is_so) in &state.said {
            match (said, is_so) {
                (Said::MinMembers(min), true) => rule.min = rule.min.max(*min),
                (Said::MinMembers(min), false) => rule.max = rule.max.min(min.checked_sub(1)?),
                (Said::MaxMembers(max), true) => rule.max = rule.max.min(*max),
                (Said::MaxMembers(max), false) => rule.min = rule.min.max(max.saturating_add(1)),
                (Said::Present(name), true) => drop(rule.present.insert(name)),
                (Said::Present(name), false) => drop(rule.absent.insert(name)),
                (Said::Members(Names::One(name), at), true) => rule.named.push((name, *at)),
                (Said::Members(names, at), true) => rule.all.push((names.clone(), *at)),
                (Said::Members(names, at), false) => rule.some.push((names.clone(), *at)),
                (Said::MemberNames(at), true) => rule.names.push(*at),
                (Said::MemberNames(at), false) => rule.not_names.push(*at),
                (Said::Implies(name, others), true) => rule.implies.push((name, others.clone())),
                (Said::RestMembers(owner, at), is_so) => {
                    let names = match self.unevaluated_names(state, *owner) {
                        Some(Some(names)) => names,
                        // All is evaluated.
                        Some(None) if *is_so => continue,
                        Some(None) => return None,
                        None => return Some(Err("what is evaluated is not settled")),
                    };
                    if *is_so { rule.all.push((names, *at)) } else { rule.some.push((names, *at)) }
                }
                _ => {}
            }
        }
        rule.named.sort_by_key(|(name, _)| *name);
        rule.known.extend(rule.named.iter().map(|(name, _)| name));
        rule.known.extend(rule.present.iter().chain(&rule.absent));
        for (name, others) in &rule.implies {
            rule.known.extend([name].into_iter().chain(others));
        }
        for (names, _) in rule.all.iter().chain(&rule.some) {
            match names {
                Names::One(name) => rule.known.push(name),
                Names::Matching(pattern) => rule.patterns.push(pattern),
                Names::But(names, patterns) => {
                    rule.known.extend(names);
                    rule.patterns.extend(patterns);
                }
            }
        }
        for names in [&mut rule.known, &mut rule.patterns] {
            names.sort_unstable();
            names.dedup();
        }
        Some(Ok(rule))
    }

    /// The names that nothing in the place of `owner` evaluates: `Some(None)` if there are none, `None` if unknown.
    fn unevaluated_names(&self, state: &State<'g>, owner: At) -> Option<Option<Names<'g>>> {
        let (mut names, mut patterns) = (Vec::new(), Vec::new());
        let mut queue = vec![owner.id];
        let mut seen: BTreeSet<SchemaId> = BTreeSet::new();
        while let Some(id) = queue.pop().filter(|id| seen.insert(*id)) {
            let keywords = &self.graphs[owner.side][id].keywords;
            let object = &keywords.object;
            let is_owner = id == owner.id;
            if object.additional_properties.is_some() || (!is_owner && object.unevaluated_properties.is_some()) {
                return Some(None);
            }
            names.extend(object.properties.iter().map(|own| own.name.value.as_str()));
            patterns.extend(object.pattern_properties.iter().map(|own| own.name.value.as_str()));
            queue.extend(state.evaluating(At { id, ..owner }, keywords)?);
        }
        names.sort_unstable();
        Some(Some(Names::But(names, patterns)))
    }
}

/// The text that follows another: `a9` after `a8`, `ba` after `az`, and `aa` after `z`. What is no ASCII letter or
/// digit stays as it is; `None` if nothing else is there.
fn successor(text: &str) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    let mut first = None;
    for at in (0..bytes.len()).rev() {
        let (last, again) = match bytes[at] {
            b'0'..=b'9' => (b'9', b'0'),
            b'a'..=b'z' => (b'z', b'a'),
            b'A'..=b'Z' => (b'Z', b'A'),
            _ => continue,
        };
        if bytes[at] < last {
            bytes[at] += 1;
            return String::from_utf8(bytes).ok();
        }
        bytes[at] = again;
        first = Some((at, again));
    }
    let (at, again) = first?;
    bytes.insert(at, if again == b'0' { b'1' } else { again });
    String::from_utf8(bytes).ok()
}

fn member(name: Slot<'_>) -> Member<'_> {
    Member { name, goals: Vec::new(), name_goals: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::successor;

    #[test]
    fn a_text_follows_another() {
        let cases = [("a", "b"), ("z", "aa"), ("az", "ba"), ("zz", "aaa"), ("x-9", "y-0"), ("9", "10"), ("Z.", "AA.")];
        for (text, next) in cases {
            assert_eq!(successor(text).as_deref(), Some(next), "{text}");
        }
        assert_eq!(successor("é").as_deref(), None);
        assert_eq!(successor("éa").as_deref(), Some("éb"));
        assert_eq!(successor(""), None);
    }
}
