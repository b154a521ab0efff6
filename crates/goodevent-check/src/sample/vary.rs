//! Random variations of a payload.

use goodevent_schema::{
    decimal::Decimal,
    ir::{Number, Value},
};
use num_bigint::BigInt;
use smol_str::{SmolStr, format_smolstr};

use crate::random::Random;

/// Changes a part of a value: a text keeps its shape, a number is near.
pub(super) fn change(value: &mut Value, random: &mut Random) {
    match value {
        Value::Null => {}
        Value::Bool(own) => *own = !*own,
        Value::Number(number) => *number = near(number, random),
        Value::String(text) => *text = alike(text, random),
        Value::Array(items) => match random.below(8) {
            0 if !items.is_empty() => drop(items.remove(random.below(items.len()))),
            1 if !items.is_empty() => {
                let twin = items[random.below(items.len())].clone();
                items.push(twin);
                change_one(items.last_mut(), random);
            }
            _ => {
                let at = random.below(items.len());
                change_one(items.get_mut(at), random);
            }
        },
        Value::Object(members) => {
            let at = random.below(members.len());
            match random.below(8) {
                0 if !members.is_empty() => drop(members.remove(at)),
                1 if !members.is_empty() => members[at].0 = alike(&members[at].0, random),
                2 => {
                    let value = members.get(at).map_or(Value::Null, |(_, value)| value.clone());
                    members.push((format_smolstr!("other{}", random.below(100)), value));
                }
                _ => change_one(members.get_mut(at).map(|(_, value)| value), random),
            }
            // A name that is there twice is none that can be read.
            let mut seen = std::collections::HashSet::new();
            members.retain(|(name, _)| seen.insert(name.clone()));
        }
    }
}

fn change_one(part: Option<&mut Value>, random: &mut Random) {
    if let Some(part) = part {
        change(part, random);
    }
}

/// A number that differs by some units of its last place, or of a place before it.
fn near(number: &Number, random: &mut Random) -> Number {
    const MAX_MORE_PLACES: usize = 3;
    let Some(decimal) = Decimal::of(number) else { return number.clone() };
    let n_places = decimal.n_places() + random.below(MAX_MORE_PLACES) as u32;
    let n_zeros = random.below(4) as u32;
    let by = BigInt::from(random.between(-100, 100)) * BigInt::from(10).pow(n_zeros);
    Decimal::scaled_from(decimal.scaled(n_places) + by, n_places).print()
}

/// A text with another character of the same kind, or one more, or one less.
fn alike(text: &SmolStr, random: &mut Random) -> SmolStr {
    let mut chars: Vec<char> = text.chars().collect();
    let at = random.below(chars.len());
    match random.below(6) {
        0 if !chars.is_empty() => drop(chars.remove(at)),
        1 => {
            let twin = chars.get(at).copied().unwrap_or('a');
            chars.insert(at, twin);
        }
        _ => {
            if let Some(own) = chars.get_mut(at) {
                let (first, n) = match own {
                    '0'..='9' => (b'0', 10),
                    'A'..='Z' => (b'A', 26),
                    'a'..='z' => (b'a', 26),
                    _ => return text.clone(),
                };
                *own = char::from(first + random.below(n) as u8);
            }
        }
    }
    chars.into_iter().collect()
}
