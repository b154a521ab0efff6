//! Valid payloads of all kinds, the same ones for the same seed.
//!
//! A payload is a random walk through the schemas, with *room*: the bytes that a value may take. Members and items share
//! the room of what they are in, so that a type that refers to itself many times stays as small as any other. What has to
//! be there is set aside first, by estimates of how short it can get.

mod least;

use std::{
    collections::{HashMap, HashSet},
    fmt,
    rc::Rc,
    sync::Arc,
};

use goodevent_schema::{
    Schemas,
    ir::{Number, SchemaId, Types, Value},
    pattern::Automaton,
    source::SourceId,
    syntax,
};
use smol_str::{SmolStr, ToSmolStr, format_smolstr};

use self::least::{KINDS, Least, NAME_BYTES, NONE, n_bytes};
use crate::{
    random::Random,
    reference::Reference,
    size::{BUDGET_BYTES, Meet, Members, Sizer, Texts, automaton, of_encoding, of_format},
};

/// Makes payloads.
pub struct Sampler<'r> {
    schemas: &'r Schemas,
    random: Random,
    texts: Texts,
    max_bytes: u64,
    /// The schema that was asked for last.
    root: Option<Root<'r>>,
    /// The requirements of several schemas together.
    ways: HashMap<Vec<SchemaId>, Rc<[Meet<'r>]>>,
    /// Steps that may still be taken for this payload.
    n_left: usize,
}

/// The knowledge about the schema of a payload.
struct Root<'r> {
    id: SchemaId,
    reference: Option<Reference<'r>>,
    least: Rc<Least>,
}

/// A value, and the bytes that it takes.
struct Made {
    value: Value,
    n_bytes: u64,
}

/// Payloads that are tried before the smallest one has to do.
const MAX_ATTEMPTS: usize = 24;

/// Values that are tried for one payload.
const MAX_STEPS: usize = 20_000;

/// Room that a payload has as a rule.
const USUAL_BYTES: u64 = 4_096;

/// Below this, what may be left out is.
const DEEP: usize = 6;

/// Nothing nests deeper.
const MAX_DEPTH: usize = 48;

impl fmt::Debug for Sampler<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sampler").finish_non_exhaustive()
    }
}

impl<'r> Sampler<'r> {
    /// One whose payloads follow from `seed`, and take 64 KiB at most.
    #[must_use]
    pub fn new(schemas: &'r Schemas, seed: u64) -> Self {
        Self {
            schemas,
            random: Random::new(seed),
            texts: Texts::default(),
            max_bytes: BUDGET_BYTES,
            root: None,
            ways: HashMap::new(),
            n_left: 0,
        }
    }

    /// From now on the payloads follow from `seed`.
    pub fn reseed(&mut self, seed: u64) {
        self.random = Random::new(seed);
    }

    /// From now on the payloads take at most so many bytes.
    #[must_use]
    pub fn max_bytes(self, max_bytes: u64) -> Self {
        Self { max_bytes, ..self }
    }

    /// Another payload that is valid for `root`, as the reference validator says as well; `None` if none was found.
    pub fn sample(&mut self, root: SchemaId) -> Option<Value> {
        let least = self.least(root);
        let usual = USUAL_BYTES.max(least.bytes(root).saturating_mul(2)).min(self.max_bytes);
        for attempt in 0..MAX_ATTEMPTS {
            self.n_left = MAX_STEPS;
            // Large at times; the longer it takes to find a valid one, the simpler.
            let room = if self.random.once_in(8) { self.max_bytes } else { (usual >> (attempt / 4)).max(64) };
            let made = self.of(&[root], 0, room);
            if let Some(payload) = made.map(|made| made.value).filter(|payload| self.is_valid(payload)) {
                return Some(payload);
            }
        }
        let small = Sizer::of_small(self.schemas).in_all(&[root])?;
        let small = syntax::parse(SourceId(0), small.as_bytes()).0?.to_value();
        self.is_valid(&small).then_some(small)
    }

