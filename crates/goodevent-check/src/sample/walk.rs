//! Random walks through schemas: values that are likely to be valid, within their room.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    rc::Rc,
    sync::Arc,
};

use goodevent_json::width::Width;
use goodevent_schema::{
    ir::{ArrayKeywords, Format, Graph, SchemaId, Types, Value},
    pattern::{self, Automaton},
};
use smol_str::{SmolStr, format_smolstr};

use super::{
    least::{KINDS, Least, NAME_BYTES, n_bytes},
    number,
    ordinary::{self, Examples},
    values::Values,
};
use crate::{
    random::Random,
    reference::NO_WIDTHS,
    size::{Meet, Members, Texts, of_encoding, of_format},
};

/// A value, and the bytes that it takes.
pub(super) struct Made {
    pub(super) value: Value,
    n_bytes: u64,
}

/// Room that a payload has as a rule.
pub(super) const USUAL_BYTES: u64 = 4_096;

/// Below this, what may be left out is.
const DEEP: usize = 6;

/// Nothing nests deeper.
const MAX_DEPTH: usize = 48;

/// A walk, and what it knows of the schemas.
pub(super) struct Walk<'r> {
    graph: &'r Graph,
    pub(super) random: Random,
    texts: Texts,
    /// The Rust types of numbers that hold less than the schemas allow.
    pub(super) widths: &'r BTreeMap<SchemaId, Width>,
    /// The length of the shortest instances of the schemas of this payload.
    pub(super) least: Least,
    /// The requirements of several schemas together.
    ways: HashMap<Vec<SchemaId>, Rc<[Meet<'r>]>>,
    /// Steps that may still be taken for this payload.
    pub(super) n_left: usize,
    pub(super) values: Values,
    pub(super) examples: Examples<'r>,
}

impl<'r> Walk<'r> {
    pub(super) fn new(graph: &'r Graph, random: Random) -> Self {
        Self {
            graph,
            random,
            texts: Texts::default(),
            widths: &NO_WIDTHS,
            least: Least::default(),
            ways: HashMap::new(),
            n_left: 0,
            values: Values::Edge,
            examples: Examples::default(),
        }
    }

