//! Envelopes, whichever a message has.

mod recognize;
mod violations;

pub use self::recognize::Envelope;
pub(crate) use self::recognize::unwrapped;