    /// The length of the shortest instances of all schemas below `root`.
    fn least(&mut self, root: SchemaId) -> Rc<Least> {
        let known = self.root.take().filter(|own| own.id == root);
        let own = known.unwrap_or_else(|| Root {
            id: root,
            reference: Reference::new(self.schemas, root).ok(),
            least: Rc::new(Least::of(&self.schemas.graph, root)),
        });
        self.root.insert(own).least.clone()
    }

    fn is_valid(&self, payload: &Value) -> bool {
        let text = payload.to_string();
        let reference = self.root.as_ref().and_then(|root| root.reference.as_ref());
        let payload = || serde_json::from_str(&text).ok();
        text.len() as u64 <= self.max_bytes
            && reference.is_some_and(|own| payload().and_then(|payload| own.is_valid(&payload)) == Some(true))
    }

    /// The estimate of the shortest value that is valid for all of `goals`.
    fn shortest(&self, goals: impl IntoIterator<Item = SchemaId>) -> u64 {
        self.root.as_ref().map_or(NONE, |root| root.least.of_all(goals))
    }

    fn ways(&mut self, goals: &[SchemaId]) -> Rc<[Meet<'r>]> {
        const MANY: usize = 4_096;
        if let Some(known) = self.ways.get(goals) {
            return known.clone();
        }
        if self.ways.len() > MANY {
            self.ways.clear();
        }
        let ways: Rc<[Meet<'r>]> = Meet::ways(&self.schemas.graph, goals).into();
        self.ways.insert(goals.to_vec(), ways.clone());
        ways
    }

    /// Something that is likely to be valid for all of `goals`.
    fn of(&mut self, goals: &[SchemaId], depth: usize, room: u64) -> Option<Made> {
        self.of_types(goals, Types::ALL, depth, room)
    }

    /// The same, of the given types.
    fn of_types(&mut self, goals: &[SchemaId], types: Types, depth: usize, room: u64) -> Option<Made> {
        if depth > MAX_DEPTH || self.n_left == 0 || self.shortest(goals.iter().copied()) > room {
            return None;
        }
        self.n_left -= 1;
        let ways = self.ways(goals);
        let needs = |way: &Meet<'r>| self.shortest(way.schemas());
        let mut open: Vec<(u64, usize)> = ways.iter().map(needs).zip(0..).filter(|(needs, _)| *needs <= room).collect();
        if depth > DEEP {
            // Out of a recursion the shortest way.
            open.sort_unstable_by_key(|(needs, _)| std::cmp::Reverse(*needs));
        }
        while !open.is_empty() && self.n_left > 0 {
            let nth = if depth > DEEP { open.len() - 1 } else { self.random.below(open.len()) };
            let (_, way) = open.remove(nth);
            if let Some(made) = self.of_way(&ways[way], types, depth, room) {
                return Some(made);
            }
        }
        None
    }

    fn of_way(&mut self, way: &Meet<'r>, types: Types, depth: usize, room: u64) -> Option<Made> {
        let types = way.types.intersection(types);
        let lists = way.keywords().flat_map(|keywords| {
            let list = keywords.enumeration.iter().map(|list| list.value.iter().map(|own| &own.value).collect());
            list.chain(keywords.constant.iter().map(|constant| vec![&constant.value]))
        });
        if let Some(mut fitting) = lists.min_by_key(Vec::<&Value>::len) {
            fitting.retain(|value| types.contains(value.types()) && n_bytes(value) <= room);
            let value = (*fitting.get(self.random.below(fitting.len()))?).clone();
            return Some(Made { n_bytes: n_bytes(&value), value });
        }
        let mut kinds: Vec<Types> = KINDS.into_iter().filter(|kind| types.contains(*kind)).collect();
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
                Types::STRING => self.text(way, room).map(|text| Value::String(text.into())),
                Types::ARRAY => self.array(way, depth, room),
                _ => self.object(way, depth, room),
            };
            let made = value.map(|value| Made { n_bytes: n_bytes(&value), value });
            if let Some(made) = made.filter(|made| made.n_bytes <= room) {
                return Some(made);
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

    fn text(&mut self, way: &Meet<'r>, room: u64) -> Option<String> {
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
        let automata: Vec<Arc<Automaton>> = patterns.iter().filter_map(|pattern| automaton(pattern)).collect();
        self.texts.any(&automata, min, max, room, &mut self.random)
    }

    fn array(&mut self, way: &Meet<'r>, depth: usize, room: u64) -> Option<Value> {
        const MANY: u64 = 24;
        let arrays = || way.keywords().map(|keywords| &keywords.array);
        let min = arrays().filter_map(|own| own.min_items.as_ref()).map(|own| own.value).max().unwrap_or(0);
        let max = arrays().filter_map(|own| own.max_items.as_ref()).map(|own| own.value).min();
        let more = if depth > DEEP { 0 } else { 3 };
        let usual = min.saturating_add(more).min(max.unwrap_or(u64::MAX));
        let most = max.filter(|max| *max <= MANY && depth <= 2 && self.random.once_in(8)).unwrap_or(usual);
        let n_items = self.random.between(min.into(), most.max(min).into()) as u64;
        let is_unique = arrays().any(|own| own.unique_items.is_some());
        let contained: Vec<SchemaId> =
            arrays().filter_map(|own| own.contains.as_ref()).filter(|own| own.min > 0).map(|own| own.schema).collect();
        let n_items = n_items.max(u64::from(!contained.is_empty()));
        let mut left = room.checked_sub(2)?;
        let mut items: Vec<Value> = Vec::new();
        let mut known: HashSet<String> = HashSet::new();
        for nth in 0..n_items {
            let place = nth as usize;
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
            let share = share(left, n_items - nth, self.shortest(goals.iter().copied()).saturating_add(1)) - 1;
            // One that is there already, in a set, is made anew a few times.
            let item = (0..if is_unique { 8 } else { 1 }).find_map(|_| {
                self.of(&goals, depth + 1, share).filter(|item| !is_unique || known.insert(item.value.to_string()))
            });
            match item {
                Some(item) => {
                    left = left.saturating_sub(item.n_bytes + 1);
                    items.push(item.value);
                }
                None if nth < min => return None,
                None => break,
            }
        }
        Some(Value::Array(items))
    }

    fn object(&mut self, way: &Meet<'r>, depth: usize, room: u64) -> Option<Value> {
        let objects = || way.keywords().map(|keywords| &keywords.object);
        let required: HashSet<&str> = objects().flat_map(|own| &own.required).map(|name| name.value.as_str()).collect();
        let min = objects().filter_map(|own| own.min_properties.as_ref()).map(|own| own.value).max().unwrap_or(0);
        let max = objects().filter_map(|own| own.max_properties.as_ref()).map(|own| own.value).min();
        let named = Members::of(way);
        let mut left = room.checked_sub(2)?;
        let wanted = self.wanted(way, &named, &required, max, depth, &mut left)?;
        let mut members: Vec<(SmolStr, Value)> = Vec::new();
        let mut n_open = wanted.len() as u64;
        for Wanted { name, goals, needs } in wanted {
            // The bytes that were reserved for it, and its part of the rest.
            let own = needs.saturating_add(left / n_open.max(1));
            n_open -= 1;
            let n_bytes_of_name = name.len() as u64 + NAME_BYTES;
            match self.of(&goals, depth + 1, own.saturating_sub(n_bytes_of_name)) {
                Some(made) => {
                    left = left.saturating_add(needs).saturating_sub(made.n_bytes + n_bytes_of_name);
                    members.push((name.into(), made.value));
                }
                None if required.contains(name) => return None,
                None => left = left.saturating_add(needs),
            }
        }
        // Others, where there may be some.
        let is_never = |id: SchemaId| self.schemas.graph[id].always == Some(false);
        let is_open = !objects()
            .any(|own| [own.additional_properties, own.unevaluated_properties].into_iter().flatten().any(is_never));
        let n_more = if is_open && depth <= DEEP && self.random.once_in(4) { 1 } else { 0 };
        let n_lacking = (min as usize).saturating_sub(members.len());
        for nth in 0..n_more.max(n_lacking).min(200) {
            let name = match self.name(way, nth) {
                Some(name) => name,
                None if nth < n_lacking => return None,
                None => break,
            };
            let goals = named.goals(&name).schemas;
            let own = left.saturating_sub(name.len() as u64 + NAME_BYTES) / (n_lacking.max(nth + 1) - nth) as u64;
            let made = self.of(&goals, depth + 1, own).filter(|_| !members.iter().any(|(own, _)| *own == name));
            if let Some(made) = made {
                left = left.saturating_sub(made.n_bytes + name.len() as u64 + NAME_BYTES);
                members.push((name, made.value));
            }
        }
        Some(Value::Object(members))
    }

    /// The members to be made, in the order of the schemas: those that have to be there, and of the others as many as
    /// there is room for. What they need at least is taken from the room.
    fn wanted<'w>(
        &mut self,
        way: &'w Meet<'r>,
        named: &Members<'r>,
        required: &HashSet<&str>,
        max: Option<u64>,
        depth: usize,
        left: &mut u64,
    ) -> Option<Vec<Wanted<'r>>> {
        let objects = || way.keywords().map(|keywords| &keywords.object);
        let mut seen = HashSet::new();
        let names = objects().flat_map(|own| {
            let properties = own.properties.iter().map(|own| own.name.value.as_str());
            properties.chain(own.required.iter().map(|name| name.value.as_str()))
        });
        let names: Vec<&'r str> = names.filter(|name| seen.insert(*name)).collect();
        let mut wanted: Vec<Option<Wanted<'r>>> = Vec::new();
        let mut optional: Vec<usize> = Vec::new();
        for (nth, name) in names.iter().enumerate() {
            let is_required = required.contains(name);
            wanted.push(None);
            if is_required {
                let own = self.member(name, named);
                *left = left.checked_sub(own.needs)?;
                wanted[nth] = Some(own);
            } else if depth <= DEEP && !self.random.once_in(2) {
                optional.push(nth);
            }
        }
        let n_most = max.unwrap_or(u64::MAX).saturating_sub(required.len() as u64);
        // Any of them may be the ones that there is room for.
        while (optional.len() as u64) > n_most {
            let at = self.random.below(optional.len());
            optional.swap_remove(at);
        }
        while !optional.is_empty() {
            let at = self.random.below(optional.len());
            let nth = optional.swap_remove(at);
            let own = self.member(names[nth], named);
            if own.needs <= *left {
                *left -= own.needs;
                wanted[nth] = Some(own);
            }
        }
        Some(wanted.into_iter().flatten().collect())
    }

