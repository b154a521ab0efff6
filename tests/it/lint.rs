//! The registry is good, and would not be if any of its contracts were spoilt.

use std::{collections::BTreeSet, path::Path};

use goodevent_build::Loaded;
use goodevent_check::{
    compat::Snapshot,
    lint::{Options, lint, rules},
    size::Sizer,
};
use goodevent_schema::{
    analyze,
    content::Unreadable,
    diagnostic::Diagnostic,
    ir::Document,
    registry::{Contract, stem},
    source::{Source, Sources},
};
use json_patch::merge;
use rayon::prelude::*;
use serde_json::{Value, json};

fn registry() -> Loaded {
    Loaded::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas")).expect("the registry is readable")
}

/// The findings about a registry, of which the files below `before/` are its earlier version.
fn findings(all: &Sources) -> Vec<Diagnostic> {
    let (old, sources) = versions(all);
    let (before, _) = analyze(&old);
    let (registry, found) = analyze(&sources);
    let before = Some(Snapshot { sources: &old, registry: &before });
    lint(
        &sources,
        &registry,
        found,
        &Options { today: "2026-11-21".to_owned(), deny_warnings: true, before, ..Options::default() },
    )
}

/// The registry as it was, and as it is.
fn versions(all: &Sources) -> (Sources, Sources) {
    let of = |files: Vec<Source>| Sources { root: all.root.clone(), files };
    let (old, new): (Vec<Source>, Vec<Source>) =
        all.files.iter().cloned().partition(|file| file.path.starts_with("before/"));
    let old = old.into_iter().map(|file| Source { path: file.path.replacen("before/", "", 1), ..file });
    (of(old.collect()), of(new))
}

#[test]
fn the_registry_is_good() {
    assert_eq!(findings(&registry().sources), []);
}

