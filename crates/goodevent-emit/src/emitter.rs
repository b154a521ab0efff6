//! The trait of an emitter.

use std::collections::BTreeMap;

use goodevent_model::{Model, Profile};
use goodevent_schema::config::Settings;

use crate::settings::Options;

/// Texts by their paths: below the folder of the language, or else below the output folder.
pub type Files = BTreeMap<String, String>;

/// Generates the outputs of one kind.
pub trait Emitter: Sync {
    /// Its name in `goodevent.toml`.
    fn id(&self) -> &'static str;

    /// The limits of the language.
    fn profile(&self) -> Profile;

    /// Generates the files.
    ///
    /// # Errors
    /// If a setting cannot be followed.
    fn emit(&self, model: &Model<'_>, request: &Request<'_>) -> Result<Files, Error>;
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

/// Reason why an output is not generated.
pub type Error = Box<dyn std::error::Error + Send + Sync>;
