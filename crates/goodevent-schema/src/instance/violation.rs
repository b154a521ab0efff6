//! Why an instance is invalid, and why nothing decides that.

use std::fmt;

/// The reference validator rejects a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub(super) String);

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
