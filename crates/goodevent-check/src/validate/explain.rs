//! All violations of a value, in words.

use goodevent_json::{
    budget::MAX_REASONS,
    pointer,
    violation::{self, Broken, MAX_LISTED, Violation},
};
use goodevent_schema::ir::{SchemaId, Value};
use smol_str::SmolStr;

use crate::size::printed_number;

use super::{
    checks::Check,
    context::Cx,
    evaluate::{evaluated_items, evaluated_properties, holds, is_valid, names},
    ledger::{self, Seen},
    scope::Scope,
    value::{member, shown},
};

/// More violations than this help nobody.
const MAX_VIOLATIONS: usize = 1_000;

type Found = violation::Found<Seen>;

/// Lists every violation of a sorted value.
pub(super) fn violations(cx: &Cx<'_>, root: SchemaId, value: &Value) -> Vec<Violation> {
    let mut found = Found::up_to(MAX_VIOLATIONS);
    look(cx, root, value, "", &Scope::root(cx, root), &mut found);
    found.violations
}

fn look(cx: &Cx<'_>, id: SchemaId, value: &Value, pointer: &str, scope: &Scope<'_>, found: &mut Found) {
    let scope = scope.enter(cx, id);
    if !scope.may_go_on(cx) {
        found.cut(pointer);
    }
    if found.is_full() || !found.seen.is_new(id, value, scope.chain) {
        return;
    }
    let n_before = found.violations.len();
    let checks = cx.checks(id);
    let violation = |at: usize| violation(cx, (id, at), &checks[at], value, pointer, &scope);
    for (at, check) in checks.iter().enumerate() {
        if found.is_full() {
            return;
        }
        if descends(cx, id, check, value, pointer, &scope, found) {
            continue;
        }
        let holds = holds(cx, id, check, value, &scope);
        if cx.ledger.is_exhausted() {
            found.cut(pointer);
            return;
        }
        match check {
            _ if !holds => found.violations.push(violation(at)),
            // Of alternatives that hold, only what their Rust types do not hold is left to say.
            Check::AnyOf(ids) | Check::OneOf(ids) => {
                let valid = ids.iter().filter(|id| is_valid(cx, **id, value, &scope));
                valid.for_each(|id| look(cx, *id, value, pointer, &scope, found));
            }
            _ => {}
        }
    }
    // The range of the Rust type matters only if the contract has no objection.
    let misfit = checks.iter().position(|check| match (check, value) {
        (Check::Holds(width), Value::Number(number)) => !width.fits(&number.0),
        _ => false,
    });
    let misfit = misfit.filter(|_| found.violations.len() == n_before);
    found.violations.extend(misfit.map(violation));
}

/// Goes on to the parts that a keyword is about; false if it is about the value itself.
fn descends<'g>(
    cx: &Cx<'g>,
    id: SchemaId,
    check: &Check<'g>,
    value: &Value,
    pointer: &str,
    scope: &Scope<'_>,
    found: &mut Found,
) -> bool {
    let mut part = |id: SchemaId, token: &str, part: &Value, keyword: &'static str| {
        if found.is_full() {
            return;
        }
        let pointer = pointer::join(pointer, token);
        match cx.checks(id).as_slice() {
            [Check::Never] => found.violations.push(Violation { keyword, ..Broken::Never.at(pointer, shown(part)) }),
            _ => look(cx, id, part, &pointer, scope, found),
        }
    };
    match (check, value) {
        (Check::Properties(properties), Value::Object(members)) => {
            for own in *properties {
                if let Some(member) = member(members, &own.name.value) {
                    part(own.schema, &own.name.value, member, "properties");
                }
            }
        }
        (Check::PatternProperties(properties), Value::Object(members)) => {
            for own in *properties {
                for (name, member) in members.iter().filter(|(name, _)| cx.matches(&own.name.value, name)) {
                    part(own.schema, name, member, "patternProperties");
                }
            }
        }
        (Check::AdditionalProperties(rest), Value::Object(members)) => {
            for (name, member) in members.iter().filter(|(name, _)| !names(cx, id, name)) {
                part(*rest, name, member, "additionalProperties");
            }
        }
        (Check::UnevaluatedProperties(rest), Value::Object(members)) => {
            let seen = evaluated_properties(cx, id, value, members, scope);
            for (name, member) in members.iter().filter(|(name, _)| !seen.contains(name.as_str())) {
                part(*rest, name, member, "unevaluatedProperties");
            }
        }
        (Check::PrefixItems(ids), Value::Array(items)) => {
            for (item_idx, (item, id)) in items.iter().zip(*ids).enumerate() {
                part(*id, &item_idx.to_string(), item, "prefixItems");
            }
        }
        (Check::Items(from, id), Value::Array(items)) => {
            for (item_idx, item) in items.iter().enumerate().skip(*from) {
                part(*id, &item_idx.to_string(), item, "items");
            }
        }
        (Check::UnevaluatedItems(rest, sees_contains), Value::Array(items)) => {
            let seen = evaluated_items(cx, id, value, items, *sees_contains, scope);
            for (item_idx, (item, _)) in items.iter().zip(seen).enumerate().filter(|(_, (_, is_seen))| !is_seen) {
                part(*rest, &item_idx.to_string(), item, "unevaluatedItems");
            }
        }
        (Check::AllOf(ids), _) => ids.iter().for_each(|id| look(cx, *id, value, pointer, scope, found)),
        (Check::Ref(id), _) => look(cx, *id, value, pointer, scope, found),
        (Check::DynamicRef(reference), _) => {
            look(cx, scope.target(&reference.anchors, reference.target), value, pointer, scope, found);
        }
        (Check::If(condition), _) => {
            let is_so = is_valid(cx, condition.condition, value, scope);
            let branch = if is_so { condition.then } else { condition.otherwise };
            branch.iter().for_each(|id| look(cx, *id, value, pointer, scope, found));
        }
        (Check::DependentSchemas(rules), Value::Object(members)) => {
            for own in rules.iter().filter(|own| member(members, &own.name.value).is_some()) {
                look(cx, own.schema, value, pointer, scope, found);
            }
        }
        _ => return false,
    }
    true
}

