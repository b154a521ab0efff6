//! The largest instance of each schema, computed from the leaves up.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    rc::Rc,
};

use goodevent_json::string;
use goodevent_schema::{
    Schemas,
    ir::{Keywords, SchemaId, Types, Value},
    source::SourceId,
};

use crate::judge::Judge;

use super::{
    Culprit, ENDLESS, Part, SizeBound, TOO_MANY,
    meet::{Meet, Members},
    number::{Longest, NumberRule, printed_number},
    sum::{Largest, Others, sum_of_items, sum_of_members, sum_of_values},
    text::{TextRule, Texts},
    witness::Witness,
};

/// Proves bounds, and remembers those of shared types.
#[derive(Debug)]
pub struct Sizer<'r> {
    schemas: &'r Schemas,
    known: HashMap<Vec<SchemaId>, (Largest, Rc<Below>)>,
    /// Those whose size is being found out.
    open: BTreeSet<Vec<SchemaId>>,
    /// The culprits below the open question, as far as they are known.
    below: Below,
    /// Whether small instances are wanted in place of the largest.
    is_small: bool,
    /// The schema whose `oneOf` does not count.
    union: Option<SchemaId>,
    texts: Texts,
    numbers: HashMap<NumberRule, Longest>,
    judge: Judge<'r>,
    /// The file that was asked about last.
    file: Option<SourceId>,
    /// Steps that may still be taken for this question, and for this file.
    n_left: u64,
    n_left_in_file: u64,
}

/// The culprits below some schemas. Parts are shared: a list of all culprits would be as long as there are schemas.
#[derive(Debug, Default)]
struct Below {
    /// The places without bound, if there is none.
    culprits: Vec<Culprit>,
    parts: Vec<Rc<Below>>,
    /// Levels of it.
    depth: usize,
}

impl Below {
    fn take(&mut self, part: &Rc<Self>) {
        self.depth = self.depth.max(part.depth + 1);
        if !part.culprits.is_empty() || !part.parts.is_empty() {
            self.parts.push(part.clone());
        }
    }

    /// All places without bound.
    fn all_culprits(self) -> Vec<Culprit> {
        let (mut all, mut seen, mut rest) = (BTreeSet::new(), HashSet::new(), vec![Rc::new(self)]);
        while let Some(below) = rest.pop() {
            all.extend(below.culprits.iter().cloned());
            rest.extend(below.parts.iter().filter(|part| seen.insert(Rc::as_ptr(part))).cloned());
        }
        all.into_iter().collect()
    }
}

/// Instances nest no deeper: a schema that is too deep for the stack is deeper than any instance may be.
const MAX_DEPTH: usize = 192;

/// As many steps a question may take.
const MAX_STEPS: u64 = 50_000;

/// As many steps all questions about one file may take.
const MAX_STEPS_IN_FILE: u64 = 1_000_000;

/// A witness of so many bytes takes a step to be judged.
const BYTES_A_STEP: u64 = 16;

/// Larger witnesses are not judged: they show no more than that an event is far too large.
const MAX_WITNESS_BYTES: u64 = 512 << 10;

