//! Edits that rules offer: none that is harmful according to the values of the registry.

use std::collections::BTreeMap;

use goodevent_schema::{
    analyze,
    diagnostic::{Diagnostic, Edit},
    instance::Validator,
    ir::{Draft, Graph, SchemaId},
    source::{Source, Sources},
    syntax::{Kind, Node},
};
use serde_json::{Map, Value, json};

use super::{context::Cx, reach::Reach, rules::unknown_keyword};
use crate::{edit, reference::Reference, size::Sizer};

/// The knowledge about possible edits.
#[derive(Default)]
pub(super) struct Offers<'r> {
    reach: Option<Reach<'r>>,
    /// Whether something is valid for a schema.
    possible: BTreeMap<String, bool>,
    loops: Option<Vec<u32>>,
}

impl<'r> Cx<'r> {
    /// The schemas that meet on an instance.
    pub(super) fn reach(&mut self) -> &Reach<'r> {
        let (graph, offers) = (&self.registry.schemas.graph, &mut self.offers);
        let schemas = &self.schemas;
        offers.reach.get_or_insert_with(|| Reach::new(graph, |id| schemas.contains_key(&graph[id].span.source)))
    }

    /// Gives a schema a keyword; in place of its own, if it has it.
    pub(super) fn set_keyword(&self, id: SchemaId, keyword: &str, value: impl Into<Value>) -> Option<Edit> {
        let node = self.node(id).filter(|node| matches!(node.kind, Kind::Object(_)))?;
        let is_hidden = self.schema(id).draft <= Draft::Draft7 && node.get("$ref").is_some();
        // Of a member that stands there twice the wrong one could be replaced.
        let n_own = node.members().iter().filter(|member| member.key.value == keyword).count();
        (!is_hidden && n_own < 2).then(|| edit::set_member(self.sources, &node, keyword, &value.into()))
    }

    /// Gives a schema a keyword that excludes instances, unless it excludes a value that the registry shows, or all of
    /// what other keywords leave.
    pub(super) fn tighten(&mut self, id: SchemaId, keyword: &str, value: impl Into<Value>) -> Option<Edit> {
        let value = value.into();
        let rule = json!({ keyword: value });
        let is_harmless = self.excludes_nothing_shown(id, &rule) && self.leaves_something(id, &rule);
        if is_harmless { self.set_keyword(id, keyword, value) } else { None }
    }

    /// Whether what the registry shows as an instance of a schema is valid for `rule` as well.
    pub(super) fn excludes_nothing_shown(&mut self, id: SchemaId, rule: &Value) -> bool {
        let draft = self.schema(id).draft;
        let reach = self.reach();
        if reach.is_question(id) {
            return false;
        }
        let Some(values) = reach.values(id) else { return false };
        let shown: Vec<Value> =
            values.iter().filter_map(|value| serde_json::from_str(&value.to_string()).ok()).collect();
        if shown.is_empty() {
            return true;
        }
        let mut rule = rule.clone();
        rule["$schema"] = draft.uri().into();
        Validator::alone(&rule).is_ok_and(|validator| shown.iter().all(|value| validator.is_valid(value)))
    }

    /// Whether a text is valid for `rule` and the other keywords for texts that hold beside it.
    fn leaves_something(&mut self, id: SchemaId, rule: &Value) -> bool {
        let draft = self.schema(id).draft;
        let Some(beside) = self.reach().few_beside(id) else { return false };
        let mut all: Vec<String> = vec![rule.to_string()];
        for other in beside.into_iter().chain([id]) {
            let Some(node) = self.node(other) else { continue };
            let mut texts = Map::new();
            for name in
                ["minLength", "maxLength", "pattern", "format"].into_iter().filter(|name| rule.get(name).is_none())
            {
                texts.extend(node.get(name).map(|value| (name.to_owned(), value.to_json())));
            }
            if !texts.is_empty() {
                all.push(Value::Object(texts).to_string());
            }
        }
        if all.len() == 1 {
            return true;
        }
        all.sort();
        all.dedup();
        let text = format!("{{\"$schema\":\"{}\",\"type\":\"string\",\"allOf\":[{}]}}", draft.uri(), all.join(","));
        *self.offers.possible.entry(text.clone()).or_insert_with(|| is_possible(text))
    }

    /// Whether a schema, or another one that holds beside it, may say something about a member.
    pub(super) fn is_conditional(&mut self, id: SchemaId, name: &str) -> bool {
        let Some(beside) = self.reach().few_beside(id) else { return true };
        beside.into_iter().any(|other| {
            let keywords = &self.schema(other).keywords;
            let object = &keywords.object;
            keywords.applied.not.is_some()
                || object.required.iter().any(|own| own.value == name)
                || object.properties.iter().any(|own| own.name.value == name)
        }) || self.schema(id).keywords.applied.not.is_some()
    }

    /// Takes back the offers to correct a keyword's name where the keyword would exclude a value that the registry shows.
    pub(super) fn screen(&mut self) {
        let mut found = std::mem::take(&mut self.found);
        let is_renamed = |finding: &&mut Diagnostic| finding.rule == unknown_keyword::RULE.id && finding.fix.is_some();
        for finding in found.iter_mut().filter(is_renamed) {
            if self.renaming_does_harm(finding).unwrap_or(true) {
                finding.fix = None;
            }
        }
        self.found = found;
    }

    fn renaming_does_harm(&mut self, finding: &Diagnostic) -> Option<bool> {
        let place = finding.span;
        // The innermost schema around the keyword; one that nothing refers to excludes nothing.
        let schemas = self.schemas.get(&place.source)?;
        let around = schemas.iter().copied().filter(|id| {
            let span = self.schema(*id).span;
            span.start < place.start && place.end < span.end
        });
        let Some(id) = around.max_by_key(|id| self.schema(*id).span.start) else { return Some(false) };
        let node = self.node(id)?;
        let Some(member) = node.members().iter().find(|member| member.key.span == place) else { return Some(false) };
        let name = finding.fix.as_ref()?.edits.first()?.text.trim_matches('"').to_owned();
        let value = member.value.to_json();
        match name.as_str() {
            "examples" => {
                let examples = if member.key.value == "example" { vec![value] } else { value.as_array()?.clone() };
                let reference = Reference::new(&self.registry.schemas, id).ok()?;
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
                Some(!self.excludes_nothing_shown(id, &Value::Object(schema)))
            }
        }
    }

    /// Whether an instance of one schema can hold an instance of another one.
    pub(super) fn leads_to(&mut self, from: SchemaId, to: SchemaId) -> bool {
        let graph = &self.registry.schemas.graph;
        let loops = self.offers.loops.get_or_insert_with(|| loops(graph));
        loops[from.0 as usize] == loops[to.0 as usize]
    }
}

