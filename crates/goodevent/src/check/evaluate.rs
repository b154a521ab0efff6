//! Whether an instance is valid, and which members and items keywords have evaluated, for the `unevaluated…` ones
//! ([JSON Schema Core 11](https://json-schema.org/draft/2020-12/json-schema-core#section-11)): each depends on the other.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_json::evaluated::Names;

use super::{
    Check, Node, Types, Value,
    ledger::{self, Ledger, Seen},
    scope::Scope,
};
use crate::{cloudevents::is_attribute_name, format::ContentEncoding, json::Json, trace::TraceParent};

/// Whether `instance` is valid for `node`; not if that takes too long to find out.
#[must_use]
pub fn is_valid(node: &Node, instance: &Json) -> bool {
    is_valid_by(node, instance, &ledger::of(instance))
}

pub(super) fn is_valid_by(node: &Node, instance: &Json, ledger: &Ledger) -> bool {
    let scope = Scope::root(node, ledger);
    let evaluate = || node.iter().all(|check| holds(node, check, instance, &scope));
    let is_valid = ledger.verdict(ledger::question(node, instance, scope.chain), evaluate);
    is_valid && !ledger.is_exhausted()
}

/// Whether `instance` is valid for `node`, which is evaluated inside of `scope`.
pub(super) fn is_valid_in(node: &Node, instance: &Json, scope: &Scope<'_>) -> bool {
    let scope = scope.enter(node);
    let evaluate = || node.iter().all(|check| holds(node, check, instance, &scope));
    scope.may_go_on() && scope.ledger.verdict(ledger::question(node, instance, scope.chain), evaluate)
}

/// Whether `instance` satisfies one keyword of `node`.
pub(super) fn holds(node: &Node, check: &Check, instance: &Json, scope: &Scope<'_>) -> bool {
    let is_valid = |node: &Node, instance: &Json| is_valid_in(node, instance, scope);
    scope.ledger.take(cost(check, instance));
    match (check, instance) {
        (Check::False, _) => false,
        (Check::Type(types), _) => types.contains(instance),
        (Check::Enum(values), _) => values.iter().any(|value| value.is(instance)),
        (Check::Const(value), _) => value.is(instance),
        (Check::Minimum(min), Json::Number(number)) => number >= min,
        (Check::Maximum(max), Json::Number(number)) => number <= max,
        (Check::ExclusiveMinimum(min), Json::Number(number)) => number > min,
        (Check::ExclusiveMaximum(max), Json::Number(number)) => number < max,
        (Check::MultipleOf(divisor), Json::Number(number)) => {
            number.decimal().is_multiple_of(&divisor.decimal()).unwrap_or(false)
        }
        (Check::MinLength(min), Json::String(text)) => text.len() as u64 >= *min && text.chars().count() as u64 >= *min,
        (Check::MaxLength(max), Json::String(text)) => text.len() as u64 <= *max || text.chars().count() as u64 <= *max,
        (Check::Pattern(pattern), Json::String(text)) => pattern.is_match(text),
        (Check::Format(format), Json::String(text)) => format.is_valid(text),
        (Check::TraceParent, Json::String(text)) => text.parse::<TraceParent>().is_ok(),
        (Check::AttributeName, Json::String(text)) => is_attribute_name(text),
        (Check::ContentEncoding(encoding), Json::String(text)) => encoding.is_valid(text),
        (Check::ContentJson(encoding), Json::String(text)) => is_json(text, *encoding),
        (Check::PrefixItems(nodes), Json::Array(items)) => {
            items.iter().zip(*nodes).all(|(item, node)| is_valid(node, item))
        }
        (Check::Items(from, node), Json::Array(items)) => {
            items.iter().skip(*from as usize).all(|item| is_valid(node, item))
        }
        (Check::Contains(node, min, max), Json::Array(items)) => {
            let n_matches = items.iter().filter(|item| is_valid(node, item)).count() as u64;
            n_matches >= *min && max.is_none_or(|max| n_matches <= max)
        }
        (Check::MinItems(min), Json::Array(items)) => items.len() as u64 >= *min,
        (Check::MaxItems(max), Json::Array(items)) => items.len() as u64 <= *max,
        (Check::UniqueItems, Json::Array(items)) => are_unique(items),
        (Check::UnevaluatedItems(rest, sees_contains), Json::Array(items)) => {
            let seen = evaluated_items(node, instance, items, *sees_contains, scope);
            items.iter().zip(seen).all(|(item, is_seen)| is_seen || is_valid(rest, item))
        }
        (Check::Properties(nodes), Json::Object(members)) => {
            nodes.iter().all(|(name, node)| members.get(*name).is_none_or(|member| is_valid(node, member)))
        }
        (Check::PatternProperties(nodes), Json::Object(members)) => nodes.iter().all(|(pattern, node)| {
            members.iter().all(|(name, member)| !pattern.is_match(name) || is_valid(node, member))
        }),
        (Check::AdditionalProperties(rest), Json::Object(members)) => {
            members.iter().all(|(name, member)| names(node, name) || is_valid(rest, member))
        }
        (Check::PropertyNames(node), Json::Object(members)) => {
            members.keys().all(|name| is_valid(node, &scope.ledger.keep(Json::String(name.clone()))))
        }
        (Check::Required(names), Json::Object(members)) => names.iter().all(|name| members.contains_key(*name)),
        (Check::MinProperties(min), Json::Object(members)) => members.len() as u64 >= *min,
        (Check::MaxProperties(max), Json::Object(members)) => members.len() as u64 <= *max,
        (Check::DependentRequired(rules), Json::Object(members)) => rules.iter().all(|(name, others)| {
            !members.contains_key(*name) || others.iter().all(|other| members.contains_key(*other))
        }),
        (Check::DependentSchemas(rules), Json::Object(members)) => {
            rules.iter().all(|(name, node)| !members.contains_key(*name) || is_valid(node, instance))
        }
        (Check::UnevaluatedProperties(rest), Json::Object(members)) => {
            let seen = evaluated_properties(node, instance, members, scope);
            members.iter().all(|(name, member)| seen.contains(name.as_str()) || is_valid(rest, member))
        }
        (Check::AllOf(nodes), _) => nodes.iter().all(|node| is_valid(node, instance)),
        (Check::AnyOf(nodes), _) => nodes.iter().any(|node| is_valid(node, instance)),
        (Check::OneOf(nodes), _) => nodes.iter().filter(|node| is_valid(node, instance)).take(2).count() == 1,
        (Check::Not(node), _) => !is_valid(node, instance),
        (Check::If(condition, then, otherwise), _) => {
            let branch = if is_valid(condition, instance) { then } else { otherwise };
            branch.is_none_or(|node| is_valid(node, instance))
        }
        (Check::Ref(node), _) => is_valid(node, instance),
        (Check::DynamicRef(anchors, fallback), _) => is_valid(scope.target(anchors, fallback), instance),
        // What the Rust type can hold is no matter of validity: it counts where a type is decoded.
        (Check::Holds(_) | Check::Resource(_), _) => true,
        // Every other keyword is about instances of another type.
        _ => true,
    }
}

