//! A registry as a whole: contexts, their contracts, and what each of them is called where.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

pub use crate::paths::{MANIFEST, is_event_path, is_mark_of_registry, is_read_name, is_read_path, is_registry, stem};
use crate::{
    broker,
    config::{self, Broker, ContextSettings, Settings, Unread},
    diagnostic::{Diagnostic, Edit, Level},
    facts::{self, Allowed, Facts},
    ir::{Role, SchemaId},
    links::Copies,
    lock::{self, Lock},
    name::{self, EventName, MalformedName},
    pointers::Pointers,
    read::{Schemas, read},
    source::{Source, SourceId, Sources, Span},
    suggest,
    syntax::Node,
    template::{self, Refused},
};

/// A registry of event contracts.
#[derive(Debug, Default)]
pub struct Registry {
    /// `goodevent.toml`.
    pub settings: Settings,
    /// The contexts by name.
    pub contexts: BTreeMap<String, Context>,
    /// All schemas.
    pub schemas: Schemas,
    /// `goodevent.lock`.
    pub lock: Lock,
    /// Findings that shared types allow themselves.
    pub allowed: BTreeMap<SourceId, Vec<Allowed>>,
    /// Files with errors, whose content is unknown.
    pub unread: BTreeMap<SourceId, Unread>,
}

/// A bounded context: a folder of the registry.
#[derive(Debug, Default)]
pub struct Context {
    /// `context.toml`.
    pub settings: ContextSettings,
    /// The contracts, by name.
    pub contracts: Vec<Contract>,
}

/// The contract of an event.
#[derive(Debug)]
pub struct Contract {
    /// Name of its context.
    pub context: String,
    /// Name of the event.
    pub name: EventName,
    /// Its file.
    pub source: SourceId,
    /// Schema of the payload.
    pub root: SchemaId,
    /// `x-event`.
    pub facts: Facts,
    /// Topic, exchange, subject or stream.
    pub topic: String,
    /// Routing key.
    pub routing_key: String,
    /// Queue of its consumers; empty if the registry does not name them.
    pub queue: String,
}

impl Registry {
    /// The contracts of all contexts.
    pub fn contracts(&self) -> impl Iterator<Item = &Contract> {
        self.contexts.values().flat_map(|context| &context.contracts)
    }

    /// The contract of this name in a context.
    #[must_use]
    pub fn contract(&self, context: &str, name: &EventName) -> Option<&Contract> {
        let contracts = &self.contexts.get(context)?.contracts;
        let at = contracts.binary_search_by(|contract| contract.name.cmp(name)).ok()?;
        Some(&contracts[at])
    }

    /// Where a contract is named: its title, else where it begins.
    #[must_use]
    pub fn title(&self, contract: &Contract) -> Span {
        let tree = self.tree(contract);
        tree.get("title").map_or(tree.opening(), |title| title.span)
    }

    /// The text of a contract.
    #[must_use]
    pub fn tree(&self, contract: &Contract) -> Node {
        self.schemas.trees.get(contract.source).expect("what is no JSON has no contract")
    }
}

impl Contract {
    /// `context/Name`, which is unique.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}/{}", self.context, self.name)
    }
}

