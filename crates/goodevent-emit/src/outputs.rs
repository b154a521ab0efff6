//! All outputs of a registry.

use std::collections::BTreeMap;

use goodevent_model::{Model, Profile, Scope};
use goodevent_schema::{
    Registry,
    diagnostic::Diagnostic,
    source::{Sources, Span},
    suggest,
};

use crate::{
    emitter::{self, Emitter, Files, Request},
    languages::LANGUAGES,
    rust::Rust,
    settings::{self, Faults, Options},
    text::Texts,
};

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

/// Generates all outputs that the settings of a registry ask for: Rust, the languages of `[languages]`, and the texts of
/// `[outputs]`.
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
    let settings = &registry.settings;
    let request = Request { settings, options, templates };
    let scope = Scope { contexts: options.contexts.clone(), max_bytes: options.max_bytes.clone() };
    let mut models: Vec<(Profile, Model<'_>)> = Vec::new();
    let mut emitted = |emitter: &dyn Emitter| {
        let profile = emitter.profile();
        let model_idx = models.iter().position(|(known, _)| *known == profile).unwrap_or_else(|| {
            models.push((profile, Model::new(sources, registry, &scope, profile)));
            models.len() - 1
        });
        emitter.emit(&models[model_idx].1, &request).map_err(Error::Emitter)
    };
    let mut files = emitted(&Rust)?;
    if !settings.outputs.is_empty() {
        files.extend(emitted(&Texts)?);
    }
    for emitter in LANGUAGES {
        let Some(own) = settings.languages.get(emitter.id()) else { continue };
        let folder = own.get_ref().folder(emitter.id());
        files.extend(emitted(*emitter)?.into_iter().map(|(path, text)| (format!("{folder}/{path}"), text)));
    }
    Ok(files)
}

/// Finds languages in `goodevent.toml` that no emitter is for, and faults of their settings.
pub(crate) fn faults_of_languages(sources: &Sources, registry: &Registry) -> Vec<Diagnostic> {
    let Some(id) = settings::file(sources) else { return Vec::new() };
    let known: Vec<&str> = LANGUAGES.iter().map(|emitter| emitter.id()).collect();
    let unknown = registry.settings.languages.iter().filter(|(name, _)| !known.contains(&name.as_str()));
    let finding = |name: &str, span: Span| {
        let headline = format!("no code is generated for the language `{name}`");
        let help = match suggest::nearest(name, known.iter().copied()) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!("the languages are {}", known.join(", ")),
        };
        Diagnostic::error("invalid-settings", span, headline).help(help)
    };
    let unknown = unknown.map(|(name, own)| finding(name, settings::span(id, own.span())));
    let wrong = LANGUAGES.iter().filter_map(|emitter| {
        let own = registry.settings.languages.get(emitter.id())?;
        let fault = emitter.fault(own.get_ref())?;
        Some(Diagnostic::error("invalid-settings", settings::span(id, own.span()), fault))
    });
    unknown.chain(wrong).collect()
}
