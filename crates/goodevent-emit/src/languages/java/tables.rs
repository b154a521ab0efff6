//! Schemas as a text of JSON, which the shared code compiles when the first message is validated.

use goodevent_json::string;
use goodevent_schema::pattern;

use crate::{
    emitter,
    languages::{
        java::names::Cx,
        modules::Module,
        patterns,
        tables::{Entry, Tables},
    },
};

/// Instructions of a pattern that no automaton decides.
const MAX_INSTRUCTIONS: u64 = 200_000;

/// The tables of a document, a text for each, and the documents that they refer to.
pub(super) fn texts(
    cx: &Cx<'_>,
    tables: &Tables<'_>,
    module: &Module,
) -> Result<(Vec<String>, Vec<usize>), emitter::Error> {
    let mut others = Vec::new();
    let mut texts = Vec::new();
    for (_, entries) in tables.of(module.source) {
        let mut text = String::new();
        write(cx, tables, module, &mut others, &mut text, &Entry::List(entries))?;
        texts.push(text);
    }
    Ok((texts, others))
}

fn write(
    cx: &Cx<'_>,
    tables: &Tables<'_>,
    module: &Module,
    others: &mut Vec<usize>,
    text: &mut String,
    entry: &Entry,
) -> Result<(), emitter::Error> {
    match entry {
        Entry::Null => text.push_str("null"),
        Entry::Bool(value) => text.push_str(&value.to_string()),
        Entry::Count(count) => text.push_str(&count.to_string()),
        Entry::Text(own) => text.push_str(&string::quote(own)),
        Entry::Pattern(source) => text.push_str(&pattern_text(module, source)?),
        Entry::List(entries) | Entry::Lines(entries) => {
            text.push('[');
            for (nth, entry) in entries.iter().enumerate() {
                text.push_str(if nth > 0 { "," } else { "" });
                write(cx, tables, module, others, text, entry)?;
            }
            text.push(']');
        }
        Entry::Table(schema) => {
            let (number, target) = (tables.number(*schema), cx.module(*schema).module_idx);
            if target == module.module_idx {
                text.push_str(&format!("{{\"t\":{number}}}"));
            } else {
                let place = others.iter().position(|other| *other == target).unwrap_or_else(|| {
                    others.push(target);
                    others.len() - 1
                });
                text.push_str(&format!("{{\"d\":{place},\"t\":{number}}}"));
            }
        }
    }
    Ok(())
}

fn pattern_text(module: &Module, source: &str) -> Result<String, emitter::Error> {
    let quoted = string::quote(source);
    if let Some(automaton) = patterns::automaton(source) {
        return Ok(format!("{{\"p\":{quoted},\"a\":{}}}", string::quote(&automaton)));
    }
    let fault = |reason: &str| format!("{}: Java cannot match the pattern `{source}`: {reason}", module.origin);
    let translated = pattern::translate(source).map_err(|error| fault(&format!("{error:?}")))?;
    if n_instructions(&translated) > MAX_INSTRUCTIONS {
        return Err(fault("it is too large").into());
    }
    Ok(format!("{{\"p\":{quoted},\"r\":{}}}", string::quote(&translated)))
}

/// The size of a translated pattern when all of its repetitions are written out.
fn n_instructions(translated: &str) -> u64 {
    let mut open: Vec<u64> = vec![0];
    let mut last = 0;
    let mut rest = translated;
    while let Some(char) = rest.chars().next() {
        let mut n_bytes = char.len_utf8();
        let total = open.last_mut().expect("a closing parenthesis has its opening one");
        match char {
            '(' => {
                open.push(1);
                last = 0;
            }
            ')' => {
                last = *total;
                open.pop();
                if let Some(outer) = open.last_mut() {
                    *outer = outer.saturating_add(last);
                }
            }
            '{' => {
                n_bytes = rest.find('}').map_or(rest.len(), |end| end + 1);
                let numbers = rest[1..n_bytes - 1].split(',').filter_map(|number| number.parse::<u64>().ok());
                let times = numbers.max().unwrap_or(0).saturating_add(1);
                *total = total.saturating_add(last.saturating_add(2).saturating_mul(times));
            }
            '*' | '+' | '?' => *total = total.saturating_add(last.saturating_add(4)),
            '[' | '\\' => {
                let end = if char == '[' { ']' } else { '}' };
                let is_long = char == '[' || rest.starts_with("\\u{");
                n_bytes = if is_long { rest.find(end).map_or(rest.len(), |end| end + 1) } else { 2.min(rest.len()) };
                last = 1;
                *total = total.saturating_add(1);
            }
            _ => {
                last = 1;
                *total = total.saturating_add(1);
            }
        }
        rest = rest.get(n_bytes..).unwrap_or_default();
    }
    open.iter().fold(0, |sum: u64, own| sum.saturating_add(*own))
}
