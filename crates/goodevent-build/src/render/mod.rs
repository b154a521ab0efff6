//! Renderers of findings, one file per format.

mod concise;
mod github;
mod gitlab;
mod human;
pub(crate) mod json;
mod junit;
mod lines;
mod sarif;

pub use self::{
    concise::concise,
    github::github,
    gitlab::gitlab,
    human::{human, human_parts},
    json::json,
    junit::junit,
    sarif::{RuleText, sarif},
};

use std::sync::Arc;

use self::lines::lines;
use goodevent_json::escape;
use goodevent_schema::{
    diagnostic::{Diagnostic, Level},
    source::{Source, Sources, Span},
};
use serde_json::Value;

/// A position for people: lines and columns from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

/// The text that a span lies in; empty if it lies in none.
fn bytes(sources: &Sources, span: Span) -> Arc<[u8]> {
    sources.get(span.source).map_or_else(|| [].into(), |source| source.bytes.shared())
}

/// Position of the start of a span.
#[must_use]
pub fn place(sources: &Sources, span: Span) -> Place {
    lines(&bytes(sources, span)).place(span.start as usize)
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

/// The text of an array. As values, its items would take up many times the room.
fn array(items: impl Iterator<Item = Value>) -> String {
    let mut text = String::from("[");
    for (nth, item) in items.enumerate() {
        text.push_str(if nth > 0 { "," } else { "" });
        text.push_str(&item.to_string());
    }
    text + "]"
}

/// All that a finding says, in a paragraph of one line or two.
fn text(diagnostic: &Diagnostic) -> String {
    let Diagnostic { headline, label, help, .. } = diagnostic;
    let [headline, label, help] = [headline, label.as_ref(), help.as_ref()].map(escape::line);
    paragraph(&headline, &label, &help)
}

fn paragraph(headline: &str, label: &str, help: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A finding whose place is in no file is shown in every form, whether the registry has files or none.
    #[test]
    fn a_finding_without_a_file_is_shown_in_every_form() {
        let file = Source { path: "orders/X.json".to_owned(), uri: None, bytes: b"{}".as_slice().into() };
        for (root, files) in [("schemas", vec![]), ("schemas", vec![file.clone()]), ("", vec![])] {
            let sources = Sources { root: root.to_owned(), files };
            let related = Span { start: 7, end: 900, ..Span::NOWHERE };
            let finding = Diagnostic::error("some-rule", Span::NOWHERE, "it is wrong").related(related, "seen here");
            let found = [finding];
            for text in [
                human(&found, &sources, false),
                concise(&found, &sources),
                json(&found, &sources),
                sarif(&found, &sources, &[]),
                github(&found, &sources),
                gitlab(&found, &sources),
                junit(&found, &sources),
            ] {
                let place = if root.is_empty() { "." } else { root };
                assert!(text.contains("it is wrong") && text.contains(place), "{text}");
            }
        }
    }
}
