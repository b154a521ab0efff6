//! The members and items that the other keywords of a schema have evaluated, for the `unevaluated…` ones
//! ([JSON Schema Core 11](https://json-schema.org/draft/2020-12/json-schema-core#section-11)).

use std::collections::BTreeSet;

use goodevent_schema::ir::{SchemaId, Value};
use smol_str::SmolStr;

use super::{
    Validator,
    checks::Check,
    evaluate::{Scope, is_valid, names},
    value::member,
};

/// Names of the members that a schema evaluates, its own `unevaluatedProperties` apart.
pub(super) fn properties<'v>(
    v: &Validator<'_>,
    id: SchemaId,
    value: &'v Value,
    members: &'v [(SmolStr, Value)],
    scope: &Scope<'_>,
) -> BTreeSet<&'v str> {
    let mut seen = BTreeSet::new();
    for check in v.checks(id).iter().filter(|check| !matches!(check, Check::UnevaluatedProperties(_))) {
        properties_of(v, id, check, value, members, scope, &mut seen);
    }
    seen
}

fn properties_of<'v, 'g>(
    v: &Validator<'g>,
    id: SchemaId,
    check: &Check<'g>,
    value: &'v Value,
    members: &'v [(SmolStr, Value)],
    scope: &Scope<'_>,
    seen: &mut BTreeSet<&'v str>,
) {
    let all = members.iter().map(|(name, _)| name.as_str());
    match check {
        Check::Properties(properties) => {
            seen.extend(all.filter(|name| properties.iter().any(|own| own.name.value == *name)));
        }
        Check::PatternProperties(properties) => {
            seen.extend(all.filter(|name| properties.iter().any(|own| v.matches(&own.name.value, name))));
        }
        Check::AdditionalProperties(_) => seen.extend(all.filter(|name| !names(v, id, name))),
        Check::UnevaluatedProperties(_) => seen.extend(all),
        _ => {
            for id in in_place(v, check, value, scope) {
                let scope = scope.enter(v, id);
                for check in v.checks(id).iter() {
                    properties_of(v, id, check, value, members, &scope, seen);
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
    let mut seen = vec![false; items.len()];
    for check in v.checks(id).iter().filter(|check| !matches!(check, Check::UnevaluatedItems(..))) {
        items_of(v, check, value, items, sees_contains, scope, &mut seen);
    }
    seen
}

fn items_of<'g>(
    v: &Validator<'g>,
    check: &Check<'g>,
    value: &Value,
    items: &[Value],
    sees_contains: bool,
    scope: &Scope<'_>,
    seen: &mut [bool],
) {
    match check {
        Check::PrefixItems(ids) => seen.iter_mut().take(ids.len()).for_each(|seen| *seen = true),
        Check::Items(..) | Check::UnevaluatedItems(..) => seen.fill(true),
        Check::Contains(contains) if sees_contains => {
            for (seen, item) in seen.iter_mut().zip(items) {
                *seen |= is_valid(v, contains.schema, item, scope);
            }
        }
        _ => {
            for id in in_place(v, check, value, scope) {
                let scope = scope.enter(v, id);
                for check in v.checks(id).iter() {
                    items_of(v, check, value, items, sees_contains, &scope, seen);
                }
            }
        }
    }
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
