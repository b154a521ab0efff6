//! The settings of a registry (`goodevent.toml`) and of a context (`context.toml`).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use crate::{
    diagnostic::Diagnostic,
    source::{SourceId, Sources, Span},
};

/// `goodevent.toml`, at the root of the registry.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Settings {
    /// Name of the organization, for the templates of names.
    pub organization: String,
    /// Templates of names, unless a context has its own.
    pub names: NameTemplates,
    /// How the rules of the linter count, by rule, by category, or `all`.
    pub rules: BTreeMap<String, RuleLevel>,
    /// What the generated Rust looks like.
    pub rust: RustSettings,
    /// Text files besides the Rust code: the name of a template, and the file it makes below the output folder.
    #[schemars(with = "BTreeMap<String, String>")]
    pub outputs: BTreeMap<String, Spanned<String>>,
}

/// Handlebars expressions over `organization`, `service`, `context`, `version`, `name` (`UserCreatedV1Event`), `type`
/// (`UserCreatedV1`), and the words of the name in the forms `dotted` (`user.created`), `kebab` and `snake`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct NameTemplates {
    /// Topic, exchange, subject or stream; `{{context}}` unless said.
    pub topic: Option<String>,
    /// Routing key; `{{dotted}}` unless said.
    #[schemars(with = "Option<String>")]
    pub routing_key: Option<Spanned<String>>,
    /// Queue, durable consumer, consumer group or subscription, behind which a handler's name may go; none unless said.
    pub queue: Option<String>,
}

/// Settings of the generated Rust.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct RustSettings {
    /// Rust types of formats, such as `uuid = "::uuid::Uuid"`. A format without one is a string, which loses nothing.
    pub formats: BTreeMap<String, String>,
}

/// `context.toml`, in the folder of a context.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct ContextSettings {
    /// Who answers for the contracts.
    pub owner: String,
    /// What the context is about.
    pub description: String,
    /// What the payload is wrapped in.
    pub envelope: Envelope,
    /// Name of the publishing service, for the templates of names; the context's unless said.
    pub service: Option<String>,
    /// Things of the context that live and change, such as `Subscription`.
    pub aggregates: Vec<String>,
    /// How the rules of the linter count here, in place of what the registry says.
    pub rules: BTreeMap<String, RuleLevel>,
    /// Where the events go.
    pub topics: TopicSettings,
}

/// How a finding of a rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RuleLevel {
    /// It is not told.
    Allow,
    /// It is told, and the run succeeds.
    Warn,
    /// The run fails.
    Deny,
}

impl RuleLevel {
    /// As settings write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }
}

/// What a payload is wrapped in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Envelope {
    /// The payload is the message.
    #[default]
    None,
    /// `{id, source, type, occurredTimeUtc, activityId, specVersion, payload}`.
    Octopus,
    /// [CloudEvents 1.0](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md).
    Cloudevents,
}

/// Where the events of a context go.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct TopicSettings {
    /// The broker, whose rules the names have to keep to.
    pub broker: Option<Broker>,
    /// Template of the topic, in place of the registry's.
    pub topic: Option<String>,
    /// Template of the routing key, in place of the registry's.
    #[schemars(with = "Option<String>")]
    pub routing_key: Option<Spanned<String>>,
    /// Template of the queue, in place of the registry's.
    pub queue: Option<String>,
    /// How many events a topic carries, as a frequency: `1000s/second`. What brokers of its kind are made for unless said.
    pub capacity: Option<String>,
}

/// A message broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Broker {
    Rabbitmq,
    Nats,
    Kafka,
    ServiceBus,
}

/// JSON Schemas of the settings and of `x-event`, for editors, by the names of their files.
#[must_use]
pub fn schemas() -> [(&'static str, schemars::Schema); 3] {
    [
        ("context.schema.json", schemars::schema_for!(ContextSettings)),
        ("goodevent.schema.json", schemars::schema_for!(Settings)),
        ("x-event.schema.json", schemars::schema_for!(crate::facts::Facts)),
    ]
}

impl Settings {
    /// Finds outputs that lie outside of the output folder, or where generated code does.
    pub(crate) fn check(&self, id: SourceId, found: &mut Vec<Diagnostic>) {
        for path in self.outputs.values() {
            let parts: Vec<&str> = path.get_ref().split('/').collect();
            let is_plain = |part: &&str| !matches!(*part, "" | "." | "..") && !part.contains(['\\', ':', '\0']);
            let reason = match parts.as_slice() {
                parts if !parts.iter().all(is_plain) => "is no path below the output folder",
                ["src" | "settings", ..] | ["Cargo.toml"] => "is where generated code lies",
                _ => continue,
            };
            let range = path.span();
            let span = Span { source: id, start: range.start as u32, end: range.end as u32 };
            let headline = format!("the output `{}` {reason}", path.get_ref());
            let help = "name a file such as `topics/topics.json`";
            found.push(Diagnostic::error("invalid-output", span, headline).help(help));
        }
    }
}

/// Reads a TOML file; an error in it becomes a finding at its place.
pub(crate) fn read<T: Default + for<'de> Deserialize<'de>>(
    sources: &Sources,
    id: SourceId,
    found: &mut Vec<Diagnostic>,
) -> T {
    let bytes = &sources[id].bytes;
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.valid_up_to() as u32;
            let span = Span { source: id, start: at, end: at + 1 };
            found.push(Diagnostic::error("not-utf8", span, "the file is not UTF-8").help("save the file as UTF-8"));
            return T::default();
        }
    };
    toml::from_str(text).unwrap_or_else(|error| {
        let range = error.span().unwrap_or(0..0);
        let span = Span { source: id, start: range.start as u32, end: range.end as u32 };
        let message = error.message().lines().next().unwrap_or("the settings are malformed").to_owned();
        found.push(
            Diagnostic::error("invalid-settings", span, message).help("the documentation lists the settings there are"),
        );
        T::default()
    })
}
