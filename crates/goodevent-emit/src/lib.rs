//! Code generation from a registry, as values: Rust code, and text outputs by template.
//!
//! An [`Emitter`] turns the model of a registry into the files of one kind of output; [`emit`] runs all
//! that the settings ask for.

pub mod emitter;
pub mod escape;
pub mod rust;
pub mod settings;
#[cfg(feature = "text")]
pub mod text;
pub mod typescript;

pub use crate::{
    emitter::{Emitter, Files},
    rust::Style,
    settings::{Faults, Options},
};

use std::collections::BTreeMap;

use goodevent_json::width::Width;
use goodevent_model::{Model, Profile, Scope};
use goodevent_schema::{Registry, diagnostic::Diagnostic, ir::SchemaId, source::Sources};

use crate::emitter::Request;

/// The emitters, one file or folder each.
#[rustfmt::skip]
pub const EMITTERS: &[&dyn Emitter] = &[
    &rust::Rust,
    &text::Texts,
    &typescript::TypeScript,
];

/// Finds settings that no code can be generated from.
#[must_use]
pub fn check(sources: &Sources, registry: &Registry) -> Vec<Diagnostic> {
    let languages: Vec<&str> = EMITTERS.iter().filter(|own| own.is_language()).map(|own| own.id()).collect();
    settings::check(sources, registry, &languages)
}

/// Reason why an output is not generated.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Options or settings contain invalid Rust or unknown names.
    #[error(transparent)]
    Options(#[from] Faults),
    /// An emitter fails.
    #[error(transparent)]
    Emitter(emitter::Error),
}

/// Generates all outputs that the settings of a registry ask for.
///
/// # Errors
/// If an option or setting cannot be followed.
pub fn emit(
    sources: &Sources,
    registry: &Registry,
    options: &Options,
    templates: &BTreeMap<String, String>,
) -> Result<Files, Error> {
    options.check(registry)?;
    let request = Request { settings: &registry.settings, options, templates };
    let mut models: Vec<(Profile, Model<'_>)> = Vec::new();
    let mut files = Files::new();
    for emitter in EMITTERS.iter().filter(|emitter| emitter.is_wanted(request.settings)) {
        let profile = emitter.profile();
        let model_idx = models.iter().position(|(known, _)| *known == profile).unwrap_or_else(|| {
            models.push((profile, model(sources, registry, options, profile)));
            models.len() - 1
        });
        let own = emitter.emit(&models[model_idx].1, &request).map_err(Error::Emitter)?;
        match registry.settings.languages.get(emitter.id()).filter(|_| emitter.is_language()) {
            Some(settings) => {
                let folder = settings.get_ref().folder(emitter.id());
                files.extend(own.into_iter().map(|(path, text)| (format!("{folder}/{path}"), text)));
            }
            None => files.extend(own),
        }
    }
    Ok(files)
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
    let model = model(sources, registry, options, rust::PROFILE);
    Ok(rust::crate_files(&model, &options.style_for(&registry.settings), &options.made_by))
}

/// Generates the Rust code of a registry as one file for `include!`.
///
/// # Errors
/// If `options`, or the settings of the registry, contain invalid Rust or unknown names.
pub fn rust_file(sources: &Sources, registry: &Registry, options: &Options) -> Result<String, Faults> {
    options.check(registry)?;
    let model = model(sources, registry, options, rust::PROFILE);
    Ok(rust::single_file(&model, &options.style_for(&registry.settings), &options.made_by))
}

/// Rust types of numbers that hold less than their schema allows.
#[must_use]
pub fn widths(sources: &Sources, registry: &Registry) -> BTreeMap<SchemaId, Width> {
    model(sources, registry, &Options::default(), rust::PROFILE).widths()
}

/// The model of the part of a registry that `options` ask for.
fn model<'g>(sources: &Sources, registry: &'g Registry, options: &Options, profile: Profile) -> Model<'g> {
    let scope = Scope { contexts: options.contexts.clone(), max_bytes: options.max_bytes.clone() };
    Model::new(sources, registry, &scope, profile)
}
