//! Envelopes, whichever a message has.

mod kind;
mod mismatch;
mod recognize;
mod violations;

pub(crate) use self::recognize::unwrapped;
pub use self::{kind::Envelope, mismatch::Mismatch};