/// As many witnesses of one place are judged.
const MAX_ATTEMPTS: usize = 24;

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

    /// One that finds an instance as if the schema `union` had no `oneOf`, within so many steps.
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
    fn takes(&mut self, n_steps: u64) -> bool {
        self.n_left = self.n_left.saturating_sub(n_steps);
        self.n_left_in_file = self.n_left_in_file.saturating_sub(n_steps);
        self.n_left > 0 && self.n_left_in_file > 0
    }

    /// The largest instance that is valid for all of `goals`.
    fn largest(&mut self, goals: Vec<SchemaId>) -> Largest {
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
    fn simplified(&self, goals: Vec<SchemaId>) -> Vec<SchemaId> {
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
    fn unless_small(&self, small: Largest) -> (Largest, bool) {
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

    fn array(&mut self, goals: &[SchemaId], way: &Meet<'_>) -> Vec<Largest> {
        let graph = &self.schemas.graph;
        let n_prefix = way.keywords().map(|keywords| keywords.array.prefix_items.len()).max().unwrap_or(0);
        let is_rest_known =
            way.keywords().all(|keywords| keywords.array.items.is_none() && keywords.array.contains.is_none());
        let rest_of = |keywords: &Keywords| {
            keywords.array.items.or(keywords.array.unevaluated_items.filter(|_| is_rest_known && way.knows_evaluated()))
        };
        let goals_at = |at: usize| -> Vec<SchemaId> {
            let goal = |keywords: &'r Keywords| match keywords.array.prefix_items.get(at) {
                Some(item) => Some(*item),
                None if keywords.array.items.is_some() || at >= n_prefix => rest_of(keywords),
                None => None,
            };
            way.schemas.iter().filter_map(|(id, _)| goal(&graph[*id].keywords)).collect()
        };
        let min = way.keywords().filter_map(|keywords| keywords.array.min_items.as_ref()).map(|min| min.value).max();
        let min = min.unwrap_or(0);
        let max = way.keywords().filter_map(|keywords| keywords.array.max_items.as_ref()).map(|max| max.value).min();
        let max = max.map(|max| if self.is_small { max.min(min.max(1)) } else { max });
        let mut prefix: Vec<Largest> = Vec::new();
        for at in 0..n_prefix.min(max.map_or(usize::MAX, |max| max as usize)) {
            let item = self.largest(goals_at(at));
            if item.is_none() {
                return if (prefix.len() as u64) < min { Vec::new() } else { vec![sum_of_items(prefix, None, false)] };
            }
            prefix.push(item);
        }
        let n_rest = max.map(|max| max.saturating_sub(prefix.len() as u64));
        let is_unique = way.keywords().any(|keywords| keywords.array.unique_items.is_some());
        let rest_goals = goals_at(n_prefix);
        let values = self.values(&rest_goals).filter(|_| is_unique && prefix.is_empty());
        let rest = match (n_rest, values) {
            (Some(0), _) => None,
            // Different values, of which there are so many.
            (n_rest, Some(values)) => {
                let most = n_rest.map_or(values.len(), |max| values.len().min(max as usize));
                if (most as u64) < min {
                    return Vec::new();
                }
                return vec![sum_of_values(&values[..most])];
            }
            (Some(n_rest), None) => Some((self.largest(rest_goals), n_rest)),
            (None, None) => {
                let (n_culprits, n_parts) = (self.below.culprits.len(), self.below.parts.len());
                let item = self.largest(rest_goals);
                self.below.culprits.truncate(n_culprits);
                self.below.parts.truncate(n_parts);
                if item.is_none() {
                    None
                } else {
                    self.blame_type(goals, way, Types::ARRAY, "`maxItems`");
                    let n_least = min.saturating_sub(prefix.len() as u64);
                    let rest = Some((item, n_least)).filter(|_| n_least > 0);
                    return vec![self.unless_small(sum_of_items(prefix, rest, is_unique)).0];
                }
            }
        };
        let rest = rest.filter(|(item, _)| !item.is_none());
        let n_items = prefix.len() as u64 + rest.as_ref().map_or(0, |(_, n)| *n);
        if n_items < min { Vec::new() } else { vec![sum_of_items(prefix, rest, is_unique)] }
    }

    /// All values that an instance can have, as JSON, the longest first; if they are few and listed.
    fn values(&mut self, goals: &[SchemaId]) -> Option<Vec<String>> {
        let schemas = self.schemas;
        let ways = Meet::ways(&schemas.graph, &self.simplified(goals.to_vec()));
        let [way] = ways.as_slice() else { return None };
        let [(_, keywords)] = way.schemas.as_slice() else { return None };
        let mut texts: Vec<String> = match &keywords.enumeration {
            Some(values) if is_list_alone(keywords) => values.value.iter().map(|value| print(&value.value)).collect(),
            None if way.types == Types::BOOLEAN && !way.is_vague => vec!["false".to_owned(), "true".to_owned()],
            None if way.types == Types::INTEGER && !way.is_vague => NumberRule::of(way.keywords(), true).few()?,
            _ => return None,
        };
        texts.sort();
        texts.dedup();
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Some(texts)
    }

    fn object(&mut self, goals: &[SchemaId], way: &Meet<'_>) -> Vec<(Largest, bool)> {
        let mut is_guess = false;
        let mut names: Vec<&str> = Vec::new();
        let declared = way.keywords().flat_map(|keywords| {
            let own = keywords.object.properties.iter().map(|property| property.name.value.as_str());
            own.chain(keywords.object.required.iter().map(|name| name.value.as_str()))
        });
        let listed =
            way.keywords().filter_map(|keywords| Some(&self.schemas.graph[keywords.object.property_names?].keywords));
        let listed: Vec<&str> = listed
            .filter_map(|names| names.enumeration.as_ref())
            .flat_map(|names| &names.value)
            .filter_map(|name| match &name.value {
                Value::String(name) => Some(name.as_str()),
                _ => None,
            })
            .collect();
        let mut seen = BTreeSet::new();
        names.extend(declared.chain(listed.iter().copied()).filter(|name| seen.insert(*name)));
        if !listed.is_empty() {
            let listed: BTreeSet<&str> = listed.iter().copied().collect();
            names.retain(|name| listed.contains(name));
        }
        let required: BTreeSet<&str> =
            way.keywords().flat_map(|keywords| &keywords.object.required).map(|name| name.value.as_str()).collect();
        is_guess |= way.keywords().any(|keywords| keywords.object.property_names.is_some());
        let named = Members::of(way);
        let mut members: Vec<(&str, Largest)> = Vec::new();
        for name in names {
            let goals = named.goals(name);
            is_guess |= goals.is_vague;
            let value = self.largest(goals.schemas);
            match value.is_none() {
                true if required.contains(name) => return Vec::new(),
                true => {}
                false => members.push((name, value)),
            }
        }
        let others = if listed.is_empty() && !self.is_small { self.others(way) } else { None };
        let max =
            way.keywords().filter_map(|keywords| keywords.object.max_properties.as_ref()).map(|max| max.value).min();
        let min =
            way.keywords().filter_map(|keywords| keywords.object.min_properties.as_ref()).map(|min| min.value).max();
        if max.is_none() && others.is_some() {
            self.blame_type(goals, way, Types::OBJECT, "`additionalProperties: false`");
            return vec![(Largest::of(None, None), false)];
        }
        let n_possible = if others.is_some() { u64::MAX } else { members.len() as u64 };
        let max = max.unwrap_or(u64::MAX).min(n_possible);
        let min = min.unwrap_or(0);
        if max < min || max < required.len() as u64 {
            return Vec::new();
        }
        is_guess |= others.is_some();
        vec![(sum_of_members(members, &required, others, min..=max), is_guess)]
    }

    /// The largest member whose name is not known, if there can be one.
    fn others(&mut self, way: &Meet<'_>) -> Option<Others> {
        let graph = &self.schemas.graph;
        let is_never = |schema: SchemaId| graph[schema].always == Some(false);
        let mut found: Vec<Others> = Vec::new();
        let names: Vec<SchemaId> = way.keywords().filter_map(|keywords| keywords.object.property_names).collect();
        let patterns: Vec<(&str, SchemaId)> = way
            .keywords()
            .flat_map(|keywords| &keywords.object.pattern_properties)
            .map(|pattern| (pattern.name.value.as_str(), pattern.schema))
            .collect();
        let is_evaluated_elsewhere = way.keywords().any(|keywords| keywords.object.additional_properties.is_some());
        let rest: Vec<SchemaId> = way
            .keywords()
            .filter_map(|keywords| {
                let evaluated = keywords.object.unevaluated_properties;
                keywords
                    .object
                    .additional_properties
                    .or(evaluated.filter(|_| !is_evaluated_elsewhere && way.knows_evaluated()))
            })
            .collect();
        if !rest.iter().copied().any(is_never) {
            let value = self.largest(rest);
            found.push(Others { name: self.name(&names, None), value });
        }
        for (pattern, schema) in patterns {
            let value = self.largest(vec![schema]);
            found.push(Others { name: self.name(&names, Some(pattern)), value });
        }
        found.retain(|others| !others.name.is_none() && !others.value.is_none());
        let total = |others: &Others| Some(others.name.max_bytes?.saturating_add(others.value.max_bytes?));
        found.into_iter().max_by_key(|others| total(others).unwrap_or(u64::MAX))
    }

    /// The largest name of a property.
    fn name(&mut self, goals: &[SchemaId], pattern: Option<&str>) -> Largest {
        let schemas = self.schemas;
        let ways = Meet::ways(&schemas.graph, goals);
        let rules = ways.iter().map(|way| {
            let rule = TextRule::of(way.keywords());
            pattern.map_or(rule.clone(), |pattern| rule.matching(pattern))
        });
        let rules: Vec<TextRule> = rules.collect();
        let largest = rules.iter().map(|rule| self.texts.heaviest(rule));
        let largest = largest.max_by_key(|heaviest| heaviest.max_bytes.unwrap_or(u64::MAX));
        largest.map_or_else(Largest::none, |heaviest| Largest::of(heaviest.max_bytes, heaviest.witness))
    }

    /// Whether the reference accepts a witness.
    fn is_valid(&mut self, goals: &[SchemaId], witness: &Witness) -> bool {
        if !self.takes(1 + witness.n_bytes().min(MAX_WITNESS_BYTES) / BYTES_A_STEP) {
            return false;
        }
        witness.to_json(MAX_WITNESS_BYTES).is_some_and(|text| self.judge.is_valid(goals, &text))
    }

    fn blame(&mut self, goals: &[SchemaId], missing: &'static str) {
        let Some(schema) = goals.first() else { return };
        let span = self.schemas.graph[*schema].span;
        self.below.culprits.push(Culprit { span, pointer: self.schemas.pointer(*schema), missing });
    }

    /// Blames the schema that allows the type.
    fn blame_type(&mut self, goals: &[SchemaId], way: &Meet<'_>, types: Types, missing: &'static str) {
        let says = |keywords: &Keywords| keywords.types.as_ref().is_some_and(|own| own.value.contains(types));
        let own = way.schemas.iter().find(|(_, keywords)| says(keywords)).map(|(id, _)| *id);
        self.blame(own.as_slice(), missing);
        if own.is_none() {
            self.blame(goals, missing);
        }
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

/// Whether nothing else is said than which values there are.
fn is_list_alone(keywords: &Keywords) -> bool {
    keywords.names().all(|name| matches!(name, "enum" | "const" | "type"))
}

/// A value as the encoder writes it.
fn print(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => printed_number(number),
        Value::String(text) => string::quote(text),
        Value::Array(items) => format!("[{}]", items.iter().map(print).collect::<Vec<_>>().join(",")),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| format!("{}:{}", string::quote(name), print(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
    }
}