/// The steps of a keyword that looks at more than a few bytes or names.
fn cost(check: &Check, instance: &Json) -> u32 {
    const FEW: usize = 16;
    let n = match (check, instance) {
        (
            Check::Pattern(_) | Check::Format(_) | Check::ContentEncoding(_) | Check::ContentJson(_),
            Json::String(text),
        ) => text.len(),
        (Check::Enum(values), _) => values.len(),
        (Check::Properties(nodes), Json::Object(_)) => nodes.len(),
        (Check::PatternProperties(nodes), Json::Object(members)) => nodes.len().saturating_mul(members.len()) * FEW,
        (Check::AdditionalProperties(_) | Check::Required(_), Json::Object(members)) => members.len(),
        (Check::UniqueItems, Json::Array(items)) => items.len() * FEW,
        _ => 0,
    };
    u32::try_from(n / FEW).unwrap_or(u32::MAX)
}

impl Types {
    /// Whether `instance` is of one of the types.
    pub(super) fn contains(self, instance: &Json) -> bool {
        let bits = match instance {
            Json::Null => Self::NULL,
            Json::Bool(_) => Self::BOOLEAN,
            Json::Number(number) if !number.is_integer() => Self::NUMBER,
            Json::Number(number) if number.is_plain() => Self::NUMBER | Self::INTEGER | Self::WRITTEN_INTEGER,
            Json::Number(_) => Self::NUMBER | Self::INTEGER,
            Json::String(_) => Self::STRING,
            Json::Array(_) => Self::ARRAY,
            Json::Object(_) => Self::OBJECT,
        };
        self.0 & bits != 0
    }
}

impl Value {
    /// Whether `json` is this value, as JSON Schema compares them.
    fn is(&self, json: &Json) -> bool {
        match (self, json) {
            (Self::Null, Json::Null) => true,
            (Self::Bool(ours), Json::Bool(theirs)) => ours == theirs,
            (Self::Number(ours), Json::Number(theirs)) => ours == theirs,
            (Self::String(ours), Json::String(theirs)) => ours == theirs,
            (Self::Array(ours), Json::Array(theirs)) => {
                ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| ours.is(theirs))
            }
            (Self::Object(ours), Json::Object(theirs)) => {
                let is_alike = |(name, ours): &(&str, Self)| theirs.get(*name).is_some_and(|theirs| ours.is(theirs));
                ours.len() == theirs.len() && ours.iter().all(is_alike)
            }
            _ => false,
        }
    }
}

fn is_json(text: &str, encoding: Option<ContentEncoding>) -> bool {
    match encoding {
        None => Json::parse(text.as_bytes()).is_some(),
        Some(encoding) => encoding.decode(text).is_some_and(|bytes| Json::parse(&bytes).is_some()),
    }
}

/// Whether no two items are equal. They are sorted, so that many of them take no quadratic time.
fn are_unique(items: &[Json]) -> bool {
    let mut sorted: Vec<&Json> = items.iter().collect();
    sorted.sort_by(|left, right| left.order(right));
    sorted.windows(2).all(|pair| pair[0] != pair[1])
}

/// Whether `properties` or `patternProperties` of `node` name a member.
pub(super) fn names(node: &Node, name: &str) -> bool {
    node.iter().any(|check| match check {
        Check::Properties(nodes) => nodes.iter().any(|(known, _)| *known == name),
        Check::PatternProperties(nodes) => nodes.iter().any(|(pattern, _)| pattern.is_match(name)),
        _ => false,
    })
}

/// Names of the members that `node` evaluates, its own `unevaluatedProperties` apart.
pub(super) fn evaluated_properties<'i>(
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
        if matches!(self.found, Names::All) || !scope.ledger.take(cost_of_evaluated(check, self.members.len())) {
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
pub(super) fn evaluated_items(
    node: &Node,
    instance: &Json,
    items: &[Json],
    sees_contains: bool,
    scope: &Scope<'_>,
) -> Vec<bool> {
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
    if !scope.ledger.take(cost_of_evaluated(check, items.len())) {
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
fn cost_of_evaluated(check: &Check, n_parts: usize) -> u32 {
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
