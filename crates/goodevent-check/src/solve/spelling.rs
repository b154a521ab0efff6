//! Values that are equal, and written in another way.
//!
//! Draft 4 takes `1` for an integer and `1.0` for none, though they are equal.

use goodevent_schema::{
    decimal::Decimal,
    ir::{Number, Value},
};

/// More spellings of one value are not tried.
const MAX_SPELLINGS: usize = 64;

/// The value with each of its integers as such, or with a fraction, and whether these are all ways.
pub(super) fn spellings(value: &Value) -> (Vec<Value>, bool) {
    match value {
        Value::Number(number) => match Decimal::of(number) {
            Some(decimal) if decimal.is_integer() => {
                let plain = decimal.print();
                let whole = Number(format!("{}.0", plain.0).into());
                (vec![Value::Number(plain), Value::Number(whole)], true)
            }
            Some(_) => (vec![value.clone()], true),
            None => (vec![value.clone()], false),
        },
        Value::Array(items) => {
            let (ways, are_all) = product(items.iter());
            (ways.into_iter().map(Value::Array).collect(), are_all)
        }
        Value::Object(members) => {
            let (ways, are_all) = product(members.iter().map(|(_, value)| value));
            let named = |values: Vec<Value>| members.iter().map(|(name, _)| name.clone()).zip(values).collect();
            (ways.into_iter().map(|values| Value::Object(named(values))).collect(), are_all)
        }
        Value::Null | Value::Bool(_) | Value::String(_) => (vec![value.clone()], true),
    }
}

/// Each spelling of each value with each of all others.
fn product<'v>(values: impl Iterator<Item = &'v Value>) -> (Vec<Vec<Value>>, bool) {
    let mut ways = vec![Vec::new()];
    let mut are_all = true;
    for value in values {
        let (mut spellings, is_all) = spellings(value);
        are_all &= is_all;
        if ways.len() * spellings.len() > MAX_SPELLINGS {
            spellings.truncate(1);
            are_all = false;
        }
        ways = ways
            .iter()
            .flat_map(|way: &Vec<Value>| {
                spellings.iter().map(|value| [way.as_slice(), std::slice::from_ref(value)].concat())
            })
            .collect();
    }
    (ways, are_all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_integer_is_written_both_ways() {
        let number = |text: &str| Value::Number(Number(text.into()));
        assert_eq!(spellings(&number("10e-1")), (vec![number("1"), number("1.0")], true));
        assert_eq!(spellings(&number("1.5")), (vec![number("1.5")], true));
        let (ways, are_all) =
            spellings(&Value::Object(vec![("a".into(), Value::Array(vec![number("1"), number("2.0")]))]));
        assert_eq!((ways.len(), are_all), (4, true));
        let many = Value::Array((0..9).map(|_| number("1")).collect());
        assert!(!spellings(&many).1);
    }
}
