//! Validity of a value.

use goodevent_schema::ir::{Draft, ResourceId, SchemaId, Types, Value};

use super::{
    Validator,
    checks::Check,
    evaluated, ledger,
    value::{are_unique, decimal, equal, member},
};

/// The dynamic scope of an evaluation: the resources that it entered, innermost first.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    resource: ResourceId,
    outer: Option<&'s Scope<'s>>,
    /// Number of the chain of resources.
    pub(super) chain: u32,
    depth: u32,
}

/// Schemas within one another; each takes up stack.
const MAX_DEPTH: u32 = 1_200;

impl<'s> Scope<'s> {
    pub(super) fn root(v: &Validator<'_>, id: SchemaId) -> Self {
        Self { resource: v.graph[id].resource, outer: None, chain: 0, depth: 0 }
    }

    /// The scope inside of a schema.
    pub(super) fn enter(&'s self, v: &Validator<'_>, id: SchemaId) -> Self {
        let depth = self.depth + 1;
        let own = v.graph[id].resource;
        // The outermost one counts, so that a resource which is entered again changes nothing.
        if std::iter::successors(Some(self), |scope| scope.outer).any(|scope| scope.resource == own) {
            return Self { depth, ..*self };
        }
        Self { resource: own, outer: Some(self), chain: v.ledger.chain(self.chain, own), depth }
    }

    /// Takes a step; `false` if that is one too many, after which there is no other.
    pub(super) fn may_go_on(&self, v: &Validator<'_>) -> bool {
        if self.depth > MAX_DEPTH {
            v.ledger.exhaust();
        }
        v.ledger.take(1)
    }

    /// The schema of the outermost resource that is among `anchors`.
    pub(super) fn target(&self, anchors: &[(ResourceId, SchemaId)], fallback: SchemaId) -> SchemaId {
        let of = |resource: ResourceId| anchors.iter().find(|(anchored, _)| *anchored == resource).map(|(_, id)| *id);
        let scopes = std::iter::successors(Some(self), |scope| scope.outer);
        scopes.filter_map(|scope| of(scope.resource)).last().unwrap_or(fallback)
    }
}

/// Whether `value` is valid for a schema, which is evaluated inside of `scope`.
pub(super) fn is_valid(v: &Validator<'_>, id: SchemaId, value: &Value, scope: &Scope<'_>) -> bool {
    let scope = scope.enter(v, id);
    let evaluate = || v.checks(id).iter().all(|check| holds(v, id, check, value, &scope));
    scope.may_go_on(v) && v.ledger.verdict(ledger::question(id, value, scope.chain), evaluate)
}

/// Whether `value` keeps to one keyword of a schema.
pub(super) fn holds<'g>(v: &Validator<'g>, id: SchemaId, check: &Check<'g>, value: &Value, scope: &Scope<'_>) -> bool {
    let is_valid = |id: SchemaId, value: &Value| is_valid(v, id, value, scope);
    v.ledger.take(cost(check, value));
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
        (Check::Pattern(pattern), Value::String(text)) => v.matches(pattern, text),
        (Check::Format(format, draft), Value::String(text)) => v.has_format(format, *draft, text),
        (Check::ContentEncoding(encoding), Value::String(text)) => v.is_encoded(encoding, text),
        (Check::ContentJson(encoding), Value::String(text)) => v.is_json(*encoding, text),
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
            let seen = evaluated::items(v, id, value, items, *sees_contains, scope);
            items.iter().zip(seen).all(|(item, is_seen)| is_seen || is_valid(*rest, item))
        }
        (Check::Properties(properties), Value::Object(members)) => properties
            .iter()
            .all(|own| member(members, &own.name.value).is_none_or(|member| is_valid(own.schema, member))),
        (Check::PatternProperties(properties), Value::Object(members)) => properties.iter().all(|own| {
            members.iter().all(|(name, member)| !v.matches(&own.name.value, name) || is_valid(own.schema, member))
        }),
        (Check::AdditionalProperties(rest), Value::Object(members)) => {
            members.iter().all(|(name, member)| names(v, id, name) || is_valid(*rest, member))
        }
        (Check::PropertyNames(id), Value::Object(members)) => {
            members.iter().all(|(name, _)| is_valid(*id, &v.ledger.keep(Value::String(name.clone()))))
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
            let seen = evaluated::properties(v, id, value, members, scope);
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

/// Whether `properties` or `patternProperties` of a schema name a member.
pub(super) fn names(v: &Validator<'_>, id: SchemaId, name: &str) -> bool {
    v.checks(id).iter().any(|check| match check {
        Check::Properties(_) => v.names(id).contains(name),
        Check::PatternProperties(properties) => properties.iter().any(|own| v.matches(&own.name.value, name)),
        _ => false,
    })
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
