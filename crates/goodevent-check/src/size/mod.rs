//! How large an event can get.
//!
//! The bound is never too small: what is not understood is as large as the rest allows. Beside it stands a *witness*, an
//! instance that was found to be large; where both are of one length, the bound is exact, else it is too large by no more
//! than lies between them.

mod formats;
mod largest;
mod meet;
mod number;
mod sum;
mod text;
mod witness;

use std::rc::Rc;

use goodevent_schema::{Registry, config::Envelope, ir::SchemaId, source::Span};

pub(crate) use self::{
    formats::{Form, of_encoding, of_format},
    meet::{Meet, Members},
    number::printed_number,
    text::{Shortest, Texts, automaton},
};
pub use self::{largest::Sizer, witness::Witness};

/// Largest message that every broker accepts: 64 KiB.
pub const BUDGET_BYTES: u64 = 65_536;

/// Bytes that the rest of a message can take around its payload; the encoders of envelopes hold themselves to it.
#[must_use]
pub fn envelope_bytes(envelope: Envelope) -> u64 {
    match envelope {
        Envelope::None => 0,
        Envelope::Octopus | Envelope::Cloudevents => 2_048,
    }
}

/// How large an event can get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SizeBound {
    /// Bytes of compact JSON that no valid instance exceeds: 0 if no instance is valid, `None` if there is no bound.
    pub max_bytes: Option<u64>,
    /// A large instance.
    pub witness: Option<Witness>,
    /// Parts of the bound, the largest first.
    pub parts: Rc<[Part]>,
    /// The places that have no bound, with what is missing there.
    pub culprits: Vec<Culprit>,
}

/// A part of a bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The property, or `[]` for the items of an array.
    pub name: String,
    /// How often it can be there at most.
    pub n_times: u64,
    /// Bytes of all of them, names, colons and commas included; `None` if there is no bound.
    pub max_bytes: Option<u64>,
    /// Parts of this part, the largest first.
    pub parts: Rc<[Part]>,
}

/// A place without bound.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Culprit {
    /// The schema.
    pub span: Span,
    /// JSON Pointer of the schema in its file.
    pub pointer: String,
    /// Keyword that would bound it.
    pub missing: &'static str,
}

/// The remedy that is named if a union has too many combinations to examine all of them.
pub const TOO_MANY: &str = "a simpler union";

/// Missing bound of a recursive schema.
pub const ENDLESS: &str = "an end of the recursion";

impl SizeBound {
    /// By how many bytes the bound may be too large: 0 if it is exact, `None` if no instance is known.
    #[must_use]
    pub fn slack(&self) -> Option<u64> {
        self.max_bytes?.checked_sub(self.witness.as_ref()?.n_bytes())
    }
}

impl Part {
    /// The largest few of `parts` in words.
    #[must_use]
    pub fn list(parts: &[Self]) -> String {
        let parts = parts.iter().take(3).map(|part| match part.max_bytes {
            Some(max_bytes) => format!("`{}` with {max_bytes}", part.name),
            None => format!("`{}` without bound", part.name),
        });
        parts.collect::<Vec<_>>().join(", ")
    }
}

/// The bound of what is valid for `root`.
#[must_use]
pub fn size_bound(registry: &Registry, root: SchemaId) -> SizeBound {
    Sizer::new(&registry.schemas).bound(root)
}

#[cfg(test)]
mod tests;
