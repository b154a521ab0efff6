//! Everything that is wrong with an instance, in words.

use super::{
    Check, Node, Types, Value,
    evaluate::{Budget, Scope, holds, is_valid_in, names},
    evaluated,
    personal::shown,
};
use crate::{
    json::{Json, Number},
    violation::Violation,
};

/// More violations than this help nobody.
const MAX_VIOLATIONS: usize = 1_000;

/// Lists every violation of `instance`; none if it is valid and the Rust types hold its numbers.
#[must_use]
pub fn violations(node: &Node, instance: &Json) -> Vec<Violation> {
    let mut found = Vec::new();
    let budget = Budget::new();
    look(node, instance, "", &Scope::root(node, &budget), &mut found);
    if budget.is_exhausted() {
        found.push(Violation::undecided());
    }
    found
}

fn look(node: &Node, instance: &Json, pointer: &str, scope: &Scope<'_>, found: &mut Vec<Violation>) {
    let scope = scope.enter(node).marked(node, pointer);
    if !scope.may_go_on() {
        return;
    }
    let n_before = found.len();
    for check in node {
        if found.len() >= MAX_VIOLATIONS {
            return;
        }
        let is_told = descends(node, check, instance, pointer, &scope, found);
        if !is_told && !holds(node, check, instance, &scope) {
            found.push(violation(check, instance, pointer, &scope));
        }
    }
    // What the Rust type does not hold matters only where the contract has no objection.
    let misfit = node.iter().find(|check| match (check, instance) {
        (Check::Holds(width), Json::Number(number)) => !width.fits(*number),
        _ => false,
    });
    found.extend(misfit.filter(|_| found.len() == n_before).map(|check| violation(check, instance, pointer, &scope)));
}

