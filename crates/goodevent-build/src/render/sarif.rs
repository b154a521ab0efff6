//! Findings as [SARIF 2.1.0](https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).

use std::collections::BTreeSet;

use goodevent_schema::{
    diagnostic::{Diagnostic, Level},
    source::{Sources, Span},
};
use serde_json::{Value, json};

use super::{
    json::array,
    parts::{end, path, place, text},
};

/// Description of a rule in a report.
#[derive(Debug, Clone)]
pub struct RuleText {
    /// Its name.
    pub id: String,
    /// Requirement of the rule.
    pub summary: String,
    /// Its page, in Markdown.
    pub docs: String,
}

/// Renders the log of one run. Rules without findings are omitted; rules without a text only have a name.
#[must_use]
pub fn sarif(diagnostics: &[Diagnostic], sources: &Sources, rules: &[RuleText]) -> String {
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
    let tool = json!({ "driver": {
        "name": "goodevent",
        "version": env!("CARGO_PKG_VERSION"),
        "informationUri": env!("CARGO_PKG_REPOSITORY"),
        "rules": described.collect::<Vec<_>>(),
    }});
    let results = array(diagnostics.iter().map(|diagnostic| result(diagnostic, sources, &ids)));
    // Columns count characters, not UTF-16 units.
    let run = format!(r#"{{"tool":{tool},"columnKind":"unicodeCodePoints","results":{results}}}"#);
    format!(r#"{{"$schema":"{SCHEMA}","version":"2.1.0","runs":[{run}]}}"#)
}

/// The schema of these logs.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

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

/// A path as a URI reference: absolute paths get the scheme `file`, others are relative to the repository
/// ([RFC 3986 §4](https://www.rfc-editor.org/rfc/rfc3986#section-4)). What is a URI already stays as it is.
fn uri(path: &str) -> String {
    if is_uri(path) {
        return path.to_owned();
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_' | b'~');
    let encoded: String = path
        .bytes()
        .map(|byte| match is_plain(byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect();
    let is_drive = path.get(1..3) == Some(":/");
    match path.starts_with('/') {
        // Two slashes would begin an authority.
        true => format!("file:///{}", encoded.trim_start_matches('/')),
        false if is_drive => format!("file:///{}:{}", &path[..1], &encoded[4..]),
        false => encoded,
    }
}

/// Tests if a text is a URI with an authority, such as the URI of a remote document.
fn is_uri(text: &str) -> bool {
    let is_legal =
        |char: char| char.is_ascii_graphic() && !matches!(char, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}');
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '+' | '.' | '-'))
    };
    text.split_once("://").is_some_and(|(scheme, rest)| is_scheme(scheme) && rest.chars().all(is_legal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uri_references() {
        for (path, expected) in [
            ("schemas/orders/X.json", "schemas/orders/X.json"),
            ("my schemas/#1/a?b&c.json", "my%20schemas/%231/a%3Fb%26c.json"),
            ("100%/ü/日.json", "100%25/%C3%BC/%E6%97%A5.json"),
            ("a:b/c.json", "a%3Ab/c.json"),
            ("main:schemas/X.json", "main%3Aschemas/X.json"),
            ("/srv/a b/X.json", "file:///srv/a%20b/X.json"),
            ("C:/a b/X.json", "file:///C:/a%20b/X.json"),
            ("https://example.org/a%20b.json#x", "https://example.org/a%20b.json#x"),
            ("https://example.org/a b.json", "https%3A//example.org/a%20b.json"),
            ("[x]/{y}\u{0}.json", "%5Bx%5D/%7By%7D%00.json"),
        ] {
            assert_eq!(uri(path), expected);
            let is_legal = |char: char| char.is_ascii_graphic() && !"\"<>\\^`{|}".contains(char);
            assert!(uri(path).chars().all(is_legal), "{path}");
        }
    }
}
