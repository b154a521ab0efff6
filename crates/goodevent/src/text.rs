//! Strings of messages: their types and their rules.

use std::{borrow::Cow, fmt::Debug};

use crate::{
    format::{ContentEncoding, Format},
    pattern,
};

/// String type of a decoded event: [`String`], or [`Cow`] for the borrowed twin, which refers to the input.
pub trait Text<'a>: AsRef<str> + Clone + Debug + Ord {
    /// Keeps a slice of the input.
    fn from_borrowed(text: &'a str) -> Self;
    /// Keeps a string that had to be unescaped.
    fn from_owned(text: String) -> Self;
}

impl<'a> Text<'a> for String {
    #[inline]
    fn from_borrowed(text: &'a str) -> Self {
        Self::from(text)
    }

    #[inline]
    fn from_owned(text: String) -> Self {
        text
    }
}

impl<'a> Text<'a> for Cow<'a, str> {
    #[inline]
    fn from_borrowed(text: &'a str) -> Self {
        Cow::Borrowed(text)
    }

    #[inline]
    fn from_owned(text: String) -> Self {
        Cow::Owned(text)
    }
}

/// A type that a format can be mapped to, instead of a string.
///
/// It need not write the text that it read: `uuid::Uuid` writes lower case. The mapping is therefore the user's choice.
pub trait Formatted: Sized {
    /// The value, or `None` if the type does not hold it.
    fn parse(text: &str) -> Option<Self>;

    /// The value as a string.
    fn format(&self) -> String;
}

/// Implements [`Formatted`] with `FromStr` and `Display`.
macro_rules! formatted {
    ($($(#[$meta:meta])* $name:path),*) => {
        $($(#[$meta])* impl Formatted for $name {
            fn parse(text: &str) -> Option<Self> {
                text.parse().ok()
            }

            fn format(&self) -> String {
                self.to_string()
            }
        })*
    };
}

formatted!(
    std::net::Ipv4Addr,
    std::net::Ipv6Addr,
    #[cfg(feature = "uuid")]
    uuid::Uuid,
    #[cfg(feature = "jiff")]
    jiff::Timestamp,
    #[cfg(feature = "jiff")]
    jiff::civil::Date,
    #[cfg(feature = "jiff")]
    jiff::Span
);

/// Constraint of a string: a [`Format`](crate::format::Format), a [`Length`], an automaton, or several of them.
pub trait Rule {
    /// Whether `text` satisfies the rule.
    fn allows(&self, text: &str) -> bool;

    /// Number of bytes of every text that satisfies the rule, if it is constant and no byte is escaped in JSON: the
    /// reader then need not search for the end.
    #[inline]
    fn n_bytes(&self) -> Option<usize> {
        None
    }
}

/// Any string.
#[derive(Debug, Clone, Copy)]
pub struct Any;

/// `minLength` and `maxLength`, in code points.
#[derive(Debug, Clone, Copy)]
pub struct Length(pub u64, pub u64);

impl Rule for Any {
    #[inline]
    fn allows(&self, _: &str) -> bool {
        true
    }
}

impl Rule for Length {
    #[inline]
    fn allows(&self, text: &str) -> bool {
        has_length(text, self.0, self.1)
    }
}

impl Rule for Format {
    #[inline(always)]
    fn allows(&self, text: &str) -> bool {
        self.is_valid(text)
    }

    #[inline(always)]
    fn n_bytes(&self) -> Option<usize> {
        match self {
            Self::Uuid => Some(36),
            Self::Date => Some(10),
            _ => None,
        }
    }
}

impl Rule for ContentEncoding {
    #[inline]
    fn allows(&self, text: &str) -> bool {
        self.is_valid(text)
    }
}

/// Implements [`Rule`] for automata.
macro_rules! automata {
    ($($(#[$meta:meta])* $name:ident),*) => {
        $($(#[$meta])* impl Rule for pattern::$name {
            #[inline]
            fn allows(&self, text: &str) -> bool {
                self.is_match(text)
            }
        })*
    };
}

automata!(
    Chain,
    Dfa,
    #[cfg(feature = "regex")]
    Regex
);

impl<R: Rule> Rule for &R {
    #[inline]
    fn allows(&self, text: &str) -> bool {
        R::allows(self, text)
    }
}

impl<R: Rule, Q: Rule> Rule for (R, Q) {
    #[inline(always)]
    fn allows(&self, text: &str) -> bool {
        self.0.allows(text) && self.1.allows(text)
    }

    #[inline(always)]
    fn n_bytes(&self) -> Option<usize> {
        self.0.n_bytes().or(self.1.n_bytes())
    }
}

/// Whether the number of code points lies between the bounds; they are counted only where the bytes don't decide.
#[inline]
fn has_length(text: &str, min: u64, max: u64) -> bool {
    let n_bytes = text.len() as u64;
    let surely = n_bytes <= max && n_bytes >= min.saturating_mul(4);
    surely || (min == 0 && n_bytes <= max) || (min..=max).contains(&(text.chars().count() as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_counted_in_code_points() {
        assert!(has_length("éé", 2, 2));
        assert!(!has_length("éé", 3, 9));
        assert!(!has_length("abc", 0, 2));
        assert!(has_length("", 0, 0));
    }
}
