//! Findings for readers: one file for each form.

mod concise;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod sarif;

pub use self::{
    concise::concise,
    github::github,
    gitlab::gitlab,
    human::human,
    json::json,
    junit::junit,
    sarif::{RuleText, sarif},
};

use goodevent_schema::{
    diagnostic::{Diagnostic, Level},
    source::{Sources, Span},
};

/// A place as people count: lines and columns from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

/// Where a span begins.
#[must_use]
pub fn place(sources: &Sources, span: Span) -> Place {
    let bytes = &sources[span.source].bytes;
    let before = String::from_utf8_lossy(&bytes[..bytes.len().min(span.start as usize)]);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Place { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
}

/// Where a span ends: the place behind its last character.
fn end(sources: &Sources, span: Span) -> Place {
    place(sources, Span { start: span.end.max(span.start), ..span })
}

fn level(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.level {
        Level::Error => "error",
        Level::Warning => "warning",
    }
}

/// All that a finding says, in a paragraph.
fn text(diagnostic: &Diagnostic) -> String {
    let Diagnostic { headline, label, help, .. } = diagnostic;
    let label = if label.is_empty() { String::new() } else { format!(" ({label})") };
    let help = if help.is_empty() { String::new() } else { format!("\nhelp: {help}") };
    format!("{headline}{label}{help}")
}

/// Path of a span's file as the user would name it.
pub(crate) fn path(sources: &Sources, span: Span) -> String {
    let source = &sources[span.source];
    match &source.uri {
        Some(uri) => uri.clone(),
        None if sources.root.is_empty() => source.path.clone(),
        None => format!("{}/{}", sources.root, source.path),
    }
}
