//! The settings of a registry (`goodevent.toml`) and of a context (`context.toml`).

use std::collections::BTreeMap;

#[cfg(feature = "schemars")]
use schemars::JsonSchema;
use serde::Deserialize;
use toml::{
    Spanned,
    de::{DeTable, DeValue, Deserializer},
};

use crate::{
    diagnostic::Diagnostic,
    dialect::Dialect,
    format::Format,
    ir::Draft,
    output,
    source::{SourceId, Sources, Span},
    suggest, uri,
};

/// `goodevent.toml`, at the root of the registry.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schemars", derive(JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Settings {
    /// Name of the organization, for the templates of names.
    pub organization: String,
    /// Templates of names, which a context can override.
    pub names: NameTemplates,
    /// Levels of the rules of the linter, by rule, by category, or `all`.
    pub rules: BTreeMap<String, RuleLevel>,
    /// Settings of the generated Rust.
    pub rust: RustSettings,
    /// Drafts of custom URIs in `$schema`: `"https://example.org/dialect" = "draft-07"`.
    #[cfg_attr(feature = "schemars", schemars(with = "BTreeMap<String, Draft>"))]
    pub dialects: BTreeMap<String, Spanned<Draft>>,
    /// Text outputs besides the Rust code: the name of a template, and the path of its output below the output folder.
    #[cfg_attr(feature = "schemars", schemars(with = "BTreeMap<String, String>"))]
    pub outputs: BTreeMap<String, Spanned<String>>,
    /// Languages besides Rust that types and validators are generated for: `[languages.typescript]`.
    #[cfg_attr(feature = "schemars", schemars(with = "BTreeMap<String, LanguageSettings>"))]
    pub languages: BTreeMap<String, Spanned<LanguageSettings>>,
}

/// Settings of the generated code of a language.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schemars", derive(JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct LanguageSettings {
    /// Folder of the code, below the output folder. Default: the name of the language.
    pub folder: Option<String>,
    /// The package of the code: the path of a Go module, the name of a Python package, the Java package above all others.
    /// Default: `contracts`.
    pub package: Option<String>,
    /// `<group>:<artifact>:<version>` of the Maven project of Java. Default: `<package>:contracts:0.1.0`.
    pub coordinates: Option<String>,
}

impl LanguageSettings {
    /// Folder of the code of `language`, below the output folder.
    #[must_use]
    pub fn folder<'s>(&'s self, language: &'s str) -> &'s str {
        self.folder.as_deref().unwrap_or(language)
    }

    /// The package of the code.
    #[must_use]
    pub fn package(&self) -> &str {
        self.package.as_deref().unwrap_or("contracts")
    }
}

/// Handlebars expressions over `organization`, `service`, `context`, `version`, `name` (`UserCreatedV1Event`), `type`
/// (`UserCreatedV1`), and the words of the name in the forms `dotted` (`user.created`), `kebab` and `snake`.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schemars", derive(JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct NameTemplates {
    /// Topic, exchange, subject or stream. Default: `{{context}}`.
    #[cfg_attr(feature = "schemars", schemars(with = "Option<String>"))]
    pub topic: Option<Spanned<String>>,
    /// Routing key. Default: `{{dotted}}`.
    #[cfg_attr(feature = "schemars", schemars(with = "Option<String>"))]
    pub routing_key: Option<Spanned<String>>,
    /// Queue, durable consumer, consumer group or subscription, which the name of a handler can follow. Default: none.
    #[cfg_attr(feature = "schemars", schemars(with = "Option<String>"))]
    pub queue: Option<Spanned<String>>,
}

/// Settings of the generated Rust.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schemars", derive(JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct RustSettings {
    /// Rust types of formats, such as `uuid = "::uuid::Uuid"`. A format without a type is a string, without loss.
    #[cfg_attr(feature = "schemars", schemars(with = "BTreeMap<String, String>"))]
    pub formats: BTreeMap<String, Spanned<String>>,
    /// Types of integers.
    pub integers: Integers,
    /// Name of the generated crate, in a `Cargo.toml` that is written unless there is an edited one. Default: `contracts`.
    #[cfg_attr(feature = "schemars", schemars(with = "Option<String>"))]
    pub package: Option<Spanned<String>>,
    /// Version of the generated crate. Default: `0.1.0`.
    #[cfg_attr(feature = "schemars", schemars(with = "Option<String>"))]
    pub version: Option<Spanned<String>>,
}

