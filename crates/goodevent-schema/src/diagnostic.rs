//! What is wrong with a registry, as plain data; `goodevent-build` renders it.

use crate::source::Span;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing; the run succeeds.
    Warning,
    /// The run fails.
    Error,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Id of the rule that found it, such as `unresolved-ref`.
    pub rule: &'static str,
    /// How bad it is.
    pub level: Level,
    /// What is wrong, in one line that stands alone.
    pub headline: String,
    /// The exact place.
    pub span: Span,
    /// What is to be seen at the place; may be empty.
    pub label: String,
    /// Other places that explain this one, each with what is to be seen there.
    pub related: Vec<(Span, String)>,
    /// The remedy; may be empty.
    pub help: String,
}

impl Diagnostic {
    /// An error of `rule` at `span`.
    pub fn error(rule: &'static str, span: Span, headline: impl Into<String>) -> Self {
        Self::new(rule, Level::Error, span, headline)
    }

    /// A warning of `rule` at `span`.
    pub fn warning(rule: &'static str, span: Span, headline: impl Into<String>) -> Self {
        Self::new(rule, Level::Warning, span, headline)
    }

    fn new(rule: &'static str, level: Level, span: Span, headline: impl Into<String>) -> Self {
        Self {
            rule,
            level,
            headline: headline.into(),
            span,
            label: String::new(),
            related: Vec::new(),
            help: String::new(),
        }
    }

    /// Says what is to be seen at the place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }

    /// Names the remedy.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}
