//! The view of rules, and the positions of their findings.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_schema::{
    Registry,
    config::Broker,
    diagnostic::{Diagnostic, MAX_FINDINGS},
    ir::{Property, Role, Schema, SchemaId, Types},
    registry::{Context, Contract},
    source::{SourceId, Sources, Span},
    suggest,
    syntax::Node,
};
use serde_json::Value;

use super::{Options, loops::Loops, proofs::Proofs, reach::Reach};
use crate::{
    compat::Snapshot,
    promises::{Breach, breaches, released},
    size::{SizeBound, Sizer, envelope_bytes},
};

/// What rules see.
pub(super) struct Cx<'r> {
    pub(super) sources: &'r Sources,
    pub(super) registry: &'r Registry,
    pub(super) options: &'r Options<'r>,
    pub(super) found: Vec<Diagnostic>,
    /// The schemas of the registry's files, by file.
    pub(super) schemas: BTreeMap<SourceId, Vec<SchemaId>>,
    pub(super) sizer: Sizer<'r>,
    /// Finds small instances.
    sampler: Sizer<'r>,
    proofs: Proofs<'r>,
    reach: Option<Reach<'r>>,
    loops: Option<Loops>,
    /// Whether something is valid for a schema that stands alone, by its text.
    pub(super) possible: BTreeMap<String, bool>,
    /// Steps that may still be taken for the unions of a file.
    pub(super) n_union_steps: u64,
    pub(super) suggestions: suggest::Budget,
    /// The rule that runs.
    pub(super) rule: &'static str,
    /// Released contracts that are not as they were.
    pub(super) breaches: Vec<Breach<'r>>,
    /// Contracts that were released in the registry as it was, by name.
    pub(super) released: BTreeMap<&'r str, &'r Contract>,
    /// Released contracts of which each change is reported.
    pub(super) explained: BTreeSet<String>,
}

impl<'r> Cx<'r> {
    pub(super) fn new(sources: &'r Sources, registry: &'r Registry, options: &'r Options<'r>) -> Self {
        let files: Vec<SourceId> = registry
            .schemas
            .documents
            .iter()
            .filter(|document| document.role != Role::External)
            .map(|document| document.source)
            .collect();
        let mut schemas: BTreeMap<SourceId, Vec<SchemaId>> = files.iter().map(|file| (*file, Vec::new())).collect();
        for (number, schema) in (0..).zip(&registry.schemas.graph.schemas) {
            if let Some(schemas) = schemas.get_mut(&schema.span.source) {
                schemas.push(SchemaId(number));
            }
        }
        Self {
            sources,
            registry,
            options,
            found: Vec::new(),
            schemas,
            sizer: Sizer::new(&registry.schemas),
            sampler: Sizer::of_small(&registry.schemas),
            proofs: Proofs::new(&registry.schemas.graph),
            reach: None,
            loops: None,
            possible: BTreeMap::new(),
            n_union_steps: 0,
            suggestions: suggest::Budget::default(),
            rule: "",
            breaches: breaches(options.before, Snapshot { sources, registry }, &options.today),
            released: options.before.map(|before| released(before, &options.today)).unwrap_or_default(),
            explained: BTreeSet::new(),
        }
    }

    /// A finding of the rule that runs, to be said more of, and then [`push`](Self::push)ed.
    pub(super) fn finding(&self, span: Span, headline: impl Into<String>) -> Diagnostic {
        Diagnostic::warning(self.rule, span, headline)
    }

    /// A finding about a released contract that is not as it was.
    pub(super) fn breach(&self, breach: &Breach<'_>, span: Span) -> Diagnostic {
        let finding = self.finding(span, breach.headline()).help(breach.help());
        match breach.before.and_then(|place| self.before(place)) {
            Some(place) => finding.related(place, "as it was"),
            None => finding,
        }
    }

    /// Says what was found.
    pub(super) fn push(&mut self, finding: Diagnostic) {
        match self.found.len() {
            0..MAX_FINDINGS => self.found.push(finding),
            MAX_FINDINGS => self.found.push(Diagnostic::too_many()),
            _ => {}
        }
    }

