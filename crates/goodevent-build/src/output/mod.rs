//! Writes files completely or not at all, only if they change, and replaces only files of an earlier run.

mod beside;
mod error;
#[cfg(feature = "tools")]
mod folder;
#[cfg(feature = "tools")]
mod manifest;
mod mark;
#[cfg(feature = "tools")]
mod plan;

#[cfg(feature = "tools")]
pub use self::folder::{Difference, current, diff, verify, write};
pub use self::{
    beside::{Written, write_beside},
    error::{OutputError, WriteError},
    mark::Files,
};
pub use crate::staged::write_together;
