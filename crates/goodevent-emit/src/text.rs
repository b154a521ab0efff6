//! Text outputs by templates, for readers and for other languages.

use std::collections::BTreeSet;

use goodevent_json::escape::line;
use goodevent_model::{Context, Event, Model, Profile, names::unique};
use goodevent_schema::{
    config::Settings,
    output,
    template::{self, Escape, Refused},
};
use serde_json::{Value, json};

use crate::{
    emitter::{self, Emitter, Files, Request},
    escape::{self, Language},
    rust,
};

/// The text outputs of `goodevent.toml`, each by the template of its name.
#[derive(Debug)]
pub struct Texts;

impl Emitter for Texts {
    fn id(&self) -> &'static str {
        "outputs"
    }

    /// That of Rust, whose model exists anyway.
    fn profile(&self) -> Profile {
        rust::PROFILE
    }

    fn emit(&self, model: &Model<'_>, request: &Request<'_>) -> Result<Files, emitter::Error> {
        Ok(emit(model, request)?)
    }
}

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

fn emit(model: &Model<'_>, request: &Request<'_>) -> Result<Files, Error> {
    let (settings, templates) = (request.settings, request.templates);
    let view = view(model, settings);
    let mut taken = BTreeSet::new();
    let outputs = settings.outputs.iter();
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

/// The variables of templates: contexts with their events, every name in the forms that languages need.
fn view(model: &Model<'_>, settings: &Settings) -> Value {
    let mut constants = BTreeSet::new();
    let last = model.contexts.last().map(|context| &context.name);
    let contexts = model.contexts.iter().map(|context| {
        let is_last = last.is_some_and(|last| *last == context.name);
        context_view(model, context, is_last, &mut constants)
    });
    let contexts: Vec<Value> = contexts.collect();
    json!({ "organization": settings.organization, "contexts": contexts })
}

/// A context, whose events take constants beside those that are `taken`.
fn context_view(model: &Model<'_>, context: &Context, is_last: bool, taken: &mut BTreeSet<String>) -> Value {
    let events: Vec<&Event> = model.events(&context.name).collect();
    let n_events = events.len();
    let views = events.into_iter().enumerate().map(|(event_idx, event)| {
        let constant = unique(event.constant.clone(), taken);
        event_view(event, &constant, event_idx + 1 == n_events)
    });
    let views: Vec<Value> = views.collect();
    json!({
        "name": context.name,
        "owner": context.owner,
        "description": context.description,
        "isLast": is_last,
        "events": views,
    })
}

fn event_view(event: &Event, constant: &str, is_last: bool) -> Value {
    json!({
        "name": event.name,
        "type": event.event_type,
        "version": event.version,
        "constant": constant,
        "topic": event.topic,
        "routingKey": event.routing_key,
        "queue": event.queue,
        // For templates that were written before there were helpers.
        "queueJson": Language::Json.text(&event.queue),
        "topicJson": Language::Json.text(&event.topic),
        "routingKeyJson": Language::Json.text(&event.routing_key),
        "description": event.description,
        "descriptionJson": Language::Json.text(&event.description),
        "frequency": event.frequency.as_deref().unwrap_or(""),
        "isDeprecated": event.deprecated.is_some(),
        "isLast": is_last,
    })
}
