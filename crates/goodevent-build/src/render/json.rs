//! Findings as JSON, one object each.

use goodevent_schema::{diagnostic::Diagnostic, source::Sources};
use serde_json::{Value, json};

use super::parts::{level, path, place};

/// Renders an array of findings.
#[must_use]
pub fn json(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    array(diagnostics.iter().map(|diagnostic| finding(diagnostic, sources)))
}

/// A finding.
pub(crate) fn finding(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let place = place(sources, diagnostic.span);
    let related = diagnostic.related.iter().map(|(span, label)| {
        let place = super::place(sources, *span);
        json!({ "path": path(sources, *span), "line": place.line, "column": place.column, "label": label })
    });
    json!({
        "rule": diagnostic.rule,
        "level": level(diagnostic),
        "message": diagnostic.headline,
        "path": path(sources, diagnostic.span),
        "line": place.line,
        "column": place.column,
        "start": diagnostic.span.start,
        "end": diagnostic.span.end,
        "label": diagnostic.label,
        "help": diagnostic.help,
        "related": related.collect::<Vec<_>>(),
    })
}

/// The text of an array. As values, its items would take up many times the room.
pub(super) fn array(items: impl Iterator<Item = Value>) -> String {
    let mut text = String::from("[");
    for (nth, item) in items.enumerate() {
        text.push_str(if nth > 0 { "," } else { "" });
        text.push_str(&item.to_string());
    }
    text + "]"
}
