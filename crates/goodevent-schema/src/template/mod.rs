//! Templates of names and of text outputs.
//!
//! A name is made of text and variables, which need no engine. Everything else is Handlebars, if the feature `handlebars`
//! is on.

#[cfg(not(feature = "handlebars"))]
mod absent;
#[cfg(feature = "handlebars")]
mod handlebars;
mod plain;
mod refused;

use serde_json::Value;

use self::refused::MAX_TEXT_BYTES;
pub use self::refused::{Escape, Refused};

#[cfg(not(feature = "handlebars"))]
use self::absent::render_name;
#[cfg(feature = "handlebars")]
pub use self::handlebars::render_escaped;
#[cfg(feature = "handlebars")]
use self::handlebars::render_name;

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
