//! Literals and comments of programming languages.

use std::fmt::Write as _;

use goodevent_json::{
    escape::{self, is_active},
    string,
};

/// A string of JSON, which is one of JavaScript and TypeScript as well. It ends no comment and no element `<script>` around it.
pub(super) fn json(text: &str) -> String {
    let text = string::quote(text);
    let text = escape::json(&text).into_owned();
    text.replace("*/", "*\\u002f").replace("</", "\\u003c/").replace("<!--", "\\u003c!--")
}

/// A string of Java.
pub(super) fn java(text: &str) -> String {
    quoted(text, |out, char| match char {
        // Java reads `\u000a` before it reads the literal, so that controls need octal escapes.
        '\0'..='\u{1f}' | '\u{7f}' => push(out, format_args!("\\{:03o}", u32::from(char))),
        char => push_units(out, char),
    })
}

/// A string of Go, C# or Python, with `\u` for characters of the basic plane, of which all are that are escaped.
pub(super) fn wide(text: &str) -> String {
    quoted(text, push_units)
}

/// A string of Bicep.
pub(super) fn bicep(text: &str) -> String {
    let mut out = String::from("'");
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' if chars.peek() == Some(&'{') => out.push_str("\\$"),
            // Some tools look for comments in strings.
            '*' | '/' if out.ends_with('/') => push(&mut out, format_args!("\\u{{{:x}}}", u32::from(char))),
            char if is_active(char) => push(&mut out, format_args!("\\u{{{:x}}}", u32::from(char))),
            char => out.push(char),
        }
    }
    out.push('\'');
    out
}

/// A string of Terraform's language.
pub(super) fn terraform(text: &str) -> String {
    let mut out = String::from("\"");
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            // `$${` stands for `${`, so that a sigil before another one is written as a number.
            '$' | '%' if chars.peek() == Some(&'{') => out.extend([char, char]),
            '$' | '%' if chars.peek() == Some(&char) => push_units(&mut out, char),
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            char if is_active(char) => push_units(&mut out, char),
            char => out.push(char),
        }
    }
    out.push('"');
    out
}

/// Text in a comment: it neither ends nor nests `/* … */`, and ends neither `<!-- … -->` nor an element `<script>`.
pub(super) fn comment(text: &str) -> String {
    let text = escape::line(text).replace("*/", "* /").replace("/*", "/ *");
    text.replace("-->", "-- >").replace("--!>", "-- !>").replace("</", "<\\/")
}

/// Text in a comment or a docstring of Python.
pub(super) fn python_comment(text: &str) -> String {
    let text = escape::line(text).replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\"").replace("'''", "\\'\\'\\'");
    // The end of a docstring may follow.
    match text.strip_suffix(['"', '\'']) {
        Some(rest) if !rest.ends_with('\\') => format!("{rest}\\{}", &text[rest.len()..]),
        _ => text,
    }
}

/// Text in a comment of JavaScript or TypeScript, in which `@` begins neither a tag (`@deprecated`) nor a directive
/// (`@ts-nocheck`).
pub(super) fn typescript_comment(text: &str) -> String {
    without_tags(&comment(text), "\\@")
}

/// Text in a comment of C#, which is XML in comments with documentation.
pub(super) fn xml_comment(text: &str) -> String {
    comment(&markup(&escape::line(text)))
}

/// Text in a comment of Java: Javadoc is HTML with tags, and `\u000a` ends a line before comments are read.
pub(super) fn java_comment(text: &str) -> String {
    without_tags(&xml_comment(text), "&#64;").replace('\\', "&#92;")
}

fn markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The text with `at` for each `@` that does not stand within an address.
fn without_tags(text: &str, at: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '@' if !out.ends_with(char::is_alphanumeric) => out.push_str(at),
            char => out.push(char),
        }
    }
    out
}

/// A literal between quotation marks with the escapes that most languages have.
fn quoted(text: &str, escape: impl Fn(&mut String, char)) -> String {
    let mut out = String::from("\"");
    for char in text.chars() {
        match char {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            char if is_active(char) => escape(&mut out, char),
            char => out.push(char),
        }
    }
    out.push('"');
    out
}

fn push_units(out: &mut String, char: char) {
    for unit in char.encode_utf16(&mut [0; 2]) {
        push(out, format_args!("\\u{unit:04x}"));
    }
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a string takes all that is written");
}
