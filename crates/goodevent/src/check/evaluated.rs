//! Which members and items the other keywords of a schema have looked at, for the `unevaluated…` ones
//! ([JSON Schema Core 11](https://json-schema.org/draft/2020-12/json-schema-core#section-11)).

use std::collections::{BTreeMap, BTreeSet};

use goodevent_json::evaluated::Names;

use super::{
    Check, Node,
    evaluate::{Scope, is_valid_in, names},
    ledger::Seen,
};
use crate::json::Json;

/// Names of the members that `node` evaluates, its own `unevaluatedProperties` apart.
pub(super) fn properties<'i>(
    node: &Node,
    instance: &'i Json,
    members: &'i BTreeMap<String, Json>,
    scope: &Scope<'_>,
) -> Names<'i> {
    let mut walk = Walk { instance, members, seen: Seen::default(), found: Names::Some(BTreeSet::new()) };
    for check in node.iter().filter(|check| !matches!(check, Check::UnevaluatedProperties(_))) {
        walk.properties_of(node, check, scope);
    }
    walk.found
}

/// The way through the schemas of an object.
struct Walk<'i> {
    instance: &'i Json,
    members: &'i BTreeMap<String, Json>,
    seen: Seen,
    found: Names<'i>,
}

impl Walk<'_> {
    fn properties_of(&mut self, node: &Node, check: &Check, scope: &Scope<'_>) {
        if matches!(self.found, Names::All) || !scope.ledger.take(cost(check, self.members.len())) {
            return;
        }
        let all = self.members.keys().map(String::as_str);
        match check {
            Check::Properties(nodes) => {
                let known = nodes.iter().filter_map(|(name, _)| self.members.get_key_value(*name));
                self.found.extend(known.map(|(name, _)| name.as_str()));
            }
            Check::PatternProperties(nodes) => {
                self.found.extend(all.filter(|name| nodes.iter().any(|(pattern, _)| pattern.is_match(name))));
            }
            Check::AdditionalProperties(_) => self.found.extend(all.filter(|name| !names(node, name))),
            Check::UnevaluatedProperties(_) => self.found = Names::All,
            _ => {
                for node in in_place(check, self.instance, scope) {
                    let scope = scope.enter(node);
                    if self.seen.is_new(node, self.instance, scope.chain) {
                        node.iter().for_each(|check| self.properties_of(node, check, &scope));
                    }
                }
            }
        }
    }
}

/// For each item whether `node` evaluates it, its own `unevaluatedItems` apart.
pub(super) fn items(node: &Node, instance: &Json, items: &[Json], sees_contains: bool, scope: &Scope<'_>) -> Vec<bool> {
    let mut found = vec![false; items.len()];
    let mut seen = Seen::default();
    for check in node.iter().filter(|check| !matches!(check, Check::UnevaluatedItems(..))) {
        items_of(check, instance, items, sees_contains, scope, &mut seen, &mut found);
    }
    found
}

fn items_of(
    check: &Check,
    instance: &Json,
    items: &[Json],
    sees_contains: bool,
    scope: &Scope<'_>,
    seen: &mut Seen,
    found: &mut [bool],
) {
    if !scope.ledger.take(cost(check, items.len())) {
        return;
    }
    match check {
        Check::PrefixItems(nodes) => found.iter_mut().take(nodes.len()).for_each(|found| *found = true),
        Check::Items(..) | Check::UnevaluatedItems(..) => found.fill(true),
        Check::Contains(node, ..) if sees_contains => {
            for (found, item) in found.iter_mut().zip(items) {
                *found |= is_valid_in(node, item, scope);
            }
        }
        _ => {
            for node in in_place(check, instance, scope) {
                let scope = scope.enter(node);
                if seen.is_new(node, instance, scope.chain) {
                    for check in node.iter() {
                        items_of(check, instance, items, sees_contains, &scope, seen, found);
                    }
                }
            }
        }
    }
}

/// The steps that a keyword takes to evaluate up to `n_parts` members or items.
fn cost(check: &Check, n_parts: usize) -> u32 {
    let is_about_all = matches!(
        check,
        Check::PatternProperties(_) | Check::AdditionalProperties(_) | Check::Items(..) | Check::UnevaluatedItems(..)
    );
    // To note a name takes a few times as long as a step.
    if is_about_all { u32::try_from(n_parts.saturating_mul(4)).unwrap_or(u32::MAX) } else { 1 }
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