/// Rust types of integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(feature = "schemars", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Integers {
    /// 64 bits, or 128 where the bounds ask for them, so that the type stays the same when a bound is raised.
    #[default]
    Wide,
    /// The smallest type that holds all valid values: `u8` for `"minimum": 0, "maximum": 100`.
    Narrow,
}

/// `context.toml`, in the folder of a context.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schemars", derive(JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct ContextSettings {
    /// Team that owns the contracts.
    pub owner: String,
    /// Description of the context.
    pub description: String,
    /// Envelope of the payload.
    pub envelope: Envelope,
    /// Name of the publishing service, for the templates of names. Default: the name of the context.
    pub service: Option<String>,
    /// Aggregates of the context: objects with a lifecycle, such as `Subscription`.
    pub aggregates: Vec<String>,
    /// Levels of the rules in this context, which override those of the registry.
    pub rules: BTreeMap<String, RuleLevel>,
    /// Topics, routing keys and queues of the events.
    pub topics: TopicSettings,
}

/// Level of the findings of a rule, in increasing order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[cfg_attr(feature = "schemars", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RuleLevel {
    /// Not reported.
    Allow,
    /// Reported, and the run succeeds.
    Warn,
    /// The run fails.
    Deny,
}

impl RuleLevel {
    /// Name in settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }
}

/// Names under `[rules]` in a settings file, with their spans.
#[must_use]
pub fn rule_names(sources: &Sources, id: SourceId) -> Vec<(String, Span)> {
    let text = String::from_utf8_lossy(&sources[id].bytes);
    let table = DeTable::parse(&text).map(Spanned::into_inner).unwrap_or_default();
    let rules = table.into_iter().filter(|(key, _)| key.get_ref() == "rules").map(|(_, value)| value.into_inner());
    let names = rules.filter_map(|value| if let DeValue::Table(rules) = value { Some(rules) } else { None }).flatten();
    let place = |range: std::ops::Range<usize>| Span { source: id, start: range.start as u32, end: range.end as u32 };
    names.map(|(name, _)| (name.get_ref().to_string(), place(name.span()))).collect()
}

/// Envelope of a payload.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemars", derive(JsonSchema))]
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

impl Envelope {
    /// Its name in settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Octopus => "octopus",
            Self::Cloudevents => "cloudevents",
        }
    }
}

/// Topics, routing keys and queues of the events of a context.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schemars", derive(JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct TopicSettings {
    /// The broker, whose rules for names apply.
    pub broker: Option<Broker>,
    /// Template of the topic, which overrides that of the registry.
    #[cfg_attr(feature = "schemars", schemars(with = "Option<String>"))]
    pub topic: Option<Spanned<String>>,
    /// Template of the routing key, which overrides that of the registry.
    #[cfg_attr(feature = "schemars", schemars(with = "Option<String>"))]
    pub routing_key: Option<Spanned<String>>,
    /// Template of the queue, which overrides that of the registry.
    #[cfg_attr(feature = "schemars", schemars(with = "Option<String>"))]
    pub queue: Option<Spanned<String>>,
    /// Throughput of a topic, as a frequency: `1000s/second`. Default: a value for the kind of broker.
    pub capacity: Option<String>,
}

/// A message broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemars", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Broker {
    Rabbitmq,
    Nats,
    Kafka,
    ServiceBus,
}

impl Broker {
    /// Name in settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rabbitmq => "rabbitmq",
            Self::Nats => "nats",
            Self::Kafka => "kafka",
            Self::ServiceBus => "service-bus",
        }
    }
}