    fn ways(&mut self, goals: &[SchemaId]) -> Rc<[Meet<'r>]> {
        const MANY: usize = 4_096;
        if let Some(known) = self.ways.get(goals) {
            return known.clone();
        }
        if self.ways.len() > MANY {
            self.ways.clear();
        }
        let ways: Rc<[Meet<'r>]> = Meet::ways(self.graph, goals).into();
        self.ways.insert(goals.to_vec(), ways.clone());
        ways
    }

    /// Something that is likely to be valid for all of `goals`.
    pub(super) fn of(&mut self, goals: &[SchemaId], depth: usize, room: u64) -> Option<Made> {
        self.of_types(goals, Types::ALL, depth, room)
    }

    /// The same, of the given types.
    fn of_types(&mut self, goals: &[SchemaId], types: Types, depth: usize, room: u64) -> Option<Made> {
        if depth > MAX_DEPTH || self.n_left == 0 || self.least.of_all(goals.iter().copied()) > room {
            return None;
        }
        self.n_left -= 1;
        let ways = self.ways(goals);
        let needs = |way: &Meet<'r>| self.least.of_all(way.schemas());
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
        if way.has_open_choices() {
            let random = &mut self.random;
            let settled = way.settled(|n_branches| random.below(n_branches))?;
            return self.of_way(&settled, types, depth, room);
        }
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
                Types::INTEGER | Types::NUMBER => self.number(way, kind == Types::INTEGER),
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

    fn number(&mut self, way: &Meet<'r>, is_integer: bool) -> Option<Value> {
        // Several types are one that holds the least, if there is one; the payload as a whole is judged.
        let width = way.schemas().filter_map(|id| self.widths.get(&id).copied()).next();
        let example = self.example(way, |value| matches!(value, Value::Number(_)));
        example.or_else(|| number::any(way.keywords(), is_integer, width, (self.values, &mut self.random)))
    }

    /// An example of the contract, at times, for ordinary values.
    fn example(&mut self, way: &Meet<'r>, fits: impl Fn(&Value) -> bool) -> Option<Value> {
        if self.values == Values::Edge || self.random.once_in(3) {
            return None;
        }
        let mut known = self.examples.scalars(way.schemas());
        known.retain(|value| fits(value));
        self.random.pick(&known).map(|value| (*value).clone())
    }

    fn text(&mut self, way: &Meet<'r>, room: u64) -> Option<String> {
        let (mut min, mut max) = (0, None::<u64>);
        let mut patterns: Vec<SmolStr> = Vec::new();
        let mut formats = way.keywords().filter_map(|keywords| Some(keywords.text.format.as_ref()?.value));
        let format = formats.next();
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
        if self.values == Values::Ordinary
            && let Some(text) = self.ordinary_text(way, format, (min, max.unwrap_or(u64::MAX)), room)
        {
            return Some(text);
        }
        let automata: Vec<Arc<Automaton>> =
            patterns.iter().filter_map(|pattern| pattern::compile_part(pattern).ok()).collect();
        self.texts.any(&automata, min, max, room, &mut self.random)
    }

    /// An example or a text of the format, if it has the length and matches the patterns.
    fn ordinary_text(
        &mut self,
        way: &Meet<'r>,
        format: Option<Format>,
        (min, max): (u64, u64),
        room: u64,
    ) -> Option<String> {
        let patterns = way.keywords().filter_map(|keywords| keywords.text.pattern.as_ref());
        let patterns: Option<Vec<Arc<Automaton>>> =
            patterns.map(|own| pattern::compile_part(&own.value).ok()).collect();
        let patterns = patterns?;
        let has_encoding = way.keywords().any(|keywords| keywords.text.content_encoding.is_some());
        let is_text = |value: &Value| matches!(value, Value::String(_));
        let example = self.example(way, is_text).and_then(|value| match value {
            Value::String(text) => Some(text.to_string()),
            _ => None,
        });
        let mut made = || ordinary::text(format, (min, max), &mut self.random);
        let text = example.or_else(|| if has_encoding { None } else { made() })?;
        let n_chars = text.chars().count() as u64;
        let fits = (min..=max).contains(&n_chars) && text.len() as u64 + 2 <= room;
        (fits && patterns.iter().all(|pattern| pattern.is_match(&text))).then_some(text)
    }

    fn array(&mut self, way: &Meet<'r>, depth: usize, room: u64) -> Option<Value> {
        const MANY: u64 = 24;
        let arrays = || way.keywords().map(|keywords| &keywords.array);
        let min = arrays().filter_map(|own| own.min_items.as_ref()).map(|own| own.value).max().unwrap_or(0);
        let max = arrays().filter_map(|own| own.max_items.as_ref()).map(|own| own.value).min();
        let more = if depth > DEEP { 0 } else { 3 };
        let usual = min.saturating_add(more).min(max.unwrap_or(u64::MAX));
        let is_edge = self.values == Values::Edge;
        let most = max.filter(|max| *max <= MANY && depth <= 2 && is_edge && self.random.once_in(8)).unwrap_or(usual);
        let min = if is_edge { min } else { min.max(1).min(most) };
        let n_items = self.random.between(min.into(), most.max(min).into()) as u64;
        let is_unique = arrays().any(|own| own.unique_items.is_some());
        let contained: Vec<SchemaId> = arrays()
            .filter_map(|own| own.contains.as_ref())
            .flat_map(|own| std::iter::repeat_n(own.schema, usize::try_from(own.min.min(room)).unwrap_or(0)))
            .collect();
        let n_contained = contained.len() as u64;
        let n_items = n_items.max(n_contained.min(max.unwrap_or(u64::MAX)));
        // One beside the other if they all find a place, wherever the first one is.
        let start = self.random.below(n_items as usize) as u64;
        let mut contained_at: HashMap<u64, Vec<SchemaId>> = HashMap::new();
        for (nth, id) in (0..).zip(contained) {
            let is_apart = n_contained <= n_items;
            let place = if is_apart { (start + nth) % n_items } else { self.random.below(n_items as usize) as u64 };
            contained_at.entry(place).or_default().push(id);
        }
        let mut left = room.checked_sub(2)?;
        let mut items: Vec<Value> = Vec::new();
        let mut known: HashSet<String> = HashSet::new();
        for nth in 0..n_items {
            let place = nth as usize;
            let own = contained_at.remove(&nth).unwrap_or_default();
            let is_contained = n_contained > 0 && self.random.once_in(2);
            let of_place = |array: &ArrayKeywords| {
                // Where another schema describes an item, nothing is left to the rest.
                let rest = array.unevaluated_items.filter(|_| own.is_empty());
                let rest = rest.map(|rest| match &array.contains {
                    Some(contains) if is_contained => contains.schema,
                    _ => rest,
                });
                array.prefix_items.get(place).copied().or(array.items).or(rest)
            };
            let mut goals: Vec<SchemaId> = arrays().filter_map(|array| of_place(array)).collect();
            goals.extend(&own);
            let share = share(left, n_items - nth, self.least.of_all(goals.iter().copied()).saturating_add(1)) - 1;
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
        /// More members are not made of names that no schema has.
        const MANY: u64 = 200;
        let objects = || way.keywords().map(|keywords| &keywords.object);
        let required: HashSet<&str> = objects().flat_map(|own| &own.required).map(|name| name.value.as_str()).collect();
        let min = objects().filter_map(|own| own.min_properties.as_ref()).map(|own| own.value).max().unwrap_or(0);
        let max = objects().filter_map(|own| own.max_properties.as_ref()).map(|own| own.value).min();
        let named = Members::of(way);
        let mut left = room.checked_sub(2)?;
        let wanted = self.wanted(way, &named, &required, (min, max), depth, &mut left)?;
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
        let is_never = |id: SchemaId| self.graph[id].always == Some(false);
        let rest = || objects().flat_map(|own| [own.additional_properties, own.unevaluated_properties]).flatten();
        let is_open = !rest().any(is_never);
        let unevaluated: Vec<SchemaId> = objects().filter_map(|own| own.unevaluated_properties).collect();
        let has_more = is_open && depth <= DEEP && self.values == Values::Edge && self.random.once_in(4);
        let n_more = u64::from(has_more);
        let n_wanted = (members.len() as u64).saturating_add(n_more).min(max.unwrap_or(u64::MAX)).max(min).min(MANY);
        let mut known: HashSet<SmolStr> = members.iter().map(|(name, _)| name.clone()).collect();
        let n_lacking = n_wanted.saturating_sub(members.len() as u64);
        // A name may be taken already, or not do.
        for nth in 0..n_lacking.saturating_mul(4) {
            if members.len() as u64 >= n_wanted || self.n_left == 0 {
                break;
            }
            let Some(name) = self.name(way, nth, is_open).filter(|name| !known.contains(name)) else { continue };
            let mut goals = named.goals(&name).schemas;
            if goals.is_empty() {
                goals.extend(&unevaluated);
            }
            let n_open = n_wanted - members.len() as u64;
            let own = left.saturating_sub(name.len() as u64 + NAME_BYTES) / n_open;
            if let Some(made) = self.of(&goals, depth + 1, own) {
                left = left.saturating_sub(made.n_bytes + name.len() as u64 + NAME_BYTES);
                known.insert(name.clone());
                members.push((name, made.value));
            }
        }
        if (members.len() as u64) < min {
            return None;
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
        (min, max): (u64, Option<u64>),
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
        let (mut optional, mut others): (Vec<usize>, Vec<usize>) = Default::default();
        for (nth, name) in names.iter().enumerate() {
            let is_required = required.contains(name);
            wanted.push(None);
            if is_required {
                let own = self.member(way, name, named);
                *left = left.checked_sub(own.needs)?;
                wanted[nth] = Some(own);
            } else if depth <= DEEP && !self.random.once_in(2) {
                optional.push(nth);
            } else {
                others.push(nth);
            }
        }
        while !others.is_empty() && ((required.len() + optional.len()) as u64) < min {
            let at = self.random.below(others.len());
            optional.push(others.swap_remove(at));
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
            let own = self.member(way, names[nth], named);
            if own.needs <= *left {
                *left -= own.needs;
                wanted[nth] = Some(own);
            }
        }
        Some(wanted.into_iter().flatten().collect())
    }

    fn member(&mut self, way: &Meet<'r>, name: &'r str, named: &Members<'r>) -> Wanted<'r> {
        let mut goals = named.goals(name).schemas;
        if goals.is_empty() {
            goals.extend(way.keywords().filter_map(|keywords| keywords.object.unevaluated_properties));
        }
        let needs = self.least.of_all(goals.iter().copied()).saturating_add(name.len() as u64 + NAME_BYTES);
        Wanted { name, goals, needs }
    }

    /// A name that is not known, of those that a pattern describes unless others may be there.
    fn name(&mut self, way: &Meet<'r>, nth: u64, is_open: bool) -> Option<SmolStr> {
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
        let pattern = patterns.get(self.random.below(patterns.len() * if is_open { 2 } else { 1 })).copied();
        match pattern.and_then(|pattern| pattern::compile_part(pattern).ok()) {
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
