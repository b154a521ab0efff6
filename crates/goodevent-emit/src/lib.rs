//! Code generation from a registry, as values: Rust code, and text outputs by template.

pub mod escape;
pub mod rust;
pub mod settings;
#[cfg(feature = "text")]
pub mod text;

pub use crate::{
    rust::Style,
    settings::{Faults, Options},
};

use std::collections::{BTreeMap, BTreeSet};

use goodevent_json::width::Width;
use goodevent_schema::{
    Registry, calendar,
    config::Envelope,
    facts::Status,
    ir::{Keywords, Role, SchemaId, Types},
    registry::{Context, Contract, stem},
    source::Sources,
    syntax::Node,
};

/// Generates the Rust code of a registry as the files of a crate's `src` folder.
///
/// # Errors
/// If `options`, or the settings of the registry, contain invalid Rust or unknown names.
pub fn rust_crate(
    sources: &Sources,
    registry: &Registry,
    options: &Options,
) -> Result<BTreeMap<String, String>, Faults> {
    options.check(registry)?;
    Ok(rust::crate_files(&input(sources, registry, options)))
}

/// Generates the Rust code of a registry as one file for `include!`.
///
/// # Errors
/// If `options`, or the settings of the registry, contain invalid Rust or unknown names.
pub fn rust_file(sources: &Sources, registry: &Registry, options: &Options) -> Result<String, Faults> {
    options.check(registry)?;
    Ok(rust::single_file(&input(sources, registry, options)))
}

/// Rust types of numbers that hold less than their schema allows.
#[must_use]
pub fn widths(sources: &Sources, registry: &Registry) -> BTreeMap<SchemaId, Width> {
    rust::widths(&input(sources, registry, &Options::default()))
}

fn input<'g>(sources: &Sources, registry: &'g Registry, options: &Options) -> rust::Input<'g> {
    let is_wanted = |name: &str| options.contexts.is_empty() || options.contexts.contains(name);
    let contexts: BTreeMap<&String, &Context> = registry.contexts.iter().filter(|(name, _)| is_wanted(name)).collect();
    let contracts = contexts.values().flat_map(|context| &context.contracts);
    let by_source = contracts.map(|contract| (contract.source, contract)).collect::<BTreeMap<_, _>>();
    let documents = registry.schemas.documents.iter().filter_map(|document| {
        let tree = registry.schemas.trees.get(document.source)?;
        let source = sources.files.get(document.source.0 as usize);
        let event = match &document.role {
            Role::Event { context } => Some(event(registry, context, by_source.get(&document.source)?, options)),
            Role::Type { .. } | Role::External => None,
        };
        let path = source.map(|source| source.path.as_str());
        Some(rust::Document {
            root: document.root,
            stem: path.map_or_else(|| external_name(&tree), |path| stem(path).to_owned()),
            origin: path.map_or_else(|| external_name(&tree), |path| format!("{}/{path}", sources.root)),
            role: document.role.clone(),
            event,
        })
    });
    let mut style = options.style.clone();
    for (format, path) in &registry.settings.rust.formats {
        style.format_types.entry(format.clone()).or_insert_with(|| path.get_ref().clone());
    }
    rust::Input {
        schemas: &registry.schemas,
        documents: documents.collect(),
        contexts: contexts.iter().map(|(name, context)| context_module(name, context)).collect(),
        style,
        made_by: options.made_by.clone(),
    }
}

/// The last part of a document's URI that says something.
fn external_name(tree: &Node) -> String {
    let uri = tree.get("$id").or_else(|| tree.get("id")).and_then(Node::as_str).unwrap_or("document");
    uri.trim_end_matches('#').rsplit('/').find(|part| !part.is_empty()).unwrap_or("document").to_owned()
}

fn event(registry: &Registry, context: &str, contract: &Contract, options: &Options) -> rust::Event {
    let deprecated = (contract.facts.status == Status::Deprecated).then(|| match &contract.facts.replaced_by {
        Some(successor) => format!("use `{successor}`"),
        None => "this event will end".to_owned(),
    });
    rust::Event {
        event_type: contract.name.versioned().to_owned(),
        context: context.to_owned(),
        version: contract.name.version(),
        topic: contract.topic.clone(),
        routing_key: contract.routing_key.clone(),
        dedup_key: contract.facts.dedup_key.clone(),
        partition_key: contract.facts.partition_key.clone(),
        changes: contract.facts.changes.clone(),
        personal_data: contract.facts.personal_data.clone(),
        per_second: contract.facts.frequency.as_deref().and_then(calendar::per_second),
        envelope: match registry.contexts[context].settings.envelope {
            Envelope::None => None,
            Envelope::Octopus => Some("Octopus"),
            Envelope::Cloudevents => Some("CloudEvents"),
        },
        headers: contract.facts.headers.clone().into_iter().collect(),
        max_bytes: options.max_bytes.get(&contract.root).copied(),
        schema_text: registry.schemas.bundle(contract.root).to_string(),
        deprecated,
        upgrades: upgraded(registry, contract),
    }
}

/// The version before, if all that this one asks for is in it; whether the values fit is found out when they are there.
fn upgraded(registry: &Registry, contract: &Contract) -> Option<SchemaId> {
    let before = contract.name.at_version(contract.name.version().checked_sub(1)?).parse().ok()?;
    let before = registry.contract(&contract.context, &before)?;
    let graph = &registry.schemas.graph;
    let (old, new) = (&graph[before.root].keywords, &graph[contract.root].keywords);
    // What else may ask for members is not looked through.
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

/// Constants of a context: one for a topic that its events share, else one for each event.
fn context_module(name: &str, context: &Context) -> rust::Context {
    let topics: BTreeSet<&String> = context.contracts.iter().map(|contract| &contract.topic).collect();
    let constant = |contract: &Contract, value: &str, what: &str| rust::Constant {
        name: rust::constant_name(contract.name.versioned()),
        value: value.to_owned(),
        docs: format!("{what} of `{}`.", contract.name),
    };
    let topics = match topics.into_iter().collect::<Vec<_>>().as_slice() {
        [topic] if context.contracts.len() > 1 || topic.as_str() == name => vec![rust::Constant {
            name: rust::constant_name(name),
            value: (*topic).clone(),
            docs: format!("Topic of all events of `{name}`."),
        }],
        _ => context.contracts.iter().map(|contract| constant(contract, &contract.topic, "Topic")).collect(),
    };
    let keyed = context.contracts.iter().filter(|contract| !contract.routing_key.is_empty());
    let keys: Vec<rust::Constant> =
        keyed.map(|contract| constant(contract, &contract.routing_key, "Routing key")).collect();
    let queued = context.contracts.iter().filter(|contract| !contract.queue.is_empty());
    let queues: Vec<rust::Constant> = queued.map(|contract| constant(contract, &contract.queue, "Queue")).collect();
    let constants = [("topics", topics), ("routing_keys", keys), ("queues", queues)];
    rust::Context {
        name: name.to_owned(),
        description: context.settings.description.clone(),
        constants: constants
            .into_iter()
            .filter(|(_, constants)| !constants.is_empty())
            .map(|(name, constants)| (name.to_owned(), constants))
            .collect(),
    }
}
