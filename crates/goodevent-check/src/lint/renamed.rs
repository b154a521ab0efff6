//! Names of keywords that are probably misspelt: no correction is offered if it would exclude a value of the registry.

use goodevent_schema::{diagnostic::Diagnostic, syntax::Node};
use serde_json::{Map, Value};

use super::{context::Cx, rules::unknown_keyword};
use crate::reference::Reference;

/// Takes back the offers to correct a keyword's name where the keyword would exclude a value that the registry shows.
pub(super) fn screen(cx: &mut Cx<'_>) {
    let mut found = std::mem::take(&mut cx.found);
    let is_renamed = |finding: &&mut Diagnostic| finding.rule == unknown_keyword::RULE.id && finding.fix.is_some();
    for finding in found.iter_mut().filter(is_renamed) {
        if renaming_does_harm(cx, finding).unwrap_or(true) {
            finding.fix = None;
        }
    }
    cx.found = found;
}

fn renaming_does_harm(cx: &mut Cx<'_>, finding: &Diagnostic) -> Option<bool> {
    let place = finding.span;
    // The innermost schema around the keyword; one that nothing refers to excludes nothing.
    let schemas = cx.schemas.get(&place.source)?;
    let around = schemas.iter().copied().filter(|id| {
        let span = cx.schema(*id).span;
        span.start < place.start && place.end < span.end
    });
    let Some(id) = around.max_by_key(|id| cx.schema(*id).span.start) else { return Some(false) };
    let node = cx.node(id)?;
    let Some(member) = node.members().iter().find(|member| member.key.span == place) else { return Some(false) };
    let name = finding.fix.as_ref()?.edits.first()?.text.trim_matches('"').to_owned();
    let value = member.value.to_json();
    match name.as_str() {
        "examples" => {
            let examples = if member.key.value == "example" { vec![value] } else { value.as_array()?.clone() };
            let reference = Reference::new(&cx.registry.schemas, id).ok()?;
            Some(!examples.iter().all(|example| reference.is_valid(example) == Some(true)))
        }
        name => {
            // It may be about what the others leave over.
            let mut schema = Map::from_iter([(name.to_owned(), value)]);
            for beside in ["properties", "patternProperties"] {
                let names = node.get(beside).map(Node::members).unwrap_or_default();
                let names = names.iter().map(|own| (own.key.value.to_string(), Value::Bool(true)));
                schema.entry(beside).or_insert_with(|| Value::Object(names.collect()));
            }
            Some(!cx.excludes_nothing_shown(id, &Value::Object(schema)))
        }
    }
}
