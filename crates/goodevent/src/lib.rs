//! What generated contracts need at run time: decoding, encoding, violations, envelopes.

pub mod check;
pub mod format;
pub mod json;
pub mod pattern;
