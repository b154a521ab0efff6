//! Schemas as tables, which the shared code evaluates.

use goodevent_schema::ir::SchemaId;

use crate::{
    emitter,
    escape::Language,
    languages::{
        modules::Module,
        names::Cx,
        tables::{Entry, Tables},
    },
};

use super::patterns::{Decided, decided};

/// The constants of a document.
pub(super) fn text(cx: &Cx<'_>, tables: &Tables<'_>, module: &Module) -> Result<String, emitter::Error> {
    let mut text = String::new();
    for (schema, entries) in tables.of(module.source) {
        let entries = entries.iter().map(|entry| Ok(format!("    {},\n", literal(cx, tables, module, entry)?)));
        let entries: String = entries.collect::<Result<_, emitter::Error>>()?;
        let lines = if entries.is_empty() { String::new() } else { format!("\n{entries}") };
        // Tables are known by their identities: Python makes one object of equal tuples, but not of lists.
        text.push_str(&format!("\nTABLE_{}: _g.Table = [{lines}]\n", tables.number(schema)));
    }
    Ok(text)
}

/// An expression that refers to the table of `schema` from `module`. Modules and tables refer to each other in circles, so
/// that none is read before all are there.
pub(super) fn path(cx: &Cx<'_>, tables: &Tables<'_>, module: &Module, schema: SchemaId) -> String {
    format!("lambda: {}", cx.path(module, schema, &format!("TABLE_{}", tables.number(schema))))
}

/// The parts of a tuple.
pub(super) fn tuple(parts: &[String]) -> String {
    match parts {
        [] => "()".to_owned(),
        [part] => format!("({part},)"),
        parts => format!("({})", parts.join(", ")),
    }
}

fn literal(cx: &Cx<'_>, tables: &Tables<'_>, module: &Module, entry: &Entry) -> Result<String, emitter::Error> {
    let of = |entry: &Entry| literal(cx, tables, module, entry);
    Ok(match entry {
        Entry::Null => "None".to_owned(),
        Entry::Bool(value) => if *value { "True" } else { "False" }.to_owned(),
        Entry::Count(count) => count.to_string(),
        Entry::Text(text) => Language::Python.text(text),
        Entry::Pattern(pattern) => {
            let decided = decided(pattern).map_err(|error| format!("{}: {error}", module.origin))?;
            let own = Language::Python.text(pattern);
            match decided {
                Decided::Regex(regex) => tuple(&[own, Language::Python.text(&regex), "None".to_owned()]),
                Decided::Automaton(automaton) => tuple(&[own, "None".to_owned(), Language::Python.text(&automaton)]),
            }
        }
        Entry::Lines(entries) if !entries.is_empty() => {
            let lines = entries.iter().map(|own| Ok(format!("        {},\n", of(own)?)));
            format!("(\n{}    )", lines.collect::<Result<String, emitter::Error>>()?)
        }
        Entry::List(entries) | Entry::Lines(entries) => tuple(&entries.iter().map(of).collect::<Result<Vec<_>, _>>()?),
        Entry::Table(schema) => path(cx, tables, module, *schema),
    })
}
