//! Languages besides Rust, a folder each: `[languages]` of `goodevent.toml` switches them on.

pub mod go;
pub mod java;
pub mod modules;
pub mod names;
pub mod patterns;
pub mod python;
pub mod tables;
pub mod typescript;

use crate::emitter::Emitter;

/// The emitters, by the names of their languages.
#[rustfmt::skip]
pub const LANGUAGES: &[&dyn Emitter] = &[
    &go::Go,
    &python::Python,
    &java::Java,
    &typescript::TypeScript,
];
