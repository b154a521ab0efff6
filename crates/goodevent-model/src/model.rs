//! The model itself.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_schema::{
    Registry, Schemas,
    ir::{Graph, SchemaId},
    source::{SourceId, Sources},
};

use crate::{
    cycles,
    events::{self, Context, Document, Event},
    personal,
    profile::Profile,
    resolve,
    scope::Scope,
    types::{Item, Type},
};

/// A registry as a model for code generators.
#[derive(Debug)]
pub struct Model<'g> {
    /// The schemas that the types come from.
    pub schemas: &'g Schemas,
    /// The documents with the types.
    pub documents: Vec<Document>,
    /// The contexts, in the order of their names.
    pub contexts: Vec<Context>,
    /// The types of schemas.
    pub types: BTreeMap<SchemaId, Type>,
    /// The types with a definition.
    pub items: BTreeMap<SchemaId, Item>,
    /// Schemas that are merged into others: the types of these hold what both allow.
    pub merged: BTreeSet<SchemaId>,
    /// Schemas of properties that some event marks as personal data.
    pub personal: BTreeSet<SchemaId>,
    /// The items of each document, in its order.
    items_of: BTreeMap<SourceId, Vec<SchemaId>>,
}

impl<'g> Model<'g> {
    /// Decides the type of each schema of `registry`, as far as `profile` can express it.
    #[must_use]
    pub fn new(sources: &Sources, registry: &'g Registry, scope: &Scope, profile: Profile) -> Self {
        let schemas = &registry.schemas;
        let documents = events::documents(sources, registry, scope);
        let contexts = events::contexts_in(registry, scope).into_iter();
        let contexts = contexts.map(|(name, context)| events::context(name, context)).collect();
        let resolved = resolve::resolve(&schemas.graph, &documents, profile);
        let personal = personal::personal(&schemas.graph, &documents);
        let items_of = by_document(&schemas.graph, resolved.items.keys().copied());
        let resolve::Resolved { types, items, merged } = resolved;
        Self { schemas, documents, contexts, types, items, merged, personal, items_of }
    }

    /// The schemas that the types come from, by their numbers.
    #[must_use]
    pub fn graph(&self) -> &'g Graph {
        &self.schemas.graph
    }

    /// The schemas of a document that became items, in its order.
    #[must_use]
    pub fn items_of(&self, document: SourceId) -> &[SchemaId] {
        self.items_of.get(&document).map_or(&[], Vec::as_slice)
    }

    /// The events of a context, in the order of their documents.
    pub fn events(&self, context: &str) -> impl Iterator<Item = &Event> {
        let events = self.documents.iter().filter_map(|document| document.event.as_ref());
        events.filter(move |event| event.context == context)
    }

    /// The type that a document of shared types gives a name to, if it is not an item of the document.
    #[must_use]
    pub fn alias(&self, document: &Document) -> Option<&Type> {
        let has_alias = document.is_shared() && !self.items.contains_key(&document.root);
        self.types.get(&document.root).filter(|_| has_alias)
    }

    /// Groups of items that contain each other directly; each group follows those that it contains. A group of one is
    /// recursive only if it contains itself.
    #[must_use]
    pub fn cycles(&self) -> Vec<Vec<SchemaId>> {
        cycles::cycles(&self.items)
    }

    /// The title of a schema, if it is short enough for a name.
    #[must_use]
    pub fn short_title(&self, schema: SchemaId) -> Option<&'g str> {
        const MAX_BYTES: usize = 40;
        let title = self.graph()[schema].docs.title.as_ref()?.value.trim();
        let is_short = title.len() <= MAX_BYTES && title.chars().any(char::is_alphanumeric);
        is_short.then_some(title)
    }

    /// The description of a schema, or its title.
    #[must_use]
    pub fn docs(&self, schema: SchemaId) -> Option<&'g str> {
        let docs = &self.graph()[schema].docs;
        let text = docs.description.as_ref().or(docs.title.as_ref()).map(|text| text.value.trim());
        text.filter(|text| !text.is_empty())
    }
}

/// The schemas of each document, in its order.
pub(crate) fn by_document(graph: &Graph, schemas: impl Iterator<Item = SchemaId>) -> BTreeMap<SourceId, Vec<SchemaId>> {
    let mut all: BTreeMap<SourceId, Vec<SchemaId>> = BTreeMap::new();
    for schema in schemas {
        all.entry(graph[schema].span.source).or_default().push(schema);
    }
    all.values_mut().for_each(|schemas| schemas.sort_by_key(|schema| graph[*schema].span));
    all
}