/// Analyses a registry. Diagnostics are in the order of files and spans.
#[must_use]
pub fn analyze(sources: &Sources) -> (Registry, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut registry = Registry::default();
    let mut documents = Vec::new();
    let copies = Copies::of(sources);
    found.extend(copies.findings(sources));
    let manifests = sources.files.iter().filter_map(|source| source.path.strip_suffix(MANIFEST));
    let outputs: BTreeSet<&str> = manifests.collect();
    // What was made of the registry may lie in it.
    let is_output = |path: &str| path.match_indices('/').any(|(at, slash)| outputs.contains(&path[..at + slash.len()]));
    for (id, source) in sources.iter().filter(|(_, source)| source.uri.is_none() && !copies.has(source)) {
        let parts: Vec<&str> = source.path.split('/').collect();
        // Of documents the index tells.
        let is_closed = |path: &str| !path.ends_with(".json") && (is_read_path(path) || !is_read_name(path));
        if source.bytes.unreadable().is_some() && is_closed(&source.path) {
            found.extend(source.bytes.finding(id, &source.path));
            registry.unread.insert(id, Unread::Whole);
            continue;
        }
        match parts.as_slice() {
            ["goodevent.toml"] => {
                let (settings, unread) = config::read::<Settings>(sources, id, &mut found);
                settings.check(id, &mut found);
                let names = &settings.names;
                check_templates([&names.topic, &names.routing_key, &names.queue], sources, id, &mut found);
                registry.settings = settings;
                registry.unread.extend(unread.map(|unread| (id, unread)));
            }
            // The linter reads it.
            ["goodevent.baseline"] => {}
            [lock::FILE] => {
                let n_before = found.len();
                registry.lock = lock::read(sources, id, &mut found);
                registry.unread.extend((found.len() > n_before).then_some((id, Unread::Part)));
            }
            [context, "context.toml"] if *context != "types" => {
                let (settings, unread) = config::read::<ContextSettings>(sources, id, &mut found);
                let topics = &settings.topics;
                check_templates([&topics.topic, &topics.routing_key, &topics.queue], sources, id, &mut found);
                registry.contexts.entry((*context).to_owned()).or_default().settings = settings;
                registry.unread.extend(unread.map(|unread| (id, unread)));
            }
            ["types", file] if file.ends_with(".json") => documents.push((id, Role::Type { context: None })),
            [context, "types", file] if file.ends_with(".json") && *context != "types" => {
                documents.push((id, Role::Type { context: Some((*context).to_owned()) }));
            }
            [context, file] if file.ends_with(".json") => {
                documents.push((id, Role::Event { context: (*context).to_owned() }))
            }
            // The file is read at another path, or is reported.
            _ if source.bytes.link().is_some() || source.bytes.unreadable().is_some() => {}
            _ if is_output(&source.path) => {}
            parts => {
                let finding = unread(sources, id, parts);
                // Settings that are called otherwise leave it open what they say.
                registry.unread.extend((finding.level == Level::Error).then_some((id, Unread::Whole)));
                found.push(finding);
            }
        }
    }
    let dialects = registry.settings.dialects.iter().map(|(uri, draft)| (uri.clone(), *draft.get_ref()));
    let (schemas, mut more) = read(sources, &documents, &dialects.collect());
    // A file that is not read is no reason to stop, unless something refers to it, or to nothing, which may be due to it.
    let known = documents.iter().map(|(id, _)| *id).chain(schemas.documents.iter().map(|document| document.source));
    let known: BTreeSet<SourceId> = known.collect();
    let is_other = |file: &Source| file.uri.is_some() || file.bytes.unreadable().is_some();
    let is_asked_for = |id: SourceId| known.contains(&id) || sources.get(id).is_none_or(is_other);
    if schemas.dangling.is_empty() {
        more.retain(|finding| is_asked_for(finding.span.source));
    }
    let errors = more.iter().filter(|finding| finding.level == Level::Error);
    registry.unread.extend(errors.map(|finding| (finding.span.source, Unread::Whole)));
    registry.unread.extend(schemas.dangling.iter().map(|id| (*id, Unread::Whole)));
    found.extend(more);
    registry.schemas = schemas;
    add_contracts(sources, &mut registry, &mut found);
    check_unique(&registry, &mut found);
    check_words(sources, &copies, &mut found);
    check_collisions(&registry, &mut found);
    found.sort_by_key(|diagnostic| (diagnostic.span, diagnostic.rule));
    sources.retain_once(&mut found);
    (registry, found)
}

/// A file that has no part in a registry, which mostly is a slip of its name.
fn unread(sources: &Sources, id: SourceId, parts: &[&str]) -> Diagnostic {
    let file = parts.last().copied().unwrap_or_default();
    let expected = if parts.len() == 1 { "goodevent.toml" } else { "context.toml" };
    let place = Span { source: id, start: 0, end: 0 };
    let finding = Diagnostic::warning("unread-file", place, format!("`{}` is not read", parts.join("/")));
    if !file.ends_with(".toml") {
        return finding.help("put events into `<context>/`, shared types into `types/` or `<context>/types/`");
    }
    if parts == ["types", "context.toml"] {
        return finding.help("shared types have no settings, and no context is called `types`");
    }
    let beside = [&parts[..parts.len() - 1], &[expected]].concat().join("/");
    let is_missing = sources.files.iter().all(|file| file.path != beside);
    let is_meant = is_missing && suggest::nearest(file, [expected]).is_some();
    let level = if is_meant { Level::Error } else { Level::Warning };
    Diagnostic { level, ..finding }.help(format!("did you mean `{expected}`?"))
}