/// Goes on to the parts that a keyword is about; false if it is about the instance itself.
fn descends(
    node: &Node,
    check: &Check,
    instance: &Json,
    pointer: &str,
    scope: &Scope<'_>,
    found: &mut Vec<Violation>,
) -> bool {
    let mut part = |node: &Node, token: &str, part: &Json, keyword: &'static str| {
        let pointer = format!("{pointer}/{}", token.replace('~', "~0").replace('/', "~1"));
        match node {
            [Check::False] => found.push(Violation {
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
            let seen = evaluated::properties(node, instance, members, scope);
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
            let seen = evaluated::items(node, items, *sees_contains, scope);
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
    let (keyword, expected) = match check {
        Check::Type(types) => ("type", types.to_string()),
        Check::Enum(values) => ("enum", format!("one of {}", listed(values))),
        Check::Const(value) => ("const", value_text(value)),
        Check::Minimum(min) => ("minimum", format!("at least {}", number_text(*min))),
        Check::Maximum(max) => ("maximum", format!("at most {}", number_text(*max))),
        Check::ExclusiveMinimum(min) => ("exclusiveMinimum", format!("more than {}", number_text(*min))),
        Check::ExclusiveMaximum(max) => ("exclusiveMaximum", format!("less than {}", number_text(*max))),
        Check::MultipleOf(divisor) => ("multipleOf", format!("a multiple of {}", number_text(*divisor))),
        Check::Holds(width) => {
            ("type", format!("a number that a Rust {width:?} holds").to_lowercase().replace("rust", "Rust"))
        }
        Check::MinLength(min) => ("minLength", format!("at least {min} characters long")),
        Check::MaxLength(max) => ("maxLength", format!("at most {max} characters long")),
        Check::Pattern(pattern) => ("pattern", format!("a match of {}", pattern.source())),
        Check::Format(format) => ("format", format!("a valid {}", format.name())),
        Check::ContentEncoding(encoding) => ("contentEncoding", format!("in {}", encoding.name())),
        Check::ContentJson(_) => ("contentMediaType", "JSON".to_owned()),
        Check::MinItems(min) => ("minItems", format!("at least {min} items long")),
        Check::MaxItems(max) => ("maxItems", format!("at most {max} items long")),
        Check::UniqueItems => ("uniqueItems", "free of repeated items".to_owned()),
        Check::Contains(_, min, max) => {
            let max = max.map(|max| format!(" to {max}")).unwrap_or_default();
            ("contains", format!("an array with {min}{max} items as `contains` asks for"))
        }
        Check::PropertyNames(node) => return property_names(node, instance, pointer, scope),
        Check::Required(names) => ("required", format!("an object with {}", missing(names, instance))),
        Check::DependentRequired(rules) => {
            let members = members(instance);
            let broken = rules.iter().find(|(name, others)| {
                members.is_some_and(|members| {
                    members.contains_key(*name) && others.iter().any(|other| !members.contains_key(*other))
                })
            });
            let text = broken.map(|(name, others)| {
                format!("an object with {}, as one with \"{name}\" has to be", missing(others, instance))
            });
            ("dependentRequired", text.unwrap_or_default())
        }
        Check::MinProperties(min) => ("minProperties", format!("an object of at least {min} members")),
        Check::MaxProperties(max) => ("maxProperties", format!("an object of at most {max} members")),
        Check::AnyOf(nodes) => {
            ("anyOf", format!("any of {} alternatives{}", nodes.len(), nearest(nodes, instance, pointer, scope)))
        }
        Check::OneOf(nodes) => match nodes.iter().filter(|node| is_valid_in(node, instance, scope)).count() {
            0 => ("oneOf", format!("any of {} alternatives{}", nodes.len(), nearest(nodes, instance, pointer, scope))),
            n_valid => ("oneOf", format!("just one of {} alternatives but {n_valid}", nodes.len())),
        },
        Check::Not(_) => ("not", "allowed: it is what `not` excludes".to_owned()),
        _ => ("false", "allowed here".to_owned()),
    };
    Violation { pointer: pointer.to_owned(), keyword, expected, found: scope.shown(pointer, instance) }
}

fn members(instance: &Json) -> Option<&std::collections::BTreeMap<String, Json>> {
    match instance {
        Json::Object(members) => Some(members),
        _ => None,
    }
}

fn property_names(node: &Node, instance: &Json, pointer: &str, scope: &Scope<'_>) -> Violation {
    let names = members(instance).into_iter().flat_map(|members| members.keys());
    let wrong = names.map(|name| Json::String(name.clone())).find(|name| !is_valid_in(node, name, scope));
    let mut reasons = Vec::new();
    if let Some(name) = &wrong {
        look(node, name, pointer, scope, &mut reasons);
    }
    let expected = reasons.into_iter().next().map(|reason| reason.expected);
    Violation {
        pointer: pointer.to_owned(),
        keyword: "propertyNames",
        expected: expected.unwrap_or_else(|| "a name that is allowed".to_owned()),
        found: format!("the name {}", wrong.as_ref().map(shown).unwrap_or_default()),
    }
}

/// What is wrong with the alternative that the instance comes nearest to: the one with the fewest violations.
fn nearest(nodes: &[&'static Node], instance: &Json, pointer: &str, scope: &Scope<'_>) -> String {
    let reasons = nodes.iter().map(|node| {
        let mut reasons = Vec::new();
        look(node, instance, pointer, scope, &mut reasons);
        reasons
    });
    // An alternative of another type is no near miss.
    let is_far =
        |reasons: &[Violation]| reasons.iter().any(|reason| reason.keyword == "type" && reason.pointer == pointer);
    let nearest = reasons.min_by_key(|reasons| (is_far(reasons), reasons.len()));
    let reason = nearest.and_then(|reasons| reasons.into_iter().next());
    reason.map(|reason| format!("; of the nearest one, {reason}")).unwrap_or_default()
}

fn missing(names: &[&str], instance: &Json) -> String {
    let members = members(instance);
    let missing = names.iter().filter(|name| members.is_none_or(|members| !members.contains_key(**name)));
    let missing: Vec<String> = missing.map(|name| format!("{name:?}")).collect();
    missing.join(", ")
}

fn listed(values: &[Value]) -> String {
    const MAX_VALUES: usize = 10;
    let mut texts: Vec<String> = values.iter().take(MAX_VALUES).map(value_text).collect();
    if values.len() > MAX_VALUES {
        texts.push(format!("{} more", values.len() - MAX_VALUES));
    }
    texts.join(", ")
}

fn value_text(value: &Value) -> String {
    shown(&value.to_json())
}

fn number_text(number: Number) -> String {
    Json::Number(number).to_text()
}

impl Value {
    fn to_json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(*value),
            Self::Number(value) => Json::Number(*value),
            Self::String(text) => Json::String((*text).to_owned()),
            Self::Array(items) => Json::Array(items.iter().map(Self::to_json).collect()),
            Self::Object(members) => {
                Json::Object(members.iter().map(|(name, member)| ((*name).to_owned(), member.to_json())).collect())
            }
        }
    }
}

impl std::fmt::Display for Types {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let all = [
            (Self::NULL, "null"),
            (Self::BOOLEAN, "a boolean"),
            (Self::NUMBER, "a number"),
            (Self::INTEGER, "an integer"),
            (Self::WRITTEN_INTEGER, "an integer"),
            (Self::STRING, "a string"),
            (Self::ARRAY, "an array"),
            (Self::OBJECT, "an object"),
        ];
        let is_number = self.0 & Self::NUMBER != 0;
        let names = all.into_iter().filter(|(bit, name)| self.0 & bit != 0 && !(is_number && *name == "an integer"));
        let names: Vec<&str> = names.map(|(_, name)| name).collect();
        f.write_str(&names.join(" or "))
    }
}
