//! Text in documents: a reader sees exactly the text.

use goodevent_json::escape;

/// Text of an element or a quoted attribute of HTML or XML.
pub(super) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in escape::line(text).chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '`' => out.push_str("&#96;"),
            // XML has no place for them.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            char => out.push(char),
        }
    }
    out
}

/// Text of a paragraph or of a cell of a table in [CommonMark](https://spec.commonmark.org/0.31.2/#backslash-escapes), with
/// the extensions of GitHub. Only characters that would mean something are escaped.
pub(super) fn markdown(text: &str) -> String {
    let text = escape::line(text);
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    for (at, char) in chars.iter().copied().enumerate() {
        let (before, behind) = (at.checked_sub(1).map(|at| chars[at]), chars.get(at + 1).copied());
        let is_within_word = before.is_some_and(char::is_alphanumeric) && behind.is_some_and(char::is_alphanumeric);
        // At the start of a line: headings, lists, quotes and lines below headings.
        let is_block = before.is_none() && matches!(char, '#' | '+' | '-' | '=' | ':')
            || matches!(char, '.' | ')') && at > 0 && chars[..at].iter().all(char::is_ascii_digit);
        let is_inline = match char {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '{' | '}' => true,
            // A pair strikes out what stands between.
            '~' => chars.iter().filter(|char| **char == '~').count() > 1,
            '_' => !is_within_word,
            '&' => behind.is_some_and(|behind| behind == '#' || behind.is_ascii_alphabetic()),
            '-' => before == Some('-') && behind == Some('>'),
            // A mention notifies people.
            '@' => !before.is_some_and(char::is_alphanumeric),
            _ => false,
        };
        match char {
            // A backslash does not keep GitHub from reading a mention.
            '@' if is_inline => out.push_str("&#64;"),
            _ => {
                out.extend((is_block || is_inline).then_some('\\'));
                out.push(char);
            }
        }
    }
    out
}

/// A code span in Markdown, also valid in a table cell.
#[must_use]
pub fn markdown_code(text: &str) -> String {
    let text = escape::line(text);
    let is_plain = |char: char| char.is_alphanumeric() || " -_.,:;/#=+()$%!?".contains(char);
    match !text.is_empty() && text.trim() == text && text.chars().all(is_plain) {
        true => format!("`{text}`"),
        // References to characters mean nothing but the characters, in whatever a span stands.
        false => {
            let is_word = |char: char| char.is_alphanumeric() || char == ' ';
            let shown = text.chars().map(|char| match is_word(char) {
                true => char.to_string(),
                false => format!("&#{};", u32::from(char)),
            });
            format!("<code>{}</code>", shown.collect::<String>())
        }
    }
}
