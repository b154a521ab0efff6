//! Generates Rust from a registry of event contracts, for `build.rs` and beyond.
//!
//! The only library of the toolchain that touches the disk: it loads, writes, verifies, and shows what is wrong.
//!
//! ```no_run
//! // build.rs
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     goodevent_build::compile("schemas")?;
//!     Ok(())
//! }
//! ```
//!
//! ```ignore
//! // src/main.rs
//! include!(concat!(env!("OUT_DIR"), "/contracts.rs"));
//! ```

#![cfg_attr(not(feature = "tools"), allow(dead_code, reason = "the command needs more than build scripts"))]

#[cfg(feature = "tools")]
mod archive;
#[cfg(feature = "tools")]
mod baseline;
mod config;
#[cfg(feature = "tools")]
mod crate_files;
#[cfg(feature = "tools")]
mod earlier;
mod exclusive;
pub mod files;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "tools")]
mod git;
mod journal;
mod load;
mod load_error;
pub mod output;
#[cfg(feature = "tools")]
pub mod payload;
mod places;
pub mod render;
mod staged;
mod staging;
#[cfg(feature = "tools")]
mod tree;
mod unfinished;
mod walk;

pub use crate::{
    config::{Config, Error, Loaded},
    exclusive::{Exclusive, exclusive, tidy},
    load::{load, load_templates, read_payload},
    load_error::LoadError,
    places::{Project, in_repository, real, repository},
    unfinished::{Made, abandon, make_folder},
};
#[cfg(feature = "tools")]
pub use crate::{crate_files::crate_files, git::main_branch};

use std::path::Path;

/// Generates the code of the registry at `root` into `OUT_DIR/contracts.rs`, with the defaults of [`Config`].
///
/// # Errors
/// If the registry cannot be read or has errors, or the code cannot be written.
pub fn compile(root: impl AsRef<Path>) -> Result<(), Error> {
    Config::new().compile(root)
}
