//! The `jsonschema` crate, with formats asserted.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use goodevent_json::budget::MAX_PATTERN_BYTES;
use jsonschema::{Keyword, ValidationError};
use serde_json::{Value, json};
use smol_str::SmolStr;

use super::violation::{Refused, Violation};
use crate::{
    ir::SchemaId,
    pattern::{self, Matcher},
    read::Schemas,
    respell::within,
    source::{SourceId, Span},
    syntax::Node,
    uri,
};

/// Decides which instances are valid for a schema.
#[derive(Debug)]
pub struct Validator(jsonschema::Validator);

impl Validator {
    /// Creates the validator of one schema of a registry, which can be part of a document and refer to others.
    ///
    /// # Errors
    /// If the reference validator rejects the schema, or a document that it refers to.
    pub fn new(schemas: &Schemas, id: SchemaId) -> Result<Self, Refused> {
        Self::without_constants(schemas, id, &BTreeSet::new())
    }

    /// Like [`new`](Self::new), as if the schemas of `loose` had neither `const` nor `enum`.
    ///
    /// # Errors
    /// If the reference validator rejects the schema, or a document that it refers to.
    pub fn without_constants(schemas: &Schemas, id: SchemaId, loose: &BTreeSet<SchemaId>) -> Result<Self, Refused> {
        Self::changed(schemas, id, loose, |members| members.retain(|name, _| name != "const" && name != "enum"))
    }

    /// Like [`new`](Self::new), as if the `oneOf` of the schema `union` was an `anyOf`.
    ///
    /// # Errors
    /// If the reference validator rejects the schema, or a document that it refers to.
    pub fn with_loose_union(schemas: &Schemas, id: SchemaId, union: SchemaId) -> Result<Self, Refused> {
        Self::changed(schemas, id, &BTreeSet::from([union]), |members| {
            let branches = members.remove("oneOf");
            let all = members.entry("allOf").or_insert_with(|| json!([]));
            if let (Some(branches), Some(all)) = (branches, all.as_array_mut()) {
                all.push(json!({ "anyOf": branches }));
            }
        })
    }

    /// The same, with the members of the schemas of `loose` changed.
    fn changed(
        schemas: &Schemas,
        id: SchemaId,
        loose: &BTreeSet<SchemaId>,
        change: impl Fn(&mut serde_json::Map<String, Value>),
    ) -> Result<Self, Refused> {
        let schema = &schemas.graph[id];
        let root = schemas.documents.iter().find(|document| document.source == schema.span.source);
        let starts = [id].into_iter().chain(root.map(|document| document.root));
        let below: BTreeSet<SchemaId> = starts.flat_map(|start| schemas.graph.below(start)).collect();
        let text = |source: SourceId| {
            let tree = schemas.trees.get(source)?;
            let texts = schemas.texts(source, |source| schemas.trees.uri(source).to_owned());
            let mut text = respelled(&tree, &texts);
            for id in loose.iter().filter(|id| schemas.graph[**id].span.source == source) {
                let members = text.pointer_mut(&schemas.pointer(*id)).and_then(Value::as_object_mut);
                members.into_iter().for_each(&change);
            }
            translate_all(&mut text);
            Some(text)
        };
        let documents: BTreeSet<SourceId> = below.iter().map(|below| schemas.graph[*below].span.source).collect();
        let refused = |error: &dyn fmt::Display| Refused(error.to_string());
        let base = schemas.trees.uri(schema.span.source);
        let is_root = root.is_some_and(|document| document.root == id);
        let pointer = if is_root { String::new() } else { schemas.pointer(id) };
        if pointer.is_empty() && documents.len() == 1 && schemas.links_of(schema.span.source).next().is_none() {
            let own = text(schema.span.source).ok_or_else(|| Refused("it has no text".to_owned()))?;
            let options = options().with_base_uri(base).with_retriever(Unreached);
            return options.build(&own).map(Self).map_err(|error| refused(&error));
        }
        let mut resources = jsonschema::Registry::new().retriever(Unreached);
        for document in documents {
            if let Some(text) = text(document) {
                resources = resources.add(schemas.trees.uri(document), text).map_err(|error| refused(&error))?;
            }
        }
        let resources = resources.prepare().map_err(|error| refused(&error))?;
        let reference = json!({ "$ref": format!("{base}#{}", uri::in_fragment(&pointer)) });
        options().with_registry(&resources).build(&reference).map(Self).map_err(|error| refused(&error))
    }

    /// Creates the validator of a self-contained schema.
    ///
    /// # Errors
    /// If the reference validator rejects it.
    pub fn alone(schema: &Value) -> Result<Self, Refused> {
        let mut schema = schema.clone();
        translate_all(&mut schema);
        options().build(&schema).map(Self).map_err(|error| Refused(error.to_string()))
    }

    /// Whether the instance is valid.
    #[must_use]
    pub fn is_valid(&self, instance: &Value) -> bool {
        self.0.is_valid(instance)
    }

    /// Lists every violation of the instance.
    #[must_use]
    pub fn violations(&self, instance: &Value) -> Vec<Violation> {
        let errors = self.0.iter_errors(instance).map(|error| Violation {
            pointer: error.instance_path().as_str().to_owned(),
            keyword: keyword_of(&error),
            message: error.to_string(),
        });
        errors.collect()
    }
}

fn keyword_of(error: &ValidationError<'_>) -> String {
    match error.kind().keyword() {
        PECULIAR => "pattern".to_owned(),
        keyword => keyword.to_owned(),
    }
}

/// The text of a document with other texts at some places, as the reference validator takes it.
fn respelled(tree: &Node, texts: &BTreeMap<Span, SmolStr>) -> Value {
    let mut json = tree.to_json();
    for (span, text) in texts.range(within(tree.span.source)) {
        let place = tree.pointer_to(span.start).and_then(|pointer| json.pointer_mut(&pointer));
        place.into_iter().for_each(|place| *place = Value::String(text.to_string()));
    }
    json
}