    fn member(&mut self, name: &'r str, named: &Members<'r>) -> Wanted<'r> {
        let goals = named.goals(name).schemas;
        let needs = self.shortest(goals.iter().copied()).saturating_add(name.len() as u64 + NAME_BYTES);
        Wanted { name, goals, needs }
    }

    /// A name that is not known.
    fn name(&mut self, way: &Meet<'r>, nth: usize) -> Option<SmolStr> {
        let objects = || way.keywords().map(|keywords| &keywords.object);
        let names: Vec<SchemaId> = objects().filter_map(|own| own.property_names).collect();
        if !names.is_empty() {
            // Nothing is nested in a name, whatever else the schema allows.
            return match self.of_types(&names, Types::STRING, MAX_DEPTH, USUAL_BYTES)?.value {
                Value::String(name) => Some(name),
                _ => None,
            };
        }
        let patterns: Vec<&str> =
            objects().flat_map(|own| &own.pattern_properties).map(|own| own.name.value.as_str()).collect();
        let pattern = patterns.get(self.random.below(patterns.len() * 2)).copied();
        match pattern.and_then(|pattern| automaton(pattern)) {
            Some(automaton) => self.texts.any(&[automaton], 1, None, USUAL_BYTES, &mut self.random).map(Into::into),
            None => Some(format_smolstr!("other{nth}")),
        }
    }
}

