//! Which members and items the other keywords of a schema have looked at, for the `unevaluated…` ones
//! ([JSON Schema Core 11](https://json-schema.org/draft/2020-12/json-schema-core#section-11)).

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Check, Node,
    evaluate::{Scope, is_valid_in, names},
};
use crate::json::Json;

/// Names of the members that `node` evaluates, its own `unevaluatedProperties` apart.
pub(super) fn properties<'i>(
    node: &Node,
    instance: &'i Json,
    members: &'i BTreeMap<String, Json>,
    scope: &Scope<'_>,
) -> BTreeSet<&'i str> {
    let mut seen = BTreeSet::new();
    for check in node.iter().filter(|check| !matches!(check, Check::UnevaluatedProperties(_))) {
        seen.extend(properties_of(node, check, instance, members, scope));
    }
    seen
}

fn properties_of<'i>(
    node: &Node,
    check: &Check,
    instance: &'i Json,
    members: &'i BTreeMap<String, Json>,
    scope: &Scope<'_>,
) -> BTreeSet<&'i str> {
    let names = || members.keys().map(String::as_str);
    match check {
        Check::Properties(nodes) => names().filter(|name| nodes.iter().any(|(known, _)| known == name)).collect(),
        Check::PatternProperties(nodes) => {
            names().filter(|name| nodes.iter().any(|(pattern, _)| pattern.is_match(name))).collect()
        }
        Check::AdditionalProperties(_) => names().filter(|name| !self::names(node, name)).collect(),
        Check::UnevaluatedProperties(_) => names().collect(),
        _ => {
            let inside = |node: &&'static Node| {
                let scope = scope.enter(node);
                let mut seen = BTreeSet::new();
                for check in node.iter() {
                    seen.extend(properties_of(node, check, instance, members, &scope));
                }
                seen
            };
            in_place(check, instance, scope).iter().flat_map(inside).collect()
        }
    }
}

/// For each item whether `node` evaluates it, its own `unevaluatedItems` apart.
pub(super) fn items(node: &Node, items: &[Json], sees_contains: bool, scope: &Scope<'_>) -> Vec<bool> {
    let mut seen = vec![false; items.len()];
    let instance = Json::Array(items.to_vec());
    for check in node.iter().filter(|check| !matches!(check, Check::UnevaluatedItems(..))) {
        items_of(check, &instance, items, sees_contains, scope, &mut seen);
    }
    seen
}

fn items_of(check: &Check, instance: &Json, items: &[Json], sees_contains: bool, scope: &Scope<'_>, seen: &mut [bool]) {
    match check {
        Check::PrefixItems(nodes) => seen.iter_mut().take(nodes.len()).for_each(|seen| *seen = true),
        Check::Items(..) | Check::UnevaluatedItems(..) => seen.fill(true),
        Check::Contains(node, ..) if sees_contains => {
            for (seen, item) in seen.iter_mut().zip(items) {
                *seen |= is_valid_in(node, item, scope);
            }
        }
        _ => {
            for node in in_place(check, instance, scope) {
                let scope = scope.enter(node);
                for check in node.iter() {
                    items_of(check, instance, items, sees_contains, &scope, seen);
                }
            }
        }
    }
}

/// The schemas that a keyword applies to the instance itself, and that it is valid for.
fn in_place(check: &Check, instance: &Json, scope: &Scope<'_>) -> Vec<&'static Node> {
    let valid = |node: &&'static Node| is_valid_in(node, instance, scope);
    match check {
        Check::AllOf(nodes) | Check::AnyOf(nodes) | Check::OneOf(nodes) => {
            nodes.iter().copied().filter(valid).collect()
        }
        Check::If(condition, then, otherwise) => match valid(condition) {
            true => [Some(*condition), *then].into_iter().flatten().filter(valid).collect(),
            false => otherwise.iter().copied().filter(valid).collect(),
        },
        Check::Ref(node) => [*node].into_iter().filter(valid).collect(),
        Check::DynamicRef(anchors, fallback) => [scope.target(anchors, fallback)].into_iter().filter(valid).collect(),
        Check::DependentSchemas(rules) => match instance {
            Json::Object(members) => rules
                .iter()
                .filter(|(name, _)| members.contains_key(*name))
                .map(|(_, node)| *node)
                .filter(valid)
                .collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}
