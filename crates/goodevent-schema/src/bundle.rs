//! A self-contained contract: with all references in one document
//! ([JSON Schema Core §9.3](https://json-schema.org/draft/2020-12/json-schema-core#section-9.3)).

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use crate::{
    draft::official_text,
    ir::{Draft, SchemaId, Value},
    read::Schemas,
    respell::within,
    source::{SourceId, Span},
    syntax::{Kind, Node},
    uri,
};

impl Schemas {
    /// Returns the document with the root `root`, followed by the documents that it refers to as definitions, by their URIs.
    ///
    /// Metaschemas are not included, because every validator has them.
    #[must_use]
    pub fn bundle(&self, root: SchemaId) -> Value {
        let own = self.graph[root].span.source;
        let sources: BTreeSet<SourceId> = self.graph.below(root).map(|id| self.graph[id].span.source).collect();
        let others = sources.into_iter().filter(|id| *id != own && official_text(self.trees.uri(*id)).is_none());
        let others: Vec<SourceId> = others.collect();
        let Some(tree) = self.trees.get(own) else { return Value::Null };
        let texts = self.texts(own, |source| self.uri(source));
        let mut bundle = copy(&tree, &texts);
        let draft = self.graph[root].draft;
        let leads_home = self.links_of(own).any(|(_, target)| self.graph[*target].span.source == own);
        if others.is_empty() && !leads_home {
            return bundle;
        }
        identify(&mut bundle, draft, self.uri(own));
        let holder = if draft >= Draft::Draft201909 { "$defs" } else { "definitions" };
        for other in others {
            let Some(tree) = self.trees.get(other) else { continue };
            let uri = self.uri(other);
            let mut part = copy(&tree, &self.texts(other, |source| self.uri(source)));
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
        own.map_or_else(|| file.to_owned(), |own| uri::canonical(&uri::resolve(file, uri::split_fragment(own).0)))
    }

    /// The targets of the references of a document that are more than a fragment, by their locations.
    pub(crate) fn links_of(&self, source: SourceId) -> impl Iterator<Item = (&Span, &SchemaId)> {
        self.links.range(within(source))
    }

    /// The texts of a document that others would read otherwise, by their places: so they find for each reference what is
    /// found here, whatever they start from, and know each dialect. `uri` gives the URIs of documents.
    pub(crate) fn texts(&self, source: SourceId, uri: impl Fn(SourceId) -> String) -> BTreeMap<Span, SmolStr> {
        let spelled = self.spellings.range(within(source)).map(|(span, text)| (*span, text.clone()));
        let links = self.links_of(source).map(|(span, target)| {
            let pointer = self.pointer(*target);
            let fragment = if pointer.is_empty() { String::new() } else { format!("#{}", uri::in_fragment(&pointer)) };
            (*span, format!("{}{fragment}", uri(self.graph[*target].span.source)).into())
        });
        // Where both have something to say, a link says where it leads.
        spelled.chain(links).collect()
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
