//! Whether a value is valid for a schema.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    rc::Rc,
};

use goodevent_json::width::Width;
use goodevent_schema::{
    decimal::Decimal,
    instance::Validator,
    ir::{
        ArrayKeywords, ContentEncoding, Draft, Format, Graph, Number, NumberKeywords, ObjectKeywords, Property, Schema,
        SchemaId, TextKeywords, Types, Value,
    },
    pattern::Matcher,
};
use serde_json::json;

use super::{
    question::{At, Judged},
    solver::{MAX_STEPS, Solver},
    unequal::{are_different, equal},
};
use crate::validate;

/// All of them, unless one is unknown and none is false.
pub(super) fn all(verdicts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut all = Some(true);
    for verdict in verdicts {
        match verdict {
            Some(false) => return Some(false),
            None => all = None,
            Some(true) => {}
        }
    }
    all
}

/// The conjunction of verdicts that come one by one.
struct All(Option<bool>);

impl All {
    fn add(&mut self, verdict: Option<bool>) {
        self.0 = all([self.0, verdict].into_iter());
    }
}

fn any(verdicts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    all(verdicts.map(|verdict| verdict.map(|is_so| !is_so))).map(|none| !none)
}

/// Values are judged, and not the Rust types that hold them.
static NO_WIDTHS: BTreeMap<SchemaId, Width> = BTreeMap::new();

/// As many names are compared one by one.
const A_FEW_NAMES: usize = 8;

/// Schemas are evaluated for the same value once, if as many evaluations are not enough.
const FEW: usize = 256;

impl<'g> Solver<'g> {
    /// Whether `value` is valid for a schema, if that is known.
    pub(super) fn evaluate(&mut self, at: At, value: &Value) -> Option<bool> {
        // In place, the schemas that a schema leads to are evaluated for the same value.
        let own = (at, std::ptr::from_ref(value).addr());
        let mut in_place = self.evaluating.iter().rev().take_while(|(_, address)| *address == own.1);
        if in_place.any(|other| *other == own) {
            self.is_in_loop = true;
            return None;
        }
        if let Some(known) = self.evaluated.get(&own) {
            return *known;
        }
        self.evaluating.push(own);
        self.n_evaluated += 1;
        let n_before = self.n_evaluated;
        let verdict = self.nested(None, |solver| solver.evaluate_keywords(at, value));
        self.evaluating.pop();
        if self.evaluating.is_empty() {
            self.n_evaluated = 0;
            self.evaluated.clear();
            self.names.clear();
        } else if self.n_evaluated > FEW && self.n_evaluated > n_before {
            // One without schemas within is evaluated as fast as it is remembered.
            self.evaluated.insert(own, verdict);
        }
        verdict
    }

    /// The same as the validator of payloads says, which knows of `unevaluatedItems` and the like.
    pub(super) fn executed(&mut self, at: At, value: &Value) -> Option<bool> {
        // It takes `const` and `enum` for what they are.
        if !self.loose.is_empty() || self.union.is_some() || !self.step() {
            return None;
        }
        let graph = self.graphs[at.side];
        let validator = self.validators.entry(at.side).or_insert_with(|| validate::Validator::new(graph, &NO_WIDTHS));
        validator.is_valid(at.id, value)
    }

