//! Validation of instances by the reference validator, if it is compiled in.
//!
//! The feature `reference` compiles it: it is as large as the rest of the toolchain, and a build script only asks for
//! bounds of sizes, which our own evaluation decides.

#[cfg(not(feature = "reference"))]
mod absent;
#[cfg(feature = "reference")]
mod reference;

use std::fmt;

#[cfg(not(feature = "reference"))]
pub use self::absent::Validator;
#[cfg(feature = "reference")]
pub use self::reference::Validator;

/// Whether the reference validator is compiled in; without it, every schema is rejected.
pub const HAS_REFERENCE: bool = cfg!(feature = "reference");

/// The reference validator rejects a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the reference validator rejects the schema: {}", self.0)
    }
}

impl std::error::Error for Refused {}

/// A keyword that an instance violates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// JSON Pointer into the instance.
    pub pointer: String,
    /// The keyword.
    pub keyword: String,
    /// Description of the violation.
    pub message: String,
}