fn add_contracts(sources: &Sources, registry: &mut Registry, found: &mut Vec<Diagnostic>) {
    let is_unsure = |registry: &Registry, context: &str| {
        let folders = ["", context];
        let mut settings = registry.unread.keys().map(|id| &sources[*id].path).filter(|path| path.ends_with(".toml"));
        settings.any(|path| folders.contains(&path.rsplit_once('/').unwrap_or_default().0))
    };
    let unsure: BTreeSet<String> =
        registry.contexts.keys().filter(|context| is_unsure(registry, context)).cloned().collect();
    let Registry { settings, contexts, schemas, unread, allowed, .. } = registry;
    for document in &schemas.documents {
        let Some(tree) = schemas.trees.get(document.source) else { continue };
        let context_name = match &document.role {
            Role::Event { context } => context,
            Role::Type { .. } => {
                match facts::read_allowed(&tree, found) {
                    Some(own) if own.is_empty() => {}
                    Some(own) => drop(allowed.insert(document.source, own)),
                    None => drop(unread.insert(document.source, Unread::Whole)),
                }
                continue;
            }
            Role::External => continue,
        };
        let Some(name) = event_name(&sources[document.source].path, &tree, found) else { continue };
        let context = contexts.entry(context_name.clone()).or_default();
        let names = Names { settings, context_name, context: &context.settings, name: &name };
        let place = tree.member("title").map_or(tree.span, |title| title.value.span);
        let n_before = found.len();
        let topic = names.render(broker::Kind::Topic, place, found);
        let routing_key = names.render(broker::Kind::RoutingKey, place, found);
        let queue = names.render(broker::Kind::Queue, place, found);
        // Settings that can't be read are not known.
        if unsure.contains(context_name) {
            found.truncate(n_before);
        }
        let n_before = found.len();
        let facts = facts::read(&tree, found);
        unread.extend((found.len() > n_before).then_some((document.source, Unread::Whole)));
        // In a schema with errors nobody knows where they lead.
        if !unread.contains_key(&document.source) {
            Pointers::new(&schemas.graph, unread, document.root).check(&tree, &facts, found);
        }
        context.contracts.push(Contract {
            context: context_name.clone(),
            name,
            source: document.source,
            root: document.root,
            facts,
            topic,
            routing_key,
            queue,
        });
    }
    contexts.values_mut().for_each(|context| context.contracts.sort_by(|left, right| left.name.cmp(&right.name)));
}

/// The name of an event's file, which its title has to repeat.
fn event_name(path: &str, tree: &Node, found: &mut Vec<Diagnostic>) -> Option<EventName> {
    let stem = stem(path);
    let title = tree.member("title").and_then(|title| Some((title.value.as_str()?, title.value.span)));
    let place = title.map_or(tree.opening(), |(_, span)| span);
    let name = match stem.parse::<EventName>() {
        Ok(name) => name,
        Err(why) => {
            let rule = match why {
                MalformedName::NotPascalCase => "non-pascal-case-name",
                MalformedName::NoSuffix => "missing-event-suffix",
                MalformedName::NoVersion => "missing-version-suffix",
                MalformedName::TwoVersions => "version-mismatch",
            };
            let headline = format!("`{stem}` is not a valid event name: {why}");
            let finding = Diagnostic::error(rule, place, headline).label(format!("in {path}"));
            found.push(finding.help(EventName::nearest(stem)));
            return None;
        }
    };
    if let Some((title, span)) = title.filter(|(title, _)| *title != stem) {
        let headline = format!("the title `{title}` is not the name of the file, `{stem}`");
        let finding = Diagnostic::warning("name-file-mismatch", span, headline).help("give both the name of the event");
        found.push(finding.fix(Edit { span, text: format!("\"{stem}\"") }));
    }
    Some(name)
}

