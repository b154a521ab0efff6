//! Documents, events and contexts of a model: what is known of them besides their types.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_schema::{
    Registry, calendar,
    config::Envelope,
    facts::Status,
    ir::{Keywords, Role, SchemaId, Types},
    registry::{Context as RegistryContext, Contract, stem},
    source::{SourceId, Sources},
    syntax::Node,
};

use crate::scope::Scope;

/// A file of the registry, or an external schema that one refers to.
#[derive(Debug)]
pub struct Document {
    /// Its source.
    pub source: SourceId,
    /// Its root schema.
    pub root: SchemaId,
    /// File name without extension: the name of the root's type.
    pub stem: String,
    /// Path of the file below the parent of the registry, for headers.
    pub origin: String,
    /// Role of the document.
    pub role: Role,
    /// The event, if the document is one.
    pub event: Option<Event>,
}

impl Document {
    /// Whether the document contains a type that others share.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        matches!(self.role, Role::Type { .. })
    }
}

/// Metadata of an event.
#[derive(Debug, Clone)]
pub struct Event {
    /// Name of the type, as in the registry: `SubscriptionCreatedV1Event`.
    pub name: String,
    /// Name in envelopes: `SubscriptionCreatedV1`.
    pub event_type: String,
    /// The stem of the name in `UPPER_SNAKE_CASE` with its version: `SUBSCRIPTION_CREATED_V1`.
    pub constant: String,
    /// Name of the context.
    pub context: String,
    /// Version in the name.
    pub version: u32,
    /// Topic, exchange, subject or stream.
    pub topic: String,
    /// Routing key; can be empty.
    pub routing_key: String,
    /// Queue; empty if the registry has no template for it.
    pub queue: String,
    /// JSON Pointers to the members that the event id is derived from; empty for the whole payload.
    pub dedup_key: Vec<String>,
    /// JSON Pointer to the member that orders events.
    pub partition_key: Option<String>,
    /// JSON Pointers to the members whose change is the reason for the event.
    pub changes: Vec<String>,
    /// JSON Pointers to personal data.
    pub personal_data: Vec<String>,
    /// Expected frequency as in the contract: `100s/hour`.
    pub frequency: Option<String>,
    /// Expected frequency, in events per second.
    pub per_second: Option<f64>,
    /// Envelope of the payload.
    pub envelope: Envelope,
    /// Names of mandatory headers, and their descriptions.
    pub headers: Vec<(String, String)>,
    /// Proved upper bound of the size in bytes, the envelope excluded.
    pub max_bytes: Option<u64>,
    /// `description` of the schema, on one line.
    pub description: String,
    /// Reason of the deprecation, if the event is deprecated.
    pub deprecated: Option<String>,
    /// Root of the previous version, if it requires all that this one does.
    pub upgrades: Option<SchemaId>,
}

/// A bounded context.
#[derive(Debug)]
pub struct Context {
    /// Name of its folder.
    pub name: String,
    /// Team that owns the contracts; can be empty.
    pub owner: String,
    /// Description; can be empty.
    pub description: String,
    /// The topic of the context if its events share one, or else that of each event.
    pub topics: Vec<Constant>,
    /// The routing key of each event that has one.
    pub routing_keys: Vec<Constant>,
    /// The queue of each event that has one.
    pub queues: Vec<Constant>,
}

/// A text that generated code gives a name.
#[derive(Debug)]
pub struct Constant {
    /// The name, not yet in the case of a language.
    pub name: String,
    /// The text.
    pub value: String,
    /// Documentation.
    pub docs: String,
}

/// The contexts of `scope`, by their names.
pub(crate) fn contexts_in<'r>(registry: &'r Registry, scope: &Scope) -> BTreeMap<&'r String, &'r RegistryContext> {
    let is_wanted = |name: &str| scope.contexts.is_empty() || scope.contexts.contains(name);
    registry.contexts.iter().filter(|(name, _)| is_wanted(name)).collect()
}

/// The documents of `scope`, and of shared types.
pub(crate) fn documents(sources: &Sources, registry: &Registry, scope: &Scope) -> Vec<Document> {
    let contexts = contexts_in(registry, scope);
    let contracts = contexts.values().flat_map(|context| &context.contracts);
    let by_source = contracts.map(|contract| (contract.source, contract)).collect::<BTreeMap<_, _>>();
    let documents = registry.schemas.documents.iter().filter_map(|document| {
        let tree = registry.schemas.trees.get(document.source)?;
        let file = sources.files.get(document.source.0 as usize);
        let event = match &document.role {
            Role::Event { context } => Some(event(registry, context, by_source.get(&document.source)?, scope)),
            Role::Type { .. } | Role::External => None,
        };
        let path = file.map(|file| file.path.as_str());
        Some(Document {
            source: registry.schemas.graph[document.root].span.source,
            root: document.root,
            stem: path.map_or_else(|| external_name(&tree), |path| stem(path).to_owned()),
            origin: path.map_or_else(|| external_name(&tree), |path| format!("{}/{path}", sources.root)),
            role: document.role.clone(),
            event,
        })
    });
    documents.collect()
}

