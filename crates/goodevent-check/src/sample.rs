//! Valid payloads of all kinds, the same ones for the same seed.

use std::{collections::HashMap, sync::Arc};

use goodevent_schema::{
    Schemas,
    instance::Validator,
    ir::{Keywords, Number, SchemaId, Types, Value},
    pattern::Automaton,
};
use smol_str::{SmolStr, ToSmolStr, format_smolstr};

use crate::{
    random::Random,
    size::{Meet, Sizer, Texts, of_encoding, of_format},
};

/// Makes payloads.
#[derive(Debug)]
pub struct Sampler<'r> {
    schemas: &'r Schemas,
    random: Random,
    texts: Texts,
    validators: HashMap<SchemaId, Option<Validator>>,
}

/// Payloads that are tried before the smallest one has to do.
const MAX_ATTEMPTS: usize = 24;

/// Below this, what may be left out is.
const DEEP: usize = 6;

/// Nothing nests deeper.
const MAX_DEPTH: usize = 48;

impl<'r> Sampler<'r> {
    /// One whose payloads follow from `seed`.
    #[must_use]
    pub fn new(schemas: &'r Schemas, seed: u64) -> Self {
        Self { schemas, random: Random::new(seed), texts: Texts::default(), validators: HashMap::new() }
    }

    /// From now on the payloads follow from `seed`.
    pub fn reseed(&mut self, seed: u64) {
        self.random = Random::new(seed);
    }

    /// Another payload that is valid for `root`, as the reference validator says as well; `None` if none was found.
    pub fn sample(&mut self, root: SchemaId) -> Option<Value> {
        for _ in 0..MAX_ATTEMPTS {
            if let Some(payload) = self.of(&[root], 0).filter(|payload| self.is_valid(root, payload)) {
                return Some(payload);
            }
        }
        let small = Sizer::of_small(self.schemas).in_all(&[root])?;
        let small = goodevent_schema::syntax::parse(goodevent_schema::source::SourceId(0), small.as_bytes()).0?;
        Some(small.to_value())
    }

    fn is_valid(&mut self, root: SchemaId, payload: &Value) -> bool {
        let schemas = self.schemas;
        let validator = self.validators.entry(root).or_insert_with(|| Validator::new(schemas, root).ok());
        let instance = serde_json::from_str(&payload.to_string()).ok();
        validator.as_ref().zip(instance).is_some_and(|(validator, instance)| validator.is_valid(&instance))
    }

    /// Something that is likely to be valid for all of `goals`.
    fn of(&mut self, goals: &[SchemaId], depth: usize) -> Option<Value> {
        if depth > MAX_DEPTH {
            return None;
        }
        let mut ways = Meet::ways(&self.schemas.graph, goals);
        while !ways.is_empty() {
            let way = ways.swap_remove(self.random.below(ways.len()));
            if let Some(value) = self.of_way(&way, depth) {
                return Some(value);
            }
        }
        None
    }

    fn of_way(&mut self, way: &Meet<'r>, depth: usize) -> Option<Value> {
        let lists = way.keywords().flat_map(|keywords| {
            let list = keywords.enumeration.iter().map(|list| list.value.iter().map(|own| &own.value).collect());
            list.chain(keywords.constant.iter().map(|constant| vec![&constant.value]))
        });
        if let Some(list) = lists.min_by_key(Vec::<&Value>::len) {
            let fitting: Vec<&Value> = list.into_iter().filter(|value| way.types.contains(value.types())).collect();
            return fitting.get(self.random.below(fitting.len())).map(|value| (*value).clone());
        }
        let kinds =
            [Types::NULL, Types::BOOLEAN, Types::INTEGER, Types::NUMBER, Types::STRING, Types::ARRAY, Types::OBJECT];
        let mut kinds: Vec<Types> = kinds.into_iter().filter(|kind| way.types.contains(*kind)).collect();
        if depth > DEEP && kinds.len() > 1 {
            kinds.retain(|kind| !matches!(*kind, Types::ARRAY | Types::OBJECT));
        }
        while !kinds.is_empty() {
            let kind = kinds.swap_remove(self.random.below(kinds.len()));
            let value = match kind {
                Types::NULL => Some(Value::Null),
                Types::BOOLEAN => Some(Value::Bool(self.random.once_in(2))),
                Types::INTEGER => Some(self.number(way, 0)),
                Types::NUMBER => Some(self.number(way, 2)),
                Types::STRING => self.text(way).map(|text| Value::String(text.into())),
                Types::ARRAY => self.array(way, depth),
                _ => self.object(way, depth),
            };
            if value.is_some() {
                return value;
            }
        }
        None
    }

