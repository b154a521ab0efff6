//! Code generation from a registry, as values: Rust code, and text outputs by template.
//!
//! An [`Emitter`] turns the model of a registry into the files of one kind of output. With the feature `outputs`, `emit`
//! generates all that the settings of a registry ask for; without it there is Rust alone, for build scripts.

pub mod docs;
pub mod emitter;
pub mod escape;
#[cfg(feature = "outputs")]
pub mod languages;
#[cfg(feature = "outputs")]
mod outputs;
pub mod rust;
mod settings;
#[cfg(feature = "outputs")]
pub mod text;

pub use crate::{
    emitter::{Emitter, Files},
    rust::Style,
    settings::{Faults, Options},
};
#[cfg(feature = "outputs")]
pub use crate::{
    languages::LANGUAGES,
    outputs::{Error, emit},
};

use std::collections::BTreeMap;

use goodevent_json::width::Width;
use goodevent_model::{Model, Scope};
use goodevent_schema::{Registry, diagnostic::Diagnostic, ir::SchemaId, source::Sources};

/// Finds settings that no code can be generated from.
#[must_use]
pub fn check(sources: &Sources, registry: &Registry) -> Vec<Diagnostic> {
    let found = settings::check(sources, registry);
    #[cfg(feature = "outputs")]
    let found = found.into_iter().chain(outputs::faults_of_languages(sources, registry)).collect();
    found
}

/// Generates the Rust code of a registry as the files of a crate's `src` folder.
///
/// # Errors
/// If `options`, or the settings of the registry, contain invalid Rust or unknown names.
pub fn rust_crate(
    sources: &Sources,
    registry: &Registry,
    options: &Options,
) -> Result<BTreeMap<String, String>, Faults> {
    options.check(registry)?;
    let model = model(sources, registry, options);
    Ok(rust::crate_files(&model, &options.style_for(&registry.settings), &options.made_by))
}

/// Generates the Rust code of a registry as one file for `include!`.
///
/// # Errors
/// If `options`, or the settings of the registry, contain invalid Rust or unknown names.
pub fn rust_file(sources: &Sources, registry: &Registry, options: &Options) -> Result<String, Faults> {
    options.check(registry)?;
    let model = model(sources, registry, options);
    Ok(rust::single_file(&model, &options.style_for(&registry.settings), &options.made_by))
}

/// Rust types of numbers that hold less than their schema allows.
#[must_use]
pub fn widths(sources: &Sources, registry: &Registry) -> BTreeMap<SchemaId, Width> {
    model(sources, registry, &Options::default()).widths()
}

/// The model of the part of a registry that Rust is generated for.
fn model<'g>(sources: &Sources, registry: &'g Registry, options: &Options) -> Model<'g> {
    let scope = Scope { contexts: options.contexts.clone(), max_bytes: options.max_bytes.clone() };
    Model::new(sources, registry, &scope, rust::PROFILE)
}
