//! Fuzz targets: each takes any bytes, and panics where goodevent breaks a promise.
//!
//! `cargo xtask fuzz targets` runs them by libFuzzer, which grows inputs by what they reach in the code (`libfuzzer/`);
//! `tests/seeds.rs` runs the committed inputs and small changes of them among the ordinary tests.
//!
//! A target is a file in `targets/` and a line in [`TARGETS`]; its inputs lie in `seeds/<name>/`.

mod input;
mod registry;
mod targets;

use std::path::{Path, PathBuf};

pub use self::{
    input::SEPARATOR,
    targets::{TARGETS, Target},
};

/// Types that `build.rs` makes of `schemas/`.
#[allow(clippy::all, clippy::pedantic, missing_docs, unreachable_pub, unused_qualifications)]
mod hard {
    include!(concat!(env!("OUT_DIR"), "/contracts.rs"));
}

/// The target of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// The folder of the inputs that a target begins with.
#[must_use]
pub fn seeds(target: &Target) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target.name)
}