/// What the templates of names are about.
struct Names<'a> {
    settings: &'a Settings,
    context_name: &'a str,
    context: &'a ContextSettings,
    name: &'a EventName,
}

impl Names<'_> {
    fn render(&self, kind: broker::Kind, place: Span, found: &mut Vec<Diagnostic>) -> String {
        let (own, general) = (&self.context.topics, &self.settings.names);
        let keys = own.routing_key.as_ref().or(general.routing_key.as_ref());
        let (pattern, default) = match kind {
            broker::Kind::Topic => (own.topic.as_ref().or(general.topic.as_ref()), "{{context}}"),
            broker::Kind::RoutingKey => (keys, "{{dotted}}"),
            broker::Kind::Queue => (own.queue.as_ref().or(general.queue.as_ref()), ""),
        };
        let pattern = pattern.map_or(default, |pattern| pattern.get_ref().as_str());
        let what = kind.name();
        let service = self.context.service.as_deref().unwrap_or(self.context_name);
        let values = name_values(&self.settings.organization, service, self.context_name, self.name);
        let rendered = match template::render(pattern, &values) {
            Ok(rendered) => rendered,
            // A template that fails for every event is reported where it is.
            Err(_) if example_of(pattern).is_err() => return String::new(),
            Err(error) => {
                let headline = format!("the template `{pattern}` of the {what} fails: {error}");
                found.push(Diagnostic::error("invalid-name-template", place, headline).help(variables()));
                return String::new();
            }
        };
        let is_named = !pattern.is_empty() || kind == broker::Kind::Topic;
        let broker = self.context.topics.broker.filter(|_| is_named);
        let objection = broker.and_then(|broker| broker::objection(broker, kind, &rendered));
        if let Some(objection) = objection {
            let headline = format!("the {what} `{rendered}` is not accepted by the broker: {objection}");
            let help = format!("change the template `{pattern}` in context.toml or goodevent.toml");
            found.push(Diagnostic::error("invalid-topic-name", place, headline).help(help));
        }
        rendered
    }
}

/// The variables of templates of names.
fn name_values(organization: &str, service: &str, context: &str, name: &EventName) -> serde_json::Value {
    json!({
        "organization": organization,
        "service": service,
        "context": context,
        "version": name.version(),
        "name": name.as_str(),
        "type": name.versioned(),
        "dotted": name.joined("."),
        "kebab": name.joined("-"),
        "snake": name.joined("_"),
    })
}

/// The name that a template makes for an event.
fn example_of(template: &str) -> Result<String, Refused> {
    let name: EventName = "OrderPlacedV1Event".parse().expect("it has a version and a suffix");
    template::render(template, &name_values("acme", "shop", "orders", &name))
}

/// The variables that there are.
const VARIABLES: [&str; 9] =
    ["organization", "service", "context", "version", "name", "type", "dotted", "kebab", "snake"];

fn variables() -> String {
    let (last, others) = VARIABLES.split_last().expect("there are variables");
    format!("there are {} and {last}", others.join(", "))
}

/// Finds templates of names that fail whatever the event, once, where they are.
fn check_templates(
    templates: [&Option<toml::Spanned<String>>; 3],
    sources: &Sources,
    id: SourceId,
    found: &mut Vec<Diagnostic>,
) {
    for (kind, template) in [broker::Kind::Topic, broker::Kind::RoutingKey, broker::Kind::Queue].iter().zip(templates) {
        let Some(template) = template else { continue };
        let Err(refused) = example_of(template.get_ref()) else { continue };
        let (start, end) = (template.span().start, template.span().end);
        let whole = Span { source: id, start: start as u32, end: end as u32 };
        let what = kind.name();
        found.push(match refused {
            Refused::Unknown { name, .. } => {
                let text = sources[id].bytes.get(start..end).unwrap_or_default();
                let at = text.windows(name.len().max(1)).position(|part| part == name.as_bytes());
                let span = at.map_or(whole, |at| Span {
                    start: (start + at) as u32,
                    end: (start + at + name.len()) as u32,
                    ..whole
                });
                let help = suggest::nearest(&name, VARIABLES).map(|nearest| format!("did you mean `{nearest}`?"));
                let headline = format!("the template of the {what} uses the unknown variable `{name}`");
                Diagnostic::error("invalid-name-template", span, headline).help(help.unwrap_or_else(variables))
            }
            refused => {
                let headline = format!("the template of the {what} fails: {refused}");
                Diagnostic::error("invalid-name-template", whole, headline).help(variables())
            }
        });
    }
}