    /// A schema.
    pub(super) fn schema(&self, id: SchemaId) -> &'r Schema {
        &self.registry.schemas.graph[id]
    }

    /// The schema that an instance of `id` has to be valid for, behind references that say nothing else.
    pub(super) fn behind_refs(&self, id: SchemaId) -> SchemaId {
        let mut id = id;
        for _ in 0..64 {
            match &self.schema(id).keywords.reference {
                Some(reference) => id = reference.value,
                None => break,
            }
        }
        id
    }

    /// How large a contract's payload can get.
    pub(super) fn size(&mut self, contract: &Contract) -> SizeBound {
        self.sizer.bound(contract.root)
    }

    /// A place in the registry as it was: its files follow those of the registry as it is.
    pub(super) fn before(&self, place: Span) -> Option<Span> {
        let n_before = self.options.before.map_or(0, |before| before.sources.files.len());
        ((place.source.0 as usize) < n_before).then(|| self.sources.following(place))
    }

    /// Whether no instance can be valid for a schema.
    pub(super) fn is_impossible(&mut self, id: SchemaId) -> bool {
        self.sizer.is_impossible(id) || self.proofs.is_impossible(self.schemas.get(&self.schema(id).span.source), id)
    }

    /// The schemas that meet on an instance.
    pub(super) fn reach(&mut self) -> &Reach<'r> {
        let (graph, schemas) = (&self.registry.schemas.graph, &self.schemas);
        self.reach.get_or_insert_with(|| Reach::new(graph, |id| schemas.contains_key(&graph[id].span.source)))
    }

    /// Whether an instance of one schema can hold an instance of another one.
    pub(super) fn leads_to(&mut self, from: SchemaId, to: SchemaId) -> bool {
        self.loops.get_or_insert_with(|| Loops::of(&self.registry.schemas.graph)).are_one(from, to)
    }

    /// An instance that is valid for a schema.
    pub(super) fn instance(&mut self, id: SchemaId) -> Option<Value> {
        serde_json::from_str(&self.sampler.in_all(&[id])?).ok()
    }

    /// Whether a value is certainly valid for a schema; where it is not, the reference validator says why.
    pub(super) fn is_surely_valid(&mut self, id: SchemaId, value: &goodevent_schema::ir::Value) -> bool {
        self.sampler.is_surely_valid(id, value)
    }

    /// How large a message can get, the envelope included.
    pub(super) fn message_bytes(&mut self, contract: &Contract) -> Option<u64> {
        let envelope = self.context(contract).settings.envelope;
        Some(self.size(contract).max_bytes?.saturating_add(envelope_bytes(envelope)))
    }

    /// The context of a contract.
    pub(super) fn context(&self, contract: &Contract) -> &'r Context {
        &self.registry.contexts[&contract.context]
    }

    /// The aggregates of a contract's context.
    pub(super) fn aggregates(&self, contract: &Contract) -> &'r [String] {
        &self.context(contract).settings.aggregates
    }

    /// Whether the topic of a context is an exchange that events of several contexts go through by their keys.
    pub(super) fn is_shared_exchange(&self, context: &str) -> bool {
        let context = self.registry.contexts.get(context);
        context.is_some_and(|context| context.settings.topics.broker == Some(Broker::Rabbitmq))
    }

    /// The file of this path, at its beginning.
    pub(super) fn file(&self, path: &str) -> Option<Span> {
        let mut files = self.sources.iter();
        files.find(|(_, source)| source.path == path).map(|(source, _)| Span { source, start: 0, end: 0 })
    }

    /// The settings of a context, else its first contract.
    pub(super) fn settings_of(&self, name: &str, context: &Context) -> Span {
        match (self.file(&format!("{name}/context.toml")), context.contracts.first()) {
            (Some(file), _) => file,
            (None, Some(contract)) => self.title(contract),
            (None, None) => Span::NOWHERE,
        }
    }

    /// The schemas of a contract's own file.
    pub(super) fn schemas_of(&self, contract: &Contract) -> Vec<SchemaId> {
        self.schemas.get(&contract.source).cloned().unwrap_or_default()
    }

    /// The text of a schema, as a tree.
    pub(super) fn node(&self, id: SchemaId) -> Option<Node> {
        let Span { source, start, .. } = self.schema(id).span;
        self.registry.schemas.trees.get(source)?.at(start).cloned()
    }

    /// The tree of a contract's file.
    pub(super) fn tree(&self, contract: &Contract) -> Node {
        self.registry.tree(contract)
    }

    /// Where a contract is named: its title.
    pub(super) fn title(&self, contract: &Contract) -> Span {
        self.registry.title(contract)
    }

    /// A member of `x-event`, else `x-event`, else the title.
    pub(super) fn fact(&self, contract: &Contract, member: &str) -> Span {
        let tree = self.tree(contract);
        let facts = tree.member("x-event");
        let place = facts.and_then(|facts| facts.value.member(member)).or(facts);
        place.map_or_else(|| self.title(contract), |place| place.key.span)
    }

    /// The keyword of a schema, else where the schema begins.
    pub(super) fn keyword(&self, id: SchemaId, keyword: &str) -> Span {
        let Some(node) = self.node(id) else { return self.schema(id).span };
        node.member(keyword).map_or_else(|| node.opening(), |member| member.key.span)
    }

    /// The properties of a schema, with where each is named.
    pub(super) fn properties(&self, id: SchemaId) -> &'r [Property] {
        &self.schema(id).keywords.object.properties
    }

    /// The JSON types that an instance can have, as far as `type`, `enum` and `const` say, behind references.
    pub(super) fn types(&self, id: SchemaId) -> Types {
        let keywords = &self.schema(self.behind_refs(id)).keywords;
        let said = keywords.types.as_ref().map_or(Types::ALL, |types| types.value);
        let values = keywords.enumeration.iter().flat_map(|values| &values.value).map(|value| &value.value);
        let values: Vec<_> = values.chain(keywords.constant.iter().map(|constant| &constant.value)).collect();
        match values.is_empty() {
            true => said,
            false => said.intersection(values.into_iter().fold(Types::NONE, |types, value| types.union(value.types()))),
        }
    }

    /// Whether an instance is one of a few values that are listed.
    pub(super) fn is_listed(&self, id: SchemaId) -> bool {
        let keywords = &self.schema(self.behind_refs(id)).keywords;
        keywords.enumeration.is_some() || keywords.constant.is_some()
    }
}
