//! A JSON value.

use std::{cmp::Ordering, collections::BTreeMap};

use goodevent_json::pointer;

use super::number::Number;

/// A JSON value, kept as it came: open objects' extra members, and what no Rust type can express.
///
/// Equality follows JSON Schema: numbers by value, objects by their members ([JSON Schema Core
/// 4.2.2](https://json-schema.org/draft/2020-12/json-schema-core#section-4.2.2)).
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Json {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object.
    Object(BTreeMap<String, Json>),
}

impl Json {
    /// The value that a JSON Pointer names ([RFC 6901](https://www.rfc-editor.org/rfc/rfc6901)).
    #[must_use]
    pub fn pointer(&self, pointer: &str) -> Option<&Self> {
        let mut tokens = pointer.split('/');
        if tokens.next() != Some("") {
            return None;
        }
        tokens.try_fold(self, |json, token| match json {
            Self::Object(members) => members.get(&*pointer::unescape(token)),
            Self::Array(items) => items.get(token.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// The value up to so many characters of it.
    pub(super) fn beginning(&self, left: &mut usize) -> Self {
        *left = left.saturating_sub(1);
        match self {
            Self::String(text) => {
                let beginning: String = text.chars().take(*left + 1).collect();
                *left = left.saturating_sub(beginning.chars().count());
                Self::String(beginning)
            }
            Self::Array(items) => {
                let mut beginning = Vec::new();
                for item in items {
                    if *left == 0 {
                        break;
                    }
                    beginning.push(item.beginning(left));
                }
                Self::Array(beginning)
            }
            Self::Object(members) => {
                let mut beginning = BTreeMap::new();
                for (name, member) in members {
                    if *left == 0 {
                        break;
                    }
                    *left = left.saturating_sub(name.chars().count() + 2);
                    beginning.insert(name.clone(), member.beginning(left));
                }
                Self::Object(beginning)
            }
            other => other.clone(),
        }
    }
}

impl Json {
    /// A total order in which equal values are neighbours; it means nothing else.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(left), Self::Bool(right)) => left.cmp(right),
            (Self::Number(left), Self::Number(right)) => left.partial_cmp(right).unwrap_or(Ordering::Equal),
            (Self::String(left), Self::String(right)) => left.cmp(right),
            (Self::Array(left), Self::Array(right)) => {
                let unequal = left.iter().zip(right).map(|(left, right)| left.order(right)).find(|order| order.is_ne());
                left.len().cmp(&right.len()).then(unequal.unwrap_or(Ordering::Equal))
            }
            (Self::Object(left), Self::Object(right)) => {
                let pairs = left.iter().zip(right);
                let unequal = pairs
                    .map(|(left, right)| left.0.cmp(right.0).then_with(|| left.1.order(right.1)))
                    .find(|order| order.is_ne());
                left.len().cmp(&right.len()).then(unequal.unwrap_or(Ordering::Equal))
            }
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Bool(_) => 1,
            Self::Number(_) => 2,
            Self::String(_) => 3,
            Self::Array(_) => 4,
            Self::Object(_) => 5,
        }
    }
}