impl Settings {
    /// Finds outputs that lie outside of the output folder, or where generated code does, and dialects that are known.
    pub(crate) fn check(&self, id: SourceId, found: &mut Vec<Diagnostic>) {
        self.check_formats(id, found);
        self.check_files(id, found);
        for (uri, draft) in &self.dialects {
            let range = draft.span();
            let span = Span { source: id, start: range.start as u32, end: range.end as u32 };
            if !uri::has_scheme(uri) {
                let headline = format!("the dialect \"{uri}\" is not an absolute URI");
                let help = "write it as `$schema` has it: `\"https://example.org/schema\"`";
                found.push(Diagnostic::error("invalid-settings", span, headline).help(help));
            } else if Dialect::official(uri).is_some() {
                let headline = format!("the dialect \"{uri}\" is one of JSON Schema itself");
                let help = "remove the line: the draft is built in";
                found.push(Diagnostic::error("invalid-settings", span, headline).help(help));
            }
        }
        for path in self.outputs.values() {
            let Some(reason) = output::setting_fault(path.get_ref()) else { continue };
            let span = place(id, path);
            let headline = format!("the output `{}` {reason}", path.get_ref());
            let help = "name a file such as `topics/topics.json`";
            found.push(Diagnostic::error("invalid-output", span, headline).help(help));
        }
        for (language, settings) in &self.languages {
            let folder = settings.get_ref().folder(language);
            let Some(reason) = output::setting_fault(folder) else { continue };
            let headline = format!("the folder `{folder}` of the language `{language}` {reason}");
            let help = format!("name a folder such as `{language}`, or leave `folder` out");
            found.push(Diagnostic::error("invalid-output", place(id, settings), headline).help(help));
        }
    }

    /// Finds Rust types of formats that there are not.
    fn check_formats(&self, id: SourceId, found: &mut Vec<Diagnostic>) {
        for (name, path) in &self.rust.formats {
            if let Some(help) = Format::unknown(name) {
                let headline = format!("`{name}` is not a format of JSON Schema, so no value has its Rust type");
                found.push(Diagnostic::error("invalid-settings", place(id, path), headline).help(help));
            }
        }
    }

    /// Finds outputs that are one file, or of which one is a folder of the other, whether case counts or not.
    fn check_files(&self, id: SourceId, found: &mut Vec<Diagnostic>) {
        let files = self.outputs.iter().map(|(name, path)| (name, path.get_ref().as_str(), place(id, path)));
        let folders = self.languages.iter();
        let folders = folders.map(|(name, settings)| (name, settings.get_ref().folder(name), place(id, settings)));
        let mut outputs: Vec<_> = files.chain(folders).collect();
        outputs.sort_by_key(|(_, _, span)| span.start);
        for (nth, (name, path, span)) in outputs.iter().enumerate() {
            let lower = output::folded(path);
            let is_same = |(_, other, _): &&(&String, &str, Span)| {
                let other = output::folded(other);
                let is_below =
                    |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
                lower == other || is_below(&lower, &other) || is_below(&other, &lower)
            };
            if let Some((first, _, first_span)) = outputs[..nth].iter().find(is_same) {
                let headline = format!("the outputs `{first}` and `{name}` can't both be written: they take one path");
                let finding = Diagnostic::error("invalid-output", *span, headline).label("the second");
                let finding = finding.related(*first_span, "the first");
                found.push(finding.help("give each output its own file; some file systems ignore case"));
            }
        }
    }
}

/// Part of a file that is unknown because of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// All of it.
    Whole,
    /// The settings with findings.
    Part,
}

/// The place of a setting.
fn place<T>(id: SourceId, setting: &Spanned<T>) -> Span {
    let range = setting.span();
    Span { source: id, start: range.start as u32, end: range.end as u32 }
}

/// Whether JSON Schema has a format of this name.
#[must_use]
pub fn is_format(name: &str) -> bool {
    Format::unknown(name).is_none()
}

/// Reads a TOML file; an error in it becomes a finding at its place, and leaves the other settings as they are.
pub(crate) fn read<T: Default + for<'de> Deserialize<'de>>(
    sources: &Sources,
    id: SourceId,
    found: &mut Vec<Diagnostic>,
) -> (T, Option<Unread>) {
    let bytes = &sources[id].bytes;
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.valid_up_to() as u32;
            let span = Span { source: id, start: at, end: at + 1 };
            found.push(Diagnostic::error("not-utf8", span, "the file is not UTF-8").help("save the file as UTF-8"));
            return (T::default(), Some(Unread::Whole));
        }
    };
    if let Ok(settings) = toml::from_str(text) {
        return (settings, None);
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    // Of a text that is no TOML the first error is the one that the others follow from.
    if let Some(error) = errors.first() {
        found.push(invalid(id, error));
        return (T::default(), Some(Unread::Whole));
    }
    let (span, table) = (table.span(), table.into_inner());
    let mut errors = Vec::new();
    let table = sift::<T>(table, &|part| part, &mut errors);
    errors.sort_by_key(|error| error.span().map(|span| span.start));
    found.extend(errors.iter().map(|error| invalid(id, error)));
    let settings = T::deserialize(Deserializer::from(Spanned::new(span, table)));
    (settings.unwrap_or_default(), Some(Unread::Part))
}

