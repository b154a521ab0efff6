//! What is wrong with a registry, as plain data; `goodevent-build` renders it.

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
    /// What goes.
    pub span: Span,
    /// What comes in its place.
    pub text: String,
}

/// How a flaw can be mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// Whether somebody has to look at it.
    pub safety: Safety,
    /// The changes, at least one.
    pub edits: Vec<Edit>,
}

/// Whether a change can be made without looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Safety {
    /// It changes nothing that anybody relies on.
    Safe,
    /// It may not be what is meant.
    Unsafe,
}

/// Most findings of a registry. So many are not read one by one, and take up memory.
pub const MAX_FINDINGS: usize = 500_000;

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

    /// Says what is to be seen at the place.
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

    /// Offers changes that somebody has to look at; none are no offer.
    #[must_use]
    pub fn suggest(mut self, edits: impl IntoIterator<Item = Edit>) -> Self {
        let edits: Vec<Edit> = edits.into_iter().collect();
        self.fix = (!edits.is_empty()).then_some(Fix { safety: Safety::Unsafe, edits });
        self
    }
}
