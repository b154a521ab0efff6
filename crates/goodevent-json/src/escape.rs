//! Text that is data, shown where characters act: on terminals, in logs, and in the logs of build servers, which execute
//! lines such as `::add-path::`.

use std::{borrow::Cow, fmt::Write as _};

/// Tests if a character acts on what shows it, or hides what stands beside it: the controls C0, DEL and C1, the separators of
/// lines and paragraphs, the [controls of bidirectional text](https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters),
/// and the byte order mark.
#[must_use]
pub fn is_active(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A text in one line: active characters are escaped, line ends included.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    escaped(text, |_| false)
}

/// Lines of text: active characters are escaped, except line feeds.
#[must_use]
pub fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |char| char == '\n')
}

/// An excerpt of a line that a user wrote: active characters are escaped, except tabs.
#[must_use]
pub fn excerpt(text: &str) -> Cow<'_, str> {
    escaped(text, |char| char == '\t')
}

/// Lines of text with colours: active characters are escaped, except line feeds and the sequences that set a style
/// (`ESC [ … m`).
#[must_use]
pub fn styled(text: &str) -> Cow<'_, str> {
    if !text.contains('\u{1b}') {
        return lines(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        out.push_str(&lines(&rest[..at]));
        let n_bytes = style_bytes(&rest[at..]);
        match n_bytes {
            0 => push_escape(&mut out, '\u{1b}'),
            _ => out.push_str(&rest[at..at + n_bytes]),
        }
        rest = &rest[at + n_bytes.max(1)..];
    }
    out.push_str(&lines(rest));
    Cow::Owned(out)
}

/// A JSON text of the same value, in which active characters within strings are escaped, and which no build server reads
/// commands from.
#[must_use]
pub fn json(text: &str) -> Cow<'_, str> {
    // Between strings there is white space only.
    let is_raw = |char: char| is_active(char) && !matches!(char, '\n' | '\r' | '\t');
    if !text.contains(is_raw) && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for (at, char) in text.char_indices() {
        match char {
            '#' if is_command(text, at) => out.push_str("\\u0023"),
            char if is_raw(char) => push_unicode(&mut out, char),
            char => out.push(char),
        }
    }
    Cow::Owned(out)
}

/// Breaks workflow commands of build servers: GitHub executes lines that begin with `::`, and `##[…]` anywhere; Azure
/// Pipelines executes `##vso[…]`, TeamCity `##teamcity[…]`.
#[must_use]
pub fn without_commands(text: &str) -> Cow<'_, str> {
    if !text.contains("::") && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        let start = command_start(line);
        for (at, char) in line.char_indices() {
            if Some(at) == start || (char == '#' && is_command(line, at)) {
                out.push('\\');
            }
            out.push(char);
        }
    }
    Cow::Owned(out)
}

/// Where the `::` is that a line begins with, apart from white space and styles. `:::` behind white space names a place in
/// a report, and is not a command.
fn command_start(line: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = &line[at..];
        let n_bytes = rest.len() - rest.trim_start().len() + style_bytes(rest.trim_start());
        match n_bytes {
            0 => break,
            _ => at += n_bytes,
        }
    }
    let is_place = at > 0 && line[at..].starts_with("::: ");
    (line[at..].starts_with("::") && !is_place).then_some(at)
}

/// Tests if the `#` at `at` is the second one of `##[`, or of `##name[`.
fn is_command(text: &str, at: usize) -> bool {
    let is_name = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.');
    text[..at].ends_with('#') && text[at + 1..].trim_start_matches(is_name).starts_with('[')
}

/// Bytes of the style that a text begins with, if it does.
fn style_bytes(text: &str) -> usize {
    let Some(rest) = text.strip_prefix("\u{1b}[") else { return 0 };
    let parameters = rest.trim_start_matches(|char: char| char.is_ascii_digit() || char == ';');
    if parameters.starts_with('m') { text.len() - parameters.len() + 1 } else { 0 }
}

fn escaped(text: &str, is_kept: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(|char| is_active(char) && !is_kept(char)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        match is_active(char) && !is_kept(char) {
            true => push_escape(&mut out, char),
            false => out.push(char),
        }
    }
    Cow::Owned(out)
}

/// A character as JSON escapes it.
fn push_escape(out: &mut String, char: char) {
    match char {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        char => push_unicode(out, char),
    }
}

fn push_unicode(out: &mut String, char: char) {
    for unit in char.encode_utf16(&mut [0; 2]) {
        write!(out, "\\u{unit:04x}").expect("a string takes all that is written");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn active_characters_are_escaped() {
        assert_eq!(line("a\r\n\tb\u{1b}[31m\u{9b}\u{202e}\u{0}"), "a\\r\\n\\tb\\u001b[31m\\u009b\\u202e\\u0000");
        assert_eq!(lines("a\nb\u{85}c\u{2028}"), "a\nb\\u0085c\\u2028");
        assert_eq!(excerpt("\ta\u{feff}"), "\ta\\ufeff");
        for text in ["", "plain text", "日本語 \u{1f600} é \u{200d}"] {
            assert!(matches!(line(text), Cow::Borrowed(_)), "{text}");
        }
        let all: String = ('\0'..=char::MAX).filter(|char| is_active(*char)).collect();
        assert_eq!(all.chars().count(), 65 + 3 + 7 + 4 + 1);
        assert!(!line(&all).contains(is_active));
    }

    #[test]
    fn only_styles_keep_their_effect() {
        let own = "\u{1b}[1m\u{1b}[38;5;9merror\u{1b}[0m: a\nb";
        assert_eq!(styled(own), own);
        assert_eq!(styled("a\u{1b}]0;title\u{7}b\u{1b}[2J"), "a\\u001b]0;title\\u0007b\\u001b[2J");
        assert_eq!(styled("\u{1b}\u{1b}[0m\u{1b}["), "\\u001b\u{1b}[0m\\u001b[");
    }

    #[test]
    fn json_keeps_its_value() {
        assert_eq!(json("{\n  \"a\": \"é\"\n}"), "{\n  \"a\": \"é\"\n}");
        assert_eq!(json("\"\u{9b}\u{202e}\u{7f}\""), "\"\\u009b\\u202e\\u007f\"");
        assert_eq!(json("\"##[error]x ## é##vso[a]\""), "\"#\\u0023[error]x ## é#\\u0023vso[a]\"");
    }

    #[test]
    fn no_line_is_a_command() {
        for (text, expected) in [
            ("::error::x", "\\::error::x"),
            ("a\n \t::error::x\n::", "a\n \t\\::error::x\n\\::"),
            ("\u{1b}[1m \u{1b}[0m::error::x", "\u{1b}[1m \u{1b}[0m\\::error::x"),
            ("a ::error::x", "a ::error::x"),
            (":::error::x", "\\:::error::x"),
            ("  ::: a/X.json:1:2", "  ::: a/X.json:1:2"),
            ("a ##[error]x ###vso[b]", "a #\\#[error]x ##\\#vso[b]"),
            ("## New\n##", "## New\n##"),
            ("é##[x]", "é#\\#[x]"),
        ] {
            assert_eq!(without_commands(text), expected);
        }
    }
}
