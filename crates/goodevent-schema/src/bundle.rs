//! A contract that stands alone: with all that it refers to in one document
//! ([JSON Schema Core §9.3](https://json-schema.org/draft/2020-12/json-schema-core#section-9.3)).

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use crate::{
    ir::{Draft, SchemaId, Value},
    metaschema,
    read::Schemas,
    source::{SourceId, Span},
    syntax::{Kind, Node},
    uri,
};

impl Schemas {
    /// The document that `root` is the root of; behind its definitions those that it refers to, by their URIs.
    ///
    /// Metaschemas are not among them: every validator has those.
    #[must_use]
    pub fn bundle(&self, root: SchemaId) -> Value {
        let own = self.graph[root].span.source;
        let below: Vec<SchemaId> = self.graph.below(root).collect();
        let sources: BTreeSet<SourceId> = below.iter().map(|id| self.graph[*id].span.source).collect();
        let others = sources.into_iter().filter(|id| *id != own && metaschema::text(self.trees.uri(*id)).is_none());
        let others: Vec<SourceId> = others.collect();
        let targets = if others.is_empty() { BTreeMap::new() } else { self.targets(&below) };
        let Some(tree) = self.trees.get(own) else { return Value::Null };
        let mut bundle = copy(&tree, &targets);
        if others.is_empty() {
            return bundle;
        }
        let draft = self.graph[root].draft;
        identify(&mut bundle, draft, self.uri(own));
        let holder = if draft >= Draft::Draft201909 { "$defs" } else { "definitions" };
        for other in others {
            let Some(tree) = self.trees.get(other) else { continue };
            let mut part = copy(&tree, &targets);
            let uri = self.uri(other);
            identify(&mut part, draft, uri.clone());
            if let Value::Object(members) = &mut bundle
                && let Value::Object(definitions) = member(members, holder)
            {
                definitions.push((uri.into(), part));
            }
        }
        bundle
    }

    /// The URI of a document: the one that it gives itself, else that of its file.
    fn uri(&self, source: SourceId) -> String {
        let file = self.trees.uri(source);
        let tree = self.trees.get(source);
        let own = tree.as_ref().and_then(|tree| tree.get("$id").or_else(|| tree.get("id"))).and_then(Node::as_str);
        own.map_or_else(|| file.to_owned(), |own| uri::resolve(file, uri::split_fragment(own).0))
    }

    /// Where references lead to in other documents, as URIs that are the same from everywhere, by the references' places.
    fn targets(&self, below: &[SchemaId]) -> BTreeMap<Span, SmolStr> {
        let references = below.iter().filter_map(|id| {
            let reference = self.graph[*id].keywords.reference.as_ref()?;
            let target = self.graph[reference.value].span.source;
            if target == self.graph[*id].span.source {
                return None;
            }
            let pointer = self.pointer(reference.value);
            let fragment = if pointer.is_empty() { String::new() } else { format!("#{}", uri::in_fragment(&pointer)) };
            Some((reference.span, format!("{}{fragment}", self.uri(target)).into()))
        });
        references.collect()
    }
}

/// A value with other texts at some places.
fn copy(node: &Node, texts: &BTreeMap<Span, SmolStr>) -> Value {
    match &node.kind {
        Kind::String(_) if texts.contains_key(&node.span) => Value::String(texts[&node.span].clone()),
        Kind::Array(items) => Value::Array(items.iter().map(|item| copy(item, texts)).collect()),
        Kind::Object(members) => {
            let members = members.iter().map(|member| (member.key.value.clone(), copy(&member.value, texts)));
            Value::Object(members.collect())
        }
        _ => node.to_value(),
    }
}

/// Gives a document its URI; a boolean can't have any.
fn identify(document: &mut Value, draft: Draft, uri: String) {
    let keyword = if draft == Draft::Draft4 { "id" } else { "$id" };
    if let Value::Object(members) = document {
        *member(members, keyword) = Value::String(uri.into());
    }
}

/// A member, which is added behind the others if it is not there.
fn member<'v>(members: &'v mut Vec<(SmolStr, Value)>, name: &str) -> &'v mut Value {
    let at = members.iter().position(|(own, _)| own == name).unwrap_or_else(|| {
        members.push((name.into(), Value::Object(Vec::new())));
        members.len() - 1
    });
    &mut members[at].1
}
