//! Definition of a rule.

use goodevent_schema::{
    config::RuleLevel,
    ir::SchemaId,
    registry::{Context, Contract},
};

use super::context::Cx;

/// A rule of the linter.
#[derive(Debug)]
pub struct Rule {
    /// Id, which names the flaw: `missing-owner`.
    pub id: &'static str,
    /// Requirement of the rule, in a sentence.
    pub summary: &'static str,
    /// Category of the rule.
    pub category: Category,
    /// Default level, which the registry can override.
    pub level: RuleLevel,
    /// Whether the tool can fix the finding.
    pub fix: Fix,
    /// Whether it is about released contracts, so that a change cannot suppress it for itself.
    pub(super) guards_releases: bool,
    /// Its page, as the comment has it: with a space before each line.
    pub(super) docs: &'static str,
    pub(super) check: Check,
}

impl Rule {
    /// Its page, in Markdown.
    #[must_use]
    pub fn page(&self) -> String {
        let lines = self.docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Categories of rules; the registry can set the level of a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Category {
    Names,
    Documentation,
    Ownership,
    Payload,
    Size,
    Lifecycle,
    Envelope,
    Formats,
    Privacy,
    Routing,
    Schemas,
    Suppressions,
}

/// Whether and how the tool can fix a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fix {
    /// The tool applies a safe fix.
    Safe,
    /// The tool proposes a fix that needs review.
    Suggested,
    /// Only a person who knows the intention can fix it.
    None,
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy)]
pub(super) enum Check {
    /// The registry as a whole.
    Registry(fn(&mut Cx<'_>)),
    /// Each context.
    Context(fn(&mut Cx<'_>, &str, &Context)),
    /// Each contract.
    Contract(fn(&mut Cx<'_>, &Contract)),
    /// Each schema of the registry's files: of contracts, and of shared types.
    Schema(fn(&mut Cx<'_>, SchemaId)),
    /// Nothing: reading the registry finds the flaw.
    Analysis(()),
    /// Nothing: the engine itself finds the flaw.
    Engine(()),
}

impl Category {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Names,
        Self::Documentation,
        Self::Ownership,
        Self::Payload,
        Self::Size,
        Self::Lifecycle,
        Self::Envelope,
        Self::Formats,
        Self::Privacy,
        Self::Routing,
        Self::Schemas,
        Self::Suppressions,
    ];

    /// Its name in settings and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Names => "names",
            Self::Documentation => "documentation",
            Self::Ownership => "ownership",
            Self::Payload => "payload",
            Self::Size => "size",
            Self::Lifecycle => "lifecycle",
            Self::Envelope => "envelope",
            Self::Formats => "formats",
            Self::Privacy => "privacy",
            Self::Routing => "routing",
            Self::Schemas => "schemas",
            Self::Suppressions => "suppressions",
        }
    }
}

impl Fix {
    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Suggested => "suggested",
            Self::None => "none",
        }
    }
}

/// Declares a rule; the comment is its page, the text of `goodevent explain`, and a test.
///
/// The JSON examples are merged into an otherwise valid contract: the first must trigger the rule, the second must not.
macro_rules! declare_rule {
    ($(#[doc = $doc:literal])* $id:literal {
        summary: $summary:literal, category: $category:ident, level: $level:ident, fix: $fix:ident, check: $check:ident($run:expr)
        $(, guards_releases: $guards_releases:literal)?
    }) => {
        /// The rule.
        pub(in crate::lint) static RULE: $crate::lint::Rule = $crate::lint::Rule {
            id: $id,
            summary: $summary,
            category: $crate::lint::Category::$category,
            level: goodevent_schema::config::RuleLevel::$level,
            fix: $crate::lint::Fix::$fix,
            guards_releases: false $(|| $guards_releases)?,
            docs: concat!($($doc, "\n"),*),
            check: $crate::lint::rule::Check::$check($run),
        };
    };
}

pub(super) use declare_rule;
