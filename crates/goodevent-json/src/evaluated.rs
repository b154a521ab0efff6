//! The names that the keywords of a schema have evaluated, for `unevaluatedProperties`
//! ([JSON Schema Core 11](https://json-schema.org/draft/2020-12/json-schema-core#section-11)).

use std::collections::BTreeSet;

/// Names of members.
#[derive(Debug)]
pub enum Names<'n> {
    /// Those of all members.
    All,
    /// Those of some members.
    Some(BTreeSet<&'n str>),
}

impl<'n> Names<'n> {
    /// Whether `name` is among them.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Some(names) => names.contains(name),
        }
    }

    /// Adds names.
    pub fn extend(&mut self, more: impl Iterator<Item = &'n str>) {
        if let Self::Some(names) = self {
            names.extend(more);
        }
    }
}
