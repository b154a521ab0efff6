//! Findings as [SARIF 2.1.0](https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).

use std::collections::BTreeSet;

use goodevent_schema::{
    diagnostic::{Diagnostic, Level},
    source::{Sources, Span},
};
use serde_json::{Value, json};

use super::{end, path, place, text};

/// What a report says of a rule.
#[derive(Debug, Clone)]
pub struct RuleText {
    /// Its name.
    pub id: String,
    /// What it asks for.
    pub summary: String,
    /// Its page, in Markdown.
    pub docs: String,
}

/// A log of one run. Rules that found nothing are left out; those without a text are named only.
#[must_use]
pub fn sarif(diagnostics: &[Diagnostic], sources: &Sources, rules: &[RuleText]) -> Value {
    let ids: BTreeSet<&str> = diagnostics.iter().map(|diagnostic| diagnostic.rule).collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    let described = ids.iter().map(|id| match rules.iter().find(|rule| rule.id == *id) {
        Some(rule) => json!({
            "id": id,
            "shortDescription": { "text": rule.summary },
            "help": { "text": rule.docs, "markdown": rule.docs },
        }),
        None => json!({ "id": id }),
    });
    let results = diagnostics.iter().map(|diagnostic| result(diagnostic, sources, &ids));
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "goodevent",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": described.collect::<Vec<_>>(),
            }},
            // Columns count characters, not UTF-16 units.
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<_>>(),
        }],
    })
}

fn result(diagnostic: &Diagnostic, sources: &Sources, ids: &[&str]) -> Value {
    let related = diagnostic.related.iter().map(|(span, label)| {
        let mut location = location(sources, *span);
        location["message"] = json!({ "text": label });
        location
    });
    json!({
        "ruleId": diagnostic.rule,
        "ruleIndex": ids.iter().position(|id| *id == diagnostic.rule),
        "level": match diagnostic.level { Level::Error => "error", Level::Warning => "warning" },
        "message": { "text": text(diagnostic) },
        "locations": [location(sources, diagnostic.span)],
        "relatedLocations": related.collect::<Vec<_>>(),
    })
}

fn location(sources: &Sources, span: Span) -> Value {
    let (start, end) = (place(sources, span), end(sources, span));
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(&path(sources, span)) },
        "region": {
            "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column,
            "byteOffset": span.start, "byteLength": span.end.saturating_sub(span.start),
        },
    }})
}

/// A path as a relative reference ([RFC 3986 §4.2](https://www.rfc-editor.org/rfc/rfc3986#section-4.2)).
fn uri(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_' | b'~');
    let bytes = path.bytes().map(|byte| match is_plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    });
    bytes.collect()
}
