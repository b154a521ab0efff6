//! Schemas as tables, which the shared code evaluates.

use goodevent_schema::ir::SchemaId;

use crate::{
    escape::Language,
    languages::{
        modules::Module,
        patterns,
        tables::{Entry, Tables},
    },
};

use super::names::Cx;

/// The constants of a document.
pub(super) fn text(cx: &Cx<'_>, tables: &Tables<'_>, module: &Module) -> String {
    let constant = |(schema, entries): (SchemaId, Vec<Entry>)| {
        let entries = entries.iter().map(|own| format!("  {},\n", literal(cx, tables, module, own)));
        format!("export const ${}: g.Node = [\n{}];\n", tables.number(schema), entries.collect::<String>())
    };
    tables.of(module.source).map(constant).collect()
}

/// An expression that refers to the table of `schema` from `module`.
pub(super) fn path(cx: &Cx<'_>, tables: &Tables<'_>, module: &Module, schema: SchemaId) -> String {
    let name = cx.path(module, schema, &format!("${}", tables.number(schema)));
    // Modules and tables refer to each other in circles, so that none is read before all are there.
    format!("() => {name}")
}

fn literal(cx: &Cx<'_>, tables: &Tables<'_>, module: &Module, entry: &Entry) -> String {
    let of = |own: &Entry| literal(cx, tables, module, own);
    match entry {
        Entry::Null => "null".to_owned(),
        Entry::Bool(value) => value.to_string(),
        Entry::Count(count) => count.to_string(),
        Entry::Text(text) => Language::TypeScript.text(text),
        Entry::Pattern(pattern) => match patterns::automaton(pattern).filter(|_| may_backtrack(pattern)) {
            Some(automaton) => format!("[{}, \"{automaton}\"]", Language::TypeScript.text(pattern)),
            None => Language::TypeScript.text(pattern),
        },
        Entry::Lines(entries) if !entries.is_empty() => {
            format!("[\n{}  ]", entries.iter().map(|own| format!("    {},\n", of(own))).collect::<String>())
        }
        Entry::List(entries) | Entry::Lines(entries) => {
            format!("[{}]", entries.iter().map(of).collect::<Vec<_>>().join(", "))
        }
        Entry::Table(schema) => path(cx, tables, module, *schema),
    }
}

/// Whether an engine that backtracks could try a text in many ways. It cannot if a pattern begins at the start of the text
/// and has at most one part that it may repeat or leave out.
fn may_backtrack(pattern: &str) -> bool {
    let n_choices = pattern.matches(['*', '+', '?', '{']).count();
    !pattern.starts_with('^') || n_choices > 1 || pattern.contains('|')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_patterns_with_one_choice_at_most_run_in_the_engine_of_the_platform() {
        assert!(!may_backtrack("^[A-Z]{2}-[0-9]$") && !may_backtrack("^a.*b$"));
        for pattern in ["a*b", "^(a+)+$", "^(a|a)*$", "^a?b?$", "^(?=a*).*$"] {
            assert!(may_backtrack(pattern), "{pattern}");
        }
    }
}