/// The flaw of the example of a rule is merged into real contracts: to every contract the flaws of a quarter of the rules,
/// and of each rule to a quarter of the contracts.
#[test]
fn each_contract_that_is_spoilt_fires_just_the_rule_for_it() {
    let loaded = registry();
    let contracts: Vec<&Contract> = loaded.registry.contracts().collect();
    let faults: Vec<String> =
        contracts.par_iter().enumerate().flat_map_iter(|(at, contract)| spoil(&loaded.sources, contract, at)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The first contract with the flaws of each rule in turn, and what is found then.
pub(crate) fn flawed_registries() -> Vec<(Sources, Vec<Diagnostic>)> {
    let loaded = registry();
    let contract = loaded.registry.contracts().next();
    let spoiler = Spoiler::new(&loaded.sources, contract.expect("the registry has contracts"));
    let flawed = rules::ALL.par_iter().map(|rule| {
        let page = rule.page();
        let sources = spoiler.files(rule.id, page.split("Use instead:").next().expect("a text has a beginning"));
        let found = findings(&sources);
        let (old, new) = versions(&sources);
        (new.followed_by(&old, "before"), found)
    });
    flawed.collect()
}

fn spoil(sources: &Sources, contract: &Contract, nth: usize) -> Vec<String> {
    let spoiler = Spoiler::new(sources, contract);
    let mut faults = Vec::new();
    let good = spoiler.files("", "");
    let found = findings(&good);
    if !found.is_empty() {
        faults.push(format!("{} is not good to begin with: {found:#?}", contract.name));
    }
    for rule in rules::ALL.iter().skip(nth % 4).step_by(4) {
        let page = rule.page();
        let bad = page.split("Use instead:").next().expect("a text has a beginning");
        let found: BTreeSet<&str> = findings(&spoiler.files(rule.id, bad)).iter().map(|finding| finding.rule).collect();
        if !found.contains(rule.id) && !is_immune(rule.id, &spoiler.contract) {
            faults.push(format!("`{}` does not notice it in {}", rule.id, contract.name));
        }
        let others = found.into_iter().filter(|other| *other != rule.id && !is_consequence(rule.id, other));
        faults.extend(others.map(|other| format!("`{other}` in {}, spoilt for `{}`", contract.name, rule.id)));
    }
    faults
}

/// Tests if the flaw of one rule always breaks another rule as well.
fn is_consequence(spoilt: &str, found: &str) -> bool {
    match spoilt {
        // The registry does not have the event that the example names.
        "deprecated-without-sunset" | "hastened-sunset" | "passed-sunset" | "short-support-window" => {
            found == "deprecated-without-successor"
        }
        // Nothing excuses any more what the settings or facts excused.
        "invalid-settings" | "expired-suppression" | "unexplained-suppression" => true,
        // With it the settings lose the organization's name.
        "invalid-output" => matches!(found, "invalid-topic-name" | "malformed-routing-key"),
        _ => false,
    }
}

/// Tests if no contract of the registry can have the flaw of a rule.
fn is_immune(rule: &str, contract: &Value) -> bool {
    match rule {
        // Each has an identifier of its own.
        "missing-subject-identifier" => true,
        // Its successor is named already.
        "deprecated-without-successor" => contract["x-event"]["replacedBy"].is_string(),
        _ => false,
    }
}

/// Merges the examples of pages into a contract of the registry.
struct Spoiler<'s> {
    /// The files of its context and what they refer to, without its own.
    others: Vec<Source>,
    context: &'s str,
    name: &'s str,
    contract: Value,
    settings: String,
}

impl<'s> Spoiler<'s> {
    fn new(sources: &'s Sources, contract: &'s Contract) -> Self {
        let own = &sources[contract.source];
        let context = own.path.split('/').next().unwrap_or_default();
        let settings_path = format!("{context}/context.toml");
        let is_successor = |path: &str| contract.facts.replaced_by.as_deref() == Some(stem(path));
        let is_beside = |source: &&Source| {
            let is_shared = source.path.contains("types/") || !source.path.contains('/') || is_successor(&source.path);
            is_shared && source.path != own.path && source.path != settings_path
        };
        let settings =
            sources.files.iter().find(|source| source.path == settings_path).expect("a context has settings");
        let settings = String::from_utf8_lossy(&settings.bytes).into_owned();
        let mut good: Value = serde_json::from_slice(&own.bytes).expect("a contract is JSON");
        drop_what_is_allowed(&mut good);
        // The properties that the examples are about, in place of its own of these names.
        merge(&mut good["properties"], &json!({ "orderId": null, "reason": null, "placedTimeUtc": null }));
        merge(
            &mut good,
            &json!({ "properties": {
                "orderId": { "description": "The order.", "type": "string", "format": "uuid" },
                "reason": { "description": "Why.", "enum": ["gift", "resale"] },
                "placedTimeUtc": { "description": "When.", "type": "string", "format": "date-time", "maxLength": 30 }
            } }),
        );
        let required = good["required"].as_array_mut().expect("a contract has required properties");
        add_missing(required, ["orderId", "reason", "placedTimeUtc"].map(Value::from));
        Self {
            others: sources.files.iter().filter(is_beside).cloned().collect(),
            context,
            name: contract.name.as_str(),
            contract: good,
            settings,
        }
    }

    /// The files, changed as the blocks of a page say.
    fn files(&self, rule: &str, page: &str) -> Sources {
        let (mut contract, mut settings) = (self.contract.clone(), self.settings.clone());
        // The name that other events of the page resemble.
        if page.contains("```json ") {
            contract["title"] = json!("OrderPlacedV1Event");
        }
        let mut files = self.others.clone();
        for block in page.split("```").skip(1).step_by(2) {
            let (info, text) = block.split_once('\n').expect("a block has a first line");
            let (language, path) = info.split_once(' ').unwrap_or((info, ""));
            let path = path.replacen("orders/", &format!("{}/", self.context), 1);
            let path = path.replacen("Orders/", &format!("{}/", self.context.to_uppercase()), 1);
            match language {
                "json" if path.is_empty() => self.patch(&mut contract, text),
                "json" if path.starts_with("before/") => {
                    let mut old = self.contract.clone();
                    old["title"] = contract["title"].clone();
                    self.patch(&mut old, text);
                    files.extend(
                        self.others.iter().map(|file| Source { path: format!("before/{}", file.path), ..file.clone() }),
                    );
                    files.push(file(format!("before/{}/context.toml", self.context), self.settings.clone()));
                    files.push(file(path, old.to_string()));
                }
                "json" => {
                    let title = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".json");
                    let mut other = self.other(title);
                    merge(&mut other, &serde_json::from_str(text).expect("the example is JSON"));
                    files.push(with_example(&files, path, other));
                }
                "toml" => {
                    let text = text.replace("\"orders", &format!("\"{}", self.context));
                    match path.is_empty() {
                        true => settings = text,
                        false => {
                            files.retain(|file| file.path != path);
                            files.push(file(path, text));
                        }
                    }
                }
                "spaces" => files.push(file(path, " ".repeat(text.trim().parse().expect("a number")))),
                "link" => files.push(Source { bytes: Unreadable::LeadsOut.into(), ..file(path, "") }),
                "latin1" => files.push(file(path, text.chars().map(|char| char as u8).collect::<Vec<_>>())),
                _ => {
                    let text = text.replace("orders/", &format!("{}/", self.context));
                    files.push(file(path, text.replace("OrderPlacedV1Event", self.name)));
                }
            }
        }
        files.push(file(format!("{}/context.toml", self.context), settings));
        let title = contract["title"].as_str().unwrap_or(self.name);
        let path = format!("{}/{title}.json", self.context);
        files.push(match rule {
            "invalid-example" | "missing-example" => file(path, format!("{contract:#}")),
            _ => with_example(&files, path, contract),
        });
        files.sort_by(|left, right| left.path.cmp(&right.path));
        Sources { root: "schemas".to_owned(), files }
    }

    /// An event beside, in another place.
    fn other(&self, title: &str) -> Value {
        let mut other = self.contract.clone();
        let names = ["orderId", "reason", "placedTimeUtc"];
        other["title"] = json!(title);
        other["required"] = json!(names);
        other["properties"]
            .as_object_mut()
            .expect("a contract has properties")
            .retain(|name, _| names.contains(&name.as_str()));
        for fact in ["changes", "personalData", "headers"] {
            merge(&mut other["x-event"], &json!({ fact: null }));
        }
        merge(&mut other["x-event"], &json!({ "dedupKey": ["/orderId"], "partitionKey": "/orderId" }));
        other
    }

    /// RFC 7396, but for lists of names, which become longer: the contract has more properties than the page's.
    fn patch(&self, contract: &mut Value, text: &str) {
        let mut patch: Value = serde_json::from_str(text).expect("the example is JSON");
        let list = patch.get_mut("required").and_then(Value::as_array_mut).map(std::mem::take);
        if let Some(list) = list {
            let dropped = ["orderId", "reason", "placedTimeUtc"].map(Value::from);
            let own = self.contract["required"].as_array().expect("a contract has required properties");
            let kept = own.iter().filter(|name| !dropped.contains(name));
            let mut required: Vec<Value> = kept.cloned().collect();
            add_missing(&mut required, list);
            patch["required"] = required.into();
        }
        merge(contract, &patch);
    }
}

