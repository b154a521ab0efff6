//! Validation of instances by the reference validator, if it is compiled in.
//!
//! The feature `reference` compiles it: it is as large as the rest of the toolchain, and a build script only asks for
//! bounds of sizes, which our own evaluation decides.

#[cfg(not(feature = "reference"))]
mod absent;
#[cfg(feature = "reference")]
mod reference;
mod violation;

#[cfg(not(feature = "reference"))]
pub use self::absent::Validator;
#[cfg(feature = "reference")]
pub use self::reference::Validator;
pub use self::violation::{Refused, Violation};

/// Whether the reference validator is compiled in; without it, every schema is rejected.
pub const HAS_REFERENCE: bool = cfg!(feature = "reference");