/// The last informative part of a document's URI.
fn external_name(tree: &Node) -> String {
    let uri = tree.get("$id").or_else(|| tree.get("id")).and_then(Node::as_str).unwrap_or("document");
    uri.trim_end_matches('#').rsplit('/').find(|part| !part.is_empty()).unwrap_or("document").to_owned()
}

fn event(registry: &Registry, context: &str, contract: &Contract, scope: &Scope) -> Event {
    let deprecated = (contract.facts.status == Status::Deprecated).then(|| match &contract.facts.replaced_by {
        Some(successor) => format!("use `{successor}`"),
        None => "this event will end".to_owned(),
    });
    let description = registry.schemas.graph[contract.root].docs.description.as_ref();
    let description = description.map_or("", |description| description.value.as_str());
    Event {
        name: contract.name.as_str().to_owned(),
        event_type: contract.name.versioned().to_owned(),
        constant: format!("{}_V{}", contract.name.joined("_").to_ascii_uppercase(), contract.name.version()),
        context: context.to_owned(),
        version: contract.name.version(),
        topic: contract.topic.clone(),
        routing_key: contract.routing_key.clone(),
        queue: contract.queue.clone(),
        dedup_key: contract.facts.dedup_key.clone(),
        partition_key: contract.facts.partition_key.clone(),
        changes: contract.facts.changes.clone(),
        personal_data: contract.facts.personal_data.clone(),
        frequency: contract.facts.frequency.clone(),
        per_second: contract.facts.frequency.as_deref().and_then(calendar::per_second),
        envelope: registry.contexts[context].settings.envelope,
        headers: contract.facts.headers.clone().into_iter().collect(),
        max_bytes: scope.max_bytes.get(&contract.root).copied(),
        description: description.split_whitespace().collect::<Vec<_>>().join(" "),
        deprecated,
        upgrades: upgraded(registry, contract),
    }
}

/// The previous version, if it requires all that this one does; whether its values are valid is decided at run time.
fn upgraded(registry: &Registry, contract: &Contract) -> Option<SchemaId> {
    let before = contract.name.at_version(contract.name.version().checked_sub(1)?).parse().ok()?;
    let before = registry.contract(&contract.context, &before)?;
    let graph = &registry.schemas.graph;
    let (old, new) = (&graph[before.root].keywords, &graph[contract.root].keywords);
    // Other keywords could require members, too.
    let is_plain = |own: &Keywords| {
        let is_known = |name: &str| {
            matches!(
                name,
                "type" | "properties" | "required" | "additionalProperties" | "minProperties" | "maxProperties"
            )
        };
        own.types.as_ref().is_some_and(|types| types.value == Types::OBJECT) && own.names().all(is_known)
    };
    let types = |keywords: &Keywords, name: &str| {
        let property = keywords.object.properties.iter().find(|property| property.name.value == name)?;
        let own = &graph[property.schema].keywords;
        Some(own.types.as_ref().map_or(Types::ALL, |types| types.value))
    };
    let is_there = |name: &str| {
        let is_required = old.object.required.iter().any(|own| own.value == name);
        let common = types(old, name)?.intersection(types(new, name).unwrap_or(Types::ALL));
        (is_required && !common.is_empty()).then_some(())
    };
    let follows = new.object.required.iter().all(|name| is_there(&name.value).is_some());
    (is_plain(old) && is_plain(new) && follows).then_some(before.root)
}

/// A context, whose events share the constant of its topic if they share the topic.
pub(crate) fn context(name: &str, context: &RegistryContext) -> Context {
    let topics: BTreeSet<&String> = context.contracts.iter().map(|contract| &contract.topic).collect();
    let constant = |contract: &Contract, value: &str, what: &str| Constant {
        name: contract.name.versioned().to_owned(),
        value: value.to_owned(),
        docs: format!("{what} of `{}`.", contract.name),
    };
    let topics = match topics.into_iter().collect::<Vec<_>>().as_slice() {
        [topic] if context.contracts.len() > 1 || topic.as_str() == name => vec![Constant {
            name: name.to_owned(),
            value: (*topic).clone(),
            docs: format!("Topic of all events of `{name}`."),
        }],
        _ => context.contracts.iter().map(|contract| constant(contract, &contract.topic, "Topic")).collect(),
    };
    let keyed = context.contracts.iter().filter(|contract| !contract.routing_key.is_empty());
    let queued = context.contracts.iter().filter(|contract| !contract.queue.is_empty());
    Context {
        name: name.to_owned(),
        owner: context.settings.owner.clone(),
        description: context.settings.description.clone(),
        topics,
        routing_keys: keyed.map(|contract| constant(contract, &contract.routing_key, "Routing key")).collect(),
        queues: queued.map(|contract| constant(contract, &contract.queue, "Queue")).collect(),
    }
}
