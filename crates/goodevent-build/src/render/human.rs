//! Findings as rustc shows them: excerpts of the user's files with labels.

use std::borrow::Cow;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level as Shown, Renderer, Snippet};
use goodevent_json::escape;
use goodevent_schema::{
    diagnostic::{Diagnostic, Level},
    source::{Sources, Span},
};

use super::{
    lines::lines,
    parts::{bytes, path},
};

/// More of a line than this is cut away around the place: minified JSON is one line.
const MAX_CONTEXT_BYTES: usize = 120;

/// Renders the findings, separated by blank lines.
#[must_use]
pub fn human(diagnostics: &[Diagnostic], sources: &Sources, is_coloured: bool) -> String {
    let renderer = if is_coloured { Renderer::styled() } else { Renderer::plain() };
    let shown = diagnostics.iter().map(|diagnostic| one(diagnostic, sources, &renderer));
    shown.collect::<Vec<_>>().join("\n\n")
}

/// Renders the findings part by part: a report of many findings can be larger than the registry.
pub fn human_parts(diagnostics: &[Diagnostic], sources: &Sources) -> impl Iterator<Item = String> {
    let parts = diagnostics.chunks(256).enumerate();
    parts.map(|(nth, part)| format!("{}{}", if nth > 0 { "\n" } else { "" }, human(part, sources, true)))
}

fn one(diagnostic: &Diagnostic, sources: &Sources, renderer: &Renderer) -> String {
    let level = match diagnostic.level {
        Level::Error => Shown::ERROR,
        Level::Warning => Shown::WARNING,
    };
    let window = Window::around(sources, diagnostic.span);
    let primary = AnnotationKind::Primary.span(window.range.clone());
    let label = escape::line(&diagnostic.label);
    let primary = if label.is_empty() { primary } else { primary.label(label.as_ref()) };
    let related = diagnostic.related.iter().map(|(span, label)| (Window::around(sources, *span), escape::line(label)));
    let related: Vec<(Window, Cow<'_, str>)> = related.collect();
    let (headline, help) = (escape::line(&diagnostic.headline), escape::line(&diagnostic.help));
    let title = level.primary_title(headline.as_ref()).id(diagnostic.rule);
    let mut group = window.shown(Group::with_title(title), primary);
    for (window, label) in &related {
        group = window.shown(group, AnnotationKind::Context.span(window.range.clone()).label(label.as_ref()));
    }
    if !help.is_empty() {
        group = group.element(Shown::HELP.message(help.as_ref()));
    }
    without_columns(&renderer.render(&[group]))
}

/// The end of a place. It stands in no other text, since all text of users is escaped.
const END: char = '\u{feff}';

/// The text without the line and the column that the renderer counts, which are those of the excerpt.
fn without_columns(text: &str) -> String {
    let mut parts = text.split(END);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.trim_start_matches(|char: char| char == ':' || char.is_ascii_digit()))
}

/// The line of a place, or the part of it that is near. Characters that act on a terminal are escaped.
struct Window {
    text: String,
    /// The path with the line and the column in the file, and [`END`].
    origin: String,
    line: usize,
    range: std::ops::Range<usize>,
}