    /// A number with so many places.
    fn number(&mut self, way: &Meet<'r>, n_places: u32) -> Value {
        let scale = 10_i128.pow(n_places);
        let scaled = |number: &Number| {
            let exact = Number(format_smolstr!("{}e{n_places}", number.0)).as_i128();
            exact.unwrap_or_else(|| (number.as_f64() * scale as f64) as i128)
        };
        let (mut least, mut most) = (None::<i128>, None::<i128>);
        let mut steps = Vec::new();
        for keywords in way.keywords() {
            let number = &keywords.number;
            let lower = number.minimum.iter().map(|own| scaled(&own.value));
            let lower = lower.chain(number.exclusive_minimum.iter().map(|own| scaled(&own.value) + 1)).max();
            let upper = number.maximum.iter().map(|own| scaled(&own.value));
            let upper = upper.chain(number.exclusive_maximum.iter().map(|own| scaled(&own.value) - 1)).min();
            least = [least, lower].into_iter().flatten().max();
            most = [most, upper].into_iter().flatten().min();
            steps.extend(number.multiple_of.iter().map(|own| scaled(&own.value)).filter(|step| *step > 0));
        }
        let wide = 1_000_000 * scale;
        let (least, most) = match (least, most) {
            (Some(least), Some(most)) => (least, most),
            (Some(least), None) => (least, least.saturating_add(wide)),
            (None, Some(most)) => (most.saturating_sub(wide), most),
            (None, None) => (-wide, wide),
        };
        let step = steps.into_iter().fold(1_i128, num_integer::lcm);
        let (first, last) =
            (num_integer::Integer::div_ceil(&least, &step), num_integer::Integer::div_floor(&most, &step));
        let value = self.random.between(first, last.max(first)).saturating_mul(step);
        let (whole, part) = (value / scale, (value % scale).abs());
        let sign = if value < 0 && whole == 0 { "-" } else { "" };
        Value::Number(Number(match n_places {
            0 => value.to_smolstr(),
            _ => format_smolstr!("{sign}{whole}.{part:0width$}", width = n_places as usize),
        }))
    }

    fn text(&mut self, way: &Meet<'r>) -> Option<String> {
        let (mut min, mut max) = (0, None::<u64>);
        let mut patterns: Vec<SmolStr> = Vec::new();
        for keywords in way.keywords() {
            let text = &keywords.text;
            min = text.min_length.iter().map(|own| own.value).fold(min, u64::max);
            let forms = text.format.iter().map(|own| of_format(own.value));
            for form in forms.chain(text.content_encoding.iter().map(|own| of_encoding(own.value))) {
                patterns.push(form.narrow.into());
                max = [max, form.max_chars].into_iter().flatten().min();
            }
            patterns.extend(text.pattern.iter().map(|own| own.value.clone()));
            max = [max, text.max_length.as_ref().map(|own| own.value)].into_iter().flatten().min();
        }
        let automata: Vec<Arc<Automaton>> =
            patterns.iter().filter_map(|pattern| self.texts.automaton(pattern)).collect();
        self.texts.any(&automata, min, max, &mut self.random)
    }

    fn array(&mut self, way: &Meet<'r>, depth: usize) -> Option<Value> {
        const MANY: u64 = 24;
        let arrays = || way.keywords().map(|keywords| &keywords.array);
        let min = arrays().filter_map(|own| own.min_items.as_ref()).map(|own| own.value).max().unwrap_or(0);
        let max = arrays().filter_map(|own| own.max_items.as_ref()).map(|own| own.value).min();
        let more = if depth > DEEP { 0 } else { 3 };
        let usual = min.saturating_add(more).min(max.unwrap_or(u64::MAX));
        let most = max.filter(|max| *max <= MANY && depth <= 2 && self.random.once_in(8)).unwrap_or(usual);
        let n_items = self.random.between(min.into(), most.max(min).into()) as usize;
        let is_unique = arrays().any(|own| own.unique_items.is_some());
        let contained: Vec<SchemaId> =
            arrays().filter_map(|own| own.contains.as_ref()).filter(|own| own.min > 0).map(|own| own.schema).collect();
        let n_items = n_items.max(usize::from(!contained.is_empty()));
        let mut items: Vec<Value> = Vec::new();
        for place in 0..n_items {
            let mut goals: Vec<SchemaId> = way
                .keywords()
                .filter_map(|keywords| {
                    let array = &keywords.array;
                    array.prefix_items.get(place).copied().or(array.items).or(array.unevaluated_items)
                })
                .collect();
            if place == 0 {
                goals.extend(&contained);
            }
            // One that is there already, in a set, is made anew a few times.
            let item =
                (0..8).find_map(|_| self.of(&goals, depth + 1).filter(|item| !is_unique || !items.contains(item)));
            match item {
                Some(item) => items.push(item),
                None if (items.len() as u64) < min => return None,
                None => break,
            }
        }
        Some(Value::Array(items))
    }

