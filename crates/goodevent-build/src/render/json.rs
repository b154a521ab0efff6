//! Findings as JSON, one object for each.

use goodevent_schema::{
    diagnostic::{Diagnostic, Level},
    source::Sources,
};
use serde_json::{Value, json};

use super::{path, place};

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
            "level": match diagnostic.level { Level::Error => "error", Level::Warning => "warning" },
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
