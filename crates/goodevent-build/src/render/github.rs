//! Findings as [annotations](https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands) of a
//! GitHub workflow.

use goodevent_schema::{diagnostic::Diagnostic, source::Sources};

use super::parts::{end, level, paragraph, path, place};

/// Renders a workflow command per finding, encoded for GitHub; the terminal escapes other control characters.
#[must_use]
pub fn github(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let lines = diagnostics.iter().map(|diagnostic| {
        let (start, end) = (place(sources, diagnostic.span), end(sources, diagnostic.span));
        let (path, title) = (property(&path(sources, diagnostic.span)), property(diagnostic.rule));
        // Columns count only within a line.
        let columns = match start.line == end.line {
            true => format!(",col={},endColumn={}", start.column, end.column),
            false => String::new(),
        };
        let (level, message) =
            (level(diagnostic), data(&paragraph(&diagnostic.headline, &diagnostic.label, &diagnostic.help)));
        format!("::{level} file={path},line={},endLine={}{columns},title={title}::{message}", start.line, end.line)
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
