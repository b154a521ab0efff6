//! Schemas as tables, which the shared package evaluates.

use goodevent_json::escape;

use crate::{
    emitter,
    escape::Language,
    languages::{patterns, tables::Entry},
};

use super::{
    names::{Cx, File},
    regexp,
};

/// The tables of a document, and the schemas that types are validated by.
///
/// # Errors
/// If a pattern is one that Go cannot decide.
pub(super) fn text(cx: &Cx<'_>, file: &File) -> Result<String, emitter::Error> {
    let mut text = String::new();
    for schema in cx.schemas(file.source) {
        let (name, table) = (cx.schema(schema), cx.table(schema));
        text.push_str(&format!("var {name} = goodevent.NewSchema({table})\n\n"));
    }
    for (schema, entries) in cx.tables.of(file.source) {
        let mut lines = String::new();
        for entry in &entries {
            lines.push_str(&format!("\t\t{},\n", literal(cx, file, entry)?));
        }
        let list = if lines.is_empty() { "list{}".to_owned() } else { format!("list{{\n{lines}\t}}") };
        text.push_str(&format!("func {}() list {{\n\treturn {list}\n}}\n\n", cx.table(schema)));
    }
    Ok(text)
}

fn literal(cx: &Cx<'_>, file: &File, entry: &Entry) -> Result<String, emitter::Error> {
    let all = |entries: &[Entry]| {
        entries.iter().map(|entry| literal(cx, file, entry)).collect::<Result<Vec<String>, emitter::Error>>()
    };
    Ok(match entry {
        Entry::Null => "nil".to_owned(),
        Entry::Bool(value) => value.to_string(),
        // An untyped constant is an `int`, which can have 32 bits.
        Entry::Count(count) if *count > i32::MAX as u64 => format!("uint64({count})"),
        Entry::Count(count) => count.to_string(),
        Entry::Text(text) => Language::Go.text(text),
        Entry::Pattern(pattern) => self::pattern(file, pattern)?,
        Entry::Lines(entries) if !entries.is_empty() => {
            let lines = all(entries)?.into_iter().map(|line| format!("\t\t\t{line},\n"));
            format!("list{{\n{}\t\t}}", lines.collect::<String>())
        }
        Entry::List(entries) | Entry::Lines(entries) => format!("list{{{}}}", all(entries)?.join(", ")),
        Entry::Table(schema) => cx.table(*schema),
    })
}

/// A pattern with its automaton, or else as one of Go that means the same.
fn pattern(file: &File, pattern: &str) -> Result<String, emitter::Error> {
    let source = Language::Go.text(pattern);
    if let Some(automaton) = patterns::automaton(pattern) {
        return Ok(format!("goodevent.Pattern{{Source: {source}, Automaton: {}}}", Language::Go.text(&automaton)));
    }
    match regexp::translated(pattern) {
        Some(own) => Ok(format!("goodevent.Pattern{{Source: {source}, Regexp: {}}}", Language::Go.text(&own))),
        None => {
            let (name, pattern) = (&file.type_name, escape::line(pattern));
            Err(format!("no code for Go is generated: the pattern `{pattern}` of `{name}` refers back or is too large")
                .into())
        }
    }
}
