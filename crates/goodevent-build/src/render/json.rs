//! Findings as JSON, one object for each.

use goodevent_schema::{diagnostic::Diagnostic, source::Sources};
use serde_json::{Value, json};

use super::{level, path, place};

/// An array of findings.
#[must_use]
pub fn json(diagnostics: &[Diagnostic], sources: &Sources) -> Value {
    let values = diagnostics.iter().map(|diagnostic| {
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
    });
    Value::Array(values.collect())
}
