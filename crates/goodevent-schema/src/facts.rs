//! Event metadata in `x-event`, for which JSON Schema has no keyword.

#[cfg(feature = "schemars")]
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    calendar,
    diagnostic::Diagnostic,
    source::Span,
    suggest,
    syntax::{Kind, Node},
};

/// `x-event`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemars", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Facts {
    /// Day of the first publication, `YYYY-MM-DD`.
    pub since: Option<String>,
    /// Estimated frequency: `10s/hour`.
    pub frequency: Option<String>,
    /// Status in the lifecycle of the contract.
    pub status: Status,
    /// Day of the last publication, `YYYY-MM-DD`.
    pub sunset: Option<String>,
    /// Successor of the contract.
    pub replaced_by: Option<String>,
    /// JSON Pointers to the values that determine the event's id.
    pub dedup_key: Vec<String>,
    /// JSON Pointer to the value whose events stay in order.
    pub partition_key: Option<String>,
    /// JSON Pointers to values; at least one of them differs from the previous event of the same key.
    pub changes: Vec<String>,
    /// JSON Pointers to personal data, including everything below.
    pub personal_data: Vec<String>,
    /// JSON Pointers to constants that identify the version of an event; their changes are reported separately.
    pub identified_by: Vec<String>,
    /// Mandatory headers of every message, with their descriptions.
    pub headers: std::collections::BTreeMap<String, String>,
    /// Suppressed findings of the linter.
    pub allow: Vec<Allowed>,
}

/// A suppressed finding.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemars", derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Allowed {
    /// The rule.
    pub rule: String,
    /// Reason of the suppression.
    #[serde(default)]
    pub reason: String,
    /// JSON Pointer to the schema. Default: the whole schema.
    pub at: Option<String>,
    /// Last day of the suppression, `YYYY-MM-DD`.
    pub until: Option<String>,
}

/// Status in the lifecycle of a contract.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemars", derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// The contract may still change.
    #[default]
    Draft,
    /// The contract must not change.
    Released,
    /// The contract has a sunset date.
    Deprecated,
}

const MEMBERS: [&str; 12] = [
    "allow",
    "changes",
    "dedupKey",
    "frequency",
    "headers",
    "identifiedBy",
    "partitionKey",
    "personalData",
    "replacedBy",
    "since",
    "status",
    "sunset",
];

/// Reads the `x-event` of a document, if it has one.
pub(crate) fn read(root: &Node, found: &mut Vec<Diagnostic>) -> Facts {
    let Some(node) = root.get("x-event") else { return Facts::default() };
    let mut facts = serde_json::Map::new();
    for member in node.members() {
        let name = member.key.value.as_str();
        if !MEMBERS.contains(&name) {
            let diagnostic = Diagnostic::error("unknown-fact", member.key.span, format!("`x-event` has no `{name}`"));
            found.push(match suggest::nearest(name, MEMBERS) {
                Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
                None => diagnostic.help(format!("there are {}", MEMBERS.join(", "))),
            });
            continue;
        }
        let alone = serde_json::Map::from_iter([(name.to_owned(), member.value.to_json())]);
        match serde_json::from_value::<Facts>(alone.clone().into()) {
            Ok(_) => facts.extend(alone),
            Err(error) => found.push(Diagnostic::error(
                "invalid-fact",
                member.value.span,
                format!("`{name}` is malformed: {error}"),
            )),
        }
    }
    if !matches!(node.kind, Kind::Object(_)) {
        found.push(Diagnostic::error("invalid-fact", node.span, "`x-event` is not an object"));
    }
    let facts: Facts = serde_json::from_value(facts.into()).unwrap_or_default();
    check_texts(node, &facts, found);
    facts
}

/// Whether the `x-event` of a document has a valid status or none.
#[must_use]
pub fn has_known_status(root: &Node) -> bool {
    let Some(facts) = root.get("x-event") else { return true };
    let is_status = |status: &Node| Status::deserialize(status.to_json()).is_ok();
    matches!(facts.kind, Kind::Object(_)) && facts.get("status").is_none_or(is_status)
}

/// Reads the `x-event` of a shared type, which has no facts of its own but may allow itself findings; `None` if it can't
/// be read.
pub(crate) fn read_allowed(root: &Node, found: &mut Vec<Diagnostic>) -> Option<Vec<Allowed>> {
    let Some(node) = root.get("x-event") else { return Some(Vec::new()) };
    let own = node.members().iter().filter(|member| MEMBERS.contains(&member.key.value.as_str()));
    for member in own.filter(|member| member.key.value != "allow") {
        let headline = format!("`{}` of a shared type is ignored", member.key.value);
        let finding = Diagnostic::error("unknown-fact", member.key.span, headline).label("only events have it");
        found.push(finding.help("remove it; `allow` is the one member that counts in the `x-event` of a shared type"));
    }
    let n_before = found.len();
    let facts = read(root, found);
    (found.len() == n_before).then_some(facts.allow)
}

/// An `x-event` below the root of a document, which nothing reads.
pub(crate) fn ignored(place: Span) -> Diagnostic {
    let finding =
        Diagnostic::error("unknown-fact", place, "this `x-event` is ignored").label("not at the root of the file");
    finding.help("move it to the root; a suppression names its place with `at`: `\"at\": \"/properties/name\"`")
}

/// Days have to be days, and frequencies rates.
fn check_texts(node: &Node, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let day = "write a day of the calendar: `2026-11-20`";
    let rate =
        "write a number and a unit: `10s/hour`, `1/day`; the units are second, minute, hour, day, week, month, year";
    let texts = [
        ("since", &facts.since, calendar::is_day as fn(&str) -> bool, day),
        ("sunset", &facts.sunset, calendar::is_day, day),
        ("frequency", &facts.frequency, calendar::is_frequency, rate),
    ];
    for (keyword, text, is_valid, help) in texts {
        if let (Some(text), Some(place)) = (text.as_ref().filter(|text| !is_valid(text)), node.get(keyword)) {
            let headline = format!("`{keyword}` is malformed: \"{text}\"");
            found.push(Diagnostic::error("invalid-fact", place.span, headline).help(help));
        }
    }
    let places = node.get("allow").map(Node::items).unwrap_or_default();
    for (allowed, place) in facts.allow.iter().zip(places) {
        let until = allowed.until.as_ref().filter(|until| !calendar::is_day(until));
        if let (Some(until), Some(place)) = (until, place.get("until")) {
            let headline = format!("`until` is malformed: \"{until}\"");
            found.push(Diagnostic::error("invalid-fact", place.span, headline).help(day));
        }
    }
}