impl Window {
    /// The group with the window in it.
    fn shown<'w>(&'w self, group: Group<'w>, annotation: Annotation<'w>) -> Group<'w> {
        let snippet = Snippet::source(&self.text).line_start(self.line).annotation(annotation);
        group.element(snippet.path(&self.origin))
    }

    fn around(sources: &Sources, span: Span) -> Self {
        let bytes = bytes(sources, span);
        let start = (span.start as usize).min(bytes.len());
        let lines = lines(&bytes);
        let place = lines.place(start);
        let (line_start, line_end) = (lines.range(place.line).start, lines.range(place.line).end);
        let end = (span.end as usize).clamp(start, line_end);
        let (from, to) = (
            line_start.max(start.saturating_sub(MAX_CONTEXT_BYTES)),
            line_end.min(end.min(start + MAX_CONTEXT_BYTES) + MAX_CONTEXT_BYTES),
        );
        let before = String::from_utf8_lossy(&bytes[from..start]);
        let before = escape::excerpt(&before);
        let inside = String::from_utf8_lossy(&bytes[start..end.min(to)]);
        let behind = String::from_utf8_lossy(&bytes[end.min(to)..to]);
        // The line may end with a carriage return and a line feed.
        let behind = behind.strip_suffix('\r').filter(|_| to == line_end).unwrap_or(&behind);
        let (inside, behind) = (escape::excerpt(&inside), escape::excerpt(behind));
        let cut_before = if from > line_start { "…" } else { "" };
        let cut_behind = if to < line_end { "…" } else { "" };
        let range_start = cut_before.len() + before.len();
        Self {
            range: range_start..range_start + inside.len(),
            text: format!("{cut_before}{before}{inside}{behind}{cut_behind}"),
            origin: format!("{}:{}:{}{END}", escape::line(&path(sources, span)), place.line, place.column),
            line: place.line,
        }
    }
}

#[cfg(test)]
mod tests {
    use goodevent_schema::source::{Source, SourceId};

    use super::*;

    fn shown(text: &[u8], start: u32, end: u32) -> String {
        let source = Source { path: "orders/X.json".to_owned(), uri: None, bytes: text.into() };
        let sources = Sources { root: "schemas".to_owned(), files: vec![source] };
        let span = Span { source: SourceId(0), start, end };
        human(&[Diagnostic::error("some-rule", span, "it is wrong").label("here").help("mend it")], &sources, false)
    }

    #[test]
    fn a_finding_shows_line_place_reason_and_remedy() {
        let expected = "\
error[some-rule]: it is wrong
 --> schemas/orders/X.json:2:3
  |
2 |   \"title\": 5
  |   ^^^^^^^ here
  |
  = help: mend it";
        assert_eq!(shown(b"{\n  \"title\": 5\n}", 4, 11), expected);
    }

    #[test]
    fn long_lines_and_wrong_bytes_are_shown_in_part() {
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(100_000));
        let shown_in_part = shown(long.as_bytes(), 50_000, 50_001);
        assert!(shown_in_part.len() < 1_000 && shown_in_part.contains("X.json:1:50001\n"), "{shown_in_part}");
        assert!(shown(b"{\"a\": \"\xff\xfe\"}", 7, 8).contains("here"));
        assert!(shown(b"", 0, 0).contains("it is wrong"));
    }

    #[test]
    fn active_characters_are_escaped_and_labels_stand_under_their_places() {
        let text = "{ \"\u{202e}a\u{9b}31m\": \"\u{7}\u{1b}[0m\" }\r\n";
        let start = text.find("\"\u{7}").expect("it is there");
        let shown = shown(text.as_bytes(), start as u32, (start + 7) as u32);
        let expected = "\
error[some-rule]: it is wrong
 --> schemas/orders/X.json:1:13
  |
1 | { \"\\u202ea\\u009b31m\": \"\\u0007\\u001b[0m\" }
  |                       ^^^^^^^^^^^^^^^^^ here
  |
  = help: mend it";
        assert_eq!(shown, expected);
    }

    #[test]
    fn no_text_of_a_finding_begins_a_line() {
        let source = Source { path: "orders/\n::error::X.json".to_owned(), uri: None, bytes: b"{}".as_slice().into() };
        let sources = Sources { root: "schemas".to_owned(), files: vec![source] };
        let span = Span { source: SourceId(0), start: 0, end: 1 };
        let finding =
            Diagnostic::error("some-rule", span, "a\n::b").label("c\n::d").help("e\r\n::f").related(span, "\n::g");
        let shown = human(&[finding], &sources, false);
        assert!(
            shown.lines().all(|line| !line.trim_start().starts_with("::") || line.starts_with(" ::: schemas/")),
            "{shown}"
        );
        for text in ["orders/\\n::error::X.json:1:1", "a\\n::b", "c\\n::d", "e\\r\\n::f", "\\n::g"] {
            assert!(shown.contains(text), "{text:?} is not in {shown}");
        }
    }
}
