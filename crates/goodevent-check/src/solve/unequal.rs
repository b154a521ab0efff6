//! Which values are equal, whatever their spelling, and values of which an instance is none
//! ([JSON Schema Core 4.2.2](https://json-schema.org/draft/2020-12/json-schema-core#section-4.2.2)).

use std::{
    cell::OnceCell,
    collections::{BTreeMap, HashSet},
    rc::Rc,
};

use goodevent_schema::ir::{Number, Value};
use smol_str::SmolStr;

/// The same for equal values, and for those alone.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Null,
    Bool(bool),
    /// The sign, the digits from the first to the last that is not zero, and the power of ten of the last one.
    Number(bool, SmolStr, i128),
    /// A number with an exponent that nobody counts with.
    Odd(SmolStr),
    Text(SmolStr),
    Array(Vec<Key>),
    Object(BTreeMap<SmolStr, Key>),
}

impl Key {
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(is_true) => Self::Bool(*is_true),
            Value::Number(number) => Self::of_number(number),
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(items) => Self::Array(items.iter().map(Self::of).collect()),
            Value::Object(members) => {
                Self::Object(members.iter().map(|(name, value)| (name.clone(), Self::of(value))).collect())
            }
        }
    }

    fn of_number(Number(text): &Number) -> Self {
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let Ok(exponent) = exponent.parse::<i128>() else { return Self::Odd(text.clone()) };
        let unsigned = mantissa.strip_prefix('-').unwrap_or(mantissa);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let Some(exponent) = exponent.checked_sub(fraction.len() as i128) else { return Self::Odd(text.clone()) };
        let digits = match fraction {
            "" => SmolStr::new(whole),
            fraction => SmolStr::from(format!("{whole}{fraction}")),
        };
        let kept = digits.trim_end_matches('0');
        let n_zeros = digits.len() - kept.len();
        let kept = kept.trim_start_matches('0');
        match (kept, exponent.checked_add(n_zeros as i128)) {
            ("", _) => Self::Number(false, SmolStr::default(), 0),
            (kept, Some(exponent)) => Self::Number(unsigned.len() < mantissa.len(), kept.into(), exponent),
            (_, None) => Self::Odd(text.clone()),
        }
    }
}

/// Whether two values are equal.
pub(super) fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || Key::of_number(left) == Key::of_number(right),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equal(left, right))
        }
        (Value::Object(..), Value::Object(..)) => Key::of(left) == Key::of(right),
        (left, right) => left == right,
    }
}

/// Whether no two items are equal.
pub(super) fn are_different(items: &[Value]) -> bool {
    let mut keys = HashSet::new();
    items.iter().all(|item| keys.insert(Key::of(item)))
}

/// The values of an `enum` or a `const`.
#[derive(Debug)]
pub(super) struct Listed<'g> {
    pub(super) values: Vec<&'g Value>,
    keys: OnceCell<HashSet<Key>>,
}

impl<'g> Listed<'g> {
    pub(super) fn new(values: Vec<&'g Value>) -> Self {
        Self { values, keys: OnceCell::new() }
    }

    pub(super) fn has(&self, value: &Value) -> bool {
        /// So many are compared in the time in which a key is made.
        const FEW: usize = 4;
        if self.values.len() <= FEW {
            return self.values.iter().any(|own| equal(own, value));
        }
        self.keys.get_or_init(|| self.values.iter().map(|own| Key::of(own)).collect()).contains(&Key::of(value))
    }
}

/// Values that are taken: those of other items, or the names of other members.
#[derive(Debug, Clone, Default)]
pub(super) struct Taken {
    pub(super) values: Vec<Rc<Value>>,
    keys: HashSet<Key>,
}

impl Taken {
    pub(super) fn add(&mut self, value: Rc<Value>) {
        self.keys.insert(Key::of(&value));
        self.values.push(value);
    }

    pub(super) fn has(&self, value: &Value) -> bool {
        !self.keys.is_empty() && self.keys.contains(&Key::of(value))
    }
}

impl FromIterator<Rc<Value>> for Taken {
    fn from_iter<I: IntoIterator<Item = Rc<Value>>>(values: I) -> Self {
        let mut taken = Self::default();
        values.into_iter().for_each(|value| taken.add(value));
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Value {
        Value::Number(Number(text.into()))
    }

    #[test]
    fn numbers_are_equal_by_what_they_are_worth() {
        let groups: [&[&str]; 8] = [
            &["0", "-0", "0.0", "0e5", "-0.00E-7", "0e99999999999999999999"],
            &["1", "1.0", "10e-1", "0.1e1", "1e0", "1E+0", "100e-2"],
            &["-1", "-1.0", "-10e-1"],
            &["100", "1e2", "1.00e2", "10000e-2"],
            &["1e400", "10e399"],
            &["0.1", "1e-1"],
            &["9007199254740993", "9007199254740993.0"],
            &["9007199254740992"],
        ];
        for (nth, group) in groups.iter().enumerate() {
            for left in *group {
                for (other, others) in groups.iter().enumerate() {
                    for right in *others {
                        // Nobody counts with such an exponent.
                        let is_odd = left != right && [left, right].iter().any(|text| text.len() > 20);
                        assert!(is_odd || equal(&number(left), &number(right)) == (nth == other), "{left} {right}");
                    }
                }
            }
        }
    }

    #[test]
    fn members_count_in_any_order_and_items_in_theirs() {
        let object = |members: &[(&str, &str)]| {
            Value::Object(members.iter().map(|(name, text)| ((*name).into(), number(text))).collect())
        };
        assert!(equal(&object(&[("a", "1"), ("b", "2")]), &object(&[("b", "2.0"), ("a", "1e0")])));
        assert!(!equal(&object(&[("a", "1")]), &object(&[("a", "1"), ("b", "2")])));
        let array = |items: &[&str]| Value::Array(items.iter().map(|text| number(text)).collect());
        assert!(equal(&array(&["1", "2"]), &array(&["1.0", "20e-1"])));
        assert!(!equal(&array(&["1", "2"]), &array(&["2", "1"])));
        assert!(are_different(&[number("1"), number("2"), Value::String("1".into())]));
        assert!(!are_different(&[number("1"), number("2"), number("1.0")]));
    }
}
