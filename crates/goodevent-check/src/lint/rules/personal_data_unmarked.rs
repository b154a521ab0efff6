//! `personal-data-unmarked`

use std::collections::{HashSet, VecDeque};

use goodevent_json::pointer;
use goodevent_schema::{
    ir::{Property, SchemaId, Types},
    registry::Contract,
    source::Span,
};

use crate::lint::{context::Cx, rule::declare_rule, words};

declare_rule! {
    /// ## What it does
    /// Checks that properties whose names suggest personal data are listed in `personalData` of `x-event`. A `fullName` or `displayName` is reported if the object around it describes a person, and not if it describes something else, such as a repository or a device.
    /// ## Why is this bad?
    /// Access to a topic, retention and erasure on request depend on the knowledge of which values are personal data.
    /// ## Example
    /// ```json
    /// { "required": ["orderId", "reason", "placedTimeUtc", "contactPhone"], "properties": { "contactPhone": { "description": "Address.", "type": "string", "pattern": "^[0-9]{4,15}$" } }, "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z", "contactPhone": "4930123456" }] }
    /// ```
    /// Use instead:
    /// ```json
    /// { "required": ["orderId", "reason", "placedTimeUtc", "contactPhone"], "properties": { "contactPhone": { "description": "Address.", "type": "string", "pattern": "^[0-9]{4,15}$" } }, "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z", "contactPhone": "4930123456" }], "x-event": { "personalData": ["/contactPhone"] } }
    /// ```
    "personal-data-unmarked" {
        summary: "personal data is declared",
        category: Privacy, level: Warn, fix: None, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    /// Nobody marks what lies deeper.
    const MAX_DEPTH: usize = 32;
    let holder = words::split(contract.name.stem());
    // Each type by the shortest path to it, and by those on which something below is marked.
    let mut queue = VecDeque::from([(contract.root, Place { pointer: String::new(), holder, depth: 0 })]);
    let (mut seen, mut told) = (HashSet::new(), HashSet::new());
    while let Some((id, place)) = queue.pop_front() {
        let id = cx.behind_refs(id);
        if place.depth > MAX_DEPTH || path_is_marked(contract, &place.pointer) {
            continue;
        }
        let properties = cx.properties(id);
        let about = About::of(&place, properties);
        if !is_marked_below(contract, &place.pointer) && !seen.insert((id, about)) {
            continue;
        }
        look(cx, contract, &place, properties, about, &mut told, &mut queue);
    }
}

/// An object of a payload.
struct Place {
    pointer: String,
    /// The words of its name and title, which say what it is about.
    holder: Vec<String>,
    depth: usize,
}

fn look(
    cx: &mut Cx<'_>,
    contract: &Contract,
    place: &Place,
    properties: &[Property],
    about: About,
    told: &mut HashSet<Span>,
    queue: &mut VecDeque<(SchemaId, Place)>,
) {
    for property in properties {
        let name = &property.name.value;
        let pointer = pointer::join(&place.pointer, name);
        let words = words::split(name);
        // The name may say itself whose it is: `repositoryFullName`.
        let about = if words.iter().any(|word| is_of(&THINGS, word)) { About::Thing } else { about };
        let is_text = cx.types(property.schema) == Types::STRING && !cx.is_listed(property.schema);
        let is_unmarked = is_text && is_personal(&words, about) && !path_is_marked(contract, &pointer);
        if is_unmarked && told.insert(property.name.span) {
            let finding =
                cx.finding(property.name.span, format!("`{name}` looks like personal data, but is not marked"));
            cx.push(finding.help(format!("add \"{pointer}\" to `personalData` of `x-event`, or choose another name")));
        }
        let target = cx.behind_refs(property.schema);
        let inner = [Some(target), cx.schema(target).keywords.array.items];
        for inner in inner.into_iter().flatten() {
            let titles = [property.schema, cx.behind_refs(inner)].map(|id| cx.schema(id).docs.title.as_ref());
            let titles = titles.into_iter().flatten().flat_map(|title| words::split(&title.value));
            let holder = words.iter().cloned().chain(titles).collect();
            queue.push_back((inner, Place { pointer: pointer.clone(), holder, depth: place.depth + 1 }));
        }
    }
}

/// Whether something below a path is marked, but not all of it.
fn is_marked_below(contract: &Contract, path: &str) -> bool {
    let is_below = |marked: &String| marked.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
    contract.facts.personal_data.iter().any(is_below)
}

/// The subject of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum About {
    Person,
    Thing,
    /// Its name does not say.
    Unknown,
}