    fn evaluate_keywords(&mut self, at: At, value: &Value) -> Option<bool> {
        if !self.step() {
            return None;
        }
        let schema = self.schema(at);
        if let Some(always) = schema.always {
            return Some(always);
        }
        let keywords = &schema.keywords;
        let on = |id: SchemaId| At { id, ..at };
        let mut verdicts = All(Some(is_typed(schema, value)));
        if !self.loose.contains(&at) {
            if let Some(list) = &keywords.enumeration {
                verdicts.add(Some(self.listed(at, &list.value).has(value)));
            }
            verdicts.add(Some(keywords.constant.as_ref().is_none_or(|constant| equal(&constant.value, value))));
        }
        verdicts.add(match value {
            Value::Number(number) => of_number(schema, number),
            Value::String(text) => self.of_text(schema, text),
            Value::Array(items) => self.of_items(at, items),
            Value::Object(_) => self.of_members(at, value),
            Value::Null | Value::Bool(_) => Some(true),
        });
        if verdicts.0 == Some(false) {
            return Some(false);
        }
        let applied = &keywords.applied;
        for target in applied.all_of.iter().copied().chain(keywords.reference.iter().map(|target| target.value)) {
            verdicts.add(self.evaluate(on(target), value));
        }
        if !applied.any_of.is_empty() {
            verdicts.add(any(applied.any_of.iter().map(|branch| self.evaluate(on(*branch), value))));
        }
        if !applied.one_of.is_empty() && self.union != Some(at.id) {
            let n_held = self.n_held(at, applied.one_of.iter().map(|branch| (*branch, value)));
            verdicts.add(n_held.map(|n_held| n_held == 1));
        }
        if let Some(not) = applied.not {
            verdicts.add(self.evaluate(on(not), value).map(|holds| !holds));
        }
        if let Some(condition) = &applied.condition {
            let branch = match self.evaluate(on(condition.condition), value) {
                Some(true) => condition.then.map_or(Some(true), |then| self.evaluate(on(then), value)),
                Some(false) => condition.otherwise.map_or(Some(true), |other| self.evaluate(on(other), value)),
                None => None,
            };
            verdicts.add(branch);
        }
        if let Some(dynamic) = &applied.dynamic_reference {
            let is_one = dynamic.is_alone();
            verdicts.add(if is_one { self.evaluate(on(dynamic.target), value) } else { None });
        }
        verdicts.0
    }