fn add_missing(names: &mut Vec<Value>, more: impl IntoIterator<Item = Value>) {
    for name in more {
        if !names.contains(&name) {
            names.push(name);
        }
    }
}

fn file(path: String, text: impl AsRef<[u8]>) -> Source {
    Source { path, uri: None, bytes: text.as_ref().into() }
}

/// The contract as a file, with an example that is valid for what it has become.
fn with_example(others: &[Source], path: String, mut contract: Value) -> Source {
    let own = file(path.clone(), format!("{contract:#}"));
    let sources = Sources { root: String::new(), files: others.iter().cloned().chain([own]).collect() };
    let (registry, _) = analyze(&sources);
    let is_own =
        |document: &&Document| sources.files.get(document.source.0 as usize).is_some_and(|own| own.path == path);
    let root = registry.schemas.documents.iter().find(is_own).map(|document| document.root);
    let instance = root.and_then(|root| Sizer::of_small(&registry.schemas).in_all(&[root]));
    if let Some(instance) = instance.and_then(|instance| serde_json::from_str::<Value>(&instance).ok()) {
        contract["examples"] = json!([instance]);
    }
    file(path, format!("{contract:#}"))
}

/// What a contract allows itself may follow from other places: neither is there in the copy that is spoilt.
fn drop_what_is_allowed(contract: &mut Value) {
    let allowed = contract["x-event"].as_object_mut().and_then(|facts| facts.shift_remove("allow"));
    for place in allowed.iter().filter_map(Value::as_array).flatten().filter_map(|allowed| allowed["at"].as_str()) {
        let name = place.rsplit('/').next().unwrap_or_default();
        merge(&mut contract["properties"], &json!({ name: null }));
        contract["required"].as_array_mut().expect("a contract has required properties").retain(|own| own != name);
    }
}