/// The settings of `table` that are as they have to be; `whole` puts them into the tables around them.
fn sift<'t, T: Deserialize<'t>>(
    table: DeTable<'t>,
    whole: &dyn Fn(DeTable<'t>) -> DeTable<'t>,
    errors: &mut Vec<toml::de::Error>,
) -> DeTable<'t> {
    let check = |part: DeTable<'t>| T::deserialize(Deserializer::from(Spanned::new(0..0, whole(part)))).err();
    let mut good = DeTable::new();
    for (key, value) in table {
        let alone = |value: DeValue<'t>, span| DeTable::from_iter([(key.clone(), Spanned::new(span, value))]);
        let Some(error) = check(alone(value.get_ref().clone(), value.span())) else {
            good.insert(key, value);
            continue;
        };
        let is_known = check(alone(DeValue::Table(DeTable::new()), value.span())).is_none();
        let span = value.span();
        match value.into_inner() {
            DeValue::Table(inner) if is_known => {
                let inner = sift::<T>(inner, &|part| whole(alone(DeValue::Table(part), span.clone())), errors);
                good.insert(key.clone(), Spanned::new(span.clone(), DeValue::Table(inner)));
            }
            _ => errors.push(error),
        }
    }
    good
}

fn invalid(id: SourceId, error: &toml::de::Error) -> Diagnostic {
    let range = error.span().unwrap_or(0..0);
    let span = Span { source: id, start: range.start as u32, end: range.end as u32 };
    let message = error.message().lines().next().unwrap_or("the settings are malformed").to_owned();
    // "unknown field `onwer`, expected one of `owner`, `service`"
    let mut names = message.split('`').skip(1).step_by(2);
    let nearest = names.next().and_then(|name| suggest::nearest(name, names));
    let help = match nearest.filter(|_| message.starts_with("unknown")) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "the documentation lists the settings there are".to_owned(),
    };
    Diagnostic::error("invalid-settings", span, message).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    fn read_text(text: &str) -> (ContextSettings, Option<Unread>, Vec<(u32, String, String)>) {
        let source = Source { path: "orders/context.toml".to_owned(), uri: None, bytes: text.as_bytes().into() };
        let sources = Sources { root: String::new(), files: vec![source] };
        let mut found = Vec::new();
        let (settings, unread) = read(&sources, SourceId(0), &mut found);
        let found = found.into_iter().map(|found| (found.span.start, found.headline, found.help.into_owned()));
        (settings, unread, found.collect())
    }

    #[test]
    fn one_error_leaves_the_other_settings_as_they_are() {
        let text = "onwer = \"a\"\ndescription = \"b\"\nenvelope = \"octopuss\"\n[rules]\nall = \"alow\"\nnames = \"warn\"\n\
                    [topics]\nbroker = \"kafka\"\ntopik = \"t\"\n";
        let (settings, unread, found) = read_text(text);
        assert_eq!(unread, Some(Unread::Part));
        assert_eq!(settings.description, "b");
        assert_eq!(settings.rules, BTreeMap::from([("names".to_owned(), RuleLevel::Warn)]));
        assert_eq!(settings.topics.broker, Some(Broker::Kafka));
        let found: Vec<(u32, &str)> = found.iter().map(|(start, _, help)| (*start, help.as_str())).collect();
        let place = |word: &str| text.find(word).expect("the text has the word") as u32;
        let mean = ["owner", "octopus", "allow", "topic"].map(|name| format!("did you mean `{name}`?"));
        let places = ["onwer", "\"octopuss", "\"alow", "topik"].map(place);
        assert_eq!(found, places.into_iter().zip(mean.iter().map(String::as_str)).collect::<Vec<_>>());
    }

    #[test]
    fn an_unknown_table_is_one_error_and_so_is_a_text_that_is_no_toml() {
        let (settings, unread, found) = read_text("owner = \"a\"\n[topcs]\nbroker = \"kafka\"\ntopic = \"t\"\n");
        assert_eq!((settings.owner.as_str(), unread, found.len()), ("a", Some(Unread::Part), 1), "{found:?}");
        let (_, unread, found) = read_text("owner = \"a\ndescription = \"b\"\n[topics\nbroker = 1\n");
        assert_eq!((unread, found.len()), (Some(Unread::Whole), 1), "{found:?}");
        assert_eq!(read_text("owner = \"a\"\n").1, None);
    }
}
