//! Findings for readers: one file for each form.

mod human;
mod json;

pub use self::{human::human, json::json};

use goodevent_schema::source::{Sources, Span};

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

/// Path of a span's file as the user would name it.
pub(crate) fn path(sources: &Sources, span: Span) -> String {
    let path = &sources[span.source].path;
    if sources.root.is_empty() { path.clone() } else { format!("{}/{path}", sources.root) }
}
