//! Text files for readers and for other languages, by templates.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_schema::{
    Registry,
    facts::Status,
    registry::{Context, Contract},
    template::{self, Refused},
};
use serde_json::{Value, json};

use crate::rust;

/// Why a text output can't be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No template has the name.
    #[error("`[outputs]` asks for the template `{name}`: there are {known}")]
    Unknown {
        /// The name.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// The template gives no text.
    #[error("the template `{name}` of `[outputs]` fails: {reason}")]
    Refused {
        /// Its name.
        name: String,
        /// Why.
        reason: Refused,
    },
}

/// The files that `goodevent.toml` asks for under `[outputs]`, from the templates of these names.
///
/// # Errors
/// If a template is malformed, missing, or asks for what is not there.
pub fn emit(registry: &Registry, templates: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Error> {
    let view = view(registry);
    let outputs = registry.settings.outputs.iter();
    outputs
        .map(|(name, path)| {
            let Some(template) = templates.get(name) else {
                let known = templates.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
                return Err(Error::Unknown { name: name.clone(), known });
            };
            let text =
                template::render(template, &view).map_err(|reason| Error::Refused { name: name.clone(), reason })?;
            Ok((path.get_ref().clone(), text))
        })
        .collect()
}

/// What templates see: contexts with their events, every name in the forms that languages need.
fn view(registry: &Registry) -> Value {
    let mut constants = BTreeSet::new();
    let contexts =
        registry.contexts.iter().map(|(name, context)| context_view(registry, name, context, &mut constants));
    let contexts: Vec<Value> = contexts.collect();
    json!({ "organization": registry.settings.organization, "contexts": contexts })
}

/// A context, whose events take constants beside those that are `taken`.
fn context_view(registry: &Registry, name: &str, context: &Context, taken: &mut BTreeSet<String>) -> Value {
    let n_events = context.contracts.len();
    let events: Vec<Value> = context
        .contracts
        .iter()
        .enumerate()
        .map(|(event_idx, contract)| {
            let words = contract.name.joined("_").to_ascii_uppercase();
            let constant = rust::unique(format!("{words}_V{}", contract.name.version()), taken);
            event_view(registry, contract, &constant, event_idx + 1 == n_events)
        })
        .collect();
    json!({
        "name": name,
        "owner": context.settings.owner,
        "description": context.settings.description,
        "isLast": registry.contexts.keys().next_back().is_some_and(|last| last == name),
        "events": events,
    })
}

fn event_view(registry: &Registry, contract: &Contract, constant: &str, is_last: bool) -> Value {
    let description = &registry.schemas.graph[contract.root].docs.description;
    let description = description.as_ref().map_or("", |description| description.value.as_str());
    let one_line = description.split_whitespace().collect::<Vec<_>>().join(" ");
    json!({
        "name": contract.name.as_str(),
        "type": contract.name.versioned(),
        "version": contract.name.version(),
        "constant": constant,
        "topic": contract.topic,
        "routingKey": contract.routing_key,
        "queue": contract.queue,
        "queueJson": Value::from(contract.queue.as_str()).to_string(),
        "topicJson": Value::from(contract.topic.as_str()).to_string(),
        "routingKeyJson": Value::from(contract.routing_key.as_str()).to_string(),
        // No language ends a comment with these, once they are broken.
        "description": one_line.replace("*/", "* /").replace('|', "\\|"),
        "descriptionJson": Value::from(one_line.as_str()).to_string(),
        "frequency": contract.facts.frequency.as_deref().unwrap_or(""),
        "isDeprecated": contract.facts.status == Status::Deprecated,
        "isLast": is_last,
    })
}