impl About {
    fn of(place: &Place, properties: &[Property]) -> Self {
        let is_named = |list: &[&str]| place.holder.iter().any(|word| is_of(list, word));
        let has_member = |list: &[&str]| properties.iter().any(|own| list.contains(&own.name.value.as_str()));
        if has_member(&["owner", "ownerId", "owner_id", "serialNumber", "serial_number", "version", "license", "sku"]) {
            return Self::Thing;
        }
        // A `UserDevice` is a device, and the event says what happened to it.
        match (is_named(&PERSONS), is_named(&THINGS)) {
            (_, true) => Self::Thing,
            (true, false) => Self::Person,
            (false, false) => Self::Unknown,
        }
    }
}

/// Whether a word, or what it is the plural of, is one of these.
fn is_of(list: &[&str], word: &str) -> bool {
    list.contains(&word) || list.contains(&word.trim_end_matches('s'))
}

/// Words for somebody.
const PERSONS: [&str; 35] = [
    "actor",
    "applicant",
    "assignee",
    "author",
    "buyer",
    "candidate",
    "citizen",
    "committer",
    "contact",
    "creator",
    "customer",
    "driver",
    "employee",
    "guest",
    "holder",
    "member",
    "owner",
    "participant",
    "passenger",
    "patient",
    "person",
    "player",
    "pusher",
    "recipient",
    "requester",
    "reviewer",
    "sender",
    "signer",
    "student",
    "subscriber",
    "tenant",
    "traveller",
    "traveler",
    "user",
    "visitor",
];

/// Words for what can have a name and is nobody.
const THINGS: [&str; 51] = [
    "api",
    "app",
    "application",
    "artifact",
    "asset",
    "branch",
    "bucket",
    "channel",
    "class",
    "cluster",
    "column",
    "company",
    "component",
    "connection",
    "container",
    "dataset",
    "device",
    "document",
    "environment",
    "feature",
    "field",
    "file",
    "folder",
    "forkee",
    "function",
    "gateway",
    "group",
    "host",
    "image",
    "instance",
    "job",
    "machine",
    "module",
    "node",
    "organization",
    "package",
    "page",
    "product",
    "project",
    "queue",
    "repo",
    "repository",
    "role",
    "rule",
    "sensor",
    "server",
    "service",
    "site",
    "table",
    "team",
    "topic",
];

/// Whether a place, or one above it, is declared.
fn path_is_marked(contract: &Contract, path: &str) -> bool {
    let covers = |marked: &String| {
        path.strip_prefix(marked.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    contract.facts.personal_data.iter().any(covers)
}

fn is_personal(words: &[String], about: About) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let has = |word: &str| words.contains(&word);
    let is_any = |list: &[&str]| list.iter().any(|word| has(word));
    let is_number = words.last() == Some(&"number");
    if is_number && (is_any(&["phone", "passport", "mobile"]) || (has("social") && has("security"))) {
        return true;
    }
    if (is_number && has("card") && is_any(&["credit", "debit"])) || (has("date") && has("birth")) {
        return true;
    }
    if words.last().is_some_and(|last| NO_VALUES.contains(last)) {
        return false;
    }
    let has_name = has("name");
    is_any(&["email", "phone", "telephone", "passport", "ssn", "birthday", "birthdate", "surname", "iban"])
        || (has("e") && has("mail"))
        || words.last() == Some(&"mobile")
        || (has_name && is_any(&["first", "last", "given", "family", "maiden"]) && about != About::Thing)
        || (has_name && has("full") && about != About::Thing)
        // Nearly everything has a name to be shown.
        || (has_name && has("display") && about == About::Person)
        || (has("address") && is_any(&["street", "home", "postal", "mail"]))
        // Machines have addresses as well.
        || (has("address") && has("ip") && about != About::Thing)
}

/// The finding about a personal value that is not marked.
const NO_VALUES: [&str; 33] = [
    "at", "brand", "campaign", "cause", "client", "code", "count", "date", "domain", "enabled", "format", "id", "key",
    "kind", "label", "maker", "model", "number", "optional", "provider", "reason", "required", "sent", "status",
    "subject", "template", "time", "type", "utc", "valid", "vendor", "verified", "version",
];
