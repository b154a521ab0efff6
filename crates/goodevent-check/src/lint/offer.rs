//! Edits that rules offer: none that is harmful according to the values of the registry.

use goodevent_schema::{
    analyze,
    diagnostic::Edit,
    instance::Validator,
    ir::{Draft, SchemaId},
    source::{Source, Sources},
    syntax::Kind,
};
use serde_json::{Map, Value, json};

use super::context::Cx;
use crate::{edit, size::Sizer};

impl Cx<'_> {
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
        *self.possible.entry(text.clone()).or_insert_with(|| is_possible(text))
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
}

/// Whether something is valid for a schema that stands alone.
fn is_possible(text: String) -> bool {
    let file = Source { path: "types/Text.json".to_owned(), uri: None, bytes: text.into_bytes().into() };
    let (registry, _) = analyze(&Sources { root: String::new(), files: vec![file] });
    let root = registry.schemas.documents.first().map(|document| document.root);
    root.is_some_and(|root| !Sizer::new(&registry.schemas).is_impossible(root))
}
