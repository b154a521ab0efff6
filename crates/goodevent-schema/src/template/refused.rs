//! The limits of templates, and the reasons why one fails.

/// Blocks and calls within one another.
pub(super) const MAX_NESTING: usize = 32;

/// The longest text of a template.
pub(super) const MAX_TEXT_BYTES: usize = 64 << 20;

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
