//! Languages besides Rust, a folder each: `[languages]` of `goodevent.toml` switches them on.

pub mod circular;
pub mod constraints;
pub mod java;
pub mod modules;
pub mod patterns;
pub mod tables;
pub mod typescript;

use crate::emitter::Emitter;

/// The emitters, by the names of their languages.
#[rustfmt::skip]
pub const LANGUAGES: &[&dyn Emitter] = &[
    &java::Java,
    &typescript::TypeScript,
];
