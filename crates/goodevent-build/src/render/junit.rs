//! Findings as a [JUnit report](https://github.com/testmoapp/junitxml): a suite for each file, a failure for each finding.

use std::{collections::BTreeMap, fmt::Write as _};

use goodevent_json::escape;
use goodevent_schema::{
    diagnostic::{Diagnostic, Level},
    source::Sources,
};

use super::parts::{path, place, text};

/// Renders the report. A file without findings is a passing test.
#[must_use]
pub fn junit(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut suites: BTreeMap<String, Vec<&Diagnostic>> = BTreeMap::new();
    for (source, _) in sources.iter().filter(|(_, source)| source.uri.is_none()) {
        let start = goodevent_schema::source::Span { source, start: 0, end: 0 };
        suites.insert(path(sources, start), Vec::new());
    }
    for diagnostic in diagnostics {
        suites.entry(path(sources, diagnostic.span)).or_default().push(diagnostic);
    }
    let n_failures = diagnostics.iter().filter(|diagnostic| diagnostic.level == Level::Error).count();
    let n_tests: usize = suites.values().map(|findings| findings.len().max(1)).sum();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    write(&mut xml, format_args!("<testsuites name=\"goodevent\" tests=\"{n_tests}\" failures=\"{n_failures}\">\n"));
    for (path, findings) in &suites {
        suite(&mut xml, path, findings, sources);
    }
    xml.push_str("</testsuites>");
    xml
}

fn suite(xml: &mut String, path: &str, findings: &[&Diagnostic], sources: &Sources) {
    let n_failures = findings.iter().filter(|finding| finding.level == Level::Error).count();
    let (n_tests, path) = (findings.len().max(1), escaped(&escape::line(path)));
    write(xml, format_args!("  <testsuite name=\"{path}\" tests=\"{n_tests}\" failures=\"{n_failures}\">\n"));
    if findings.is_empty() {
        write(xml, format_args!("    <testcase name=\"contract\" classname=\"{path}\"/>\n"));
    }
    for finding in findings {
        let (place, message) = (place(sources, finding.span), escaped(&text(finding)));
        let (line, rule) = (place.line, finding.rule);
        let outcome = match finding.level {
            Level::Error => format!("<failure message=\"{message}\" type=\"{rule}\">line {line}</failure>"),
            Level::Warning => format!("<system-out>line {line}: {message}</system-out>"),
        };
        write(xml, format_args!("    <testcase name=\"{rule}:{line}\" classname=\"{path}\">{outcome}</testcase>\n"));
    }
    xml.push_str("  </testsuite>\n");
}

fn write(xml: &mut String, line: std::fmt::Arguments<'_>) {
    xml.write_fmt(line).expect("a string takes all that is written");
}

/// Text that XML 1.0 allows, in an attribute or an element; it holds no controls except line feeds.
fn escaped(text: &str) -> String {
    let mut xml = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\n' => xml.push_str("&#10;"),
            // Build servers read `##[…]` as a command.
            '#' if xml.ends_with('#') => xml.push_str("&#35;"),
            char if char.is_control() || matches!(char, '\u{fffe}' | '\u{ffff}') => xml.push('\u{fffd}'),
            char => xml.push(char),
        }
    }
    xml
}