/// Two events of one name would be one type to their consumers.
fn check_unique(registry: &Registry, found: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<&EventName, Span> = BTreeMap::new();
    let mut contracts: Vec<&Contract> = registry.contracts().collect();
    contracts.sort_by_key(|contract| contract.source);
    for contract in contracts {
        let span = registry.title(contract);
        if let Some(first) = first.get(&contract.name) {
            let headline = format!("two events are called `{}`", contract.name);
            let diagnostic = Diagnostic::error("duplicate-event-name", span, headline).label("the second");
            found.push(diagnostic.related(*first, "the first").help("one context owns an event: rename or remove one"));
        } else {
            first.insert(&contract.name, span);
        }
    }
}

/// Contexts, and events or shared types of one folder, whose names have the same words would be one module or type; those
/// that differ in case alone are one file on some systems.
fn check_words(sources: &Sources, copies: &Copies<'_>, found: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<(&str, &str, Vec<String>), (&str, SourceId)> = BTreeMap::new();
    let mut check = |kind: &'static str, folder, name, id| {
        let keys = [name::words(name), vec![name.to_lowercase()]].map(|key| (kind, folder, key));
        let known = keys.iter().find_map(|key| first.get(key)).copied();
        // One finding for a folder, whatever lies in it.
        first.extend(keys.map(|key| (key, (name, id))));
        let Some((other, place)) = known.filter(|(other, _)| *other != name) else { return };
        let start = |source| Span { source, start: 0, end: 0 };
        let what = if name::words(other) == name::words(name) { "have the same words" } else { "differ in case alone" };
        let headline = format!("the {kind} `{other}` and `{name}` {what}");
        let finding = Diagnostic::error("colliding-names", start(id), headline).label("the second");
        let help = "they are one name in code, or on some systems one file: rename one, or put both together";
        found.push(finding.related(start(place), "the first").help(help));
    };
    for (id, source) in sources.iter().filter(|(_, source)| source.uri.is_none() && !copies.has(source)) {
        match source.path.split('/').collect::<Vec<_>>().as_slice() {
            ["types", file] if file.ends_with(".json") => check("shared types", "types", stem(file), id),
            [context, rest @ ..] if !rest.is_empty() => {
                check("contexts", "", *context, id);
                if let ["types", file] = rest
                    && file.ends_with(".json")
                {
                    check("shared types", *context, stem(file), id);
                }
                // Another name is a finding of its own.
                if is_event_path(&source.path) && stem(&source.path).parse::<EventName>().is_ok() {
                    check("events", *context, stem(&source.path), id);
                }
            }
            _ => {}
        }
    }
}

/// Kafka's metrics write `_` for `.`, so that topics which differ in nothing else are one to them
/// ([Topic.hasCollision](https://kafka.apache.org/documentation/#topicconfigs)).
fn check_collisions(registry: &Registry, found: &mut Vec<Diagnostic>) {
    let is_kafka = |context: &&Context| context.settings.topics.broker == Some(Broker::Kafka);
    let mut first: BTreeMap<String, &Contract> = BTreeMap::new();
    for contract in registry.contexts.values().filter(is_kafka).flat_map(|context| &context.contracts) {
        let other = *first.entry(contract.topic.replace('.', "_")).or_insert(contract);
        if other.topic != contract.topic {
            let span = registry.title(contract);
            let headline = format!("the topics `{}` and `{}` differ only in `.` and `_`", other.topic, contract.topic);
            let help = "Kafka takes them for one in its metrics: change a template or a name";
            found.push(Diagnostic::error("colliding-topics", span, headline).help(help));
        }
    }
}
