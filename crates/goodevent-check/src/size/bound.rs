//! Upper bound of the size of an event: its parts, and the schemas without a bound.

use std::rc::Rc;

use goodevent_schema::source::Span;

use super::witness::Witness;

/// Size bound of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SizeBound {
    /// Upper bound in bytes of compact JSON: 0 if no instance is valid, `None` if there is no bound.
    pub max_bytes: Option<u64>,
    /// A large instance.
    pub witness: Option<Witness>,
    /// Parts of the bound, the largest first.
    pub parts: Rc<[Part]>,
    /// Schemas without a bound, with the missing keyword.
    pub culprits: Vec<Culprit>,
}

/// A part of a bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The property, or `[]` for the items of an array.
    pub name: String,
    /// Upper bound of occurrences.
    pub n_times: u64,
    /// Bytes of all occurrences, including names, colons and commas; `None` if there is no bound.
    pub max_bytes: Option<u64>,
    /// Parts of this part, the largest first.
    pub parts: Rc<[Part]>,
}

/// A schema without a bound.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Culprit {
    /// The schema.
    pub span: Span,
    /// JSON Pointer of the schema in its file.
    pub pointer: String,
    /// Keyword that would bound it.
    pub missing: &'static str,
}

/// Remedy for a union with too many combinations.
pub const TOO_MANY: &str = "a simpler union";

/// Missing bound of a recursive schema.
pub const ENDLESS: &str = "an end of the recursion";

impl SizeBound {
    /// Upper bound of the overestimation in bytes: 0 if the bound is exact, `None` without a witness.
    #[must_use]
    pub fn slack(&self) -> Option<u64> {
        self.max_bytes?.checked_sub(self.witness.as_ref()?.n_bytes())
    }
}

impl Part {
    /// Description of the largest `parts`.
    #[must_use]
    pub fn list(parts: &[Self]) -> String {
        let parts = parts.iter().take(3).map(|part| match part.max_bytes {
            Some(max_bytes) => format!("`{}` with {max_bytes}", part.name),
            None => format!("`{}` without bound", part.name),
        });
        parts.collect::<Vec<_>>().join(", ")
    }
}