/// A member that is to be made.
struct Wanted<'r> {
    name: &'r str,
    goals: Vec<SchemaId>,
    /// Bytes that it takes at least.
    needs: u64,
}

/// The room of one of `n` values that share what is left: never less than it needs, while that is there.
fn share(left: u64, n: u64, needs: u64) -> u64 {
    (left / n.max(1)).max(needs.min(left)).max(1)
}

#[cfg(test)]
mod tests {
    use goodevent_schema::{
        analyze,
        source::{Source, Sources},
    };

    use super::*;

    fn samples(schema: &str, max_bytes: u64) -> Vec<Option<String>> {
        let source = Source { path: "a/ThingSeenV1Event.json".to_owned(), uri: None, bytes: schema.as_bytes().into() };
        let (registry, _) = analyze(&Sources { root: String::new(), files: vec![source] });
        let root = registry.contexts["a"].contracts[0].root;
        let mut sampler = Sampler::new(&registry.schemas, 1).max_bytes(max_bytes);
        (0..50).map(|_| sampler.sample(root).map(|payload| payload.to_string())).collect()
    }

    #[test]
    fn payloads_keep_to_their_room() {
        let members: Vec<String> = (0..30).map(|nth| format!(r##""a{nth}": {{"$ref": "#"}}"##)).collect();
        let wide = format!(r#"{{"type": "object", "properties": {{{}}}}}"#, members.join(","));
        for schema in [
            wide.as_str(),
            r##"{"type": "array", "items": {"$ref": "#"}}"##,
            r##"{"type": "object", "required": ["a"], "properties": {"a": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}}"##,
            r#"{"type": "array", "items": {"type": "string", "minLength": 100}, "minItems": 9}"#,
            r#"{"type": "array", "items": false}"#,
        ] {
            for max_bytes in [1_000, 65_536] {
                for payload in samples(schema, max_bytes) {
                    let payload = payload.unwrap_or_else(|| panic!("{schema} has payloads"));
                    assert!(payload.len() as u64 <= max_bytes, "{schema}: {} bytes", payload.len());
                }
            }
        }
    }

    #[test]
    fn all_members_of_a_wide_recursion_come_up() {
        let members: Vec<String> = (0..30).map(|nth| format!(r##""a{nth}": {{"$ref": "#"}}"##)).collect();
        let all = samples(&format!(r#"{{"type": "object", "properties": {{{}}}}}"#, members.join(",")), 65_536);
        for nth in 0..30 {
            let n = all.iter().flatten().filter(|payload| payload.contains(&format!(r#""a{nth}":"#))).count();
            assert!(n >= 10, "a{nth} is in {n} of 50 payloads");
        }
    }

    #[test]
    fn names_are_texts_whatever_else_their_schema_allows() {
        // Only texts are names, so that an object that has to have one has none.
        let endless = r##"{"type": "object", "minProperties": 1, "propertyNames": {"$ref": "#"}}"##;
        assert!(samples(endless, 1_000).iter().all(Option::is_none));
        let schema = r##"{"type": "object", "minProperties": 1, "propertyNames": {"anyOf": [{"$ref": "#"}, {"enum": [1, "a"]}]}}"##;
        assert!(samples(schema, 1_000).iter().flatten().all(|payload| payload.contains(r#"{"a":"#)));
        assert!(samples(schema, 1_000).iter().any(Option::is_some));
        let empty = r#"{"type": "object", "propertyNames": false}"#;
        assert!(samples(empty, 1_000).iter().all(|payload| payload.as_deref() == Some("{}")));
    }

    #[test]
    fn what_can_not_be_small_enough_is_not_made() {
        let schema = r#"{"type": "string", "minLength": 2000}"#;
        assert!(samples(schema, 1_000).iter().all(Option::is_none));
        assert!(samples(schema, 10_000).iter().all(Option::is_some));
    }
}
