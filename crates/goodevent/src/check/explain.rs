//! Everything that is wrong with an instance, in words.

use goodevent_json::{
    budget::MAX_REASONS,
    pointer,
    violation::{self, Broken, MAX_LISTED, Violation},
};

use super::{
    Check, Node, Types, Value,
    evaluate::{evaluated_items, evaluated_properties, holds, is_valid_in, names},
    ledger::{self, Ledger, Seen},
    personal::shown,
    scope::Scope,
};
use crate::json::Json;

/// More violations than this help nobody.
const MAX_VIOLATIONS: usize = 1_000;

type Found = violation::Found<Seen>;

/// Lists every violation of `instance`; none if it is valid and the Rust types hold its numbers.
#[must_use]
pub fn violations(node: &Node, instance: &Json) -> Vec<Violation> {
    violations_by(node, instance, &ledger::of(instance), MAX_VIOLATIONS)
}

/// The first violation of `instance`.
pub(crate) fn first_violation(node: &Node, instance: &Json) -> Option<Violation> {
    violations_by(node, instance, &ledger::of(instance), 1).into_iter().next()
}

/// Whether there is none.
pub(super) fn has_none(node: &Node, instance: &Json, ledger: &Ledger) -> bool {
    violations_by(node, instance, ledger, 1).is_empty()
}

fn violations_by(node: &Node, instance: &Json, ledger: &Ledger, max: usize) -> Vec<Violation> {
    let mut found = Found::up_to(max);
    look(node, instance, "", &Scope::root(node, ledger), &mut found);
    found.violations
}

fn look(node: &Node, instance: &Json, pointer: &str, scope: &Scope<'_>, found: &mut Found) {
    let scope = scope.enter(node).marked(node, pointer);
    if !scope.may_go_on() {
        found.cut(pointer);
    }
    if found.is_full() || !found.seen.is_new(node, instance, scope.chain) {
        return;
    }
    let n_before = found.violations.len();
    for check in node {
        if found.is_full() {
            return;
        }
        if descends(node, check, instance, pointer, &scope, found) {
            continue;
        }
        let holds = holds(node, check, instance, &scope);
        if scope.ledger.is_exhausted() {
            found.cut(pointer);
            return;
        }
        match check {
            _ if !holds => found.violations.push(violation(check, instance, pointer, &scope)),
            // Of alternatives that hold, only what their Rust types do not hold is left to say.
            Check::AnyOf(nodes) | Check::OneOf(nodes) => {
                let valid = nodes.iter().filter(|node| is_valid_in(node, instance, &scope));
                valid.for_each(|node| look(node, instance, pointer, &scope, found));
            }
            _ => {}
        }
    }
    // What the Rust type does not hold matters only where the contract has no objection.
    let misfit = node.iter().find(|check| match (check, instance) {
        (Check::Holds(width), Json::Number(number)) => !width.fits(&number.to_string()),
        _ => false,
    });
    let misfit = misfit.filter(|_| found.violations.len() == n_before);
    found.violations.extend(misfit.map(|check| violation(check, instance, pointer, &scope)));
}

