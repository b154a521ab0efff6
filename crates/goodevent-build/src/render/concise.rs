//! Findings in a line each, as compilers of old and many editors have them.

use goodevent_json::escape;
use goodevent_schema::{diagnostic::Diagnostic, source::Sources};

use super::{level, path, place};

/// `path:line:column: error[rule]: message`, a line for each finding.
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