    /// How many values are valid for the schemas beside them, unless one is unknown.
    fn n_held<'v>(&mut self, at: At, mut all: impl Iterator<Item = (SchemaId, &'v Value)>) -> Option<u64> {
        all.try_fold(0, |n, (id, value)| Some(n + u64::from(self.evaluate(At { id, ..at }, value)?)))
    }

    fn of_text(&mut self, schema: &Schema, text: &str) -> Option<bool> {
        let TextKeywords { min_length, max_length, pattern, format, content_encoding, content_json } =
            &*schema.keywords.text;
        let n_chars = text.chars().count() as u64;
        let is_long = min_length.as_ref().is_none_or(|min| n_chars >= min.value);
        let is_short = max_length.as_ref().is_none_or(|max| n_chars <= max.value);
        let mut verdicts = vec![Some(is_long && is_short)];
        verdicts.extend(pattern.as_ref().map(|pattern| self.matches(&pattern.value, text)));
        verdicts.extend(format.as_ref().map(|format| self.has_format(format.value, schema.draft, text)));
        verdicts.extend(content_encoding.as_ref().map(|encoding| self.is_encoded(encoding.value, text)));
        let is_json = || serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
        verdicts.extend(content_json.map(|_| Some(is_json())));
        all(verdicts.into_iter())
    }

    /// Whether a text matches a pattern.
    pub(super) fn matches(&mut self, pattern: &str, text: &str) -> Option<bool> {
        let matcher = self.matchers.entry(pattern.to_owned()).or_insert_with(|| Matcher::new(pattern).ok());
        matcher.as_ref()?.is_match(text)
    }

    /// Whether a text has a format.
    pub(super) fn has_format(&mut self, format: Format, draft: Draft, text: &str) -> Option<bool> {
        self.ask(&json!({ "$schema": draft.uri(), "format": format.name() }), text)
    }

    fn is_encoded(&mut self, encoding: ContentEncoding, text: &str) -> Option<bool> {
        self.ask(&json!({ "$schema": Draft::Draft7.uri(), "contentEncoding": encoding.name() }), text)
    }

    /// What the reference says of a text.
    fn ask(&mut self, schema: &serde_json::Value, text: &str) -> Option<bool> {
        let oracle = self.oracles.entry(schema.to_string()).or_insert_with(|| Validator::alone(schema).ok());
        Some(oracle.as_ref()?.is_valid(&text.into()))
    }

    /// The properties of a schema by their names: a schema of thousands is asked about one member at a time.
    fn properties(&mut self, at: At, properties: &'g [Property]) -> Rc<HashMap<&'g str, SchemaId>> {
        let by_name = || Rc::new(properties.iter().map(|own| (own.name.value.as_str(), own.schema)).collect());
        Rc::clone(self.properties.entry(at).or_insert_with(by_name))
    }

    fn of_items(&mut self, at: At, all_items: &[Value]) -> Option<bool> {
        let ArrayKeywords { prefix_items, items, contains, min_items, max_items, unique_items, unevaluated_items } =
            &*self.schema(at).keywords.array;
        let on = |id: SchemaId| At { id, ..at };
        let n_items = all_items.len() as u64;
        let is_long = min_items.as_ref().is_none_or(|min| n_items >= min.value);
        let is_short = max_items.as_ref().is_none_or(|max| n_items <= max.value);
        let is_unique = unique_items.is_none() || are_different(all_items);
        let mut verdicts = All(Some(is_long && is_short && is_unique));
        for (place, item) in all_items.iter().enumerate() {
            if let Some(schema) = prefix_items.get(place).copied().or(*items) {
                verdicts.add(self.evaluate(on(schema), item));
            }
        }
        if let Some(contains) = contains {
            let n_those = self.n_held(at, all_items.iter().map(|item| (contains.schema, item)));
            let is_enough = |n: u64| n >= contains.min && contains.max.is_none_or(|max| n <= max);
            verdicts.add(n_those.map(is_enough));
        }
        if unevaluated_items.is_some() {
            verdicts.add(None);
        }
        verdicts.0
    }

    fn of_members(&mut self, at: At, object: &Value) -> Option<bool> {
        let Value::Object(members) = object else { return None };
        let ObjectKeywords {
            properties,
            pattern_properties,
            additional_properties,
            property_names,
            required,
            min_properties,
            max_properties,
            dependent_required,
            dependent_schemas,
            unevaluated_properties,
        } = &*self.schema(at).keywords.object;
        let on = |id: SchemaId| At { id, ..at };
        let few = |name: &str| members.iter().any(|(own, _)| own == name);
        let many = (members.len() > A_FEW_NAMES)
            .then(|| members.iter().map(|(name, _)| name.as_str()).collect::<HashSet<&str>>());
        let has = |name: &str| many.as_ref().map_or_else(|| few(name), |many| many.contains(name));
        let named = (properties.len() > A_FEW_NAMES).then(|| self.properties(at, properties));
        let property = |name: &str| match &named {
            Some(named) => named.get(name).copied(),
            None => properties.iter().rev().find(|own| own.name.value == name).map(|own| own.schema),
        };
        let n_members = members.len() as u64;
        let is_many = min_properties.as_ref().is_none_or(|min| n_members >= min.value);
        let is_few = max_properties.as_ref().is_none_or(|max| n_members <= max.value);
        let is_whole = required.iter().all(|name| has(&name.value));
        let is_followed = dependent_required
            .iter()
            .all(|(name, others)| !has(&name.value) || others.iter().all(|other| has(&other.value)));
        let mut verdicts = All(Some(is_many && is_few && is_whole && is_followed));
        for (name, value) in members {
            let mut is_known = false;
            if let Some(schema) = property(name) {
                is_known = true;
                verdicts.add(self.evaluate(on(schema), value));
            }
            for own in pattern_properties {
                match self.matches(&own.name.value, name) {
                    Some(true) => {
                        is_known = true;
                        verdicts.add(self.evaluate(on(own.schema), value));
                    }
                    Some(false) => {}
                    None => return None,
                }
            }
            if let Some(rest) = additional_properties.filter(|_| !is_known) {
                verdicts.add(self.evaluate(on(rest), value));
            }
            if let Some(names) = property_names {
                // It lives as long as the verdicts about it, so that no other value gets its address.
                let name = Rc::new(Value::String(name.clone()));
                self.names.push(Rc::clone(&name));
                verdicts.add(self.evaluate(on(*names), &name));
            }
        }
        for own in dependent_schemas.iter().filter(|own| has(&own.name.value)) {
            verdicts.add(self.evaluate(on(own.schema), object));
        }
        if unevaluated_properties.is_some() {
            verdicts.add(None);
        }
        verdicts.0
    }
}

