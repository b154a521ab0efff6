//! Values in the representation of the run time: members by name, numbers by digits.

use std::cmp::Ordering;

use goodevent_json::{
    decimal::Decimal,
    string,
    violation::{MAX_SHOWN_CHARS, shortened},
};
use goodevent_schema::ir::{Number, Value};
use smol_str::SmolStr;

use crate::size::printed_number;

/// The value with the members of objects in the order of their names.
pub(super) fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        Value::Object(members) => {
            let mut members: Vec<(SmolStr, Value)> =
                members.iter().map(|(name, value)| (name.clone(), sorted(value))).collect();
            members.sort_by(|(left, _), (right, _)| left.cmp(right));
            Value::Object(members)
        }
        other => other.clone(),
    }
}

/// A member of a sorted object.
pub(super) fn member<'v>(members: &'v [(SmolStr, Value)], name: &str) -> Option<&'v Value> {
    let at = members.binary_search_by(|(own, _)| own.as_str().cmp(name)).ok()?;
    Some(&members[at].1)
}

/// The digits of a number; zero if its exponent is beyond all bounds.
pub(super) fn decimal(number: &Number) -> Decimal {
    Decimal::parse(&number.0).unwrap_or_else(|| Decimal::of_f64(0.0))
}

/// Whether two values are equal as JSON Schema compares them. Objects need not be sorted.
pub(super) fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || decimal(left) == decimal(right),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            let has =
                |(name, value): &(SmolStr, Value)| right.iter().any(|(own, other)| own == name && equal(value, other));
            left.len() == right.len() && left.iter().all(has)
        }
        (left, right) => left == right,
    }
}

/// Whether no two items are equal. They are sorted, so that many of them take no quadratic time.
pub(super) fn are_unique(items: &[Value]) -> bool {
    let mut sorted: Vec<&Value> = items.iter().collect();
    sorted.sort_by(|left, right| order(left, right));
    sorted.windows(2).all(|pair| order(pair[0], pair[1]).is_ne())
}

/// A total order of sorted values, in which those that are equal are equal.
fn order(left: &Value, right: &Value) -> Ordering {
    let rank = |value: &Value| match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        Value::String(_) => 3,
        Value::Array(_) => 4,
        Value::Object(_) => 5,
    };
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Number(left), Value::Number(right)) => decimal(left).cmp(&decimal(right)),
        (Value::String(left), Value::String(right)) => left.cmp(right),
        (Value::Array(left), Value::Array(right)) => {
            let unequal = left.iter().zip(right).map(|(left, right)| order(left, right)).find(|order| order.is_ne());
            left.len().cmp(&right.len()).then(unequal.unwrap_or(Ordering::Equal))
        }
        (Value::Object(left), Value::Object(right)) => {
            let pairs = left.iter().zip(right);
            let unequal = pairs
                .map(|(left, right)| left.0.cmp(&right.0).then_with(|| order(&left.1, &right.1)))
                .find(|order| order.is_ne());
            left.len().cmp(&right.len()).then(unequal.unwrap_or(Ordering::Equal))
        }
        _ => rank(left).cmp(&rank(right)),
    }
}

/// A value, shortened. Members are shown in the order of their names.
pub(super) fn shown(value: &Value) -> String {
    let mut text = String::new();
    write(&sorted(value), &mut text, &mut (MAX_SHOWN_CHARS + 1));
    shortened(&text)
}

/// Writes at least the first `n_left` characters.
fn write(value: &Value, text: &mut String, n_left: &mut usize) {
    let mut put = |part: &str, text: &mut String| {
        *n_left = n_left.saturating_sub(part.chars().count());
        text.push_str(part);
        *n_left > 0
    };
    let quoted = |text: &str, n_left: usize| {
        let start: String = text.chars().take(n_left + 1).collect();
        string::quote(&start)
    };
    match value {
        Value::Null | Value::Bool(_) => {
            put(&value.to_string(), text);
        }
        Value::Number(number) => {
            put(&printed_number(number), text);
        }
        Value::String(own) => {
            let own = quoted(own, MAX_SHOWN_CHARS + 1);
            put(&own, text);
        }
        Value::Array(items) => {
            put("[", text);
            for (item_idx, item) in items.iter().enumerate() {
                if *n_left == 0 {
                    return;
                }
                text.push_str(if item_idx > 0 { "," } else { "" });
                write(item, text, n_left);
            }
            text.push(']');
        }
        Value::Object(members) => {
            put("{", text);
            for (member_idx, (name, member)) in members.iter().enumerate() {
                if *n_left == 0 {
                    return;
                }
                text.push_str(if member_idx > 0 { "," } else { "" });
                let name = quoted(name, MAX_SHOWN_CHARS + 1);
                *n_left = n_left.saturating_sub(name.chars().count());
                text.push_str(&name);
                text.push(':');
                write(member, text, n_left);
            }
            text.push('}');
        }
    }
}