/// For each schema a number, which those have in common that lead to each other.
fn loops(graph: &Graph) -> Vec<u32> {
    // Tarjan's algorithm, with a stack of its own.
    let n = graph.schemas.len();
    let next_of: Vec<Vec<SchemaId>> = (graph.schemas.iter())
        .map(|schema| schema.keywords.children().chain(schema.keywords.targets()).collect())
        .collect();
    let (mut order, mut low, mut number) = (vec![u32::MAX; n], vec![0_u32; n], vec![u32::MAX; n]);
    let (mut n_seen, mut trail) = (0, Vec::new());
    for start in 0..n {
        let mut stack = vec![(start, 0)];
        while let Some((at, nth)) = stack.pop() {
            if nth == 0 {
                if order[at] != u32::MAX {
                    continue;
                }
                order[at] = n_seen;
                low[at] = n_seen;
                n_seen += 1;
                trail.push(at);
            } else {
                let below = next_of[at][nth - 1].0 as usize;
                if number[below] == u32::MAX {
                    low[at] = low[at].min(low[below]);
                }
            }
            match next_of[at].get(nth) {
                Some(below) => {
                    stack.push((at, nth + 1));
                    if order[below.0 as usize] == u32::MAX {
                        stack.push((below.0 as usize, 0));
                    }
                }
                None if low[at] == order[at] => {
                    while let Some(last) = trail.pop() {
                        number[last] = order[at];
                        if last == at {
                            break;
                        }
                    }
                }
                None => {}
            }
        }
    }
    number
}

/// Whether something is valid for a schema that stands alone.
fn is_possible(text: String) -> bool {
    let file = Source { path: "types/Text.json".to_owned(), uri: None, bytes: text.into_bytes().into() };
    let (registry, _) = analyze(&Sources { root: String::new(), files: vec![file] });
    let root = registry.schemas.documents.first().map(|document| document.root);
    root.is_some_and(|root| !Sizer::new(&registry.schemas).is_impossible(root))
}
