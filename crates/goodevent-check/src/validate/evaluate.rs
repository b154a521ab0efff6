//! Validity of a value, and the members and items that keywords have evaluated, for the `unevaluated…` ones
//! ([JSON Schema Core 11](https://json-schema.org/draft/2020-12/json-schema-core#section-11)): each depends on the other.

use std::collections::BTreeSet;

use goodevent_json::evaluated::Names;
use goodevent_schema::ir::{Draft, Property, SchemaId, Types, Value};
use smol_str::SmolStr;

use super::{
    checks::Check,
    context::Cx,
    ledger::{self, Seen},
    scope::Scope,
    value::{are_unique, decimal, equal, member},
};

/// Whether `value` is valid for a schema, which is evaluated inside of `scope`.
pub(super) fn is_valid(cx: &Cx<'_>, id: SchemaId, value: &Value, scope: &Scope<'_>) -> bool {
    let scope = scope.enter(cx, id);
    let evaluate = || cx.checks(id).iter().all(|check| holds(cx, id, check, value, &scope));
    scope.may_go_on(cx) && cx.ledger.verdict(ledger::question(id, value, scope.chain), evaluate)
}

/// Whether `value` satisfies one keyword of a schema.
pub(super) fn holds<'g>(cx: &Cx<'g>, id: SchemaId, check: &Check<'g>, value: &Value, scope: &Scope<'_>) -> bool {
    let is_valid = |id: SchemaId, value: &Value| is_valid(cx, id, value, scope);
    cx.ledger.take(cost(check, value));
    match (check, value) {
        (Check::Never, _) => false,
        (Check::Type(types, draft), _) => is_typed(*types, *draft, value),
        (Check::Enum(values), _) => values.iter().any(|own| equal(&own.value, value)),
        (Check::Const(own), _) => equal(own, value),
        (Check::Minimum(min), Value::Number(number)) => decimal(number) >= decimal(min),
        (Check::Maximum(max), Value::Number(number)) => decimal(number) <= decimal(max),
        (Check::ExclusiveMinimum(min), Value::Number(number)) => decimal(number) > decimal(min),
        (Check::ExclusiveMaximum(max), Value::Number(number)) => decimal(number) < decimal(max),
        (Check::MultipleOf(divisor), Value::Number(number)) => {
            decimal(number).is_multiple_of(&decimal(divisor)).unwrap_or(false)
        }
        (Check::MinLength(min), Value::String(text)) => text.chars().count() as u64 >= *min,
        (Check::MaxLength(max), Value::String(text)) => text.chars().count() as u64 <= *max,
        (Check::Pattern(pattern), Value::String(text)) => cx.matches(pattern, text),
        (Check::Format(format, draft), Value::String(text)) => cx.has_format(format, *draft, text),
        (Check::ContentEncoding(encoding), Value::String(text)) => cx.is_encoded(encoding, text),
        (Check::ContentJson(encoding), Value::String(text)) => cx.is_json(*encoding, text),
        (Check::PrefixItems(ids), Value::Array(items)) => items.iter().zip(*ids).all(|(item, id)| is_valid(*id, item)),
        (Check::Items(from, id), Value::Array(items)) => items.iter().skip(*from).all(|item| is_valid(*id, item)),
        (Check::Contains(contains), Value::Array(items)) => {
            let n_matches = items.iter().filter(|item| is_valid(contains.schema, item)).count() as u64;
            n_matches >= contains.min && contains.max.is_none_or(|max| n_matches <= max)
        }
        (Check::MinItems(min), Value::Array(items)) => items.len() as u64 >= *min,
        (Check::MaxItems(max), Value::Array(items)) => items.len() as u64 <= *max,
        (Check::UniqueItems, Value::Array(items)) => are_unique(items),
        (Check::UnevaluatedItems(rest, sees_contains), Value::Array(items)) => {
            let seen = evaluated_items(cx, id, value, items, *sees_contains, scope);
            items.iter().zip(seen).all(|(item, is_seen)| is_seen || is_valid(*rest, item))
        }
        (Check::Properties(properties), Value::Object(members)) => properties
            .iter()
            .all(|own| member(members, &own.name.value).is_none_or(|member| is_valid(own.schema, member))),
        (Check::PatternProperties(properties), Value::Object(members)) => properties.iter().all(|own| {
            members.iter().all(|(name, member)| !cx.matches(&own.name.value, name) || is_valid(own.schema, member))
        }),
        (Check::AdditionalProperties(rest), Value::Object(members)) => {
            members.iter().all(|(name, member)| names(cx, id, name) || is_valid(*rest, member))
        }
        (Check::PropertyNames(id), Value::Object(members)) => {
            members.iter().all(|(name, _)| is_valid(*id, &cx.ledger.keep(Value::String(name.clone()))))
        }
        (Check::Required(names), Value::Object(members)) => {
            names.iter().all(|name| member(members, &name.value).is_some())
        }
        (Check::MinProperties(min), Value::Object(members)) => members.len() as u64 >= *min,
        (Check::MaxProperties(max), Value::Object(members)) => members.len() as u64 <= *max,
        (Check::DependentRequired(rules), Value::Object(members)) => rules.iter().all(|(name, others)| {
            let has = |name: &str| member(members, name).is_some();
            !has(&name.value) || others.iter().all(|other| has(&other.value))
        }),
        (Check::DependentSchemas(rules), Value::Object(members)) => {
            rules.iter().all(|own| member(members, &own.name.value).is_none() || is_valid(own.schema, value))
        }
        (Check::UnevaluatedProperties(rest), Value::Object(members)) => {
            let seen = evaluated_properties(cx, id, value, members, scope);
            members.iter().all(|(name, member)| seen.contains(name.as_str()) || is_valid(*rest, member))
        }
        (Check::AllOf(ids), _) => ids.iter().all(|id| is_valid(*id, value)),
        (Check::AnyOf(ids), _) => ids.iter().any(|id| is_valid(*id, value)),
        (Check::OneOf(ids), _) => ids.iter().filter(|id| is_valid(**id, value)).take(2).count() == 1,
        (Check::Not(id), _) => !is_valid(*id, value),
        (Check::If(condition), _) => {
            let branch = if is_valid(condition.condition, value) { condition.then } else { condition.otherwise };
            branch.is_none_or(|id| is_valid(id, value))
        }
        (Check::Ref(id), _) => is_valid(*id, value),
        (Check::DynamicRef(reference), _) => is_valid(scope.target(&reference.anchors, reference.target), value),
        // The range of the Rust type does not decide about validity.
        (Check::Holds(_), _) => true,
        // Every other keyword is about values of another type.
        _ => true,
    }
}

