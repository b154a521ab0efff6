//! Diagnostics of a registry, as plain data; `goodevent-build` renders them.

use std::borrow::Cow;

use crate::source::Span;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing; the run succeeds.
    Warning,
    /// The run fails.
    Error,
}

/// A change of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Span of the removed text.
    pub span: Span,
    /// Replacement text.
    pub text: String,
}

/// A fix of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// Whether the fix needs review.
    pub safety: Safety,
    /// The changes, at least one.
    pub edits: Vec<Edit>,
}

/// Whether a change can be made without looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Safety {
    /// Preserves the meaning for producers and consumers.
    Safe,
    /// It may not be what is meant.
    Unsafe,
}

/// Upper bound of the findings of a registry, which bounds their memory.
pub const MAX_FINDINGS: usize = 500_000;

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Id of the rule that found it, such as `unresolved-ref`.
    pub rule: &'static str,
    /// How bad it is.
    pub level: Level,
    /// Headline of the finding, in one line that stands alone.
    pub headline: String,
    /// The exact place.
    pub span: Span,
    /// Label at the span; can be empty.
    pub label: Cow<'static, str>,
    /// Other places that explain this one, each with what is to be seen there.
    pub related: Vec<(Span, String)>,
    /// The remedy; may be empty.
    pub help: Cow<'static, str>,
    /// The remedy as a change of the text.
    pub fix: Option<Fix>,
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

    /// That there are more findings than are listed.
    #[must_use]
    pub fn too_many() -> Self {
        let headline = format!("there are more than {MAX_FINDINGS} findings, and the others are not listed");
        Self::error("too-many-findings", Span::NOWHERE, headline)
            .help("fix the listed findings, and run the command again")
    }

    fn new(rule: &'static str, level: Level, span: Span, headline: impl Into<String>) -> Self {
        Self {
            rule,
            level,
            headline: headline.into(),
            span,
            label: Cow::Borrowed(""),
            related: Vec::new(),
            help: Cow::Borrowed(""),
            fix: None,
        }
    }

    /// Sets the label at the span.
    #[must_use]
    pub fn label(mut self, label: impl Into<Cow<'static, str>>) -> Self {
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
    pub fn help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.help = help.into();
        self
    }

    /// Offers a change that can be made without looking.
    #[must_use]
    pub fn fix(mut self, edit: impl Into<Option<Edit>>) -> Self {
        self.fix = edit.into().map(|edit| Fix { safety: Safety::Safe, edits: vec![edit] });
        self
    }

    /// Offers edits that need review; without edits there is no offer.
    #[must_use]
    pub fn suggest(mut self, edits: impl IntoIterator<Item = Edit>) -> Self {
        let edits: Vec<Edit> = edits.into_iter().collect();
        self.fix = (!edits.is_empty()).then_some(Fix { safety: Safety::Unsafe, edits });
        self
    }
}