    fn object(&mut self, way: &Meet<'r>, depth: usize) -> Option<Value> {
        let objects = || way.keywords().map(|keywords| &keywords.object);
        let required: Vec<&str> = objects().flat_map(|own| &own.required).map(|name| name.value.as_str()).collect();
        let min = objects().filter_map(|own| own.min_properties.as_ref()).map(|own| own.value).max().unwrap_or(0);
        let max = objects().filter_map(|own| own.max_properties.as_ref()).map(|own| own.value).min();
        let mut names: Vec<&str> = Vec::new();
        for name in objects().flat_map(|own| &own.properties).map(|own| own.name.value.as_str()).chain(required.clone())
        {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let mut members: Vec<(SmolStr, Value)> = Vec::new();
        for name in names {
            let is_required = required.contains(&name);
            let is_full = max.is_some_and(|max| members.len() as u64 >= max);
            if !is_required && (is_full || depth > DEEP || self.random.once_in(2)) {
                continue;
            }
            let goals = self.goals_of(way, name);
            match self.of(&goals, depth + 1) {
                Some(value) => members.push((name.into(), value)),
                None if is_required => return None,
                None => {}
            }
        }
        // Others, where there may be some.
        let is_never = |id: SchemaId| self.schemas.graph[id].always == Some(false);
        let is_open = !objects()
            .any(|own| [own.additional_properties, own.unevaluated_properties].into_iter().flatten().any(is_never));
        let n_more = if is_open && depth <= DEEP && self.random.once_in(4) { 1 } else { 0 };
        let n_lacking = (min as usize).saturating_sub(members.len());
        for nth in 0..n_more.max(n_lacking).min(200) {
            let name = self.name(way, nth)?;
            let goals = self.goals_of(way, &name);
            if let Some(value) = self.of(&goals, depth + 1).filter(|_| !members.iter().any(|(own, _)| *own == name)) {
                members.push((name, value));
            }
        }
        Some(Value::Object(members))
    }

    /// A name that is not known.
    fn name(&mut self, way: &Meet<'r>, nth: usize) -> Option<SmolStr> {
        let objects = || way.keywords().map(|keywords| &keywords.object);
        let names: Vec<SchemaId> = objects().filter_map(|own| own.property_names).collect();
        if !names.is_empty() {
            return match self.of(&names, MAX_DEPTH)? {
                Value::String(name) => Some(name),
                _ => Some("other".into()),
            };
        }
        let patterns: Vec<&str> =
            objects().flat_map(|own| &own.pattern_properties).map(|own| own.name.value.as_str()).collect();
        let pattern = patterns.get(self.random.below(patterns.len() * 2)).copied();
        match pattern.and_then(|pattern| self.texts.automaton(pattern)) {
            Some(automaton) => self.texts.any(&[automaton], 1, None, &mut self.random).map(Into::into),
            None => Some(format_smolstr!("other{nth}")),
        }
    }

    /// What the value of a member has to keep to.
    fn goals_of(&mut self, way: &Meet<'r>, name: &str) -> Vec<SchemaId> {
        let mut goals = Vec::new();
        let all: Vec<&'r Keywords> = way.keywords().collect();
        for keywords in all {
            let object = &keywords.object;
            let n_before = goals.len();
            goals.extend(object.properties.iter().filter(|own| own.name.value == name).map(|own| own.schema));
            for own in &object.pattern_properties {
                let automaton = self.texts.automaton(&own.name.value);
                goals.extend(automaton.filter(|automaton| automaton.is_match(name)).map(|_| own.schema));
            }
            if goals.len() == n_before {
                goals.extend(object.additional_properties);
            }
        }
        goals
    }
}