/// The steps of a keyword that looks at more than a few bytes or names, as at run time.
fn cost(check: &Check<'_>, value: &Value) -> u32 {
    const FEW: usize = 16;
    let n = match (check, value) {
        (
            Check::Pattern(_) | Check::Format(..) | Check::ContentEncoding(_) | Check::ContentJson(_),
            Value::String(text),
        ) => text.len(),
        (Check::Enum(values), _) => values.len(),
        (Check::Properties(properties), Value::Object(_)) => properties.len(),
        (Check::PatternProperties(properties), Value::Object(members)) => {
            properties.len().saturating_mul(members.len()) * FEW
        }
        (Check::AdditionalProperties(_) | Check::Required(_), Value::Object(members)) => members.len(),
        (Check::UniqueItems, Value::Array(items)) => items.len() * FEW,
        _ => 0,
    };
    u32::try_from(n / FEW).unwrap_or(u32::MAX)
}

fn is_typed(types: Types, draft: Draft, value: &Value) -> bool {
    let own = match value {
        Value::Number(number) => {
            let is_whole = match draft {
                Draft::Draft4 => !number.0.contains(['.', 'e', 'E']) && number.0 != "-0",
                _ => decimal(number).is_integer(),
            };
            if is_whole { Types::INTEGER } else { Types::NUMBER }
        }
        value => value.types(),
    };
    types.contains(own)
}

/// Whether `properties` or `patternProperties` of a schema name a member.
pub(super) fn names(cx: &Cx<'_>, id: SchemaId, name: &str) -> bool {
    cx.checks(id).iter().any(|check| match check {
        Check::Properties(_) => cx.names(id).contains(name),
        Check::PatternProperties(properties) => properties.iter().any(|own| cx.matches(&own.name.value, name)),
        _ => false,
    })
}

/// Names of the members that a schema evaluates, its own `unevaluatedProperties` apart.
pub(super) fn evaluated_properties<'v>(
    cx: &Cx<'_>,
    id: SchemaId,
    value: &'v Value,
    members: &'v [(SmolStr, Value)],
    scope: &Scope<'_>,
) -> Names<'v> {
    let mut walk = Walk { cx, value, members, seen: Seen::default(), found: Names::Some(BTreeSet::new()) };
    for check in cx.checks(id).iter().filter(|check| !matches!(check, Check::UnevaluatedProperties(_))) {
        walk.properties_of(id, check, scope);
    }
    walk.found
}

/// The way through the schemas of an object.
struct Walk<'w, 'g, 'v> {
    cx: &'w Cx<'g>,
    value: &'v Value,
    members: &'v [(SmolStr, Value)],
    seen: Seen,
    found: Names<'v>,
}

