//! Size bounds of events.
//!
//! The bound is never too small: unsupported parts count with the size that the rest allows. A *witness* is a large instance;
//! if its size equals the bound, the bound is exact, and otherwise the difference limits the overestimation.

mod below;
mod bound;
mod formats;
mod items;
mod largest;
mod listed;
mod meet;
mod members;
mod number;
mod sizer;
mod sum;
mod text;
mod witness;

use goodevent_schema::{Registry, config::Envelope, ir::SchemaId};

pub use self::{
    bound::{Culprit, ENDLESS, Part, SizeBound, TOO_MANY},
    sizer::Sizer,
    witness::Witness,
};
pub(crate) use self::{
    formats::{Form, of_encoding, of_format},
    meet::{Meet, Members},
    number::printed_number,
    text::{Shortest, Texts, automaton},
};

/// Largest message that every broker accepts: 64 KiB.
pub const BUDGET_BYTES: u64 = 65_536;

/// Upper bound of the bytes around a payload in a message, which the encoders of envelopes enforce.
#[must_use]
pub fn envelope_bytes(envelope: Envelope) -> u64 {
    match envelope {
        Envelope::None => 0,
        Envelope::Octopus | Envelope::Cloudevents => 2_048,
    }
}

/// Size bound of the instances of `root`.
#[must_use]
pub fn size_bound(registry: &Registry, root: SchemaId) -> SizeBound {
    Sizer::new(&registry.schemas).bound(root)
}

#[cfg(test)]
mod tests;
