//! The largest instance of schemas that meet, computed from the leaves up.

use std::rc::Rc;

use goodevent_schema::ir::{Keywords, SchemaId, Types, Value};

use super::{
    below::Below,
    bound::{ENDLESS, Part, TOO_MANY},
    listed::{is_list_alone, print},
    meet::Meet,
    number::NumberRule,
    sizer::Sizer,
    sum::Largest,
    text::TextRule,
    witness::Witness,
};

/// Instances nest no deeper: a schema that is too deep for the stack is deeper than any instance may be.
const MAX_DEPTH: usize = 192;

/// As many witnesses of one place are judged.
const MAX_ATTEMPTS: usize = 24;

impl Sizer<'_> {
    /// The largest instance that is valid for all of `goals`.
    pub(super) fn largest(&mut self, goals: Vec<SchemaId>) -> Largest {
        let goals = self.simplified(goals);
        if let Some((known, below)) = self.known.get(&goals) {
            self.below.take(below);
            return known.clone();
        }
        if self.open.len() > MAX_DEPTH || self.open.contains(&goals) {
            self.blame(&goals, ENDLESS);
            return Largest::of(None, None);
        }
        if !self.takes(1) {
            self.blame(&goals, TOO_MANY);
            return Largest::of(None, None);
        }
        self.open.insert(goals.clone());
        let above = std::mem::take(&mut self.below);
        let mut largest = self.of_all_ways(&goals);
        if self.below.depth > MAX_DEPTH {
            largest = Largest::of(None, None);
            self.below = Below::default();
            self.blame(&goals, ENDLESS);
        }
        let own = std::mem::replace(&mut self.below, above);
        // What others bound needs no bound here.
        let own = if largest.max_bytes.is_some() { Below { depth: own.depth, ..Below::default() } } else { own };
        let own = Rc::new(own);
        self.below.take(&own);
        self.open.remove(&goals);
        self.known.insert(goals, (largest.clone(), own));
        largest
    }

    /// Without references that say nothing else, so that equal goals look equal.
    pub(super) fn simplified(&self, goals: Vec<SchemaId>) -> Vec<SchemaId> {
        let graph = &self.schemas.graph;
        let targets = goals.into_iter().map(|goal| graph.target(goal));
        let mut simple: Vec<SchemaId> = targets.filter(|goal| graph[*goal].always != Some(true)).collect();
        simple.sort_unstable();
        simple.dedup();
        simple
    }

    fn of_all_ways(&mut self, goals: &[SchemaId]) -> Largest {
        let schemas = self.schemas;
        let ways = Meet::ways_without(&schemas.graph, goals, self.union);
        // A way of many schemas, such as a long chain of references, costs as much as many ways.
        self.takes(ways.iter().map(|way| 1 + way.schemas.len() as u64 / 2).sum());
        let mut candidates: Vec<(Largest, bool)> = Vec::new();
        for way in &ways {
            candidates.extend(self.of_way(goals, way));
        }
        let max_bytes = candidates.iter().try_fold(0, |max, (largest, _)| Some(max.max(largest.max_bytes?)));
        candidates.retain(|(largest, _)| !largest.is_none());
        let parts = candidates.iter().max_by_key(|(largest, _)| largest.max_bytes.unwrap_or(u64::MAX));
        let parts = parts.map_or_else(|| Rc::new([]) as Rc<[Part]>, |(largest, _)| largest.parts.clone());
        candidates.sort_by_key(|(largest, _)| std::cmp::Reverse(largest.witness.as_ref().map_or(0, Witness::n_bytes)));
        if self.is_small {
            candidates.reverse();
        }
        let attempts = candidates.into_iter().filter_map(|(largest, is_guess)| Some((largest.witness?, is_guess)));
        let found = attempts.take(MAX_ATTEMPTS).find(|(witness, is_guess)| !is_guess || self.is_valid(goals, witness));
        Largest { max_bytes, witness: found.map(|(witness, _)| witness), parts }
    }

    /// The largest instances of each type, and whether their witnesses are guesses.
    fn of_way(&mut self, goals: &[SchemaId], way: &Meet<'_>) -> Vec<(Largest, bool)> {
        if let Some(listed) = self.listed(goals, way) {
            return vec![(listed, false)];
        }
        if way.types == Types::ALL && way.keywords().all(says_nothing) && way.left.is_empty() {
            self.blame(goals, "a `type`");
            return vec![self.unless_small(Largest::exactly("null"))];
        }
        let mut found: Vec<(Largest, bool)> = Vec::new();
        let has = |types: Types| way.types.contains(types);
        if has(Types::NULL) {
            found.push((Largest::exactly("null"), way.is_vague));
        }
        if has(Types::BOOLEAN) {
            found.push((Largest::exactly("false"), way.is_vague));
            found.push((Largest::exactly("true"), way.is_vague));
        }
        if has(Types::INTEGER) {
            let rule = NumberRule::of(way.keywords(), !has(Types::NUMBER));
            let longest = self.numbers.entry(rule.clone()).or_insert_with_key(NumberRule::longest).clone();
            let largest = Largest::of(longest.max_bytes, longest.witness);
            if self.is_small {
                let plain = [1, 0].into_iter().filter(|value| rule.allows(*value));
                found.extend(plain.map(|value| (Largest::exactly(&value.to_string()), way.is_vague)));
            }
            found.push((largest, way.is_vague || longest.is_guess));
        }
        if has(Types::STRING) {
            let rule = TextRule::of(way.keywords());
            let small = self.is_small.then(|| self.texts.heaviest(&rule.small()));
            let small = small.filter(|small| small.witness.is_some());
            let heaviest = small.unwrap_or_else(|| self.texts.heaviest(&rule));
            if heaviest.max_bytes.is_none() {
                self.blame_type(goals, way, Types::STRING, "a `maxLength`");
            }
            let is_guess = way.is_vague || heaviest.is_guess;
            found.push((Largest::of(heaviest.max_bytes, heaviest.witness), is_guess));
        }
        if has(Types::ARRAY) {
            found.extend(self.array(goals, way).into_iter().map(|array| (array, way.is_vague)));
        }
        if has(Types::OBJECT) {
            found.extend(
                self.object(goals, way).into_iter().map(|(object, is_guess)| (object, way.is_vague || is_guess)),
            );
        }
        if !way.left.is_empty() {
            let most: Vec<Option<u64>> = way.left.iter().map(|union| self.of_union(union)).collect();
            for (largest, _) in &mut found {
                largest.max_bytes = most.iter().copied().chain([largest.max_bytes]).flatten().min();
            }
        }
        found
    }

    /// What stands where there is no bound.
    pub(super) fn unless_small(&self, small: Largest) -> (Largest, bool) {
        if self.is_small { (small, true) } else { (Largest::of(None, None), false) }
    }

    /// The bound of one union alone.
    fn of_union(&mut self, branches: &[Vec<SchemaId>]) -> Option<u64> {
        branches.iter().try_fold(0, |max: u64, branch| Some(max.max(self.largest(branch.clone()).max_bytes?)))
    }

    /// The largest of the values that are listed, if they are.
    fn listed(&mut self, goals: &[SchemaId], way: &Meet<'_>) -> Option<Largest> {
        let lists = way.keywords().flat_map(|keywords| {
            let values =
                keywords.enumeration.as_ref().map(|values| values.value.iter().map(|value| &value.value).collect());
            values.into_iter().chain(keywords.constant.as_ref().map(|constant| vec![&constant.value]))
        });
        let mut lists: Vec<Vec<&Value>> = lists.collect();
        lists.sort_by_key(Vec::len);
        let shortest = lists.first()?;
        let mut texts: Vec<String> =
            shortest.iter().filter(|value| way.types.contains(value.types())).map(|value| print(value)).collect();
        // Draft 4 takes `-0.0` for no integer, but `0`, which is equal, for one.
        let zero = texts.iter().any(|text| text == "-0.0").then(|| "0".to_owned());
        texts.extend(zero);
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        let is_alone = lists.len() == 1 && way.schemas.len() == 1 && !way.is_vague && way.keywords().all(is_list_alone);
        let is_sure = |text: &String| is_alone && text != "-0.0";
        let found = texts.into_iter().find(|text| is_sure(text) || self.is_valid(goals, &Witness::json(text)));
        Some(found.map_or_else(Largest::none, |text| Largest::exactly(&text)))
    }
}

/// Whether a schema says nothing about which values there can be.
fn says_nothing(keywords: &Keywords) -> bool {
    keywords.object.properties.is_empty()
        && keywords.array.items.is_none()
        && keywords.array.prefix_items.is_empty()
        && keywords.text.max_length.is_none()
        && keywords.text.pattern.is_none()
        && keywords.text.format.is_none()
}
