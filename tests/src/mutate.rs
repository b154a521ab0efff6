//! Payloads that went wrong, in the ways payloads do.

use serde_json::{Map, Value, json};

use goodevent_check::random::Random;

use crate::values::NUMBERS;

/// A changed copy of a payload, as bytes.
#[must_use]
pub fn mutated(payload: &Value, random: &mut Random) -> Vec<u8> {
    let mut value = payload.clone();
    for _ in 0..=random.below(2) {
        let n_nodes = size(&value);
        change(&mut value, &mut random.below(n_nodes), random);
    }
    let text = if random.once_in(6) { spaced(&value) } else { value.to_string() };
    match random.below(10) {
        0 => bytes(text.into_bytes(), random),
        1 => written_otherwise(&text, random).into_bytes(),
        _ => text.into_bytes(),
    }
}

/// The payload itself, written in another way.
#[must_use]
pub fn rewritten(payload: &Value, random: &mut Random) -> Vec<u8> {
    let shuffled = shuffled(payload, random);
    if random.once_in(2) { spaced(&shuffled).into_bytes() } else { shuffled.to_string().into_bytes() }
}

/// The same value with the members of all objects in another order.
#[must_use]
pub fn shuffled(value: &Value, random: &mut Random) -> Value {
    match value {
        Value::Object(members) => {
            let mut entries: Vec<(&String, &Value)> = members.iter().collect();
            for last in (1..entries.len()).rev() {
                entries.swap(last, random.below(last + 1));
            }
            Value::Object(entries.into_iter().map(|(name, value)| (name.clone(), shuffled(value, random))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| shuffled(item, random)).collect()),
        other => other.clone(),
    }
}

fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(members) => members.values().map(size).sum(),
        _ => 0,
    }
}

/// Changes the node that is reached after `n_before` others.
fn change(value: &mut Value, n_before: &mut usize, random: &mut Random) -> bool {
    if *n_before == 0 {
        change_here(value, random);
        return true;
    }
    *n_before -= 1;
    match value {
        Value::Array(items) => items.iter_mut().any(|item| change(item, n_before, random)),
        Value::Object(members) => members.values_mut().any(|member| change(member, n_before, random)),
        _ => false,
    }
}

fn change_here(value: &mut Value, random: &mut Random) {
    if random.once_in(4) {
        *value = other(random);
        return;
    }
    match value {
        Value::Object(members) => change_object(members, random),
        Value::Array(items) => change_array(items, random),
        Value::String(text) => *text = changed_text(text, random),
        Value::Number(_) => *value = other_number(random),
        Value::Bool(is_set) => *is_set = !*is_set,
        Value::Null => *value = other(random),
    }
}

fn other(random: &mut Random) -> Value {
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(1.5),
        json!(""),
        json!("text"),
        json!([]),
        json!({}),
        json!([null]),
        json!({"a": 1}),
    ];
    random.pick(&values).cloned().unwrap_or_default()
}

fn other_number(random: &mut Random) -> Value {
    random.pick(&NUMBERS).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

fn change_object(members: &mut Map<String, Value>, random: &mut Random) {
    let names: Vec<String> = members.keys().cloned().collect();
    let name = random.pick(&names).cloned().unwrap_or_default();
    match random.below(5) {
        0 | 1 => drop(members.remove(&name)),
        2 => drop(members.insert("somethingElse".to_owned(), other(random))),
        3 => {
            if let Some(value) = members.remove(&name) {
                members.insert(format!("{name}2"), value);
            }
        }
        _ => drop(members.insert(name, Value::Null)),
    }
}

fn change_array(items: &mut Vec<Value>, random: &mut Random) {
    match random.below(4) {
        0 => items.clear(),
        1 => drop(items.pop()),
        2 => items.extend(items.clone()),
        _ => items.push(other(random)),
    }
}

fn changed_text(text: &str, random: &mut Random) -> String {
    match random.below(8) {
        0 => String::new(),
        1 => text.repeat(2),
        2 => format!("{text}{}", "x".repeat(random.below(300))),
        3 => text.to_uppercase(),
        4 => text.chars().skip(1).collect(),
        5 => format!("{text}\u{1f600}\n\""),
        6 => text.chars().map(|char| if char.is_ascii_digit() && random.once_in(3) { '9' } else { char }).collect(),
        _ => format!(" {text}"),
    }
}

/// Damage to bytes.
fn bytes(mut bytes: Vec<u8>, random: &mut Random) -> Vec<u8> {
    let at = random.below(bytes.len());
    match random.below(5) {
        0 => bytes.truncate(at),
        1 => bytes[at] = random.number() as u8,
        2 => bytes.insert(at, b",{}[]\":\\0-e\x00\xff\xc3"[random.below(14)]),
        3 => drop(bytes.remove(at)),
        _ => bytes.extend_from_slice(b" x"),
    }
    bytes
}

/// The same text with a repeated member, escapes, or lone surrogates.
fn written_otherwise(text: &str, random: &mut Random) -> String {
    match random.below(4) {
        0 => text.replacen('{', "{\"a\":1,\"a\":1,", 1),
        1 => text.replacen(":\"", ":\"\\ud800", 1),
        2 => text.replacen(":\"", ":\"\\u0041", 1),
        _ => text.replacen('e', "\\u0065", 1),
    }
}

fn spaced(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default().replace(": ", " :\t").replace('\n', "\r\n ")
}
