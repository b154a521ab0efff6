//! Instances held against the reference validator: the `jsonschema` crate, with formats asserted.

use std::{collections::BTreeSet, fmt};

use serde_json::{Value, json};

use crate::{diagnostic::Diagnostic, ir::SchemaId, read::Schemas, source::SourceId, syntax, uri};

/// Decides which instances are valid for a schema.
#[derive(Debug)]
pub struct Validator(jsonschema::Validator);

/// The reference does not take a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the reference validator refuses the schema: {}", self.0)
    }
}

impl std::error::Error for Refused {}

/// A keyword that an instance does not keep to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// JSON Pointer to the place in the instance.
    pub pointer: String,
    /// The keyword.
    pub keyword: String,
    /// What is wrong.
    pub message: String,
}

impl Validator {
    /// The validator of one schema of a registry, which may be part of a document and refer to others.
    ///
    /// # Errors
    /// If the reference refuses the schema, or a document that it refers to.
    pub fn new(schemas: &Schemas, id: SchemaId) -> Result<Self, Refused> {
        Self::without_constants(schemas, id, &BTreeSet::new())
    }

    /// The same, as if the schemas of `loose` had neither `const` nor `enum`.
    ///
    /// # Errors
    /// If the reference refuses the schema, or a document that it refers to.
    pub fn without_constants(schemas: &Schemas, id: SchemaId, loose: &BTreeSet<SchemaId>) -> Result<Self, Refused> {
        Self::changed(schemas, id, loose, |members| members.retain(|name, _| name != "const" && name != "enum"))
    }

    /// The same, as if the `oneOf` of the schema `union` was an `anyOf`.
    ///
    /// # Errors
    /// If the reference refuses the schema, or a document that it refers to.
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
        let text = |source: SourceId| {
            let mut text = schemas.trees.get(source)?.to_json();
            for id in loose.iter().filter(|id| schemas.graph[**id].span.source == source) {
                let members = text.pointer_mut(&schemas.pointer(*id)).and_then(Value::as_object_mut);
                members.into_iter().for_each(&change);
            }
            Some(text)
        };
        let schema = &schemas.graph[id];
        let root = schemas.documents.iter().find(|document| document.source == schema.span.source);
        let starts = [id].into_iter().chain(root.map(|document| document.root));
        let documents: BTreeSet<SourceId> =
            starts.flat_map(|start| schemas.graph.below(start)).map(|below| schemas.graph[below].span.source).collect();
        let options = options();
        let refused = |error: &dyn fmt::Display| Refused(error.to_string());
        let base = schemas.trees.uri(schema.span.source);
        let is_root = root.is_some_and(|document| document.root == id);
        let pointer = if is_root { String::new() } else { schemas.pointer(id) };
        if pointer.is_empty() && documents.len() == 1 {
            let own = text(schema.span.source).ok_or_else(|| Refused("it has no text".to_owned()))?;
            let options = options.with_base_uri(base);
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
        options.with_registry(&resources).build(&reference).map(Self).map_err(|error| refused(&error))
    }

    /// The validator of a schema that stands alone.
    ///
    /// # Errors
    /// If the reference refuses it.
    pub fn alone(schema: &Value) -> Result<Self, Refused> {
        options().build(schema).map(Self).map_err(|error| Refused(error.to_string()))
    }

    /// Whether the instance is valid.
    #[must_use]
    pub fn is_valid(&self, instance: &Value) -> bool {
        self.0.is_valid(instance)
    }

    /// Everything that is wrong with the instance.
    #[must_use]
    pub fn violations(&self, instance: &Value) -> Vec<Violation> {
        let errors = self.0.iter_errors(instance).map(|error| Violation {
            pointer: error.instance_path().as_str().to_owned(),
            keyword: error.kind().keyword().to_owned(),
            message: error.to_string(),
        });
        errors.collect()
    }

    /// Everything that is wrong with a payload, at its place in the payload's text.
    #[must_use]
    pub fn findings(&self, id: SourceId, payload: &[u8]) -> Vec<Diagnostic> {
        let (tree, mut found) = syntax::parse(id, payload);
        let Some(tree) = tree else { return found };
        found.extend(self.violations(&tree.to_json()).into_iter().map(|Violation { pointer, keyword, message }| {
            let node = tree.pointer(&pointer).unwrap_or(&tree);
            let headline = format!("{}: {message}", if pointer.is_empty() { "the payload" } else { &pointer });
            Diagnostic::error("violation", node.opening(), headline).label(format!("violates `{keyword}`"))
        }));
        found
    }
}

/// A validator sees few instances: automata that are built whole would cost more than they save, so that patterns run
/// on those that are built on the way.
fn options() -> jsonschema::ValidationOptions<'static> {
    let patterns = jsonschema::PatternOptions::fancy_regex().dfa_size_limit(0);
    jsonschema::options().should_validate_formats(true).with_pattern_options(patterns)
}

/// What is referred to in a part of a document that no instance reaches.
struct Unreached;

impl jsonschema::Retrieve for Unreached {
    fn retrieve(&self, _: &jsonschema::Uri<String>) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Value::Bool(true))
    }
}
