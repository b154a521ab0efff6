//! The parts that several formats have in common.

use std::sync::Arc;

use goodevent_json::escape;
use goodevent_schema::{
    diagnostic::{Diagnostic, Level},
    source::{Source, Sources, Span},
};

use super::lines::{Place, lines};

/// The text that a span lies in; empty if it lies in none.
pub(super) fn bytes(sources: &Sources, span: Span) -> Arc<[u8]> {
    sources.get(span.source).map_or_else(|| [].into(), |source| source.bytes.shared())
}

/// Position of the start of a span.
#[must_use]
pub fn place(sources: &Sources, span: Span) -> Place {
    lines(&bytes(sources, span)).place(span.start as usize)
}

/// Where a span ends: the place behind its last character.
pub(super) fn end(sources: &Sources, span: Span) -> Place {
    place(sources, Span { start: span.end.max(span.start), ..span })
}

pub(super) fn level(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.level {
        Level::Error => "error",
        Level::Warning => "warning",
    }
}

/// All that a finding says, in a paragraph of one line or two.
pub(super) fn text(diagnostic: &Diagnostic) -> String {
    let Diagnostic { headline, label, help, .. } = diagnostic;
    let [headline, label, help] = [headline, label.as_ref(), help.as_ref()].map(escape::line);
    paragraph(&headline, &label, &help)
}

pub(super) fn paragraph(headline: &str, label: &str, help: &str) -> String {
    let label = if label.is_empty() { String::new() } else { format!(" ({label})") };
    let help = if help.is_empty() { String::new() } else { format!("\nhelp: {help}") };
    format!("{headline}{label}{help}")
}

/// Path of a span's file as the user would name it. A finding in no file is about the registry: it gets the folder's path.
pub(crate) fn path(sources: &Sources, span: Span) -> String {
    match sources.get(span.source) {
        None if sources.root.is_empty() => ".".to_owned(),
        None => sources.root.clone(),
        Some(Source { uri: Some(uri), .. }) => uri.clone(),
        Some(source) if sources.root.is_empty() => source.path.clone(),
        Some(source) => format!("{}/{}", sources.root, source.path),
    }
}
