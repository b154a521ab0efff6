//! Text outputs by templates, for readers and for other languages.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_json::escape::line;
use goodevent_schema::{
    Registry,
    facts::Status,
    output,
    registry::{Context, Contract},
    template::{self, Escape, Refused},
};
use serde_json::{Value, json};

use crate::{
    escape::{self, Language},
    rust,
};

/// Reason why a text output cannot be rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No template has the name.
    #[error("`[outputs]` names the unknown template `{}`: known templates are {}", line(.name), line(.known))]
    Unknown {
        /// The name.
        name: String,
        /// Known templates.
        known: String,
    },
    /// The path of the output is not permitted.
    #[error("the output `{}` of `[outputs]` {reason}", line(.path))]
    Path {
        /// Path below the output folder.
        path: String,
        /// Why.
        reason: &'static str,
    },
    /// Two outputs are one file.
    #[error("two outputs of `[outputs]` take the path `{}`", line(.path))]
    Twice {
        /// Path below the output folder.
        path: String,
    },
    /// The template fails.
    #[error("the template `{}` of `[outputs]` fails: {}", line(.name), line(&.reason.to_string()))]
    Refused {
        /// Its name.
        name: String,
        /// Why.
        reason: Refused,
    },
}

/// Renders the outputs of `goodevent.toml` with the templates of these names.
///
/// # Errors
/// If a template is malformed or missing or uses an unknown variable, or the path of an output is not permitted.
pub fn emit(registry: &Registry, templates: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Error> {
    let view = view(registry);
    let mut taken = BTreeSet::new();
    let outputs = registry.settings.outputs.iter();
    outputs
        .map(|(name, path)| {
            let Some(template) = templates.get(name) else {
                let known = templates.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
                return Err(Error::Unknown { name: name.clone(), known });
            };
            let path = path.get_ref();
            if let Some(reason) = output::setting_fault(path) {
                return Err(Error::Path { path: path.clone(), reason });
            }
            if !taken.insert(output::folded(path)) {
                return Err(Error::Twice { path: path.clone() });
            }
            let language = Language::of_path(path);
            let inserted = Box::new(move |text: &str| escape::inserted(language, text));
            let text = template::render_escaped(template, &view, inserted, helpers())
                .map_err(|reason| Error::Refused { name: name.clone(), reason })?;
            Ok((path.clone(), text))
        })
        .collect()
}

/// The helpers of templates: `{{go topic}}` is a literal of Go, `{{go-comment description}}` text within a comment, and so on
/// for each language; `{{markdown-code topic}}` is a span of code.
fn helpers() -> Vec<(String, Escape)> {
    let literals =
        Language::ALL.map(|own| (own.name().to_owned(), Box::new(move |text: &str| own.text(text)) as Escape));
    let comments = Language::ALL
        .map(|own| (format!("{}-comment", own.name()), Box::new(move |text: &str| own.comment(text)) as Escape));
    let code = ("markdown-code".to_owned(), Box::new(escape::markdown_code) as Escape);
    literals.into_iter().chain(comments).chain([code]).collect()
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
        // For templates that were written before there were helpers.
        "queueJson": Language::Json.text(&contract.queue),
        "topicJson": Language::Json.text(&contract.topic),
        "routingKeyJson": Language::Json.text(&contract.routing_key),
        "description": one_line,
        "descriptionJson": Language::Json.text(&one_line),
        "frequency": contract.facts.frequency.as_deref().unwrap_or(""),
        "isDeprecated": contract.facts.status == Status::Deprecated,
        "isLast": is_last,
    })
}
