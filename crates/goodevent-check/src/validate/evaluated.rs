//! The members and items that the other keywords of a schema have evaluated, for the `unevaluated…` ones
//! ([JSON Schema Core 11](https://json-schema.org/draft/2020-12/json-schema-core#section-11)).

use std::collections::BTreeSet;

use goodevent_json::evaluated::Names;
use goodevent_schema::ir::{SchemaId, Value};
use smol_str::SmolStr;

use super::{
    Validator,
    checks::Check,
    evaluate::{Scope, is_valid, names},
    ledger::Seen,
    value::member,
};

/// Names of the members that a schema evaluates, its own `unevaluatedProperties` apart.
pub(super) fn properties<'v>(
    v: &Validator<'_>,
    id: SchemaId,
    value: &'v Value,
    members: &'v [(SmolStr, Value)],
    scope: &Scope<'_>,
) -> Names<'v> {
    let mut walk = Walk { v, value, members, seen: Seen::default(), found: Names::Some(BTreeSet::new()) };
    for check in v.checks(id).iter().filter(|check| !matches!(check, Check::UnevaluatedProperties(_))) {
        walk.properties_of(id, check, scope);
    }
    walk.found
}

/// The way through the schemas of an object.
struct Walk<'w, 'g, 'v> {
    v: &'w Validator<'g>,
    value: &'v Value,
    members: &'v [(SmolStr, Value)],
    seen: Seen,
    found: Names<'v>,
}

impl<'g> Walk<'_, 'g, '_> {
    fn properties_of(&mut self, id: SchemaId, check: &Check<'g>, scope: &Scope<'_>) {
        let v = self.v;
        if matches!(self.found, Names::All) || !v.ledger.take(cost(check, self.members.len())) {
            return;
        }
        let all = self.members.iter().map(|(name, _)| name.as_str());
        match check {
            Check::Properties(_) => {
                let names = v.names(id);
                self.found.extend(all.filter(|name| names.contains(name)));
            }
            Check::PatternProperties(properties) => {
                self.found.extend(all.filter(|name| properties.iter().any(|own| v.matches(&own.name.value, name))));
            }
            Check::AdditionalProperties(_) => self.found.extend(all.filter(|name| !names(v, id, name))),
            Check::UnevaluatedProperties(_) => self.found = Names::All,
            _ => {
                for id in in_place(v, check, self.value, scope) {
                    let scope = scope.enter(v, id);
                    if self.seen.is_new(id, self.value, scope.chain) {
                        v.checks(id).iter().for_each(|check| self.properties_of(id, check, &scope));
                    }
                }
            }
        }
    }
}

/// For each item whether a schema evaluates it, its own `unevaluatedItems` apart.
pub(super) fn items(
    v: &Validator<'_>,
    id: SchemaId,
    value: &Value,
    items: &[Value],
    sees_contains: bool,
    scope: &Scope<'_>,
) -> Vec<bool> {
    let mut walk = Items { v, value, items, sees_contains, seen: Seen::default(), found: vec![false; items.len()] };
    for check in v.checks(id).iter().filter(|check| !matches!(check, Check::UnevaluatedItems(..))) {
        walk.items_of(check, scope);
    }
    walk.found
}

/// The way through the schemas of an array.
struct Items<'w, 'g> {
    v: &'w Validator<'g>,
    value: &'w Value,
    items: &'w [Value],
    sees_contains: bool,
    seen: Seen,
    found: Vec<bool>,
}

impl<'g> Items<'_, 'g> {
    fn items_of(&mut self, check: &Check<'g>, scope: &Scope<'_>) {
        let v = self.v;
        if !v.ledger.take(cost(check, self.items.len())) {
            return;
        }
        match check {
            Check::PrefixItems(ids) => self.found.iter_mut().take(ids.len()).for_each(|found| *found = true),
            Check::Items(..) | Check::UnevaluatedItems(..) => self.found.fill(true),
            Check::Contains(contains) if self.sees_contains => {
                for (found, item) in self.found.iter_mut().zip(self.items) {
                    *found |= is_valid(v, contains.schema, item, scope);
                }
            }
            _ => {
                for id in in_place(v, check, self.value, scope) {
                    let scope = scope.enter(v, id);
                    if self.seen.is_new(id, self.value, scope.chain) {
                        v.checks(id).iter().for_each(|check| self.items_of(check, &scope));
                    }
                }
            }
        }
    }
}

/// The steps that a keyword takes to evaluate up to `n_parts` members or items.
fn cost(check: &Check<'_>, n_parts: usize) -> u32 {
    let is_about_all = matches!(
        check,
        Check::PatternProperties(_) | Check::AdditionalProperties(_) | Check::Items(..) | Check::UnevaluatedItems(..)
    );
    // To note a name takes a few times as long as a step.
    if is_about_all { u32::try_from(n_parts.saturating_mul(4)).unwrap_or(u32::MAX) } else { 1 }
}

/// The schemas that a keyword applies to the value itself, and that it is valid for.
fn in_place(v: &Validator<'_>, check: &Check<'_>, value: &Value, scope: &Scope<'_>) -> Vec<SchemaId> {
    let valid = |id: &SchemaId| is_valid(v, *id, value, scope);
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
                let is_there = |own: &&goodevent_schema::ir::Property| member(members, &own.name.value).is_some();
                rules.iter().filter(is_there).map(|own| own.schema).filter(valid).collect()
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}
