//! Findings in one line each, in the format that many editors parse.

use goodevent_json::escape;
use goodevent_schema::{diagnostic::Diagnostic, source::Sources};

use super::parts::{level, path, place};

/// Renders findings as `path:line:column: error[rule]: message`, one per line.
#[must_use]
pub fn concise(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let lines = diagnostics.iter().map(|diagnostic| {
        let (place, path) = (place(sources, diagnostic.span), path(sources, diagnostic.span));
        let path = escape::line(&path);
        let (rule, headline) = (diagnostic.rule, escape::line(&diagnostic.headline));
        format!("{path}:{}:{}: {}[{rule}]: {headline}", place.line, place.column, level(diagnostic))
    });
    lines.collect::<Vec<_>>().join("\n")
}