/// Goes on to the parts that a keyword is about; false if it is about the instance itself.
fn descends(node: &Node, check: &Check, instance: &Json, pointer: &str, scope: &Scope<'_>, found: &mut Found) -> bool {
    let mut part = |node: &Node, token: &str, part: &Json, keyword: &'static str| {
        if found.is_full() {
            return;
        }
        let pointer = pointer::join(pointer, token);
        match node {
            [Check::False] => found.violations.push(Violation {
                pointer,
                keyword,
                expected: "allowed here".to_owned(),
                found: scope.shown_unknown(part),
            }),
            _ => look(node, part, &pointer, scope, found),
        }
    };
    match (check, instance) {
        (Check::Properties(nodes), Json::Object(members)) => {
            for (name, node) in *nodes {
                if let Some(member) = members.get(*name) {
                    part(node, name, member, "properties");
                }
            }
        }
        (Check::PatternProperties(nodes), Json::Object(members)) => {
            for (pattern, node) in *nodes {
                for (name, member) in members.iter().filter(|(name, _)| pattern.is_match(name)) {
                    part(node, name, member, "patternProperties");
                }
            }
        }
        (Check::AdditionalProperties(rest), Json::Object(members)) => {
            for (name, member) in members.iter().filter(|(name, _)| !names(node, name)) {
                part(rest, name, member, "additionalProperties");
            }
        }
        (Check::UnevaluatedProperties(rest), Json::Object(members)) => {
            let seen = evaluated_properties(node, instance, members, scope);
            for (name, member) in members.iter().filter(|(name, _)| !seen.contains(name.as_str())) {
                part(rest, name, member, "unevaluatedProperties");
            }
        }
        (Check::PrefixItems(nodes), Json::Array(items)) => {
            for (item_idx, (item, node)) in items.iter().zip(*nodes).enumerate() {
                part(node, &item_idx.to_string(), item, "prefixItems");
            }
        }
        (Check::Items(from, node), Json::Array(items)) => {
            for (item_idx, item) in items.iter().enumerate().skip(*from as usize) {
                part(node, &item_idx.to_string(), item, "items");
            }
        }
        (Check::UnevaluatedItems(rest, sees_contains), Json::Array(items)) => {
            let seen = evaluated_items(node, instance, items, *sees_contains, scope);
            for (item_idx, (item, _)) in items.iter().zip(seen).enumerate().filter(|(_, (_, is_seen))| !is_seen) {
                part(rest, &item_idx.to_string(), item, "unevaluatedItems");
            }
        }
        (Check::AllOf(nodes), _) => nodes.iter().for_each(|node| look(node, instance, pointer, scope, found)),
        (Check::Ref(node), _) => look(node, instance, pointer, scope, found),
        (Check::DynamicRef(anchors, fallback), _) => {
            look(scope.target(anchors, fallback), instance, pointer, scope, found)
        }
        (Check::If(condition, then, otherwise), _) => {
            let branch = if is_valid_in(condition, instance, scope) { then } else { otherwise };
            branch.iter().for_each(|node| look(node, instance, pointer, scope, found));
        }
        (Check::DependentSchemas(rules), Json::Object(members)) => {
            for (_, node) in rules.iter().filter(|(name, _)| members.contains_key(*name)) {
                look(node, instance, pointer, scope, found);
            }
        }
        _ => return false,
    }
    true
}

fn violation(check: &Check, instance: &Json, pointer: &str, scope: &Scope<'_>) -> Violation {
    scope.ledger.violation(scope.keyword(check, instance), || explained(check, instance, pointer, scope))
}