impl<'g> Walk<'_, 'g, '_> {
    fn properties_of(&mut self, id: SchemaId, check: &Check<'g>, scope: &Scope<'_>) {
        let cx = self.cx;
        if matches!(self.found, Names::All) || !cx.ledger.take(cost_of_evaluated(check, self.members.len())) {
            return;
        }
        let all = self.members.iter().map(|(name, _)| name.as_str());
        match check {
            Check::Properties(_) => {
                let names = cx.names(id);
                self.found.extend(all.filter(|name| names.contains(name)));
            }
            Check::PatternProperties(properties) => {
                self.found.extend(all.filter(|name| properties.iter().any(|own| cx.matches(&own.name.value, name))));
            }
            Check::AdditionalProperties(_) => self.found.extend(all.filter(|name| !names(cx, id, name))),
            Check::UnevaluatedProperties(_) => self.found = Names::All,
            _ => {
                for id in in_place(cx, check, self.value, scope) {
                    let scope = scope.enter(cx, id);
                    if self.seen.is_new(id, self.value, scope.chain) {
                        cx.checks(id).iter().for_each(|check| self.properties_of(id, check, &scope));
                    }
                }
            }
        }
    }
}

/// For each item whether a schema evaluates it, its own `unevaluatedItems` apart.
pub(super) fn evaluated_items(
    cx: &Cx<'_>,
    id: SchemaId,
    value: &Value,
    items: &[Value],
    sees_contains: bool,
    scope: &Scope<'_>,
) -> Vec<bool> {
    let mut walk = Items { cx, value, items, sees_contains, seen: Seen::default(), found: vec![false; items.len()] };
    for check in cx.checks(id).iter().filter(|check| !matches!(check, Check::UnevaluatedItems(..))) {
        walk.items_of(check, scope);
    }
    walk.found
}

/// The way through the schemas of an array.
struct Items<'w, 'g> {
    cx: &'w Cx<'g>,
    value: &'w Value,
    items: &'w [Value],
    sees_contains: bool,
    seen: Seen,
    found: Vec<bool>,
}

impl<'g> Items<'_, 'g> {
    fn items_of(&mut self, check: &Check<'g>, scope: &Scope<'_>) {
        let cx = self.cx;
        if !cx.ledger.take(cost_of_evaluated(check, self.items.len())) {
            return;
        }
        match check {
            Check::PrefixItems(ids) => self.found.iter_mut().take(ids.len()).for_each(|found| *found = true),
            Check::Items(..) | Check::UnevaluatedItems(..) => self.found.fill(true),
            Check::Contains(contains) if self.sees_contains => {
                for (found, item) in self.found.iter_mut().zip(self.items) {
                    *found |= is_valid(cx, contains.schema, item, scope);
                }
            }
            _ => {
                for id in in_place(cx, check, self.value, scope) {
                    let scope = scope.enter(cx, id);
                    if self.seen.is_new(id, self.value, scope.chain) {
                        cx.checks(id).iter().for_each(|check| self.items_of(check, &scope));
                    }
                }
            }
        }
    }
}

/// The steps that a keyword takes to evaluate up to `n_parts` members or items.
fn cost_of_evaluated(check: &Check<'_>, n_parts: usize) -> u32 {
    let is_about_all = matches!(
        check,
        Check::PatternProperties(_) | Check::AdditionalProperties(_) | Check::Items(..) | Check::UnevaluatedItems(..)
    );
    // To note a name takes a few times as long as a step.
    if is_about_all { u32::try_from(n_parts.saturating_mul(4)).unwrap_or(u32::MAX) } else { 1 }
}

/// The schemas that a keyword applies to the value itself, and that it is valid for.
fn in_place(cx: &Cx<'_>, check: &Check<'_>, value: &Value, scope: &Scope<'_>) -> Vec<SchemaId> {
    let valid = |id: &SchemaId| is_valid(cx, *id, value, scope);
    match check {
        Check::AllOf(ids) | Check::AnyOf(ids) | Check::OneOf(ids) => ids.iter().copied().filter(valid).collect(),
        Check::If(condition) => match valid(&condition.condition) {
            true => [Some(condition.condition), condition.then].into_iter().flatten().filter(valid).collect(),
            false => condition.otherwise.into_iter().filter(valid).collect(),
        },
        Check::Ref(id) => [*id].into_iter().filter(valid).collect(),
        Check::DynamicRef(reference) => {
            [scope.target(&reference.anchors, reference.target)].into_iter().filter(valid).collect()
        }
        Check::DependentSchemas(rules) => match value {
            Value::Object(members) => {
                let is_there = |own: &&Property| member(members, &own.name.value).is_some();
                rules.iter().filter(is_there).map(|own| own.schema).filter(valid).collect()
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}
