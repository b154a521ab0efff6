//! Reads a registry of JSON Schemas into a typed representation, and says what is wrong with it.

pub mod diagnostic;
pub mod ir;
pub mod source;