/// A validator sees few instances: automata that are built whole would cost more than they save, so that patterns run
/// on those that are built on the way.
///
/// Patterns that the reference reads in another way than ECMA-262 has them, or not at all, are decided here.
fn options() -> jsonschema::ValidationOptions<'static> {
    let patterns = jsonschema::PatternOptions::fancy_regex().dfa_size_limit(0).size_limit(MAX_PATTERN_BYTES);
    jsonschema::options()
        .should_validate_formats(true)
        .with_pattern_options(patterns)
        .with_keyword(PECULIAR, |_, value, _| PatternKeyword::boxed(value))
}

/// Names by patterns that the reference may read in another way, in words that it reads alike.
fn translate_names(patterns: &mut serde_json::Map<String, Value>) {
    for (pattern, schema) in std::mem::take(patterns) {
        let translated = Some(&pattern).filter(|pattern| pattern::is_peculiar(pattern));
        let mut name = translated.and_then(|pattern| pattern::translate(pattern).ok()).unwrap_or(pattern);
        while patterns.contains_key(&name) {
            name = format!("(?:{name})");
        }
        patterns.insert(name, schema);
    }
}

/// The keyword that stands for a `pattern` that the reference may read in another way: the metaschemas of drafts 4 and 6 let it
/// refuse some of these.
const PECULIAR: &str = "goodevent-pattern";

/// Translates such names in all schemas of a document, also where no instance comes to, and what the reference takes for a
/// double: `-0` is an integer in draft 4.
fn translate_all(document: &mut Value) {
    let mut values = vec![document];
    while let Some(value) = values.pop() {
        match value {
            Value::Number(number) if number.as_f64().is_some_and(|zero| zero == 0.0 && zero.is_sign_negative()) => {
                *value = json!(0);
            }
            Value::Array(items) => values.extend(items),
            Value::Object(members) => {
                let pattern = members.get("pattern").and_then(Value::as_str);
                if pattern.is_some_and(pattern::is_peculiar)
                    && let Some(pattern) = members.remove("pattern")
                {
                    members.insert(PECULIAR.to_owned(), pattern);
                }
                members
                    .get_mut("patternProperties")
                    .and_then(Value::as_object_mut)
                    .into_iter()
                    .for_each(translate_names);
                // A value at that location is not a schema.
                let is_value = |name: &str| matches!(name, "const" | "enum" | "default" | "example" | "examples");
                values.extend(members.iter_mut().filter(|(name, _)| !is_value(name)).map(|(_, value)| value));
            }
            _ => {}
        }
    }
}

/// `pattern`, decided as the decoders decide it.
struct PatternKeyword {
    pattern: String,
    matcher: Matcher,
}

impl PatternKeyword {
    fn boxed(value: &Value) -> Result<Box<dyn for<'i> Keyword<'i>>, ValidationError<'_>> {
        let pattern = value.as_str().unwrap_or_default().to_owned();
        let matcher = Matcher::new(&pattern);
        let matcher =
            matcher.map_err(|_| ValidationError::custom(format!("{pattern:?} is not a regular expression")))?;
        Ok(Box::new(Self { pattern, matcher }))
    }
}

impl<'i> Keyword<'i> for PatternKeyword {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        match self.is_valid(instance) {
            true => Ok(()),
            false => Err(ValidationError::custom(format!("{instance} does not match {:?}", self.pattern))),
        }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        instance.as_str().is_none_or(|text| self.matcher.is_match(text) == Some(true))
    }
}

/// What is referred to in a part of a document that no instance reaches.
struct Unreached;

impl jsonschema::Retrieve for Unreached {
    fn retrieve(&self, _: &jsonschema::Uri<String>) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Value::Bool(true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_metaschema_of_no_draft_refuses_what_is_read_in_another_way() {
        for draft in [
            "http://json-schema.org/draft-04/schema#",
            "http://json-schema.org/draft-06/schema#",
            "http://json-schema.org/draft-07/schema#",
            "https://json-schema.org/draft/2019-09/schema",
            "https://json-schema.org/draft/2020-12/schema",
        ] {
            let text = format!(
                r#"{{"$schema": "{draft}", "properties": {{
                    "a": {{"type": "string", "pattern": "^[\\w-.]$"}},
                    "b": {{"maxItems": -0}},
                    "c": {{"items": {{"anyOf": [{{"pattern": "[\\w-.]"}}, {{"maxLength": -0}}]}}}},
                    "pattern": {{"type": "string"}}
                }}}}"#
            );
            let schema: Value = serde_json::from_str(&text).expect("it is JSON");
            let validator = Validator::alone(&schema).unwrap_or_else(|refused| panic!("{draft}: {refused}"));
            for valid in
                [json!({"a": "-", "b": [], "c": [".", ""], "pattern": "x"}), json!({"a": "_"}), json!({"a": "."})]
            {
                assert_eq!(validator.violations(&valid), [], "{draft}: {valid}");
            }
            for (wrong, pointer, keyword) in [
                (json!({"a": "!"}), "/a", "pattern"),
                (json!({"b": [1]}), "/b", "maxItems"),
                (json!({"c": ["!"]}), "/c/0", "anyOf"),
                (json!({"pattern": 1}), "/pattern", "type"),
            ] {
                let found = validator.violations(&wrong);
                let places: Vec<_> = found.iter().map(|own| (own.pointer.as_str(), own.keyword.as_str())).collect();
                assert_eq!(places, [(pointer, keyword)], "{draft}: {wrong}");
                assert!(!validator.is_valid(&wrong));
            }
        }
    }
}
