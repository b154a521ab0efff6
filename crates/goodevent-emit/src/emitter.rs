//! The trait of an emitter.

use std::collections::BTreeMap;

use goodevent_model::{Model, Profile};
use goodevent_schema::config::{LanguageSettings, Settings};

use crate::settings::Options;

/// Texts by their paths: below the folder of the language, or else below the output folder.
pub type Files = BTreeMap<String, String>;

/// Generates the outputs of one kind.
pub trait Emitter: Sync {
    /// Its name in `goodevent.toml`.
    fn id(&self) -> &'static str;

    /// The limits of the language.
    fn profile(&self) -> Profile;

    /// The fault of its settings, with the name of the setting, if there is one. Most languages have no setting besides
    /// their folder.
    fn fault(&self, settings: &LanguageSettings) -> Option<String> {
        foreign(settings, &[])
    }

    /// Generates the files.
    ///
    /// # Errors
    /// If a setting cannot be followed.
    fn emit(&self, model: &Model<'_>, request: &Request<'_>) -> Result<Files, Error>;
}

/// A setting that a language does not have, apart from those that are `allowed`.
pub(crate) fn foreign(settings: &LanguageSettings, allowed: &[&str]) -> Option<String> {
    let LanguageSettings { folder: _, package, coordinates } = settings;
    let all = [("package", package.is_some()), ("coordinates", coordinates.is_some())];
    let (name, _) = all.into_iter().find(|(name, is_set)| *is_set && !allowed.contains(name))?;
    Some(format!("the language does not have the setting `{name}`"))
}

/// Input of an emitter beside the model.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// `goodevent.toml`.
    pub settings: &'a Settings,
    /// Options of the generation.
    pub options: &'a Options,
    /// Texts of Handlebars templates, by the names that `[outputs]` uses.
    pub templates: &'a BTreeMap<String, String>,
}

impl Request<'_> {
    /// `[languages.<id>]`.
    #[must_use]
    pub fn language(&self, id: &str) -> LanguageSettings {
        self.settings.languages.get(id).map(|own| own.get_ref().clone()).unwrap_or_default()
    }
}

/// Reason why an output is not generated.
pub type Error = Box<dyn std::error::Error + Send + Sync>;
