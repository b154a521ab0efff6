//! Diagnostics of a registry, as plain data; `goodevent-build` renders them.

use std::borrow::Cow;

use std::collections::BTreeSet;

use crate::source::{Sources, Span};

/// Severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The run succeeds.
    Warning,
    /// The run fails.
    Error,
}

/// An edit of a text.
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

/// Whether a fix can be applied without review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Safety {
    /// Preserves the meaning for producers and consumers.
    Safe,
    /// May change meaning; requires review.
    Unsafe,
}

/// Whether any of the findings is an error, which prevents generation.
#[must_use]
pub fn has_errors(found: &[Diagnostic]) -> bool {
    found.iter().any(|finding| finding.level == Level::Error)
}

/// Upper bound of the findings of a registry, which bounds their memory.
pub const MAX_FINDINGS: usize = 500_000;

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Id of the rule that found it, such as `unresolved-ref`.
    pub rule: &'static str,
    /// Severity.
    pub level: Level,
    /// Headline of the finding, in one line that stands alone.
    pub headline: String,
    /// Span of the finding.
    pub span: Span,
    /// Label at the span; can be empty.
    pub label: Cow<'static, str>,
    /// Related spans with their labels.
    pub related: Vec<(Span, String)>,
    /// The remedy; can be empty.
    pub help: Cow<'static, str>,
    /// The remedy as edits.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// Creates an error of `rule` at `span`.
    pub fn error(rule: &'static str, span: Span, headline: impl Into<String>) -> Self {
        Self::new(rule, Level::Error, span, headline)
    }

    /// Creates a warning of `rule` at `span`.
    pub fn warning(rule: &'static str, span: Span, headline: impl Into<String>) -> Self {
        Self::new(rule, Level::Warning, span, headline)
    }

    /// Creates the finding about the excess of findings.
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

    /// Adds a related span.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }

    /// Sets the remedy.
    #[must_use]
    pub fn help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.help = help.into();
        self
    }

    /// Offers a safe fix.
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

impl Sources {
    /// Removes findings about a link that are also reported about its target.
    pub fn retain_once(&self, found: &mut Vec<Diagnostic>) {
        let is_link =
            |finding: &Diagnostic| self.get(finding.span.source).is_some_and(|file| file.bytes.link().is_some());
        if !found.iter().any(is_link) {
            return;
        }
        let key = |path: &str, own: &Diagnostic| {
            (path.to_owned(), own.rule, own.span.start, own.span.end, own.headline.clone())
        };
        let path = |own: &Diagnostic| self.get(own.span.source).map_or("", |file| file.path.as_str());
        let known: BTreeSet<_> = found.iter().map(|own| key(path(own), own)).collect();
        found.retain(|own| {
            let link = self.get(own.span.source).and_then(|file| file.bytes.link());
            link.is_none_or(|path| !known.contains(&key(path, own)))
        });
    }
}
