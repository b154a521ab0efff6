//! Prose with code spans as Markdown, and descriptions as Rust documentation, which is Markdown as well: rustdoc runs code
//! blocks as tests, and passes HTML to the browser. Descriptions therefore keep lists and code spans, and no other Markdown.

use goodevent_json::escape;

/// A description as documentation: every line is one of a paragraph, or begins an item of a list.
#[must_use]
pub fn rust_doc(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(prose).collect();
    lines.join("\n")
}

/// A line of prose in Markdown whose lists and code spans keep their meaning.
#[must_use]
pub fn prose(text: &str) -> String {
    let text = escape::line(text.trim());
    // Lists stay; after their markers, as at the start of a line, four spaces would begin a block of code.
    let text = text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let mut out = String::with_capacity(text.len());
    let is_list = ["- ", "* ", "+ "].iter().any(|marker| text.starts_with(marker));
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        let (before, behind) = (text[..at].chars().next_back(), text[at + char.len_utf8()..].chars().next());
        let is_within_word = before.is_some_and(char::is_alphanumeric) && behind.is_some_and(char::is_alphanumeric);
        match char {
            '`' => {
                let span = code(&text[at..]);
                out.push_str(span.unwrap_or("\\`"));
                for _ in 1..span.map_or(1, |span| span.chars().count()) {
                    chars.next();
                }
            }
            _ if at == 0 && is_list => out.push(char),
            '#' | '>' | '-' | '+' | '=' | ':' if at == 0 => out.extend(['\\', char]),
            '\\' | '*' | '<' | '[' | ']' | '|' => out.extend(['\\', char]),
            '~' if text.matches('~').count() > 1 => out.push_str("\\~"),
            '_' if !is_within_word => out.extend(['\\', char]),
            '&' if behind.is_some_and(|behind| behind == '#' || behind.is_ascii_alphabetic()) => out.push_str("&amp;"),
            char => out.push(char),
        }
    }
    out
}

/// The span of code that a text begins with: between single backticks, with nothing in it that ends it elsewhere.
fn code(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('`')?;
    let n_bytes = inner.find('`').filter(|n_bytes| *n_bytes > 0)?;
    let is_single = !inner[n_bytes + 1..].starts_with('`');
    // Cells of tables end within spans as well.
    (is_single && !inner[..n_bytes].contains('|')).then(|| &text[..n_bytes + 2])
}