/// The violation of the keyword at a position of a schema.
fn violation(
    cx: &Cx<'_>,
    (id, at): (SchemaId, usize),
    check: &Check<'_>,
    value: &Value,
    pointer: &str,
    scope: &Scope<'_>,
) -> Violation {
    cx.ledger.violation((ledger::question(id, value, scope.chain), at), || explained(cx, check, value, pointer, scope))
}

fn explained(cx: &Cx<'_>, check: &Check<'_>, value: &Value, pointer: &str, scope: &Scope<'_>) -> Violation {
    let nearest = |ids: &[SchemaId]| {
        let reasons = ids.iter().map(|id| {
            let mut reasons = Found::up_to(MAX_REASONS);
            look(cx, *id, value, pointer, scope, &mut reasons);
            reasons.violations
        });
        cx.ledger.may_explain().then(|| violation::nearest(reasons, pointer)).flatten()
    };
    let broken = match check {
        Check::Type(types, _) => Broken::Type(&types.names().collect::<Vec<_>>()),
        Check::Enum(values) => {
            Broken::Enum(values.iter().take(MAX_LISTED).map(|own| shown(&own.value)).collect(), values.len())
        }
        Check::Const(own) => Broken::Const(shown(own)),
        Check::Minimum(min) => Broken::Minimum(printed_number(min)),
        Check::Maximum(max) => Broken::Maximum(printed_number(max)),
        Check::ExclusiveMinimum(min) => Broken::ExclusiveMinimum(printed_number(min)),
        Check::ExclusiveMaximum(max) => Broken::ExclusiveMaximum(printed_number(max)),
        Check::MultipleOf(divisor) => Broken::MultipleOf(printed_number(divisor)),
        Check::Holds(width) => Broken::Holds(*width),
        Check::MinLength(min) => Broken::MinLength(*min),
        Check::MaxLength(max) => Broken::MaxLength(*max),
        Check::Pattern(pattern) => Broken::Pattern(pattern),
        Check::Format(name, _) => Broken::Format(name),
        Check::ContentEncoding(name) => Broken::ContentEncoding(name),
        Check::ContentJson(_) => Broken::ContentJson,
        Check::MinItems(min) => Broken::MinItems(*min),
        Check::MaxItems(max) => Broken::MaxItems(*max),
        Check::UniqueItems => Broken::UniqueItems,
        Check::Contains(contains) => Broken::Contains(contains.min, contains.max),
        Check::PropertyNames(id) => return property_names(cx, *id, value, pointer, scope),
        Check::Required(names) => Broken::Required(missing(names, value)),
        Check::DependentRequired(rules) => {
            let has = |name: &str| members(value).is_some_and(|members| member(members, name).is_some());
            let is_broken =
                |(name, others): &&(Name, Vec<Name>)| has(&name.value) && others.iter().any(|other| !has(&other.value));
            match rules.iter().find(is_broken) {
                Some((name, others)) => Broken::DependentRequired(&name.value, missing(others, value)),
                None => Broken::Never,
            }
        }
        Check::MinProperties(min) => Broken::MinProperties(*min),
        Check::MaxProperties(max) => Broken::MaxProperties(*max),
        Check::AnyOf(ids) => Broken::AnyOf(ids.len(), nearest(ids)),
        Check::OneOf(ids) => {
            let n_valid = ids.iter().filter(|id| is_valid(cx, **id, value, scope)).count();
            Broken::OneOf(ids.len(), n_valid, if n_valid == 0 { nearest(ids) } else { None })
        }
        Check::Not(_) => Broken::Not,
        _ => Broken::Never,
    };
    broken.at(pointer.to_owned(), shown(value))
}

type Name = goodevent_schema::source::Spanned<SmolStr>;

fn members(value: &Value) -> Option<&[(SmolStr, Value)]> {
    match value {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

fn property_names(cx: &Cx<'_>, id: SchemaId, value: &Value, pointer: &str, scope: &Scope<'_>) -> Violation {
    let names = members(value).into_iter().flatten().map(|(name, _)| cx.ledger.keep(Value::String(name.clone())));
    let wrong = names.into_iter().find(|name| !is_valid(cx, id, name, scope));
    let mut reasons = Found::up_to(1);
    if let Some(name) = &wrong {
        look(cx, id, name, pointer, scope, &mut reasons);
    }
    let found = format!("the name {}", wrong.as_deref().map(shown).unwrap_or_default());
    Broken::PropertyNames(reasons.violations.into_iter().next()).at(pointer.to_owned(), found)
}

fn missing<'n>(names: &'n [Name], value: &Value) -> Vec<&'n str> {
    let members = members(value);
    let missing = names.iter().filter(|name| members.is_none_or(|members| member(members, &name.value).is_none()));
    missing.map(|name| name.value.as_str()).collect()
}
