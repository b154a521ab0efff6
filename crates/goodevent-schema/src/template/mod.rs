//! Templates of names and of text outputs.
//!
//! A name is made of text and variables, which need no engine. Everything else is Handlebars, if the feature `handlebars`
//! is on.

#[cfg(not(feature = "handlebars"))]
mod absent;
#[cfg(feature = "handlebars")]
mod handlebars;
mod plain;

use serde_json::Value;

#[cfg(not(feature = "handlebars"))]
use self::absent::render_name;
#[cfg(feature = "handlebars")]
pub use self::handlebars::render_escaped;
#[cfg(feature = "handlebars")]
use self::handlebars::render_name;

/// Blocks and calls within one another.
const MAX_NESTING: usize = 32;

/// The longest text of a template.
const MAX_TEXT_BYTES: usize = 64 << 20;

/// Reason why a template fails.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Partials are not supported, because they could call themselves.
    #[error("it has a partial (`{{{{>` or `{{{{#*`), which templates here can't have")]
    Partial,
    /// Nested too deep.
    #[error("it is nested deeper than {MAX_NESTING} levels")]
    Nesting,
    /// The loops exceed the limit.
    #[error("its loops write more than {max} parts")]
    Steps {
        /// As many as it may.
        max: usize,
    },
    /// The text exceeds the limit.
    #[error("its text is longer than {} MiB", MAX_TEXT_BYTES >> 20)]
    Text,
    /// Unknown variable.
    #[error("there is no variable `{name}` (line {line}, column {column})")]
    Unknown {
        /// The variable that it asks for.
        name: String,
        /// Line of the place, from 1.
        line: usize,
        /// Column of the place, from 1.
        column: usize,
    },
    /// Malformed.
    #[error("{reason} (line {line}, column {column})")]
    Malformed {
        /// Why.
        reason: String,
        /// Line of the place, from 1.
        line: usize,
        /// Column of the place, from 1.
        column: usize,
    },
    /// More than variables, without the engine for it.
    #[error(
        "it has more than variables (line {line}, column {column}), for which `goodevent-build` needs its feature \
         `handlebars`"
    )]
    Absent {
        /// Line of the place, from 1.
        line: usize,
        /// Column of the place, from 1.
        column: usize,
    },
}

/// An escape function of a language.
pub type Escape = Box<dyn Fn(&str) -> String + Send + Sync>;

/// Renders a name from `template` and `values`. Nothing is escaped, and every variable must exist.
///
/// # Errors
/// If the template fails.
pub fn render(template: &str, values: &Value) -> Result<String, Refused> {
    match plain::render(template, values) {
        Ok(text) if text.len() > MAX_TEXT_BYTES => Err(Refused::Text),
        Ok(text) => Ok(text),
        Err(stop) => render_name(template, values, stop),
    }
}
