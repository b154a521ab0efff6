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

mod archive;
mod config;
mod earlier;
mod exclusive;
pub mod files;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod git;
mod journal;
mod load;
mod load_error;
pub mod output;
pub mod payload;
mod places;
pub mod render;
mod staged;
mod staging;
mod tree;
mod unfinished;
mod walk;

pub use crate::{
    config::{Config, Error, Loaded, crate_files},
    exclusive::{Exclusive, exclusive, tidy},
    git::main_branch,
    load::{load, load_templates, read_payload},
    load_error::LoadError,
    places::{Project, in_repository, real, repository},
    unfinished::{Made, abandon, make_folder},
};

use std::path::Path;

/// Generates the code of the registry at `root` into `OUT_DIR/contracts.rs`, with the defaults of [`Config`].
///
/// # Errors
/// If the registry cannot be read or has errors, or the code cannot be written.
pub fn compile(root: impl AsRef<Path>) -> Result<(), Error> {
    Config::new().compile(root)
}
