//! Envelopes, whichever a message has.

mod mismatch;
mod recognize;
mod violations;

pub(crate) use self::recognize::unwrapped;
pub use self::{mismatch::Mismatch, recognize::Envelope};