fn is_typed(schema: &Schema, value: &Value) -> bool {
    let Some(types) = &schema.keywords.types else { return true };
    let own = match value {
        // Which number it is matters where only integers are allowed.
        Value::Number(_) if types.value.contains(Types::NUMBER) => Types::INTEGER,
        Value::Number(_) if !types.value.contains(Types::INTEGER) => return false,
        Value::Number(number) => {
            let is_whole = match schema.draft {
                Draft::Draft4 => !number.0.contains(['.', 'e', 'E']),
                _ => Decimal::of(number).is_some_and(|number| number.is_integer()),
            };
            if is_whole { Types::INTEGER } else { Types::NUMBER }
        }
        value => value.types(),
    };
    types.value.contains(own)
}

fn of_number(schema: &Schema, number: &Number) -> Option<bool> {
    let NumberKeywords { minimum, maximum, exclusive_minimum, exclusive_maximum, multiple_of } =
        &*schema.keywords.number;
    let bounds = [minimum, maximum, exclusive_minimum, exclusive_maximum, multiple_of];
    if bounds.iter().all(|own| own.is_none()) {
        return Some(true);
    }
    let value = Decimal::of(number)?;
    let bound = |bound: &Option<goodevent_schema::source::Spanned<Number>>, holds: fn(&Decimal, &Decimal) -> bool| {
        bound.as_ref().map(|bound| Some(holds(&value, &Decimal::of(&bound.value)?)))
    };
    let verdicts = [
        bound(minimum, |value, bound| value >= bound),
        bound(maximum, |value, bound| value <= bound),
        bound(exclusive_minimum, |value, bound| value > bound),
        bound(exclusive_maximum, |value, bound| value < bound),
        bound(multiple_of, Decimal::is_multiple_of),
    ];
    all(verdicts.into_iter().flatten())
}

impl Solver<'_> {
    /// Whether `value` is valid for a schema of the first registry, as if the schema `union` had no `oneOf`.
    pub(crate) fn judge(&mut self, id: SchemaId, value: &Value, union: Option<SchemaId>) -> Judged {
        const MAX_EVALUATIONS: u64 = 1_000_000;
        self.n_left = MAX_EVALUATIONS;
        self.union = union;
        self.is_in_loop = false;
        let verdict = self.evaluate(At { side: 0, id }, value);
        self.union = None;
        match verdict {
            Some(true) => Judged::Valid,
            Some(false) => Judged::Invalid,
            // The reference validator would not come to an end either.
            None if self.n_left == 0 || self.is_in_loop => Judged::TooLong,
            None => Judged::Unknown,
        }
    }
}

/// Judges values that somebody else wrote down.
pub(crate) struct Values<'g>(Solver<'g>);

impl<'g> Values<'g> {
    pub(crate) fn new(graph: &'g Graph) -> Self {
        Self(Solver::new(vec![graph]))
    }

    /// Whether a value is valid for a schema, if that is known.
    pub(crate) fn is_valid(&mut self, id: SchemaId, value: &Value) -> Option<bool> {
        self.0.n_left = MAX_STEPS;
        self.0.evaluate(At { side: 0, id }, value)
    }

    /// Whether a text matches a pattern, if that is known.
    pub(crate) fn matches(&mut self, pattern: &str, text: &str) -> Option<bool> {
        self.0.matches(pattern, text)
    }

    pub(crate) fn graph(&self) -> &'g Graph {
        self.0.graphs[0]
    }
}