fn explained(check: &Check, instance: &Json, pointer: &str, scope: &Scope<'_>) -> Violation {
    let nearest = |nodes: &[&'static Node]| {
        let reasons = nodes.iter().map(|node| {
            let mut reasons = Found::up_to(MAX_REASONS);
            look(node, instance, pointer, scope, &mut reasons);
            reasons.violations
        });
        scope.ledger.may_explain().then(|| violation::nearest(reasons, pointer)).flatten()
    };
    let broken = match check {
        Check::Type(types) => Broken::Type(&types.names()),
        Check::Enum(values) => Broken::Enum(values.iter().take(MAX_LISTED).map(value_text).collect(), values.len()),
        Check::Const(value) => Broken::Const(value_text(value)),
        Check::Minimum(min) => Broken::Minimum(min.to_string()),
        Check::Maximum(max) => Broken::Maximum(max.to_string()),
        Check::ExclusiveMinimum(min) => Broken::ExclusiveMinimum(min.to_string()),
        Check::ExclusiveMaximum(max) => Broken::ExclusiveMaximum(max.to_string()),
        Check::MultipleOf(divisor) => Broken::MultipleOf(divisor.to_string()),
        Check::Holds(width) => Broken::Holds(*width),
        Check::MinLength(min) => Broken::MinLength(*min),
        Check::MaxLength(max) => Broken::MaxLength(*max),
        Check::Pattern(pattern) => Broken::Pattern(pattern.source()),
        Check::Format(format) => Broken::Format(format.name()),
        Check::TraceParent => Broken::Format("W3C traceparent"),
        Check::AttributeName => Broken::Format("name of an attribute, in a-z and 0-9"),
        Check::ContentEncoding(encoding) => Broken::ContentEncoding(encoding.name()),
        Check::ContentJson(_) => Broken::ContentJson,
        Check::MinItems(min) => Broken::MinItems(*min),
        Check::MaxItems(max) => Broken::MaxItems(*max),
        Check::UniqueItems => Broken::UniqueItems,
        Check::Contains(_, min, max) => Broken::Contains(*min, *max),
        Check::PropertyNames(node) => return property_names(node, instance, pointer, scope),
        Check::Required(names) => Broken::Required(missing(names, instance)),
        Check::DependentRequired(rules) => {
            let has = |name: &str| members(instance).is_some_and(|members| members.contains_key(name));
            let broken = rules.iter().find(|(name, others)| has(name) && others.iter().any(|other| !has(other)));
            let (name, others) = broken.copied().unwrap_or_default();
            Broken::DependentRequired(name, missing(others, instance))
        }
        Check::MinProperties(min) => Broken::MinProperties(*min),
        Check::MaxProperties(max) => Broken::MaxProperties(*max),
        Check::AnyOf(nodes) => Broken::AnyOf(nodes.len(), nearest(nodes)),
        Check::OneOf(nodes) => {
            let n_valid = nodes.iter().filter(|node| is_valid_in(node, instance, scope)).count();
            Broken::OneOf(nodes.len(), n_valid, if n_valid == 0 { nearest(nodes) } else { None })
        }
        Check::Not(_) => Broken::Not,
        _ => Broken::Never,
    };
    broken.at(pointer.to_owned(), scope.shown(pointer, instance))
}

fn members(instance: &Json) -> Option<&std::collections::BTreeMap<String, Json>> {
    match instance {
        Json::Object(members) => Some(members),
        _ => None,
    }
}

fn property_names(node: &Node, instance: &Json, pointer: &str, scope: &Scope<'_>) -> Violation {
    let names = members(instance).into_iter().flat_map(|members| members.keys());
    let wrong =
        names.map(|name| scope.ledger.keep(Json::String(name.clone()))).find(|name| !is_valid_in(node, name, scope));
    let mut reasons = Found::up_to(1);
    if let Some(name) = &wrong {
        look(node, name, pointer, scope, &mut reasons);
    }
    let found = format!("the name {}", wrong.as_deref().map(shown).unwrap_or_default());
    Broken::PropertyNames(reasons.violations.into_iter().next()).at(pointer.to_owned(), found)
}

fn missing<'n>(names: &[&'n str], instance: &Json) -> Vec<&'n str> {
    let members = members(instance);
    names.iter().copied().filter(|name| members.is_none_or(|members| !members.contains_key(*name))).collect()
}

fn value_text(value: &Value) -> String {
    shown(&value.to_json())
}

impl Value {
    fn to_json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(*value),
            Self::Number(value) => Json::Number(value.owned()),
            Self::String(text) => Json::String((*text).to_owned()),
            Self::Array(items) => Json::Array(items.iter().map(Self::to_json).collect()),
            Self::Object(members) => {
                Json::Object(members.iter().map(|(name, member)| ((*name).to_owned(), member.to_json())).collect())
            }
        }
    }
}

impl Types {
    fn names(self) -> Vec<&'static str> {
        let all = [
            (Self::NULL, "null"),
            (Self::BOOLEAN, "boolean"),
            (Self::NUMBER, "number"),
            (Self::INTEGER | Self::WRITTEN_INTEGER, "integer"),
            (Self::STRING, "string"),
            (Self::ARRAY, "array"),
            (Self::OBJECT, "object"),
        ];
        all.into_iter().filter(|(bits, _)| self.0 & bits != 0).map(|(_, name)| name).collect()
    }
}
