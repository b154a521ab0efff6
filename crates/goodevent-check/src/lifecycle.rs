//! Lifecycle of a contract, from draft to sunset, as changes of the registry's files.

use std::fmt;

use goodevent_schema::{
    Registry,
    diagnostic::Edit,
    facts::Status,
    lock::{self, Entry},
    registry::Contract,
    source::{Sources, Span},
    syntax::Node,
};
use serde_json::{Value, json};

use crate::{edit, wire};

/// A file and its new text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Path below the registry's folder.
    pub path: String,
    /// Content of the file.
    pub text: String,
}

/// Reason why a step of the lifecycle is rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The contract was released with another content. The next version has this name.
    Changed(String),
    /// The contract is not released.
    Draft,
    /// The file is not UTF-8.
    NotText,
    /// The next version already exists.
    There(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(next) => write!(
                f,
                "it is already released, and now accepts other payloads: revert the change, or make it in `{next}`, created by `goodevent new-version`"
            ),
            Self::Draft => f.write_str("it is a draft, and is not in goodevent.lock"),
            Self::NotText => f.write_str("its file is not UTF-8"),
            Self::There(name) => write!(f, "`{name}` already exists"),
        }
    }
}

impl std::error::Error for Refused {}

/// Releases contracts: sets the `status` of each to `released`, and adds its digest to the lock. The lock is the last of the
/// files, so that an interruption can only leave a released contract that is not locked.
///
/// # Errors
/// If one was released with another content: its name and the reason.
pub fn release(
    sources: &Sources,
    registry: &Registry,
    contracts: &[&Contract],
) -> Result<Vec<Written>, (String, Refused)> {
    let mut lock = registry.lock.clone();
    let mut written = Vec::new();
    for contract in contracts {
        let refused = |why| (contract.name.to_string(), why);
        let digest = wire::digest(&registry.schemas.graph, contract.root);
        match lock.entries.get(&contract.key()) {
            Some(entry) if entry.digest != digest => {
                let next = contract.name.at_version(contract.name.version() + 1);
                return Err(refused(Refused::Changed(next)));
            }
            Some(_) => {}
            None => {
                let span = Span { source: contract.source, start: 0, end: 0 };
                lock.entries.insert(contract.key(), Entry { digest, span });
            }
        }
        if contract.facts.status == Status::Draft {
            let facts = [("status", Some(json!("released")))];
            let edits = edits_of_facts(sources, registry, contract, &facts);
            written.push(own(sources, contract, edits).map_err(refused)?);
        }
    }
    if lock.entries.len() > registry.lock.entries.len() {
        written.push(Written { path: lock::FILE.to_owned(), text: lock.to_text() });
    }
    Ok(written)
}

/// Undoes a release: the contract becomes a draft, and a comment with the reason replaces its line in the lock. A registry
/// without a lock gets none.
///
/// # Errors
/// If it is not released, or its file cannot be changed.
pub fn unrelease(
    sources: &Sources,
    registry: &Registry,
    contract: &Contract,
    day: &str,
    reason: &str,
) -> Result<Vec<Written>, Refused> {
    let mut lock = registry.lock.clone();
    let was_locked = lock.entries.remove(&contract.key()).is_some();
    let mut written = Vec::new();
    if contract.facts.status != Status::Draft {
        let facts = [("status", Some(json!("draft"))), ("sunset", None), ("replacedBy", None)];
        written.push(own(sources, contract, edits_of_facts(sources, registry, contract, &facts))?);
    }
    if written.is_empty() && !was_locked {
        return Err(Refused::Draft);
    }
    if sources.files.iter().any(|file| file.path == lock::FILE) {
        lock.note_withdrawal(&contract.key(), day, reason);
        written.push(Written { path: lock::FILE.to_owned(), text: lock.to_text() });
    }
    Ok(written)
}

/// Deprecates a contract: sets its sunset date and its successor.
///
/// # Errors
/// If its file cannot be changed.
pub fn deprecate(
    sources: &Sources,
    registry: &Registry,
    contract: &Contract,
    replaced_by: &str,
    sunset: &str,
) -> Result<Vec<Written>, Refused> {
    let facts = [
        ("status", Some(json!("deprecated"))),
        ("sunset", Some(json!(sunset))),
        ("replacedBy", Some(json!(replaced_by))),
    ];
    Ok(vec![own(sources, contract, edits_of_facts(sources, registry, contract, &facts))?])
}

/// Creates the next version of a contract, a draft since `today`, as a copy of it. The old version gets it as its successor if
/// it has none.
///
/// # Errors
/// If the next version already exists.
pub fn new_version(
    sources: &Sources,
    registry: &Registry,
    contract: &Contract,
    today: &str,
) -> Result<Vec<Written>, Refused> {
    let next = contract.name.at_version(contract.name.version() + 1);
    if registry.contracts().any(|other| other.name.as_str() == next) {
        return Err(Refused::There(next));
    }
    let facts = [
        ("status", Some(json!("draft"))),
        ("since", Some(json!(today))),
        ("sunset", None),
        ("replacedBy", None),
        ("allow", None),
    ];
    let mut edits = edits_of_facts(sources, registry, contract, &facts);
    edits.push(edit::set_member(sources, &registry.tree(contract), "title", &json!(next)));
    let copy = own(sources, contract, edits)?;
    let copy = Written { path: format!("{}/{next}.json", contract.context), ..copy };
    // Consumers may have been told of another one already.
    if contract.facts.replaced_by.is_some() {
        return Ok(vec![copy]);
    }
    let link = [("replacedBy", Some(json!(next)))];
    let linked = own(sources, contract, edits_of_facts(sources, registry, contract, &link))?;
    Ok(vec![copy, linked])
}

/// Sets members of `x-event`, or removes them.
fn edits_of_facts(
    sources: &Sources,
    registry: &Registry,
    contract: &Contract,
    facts: &[(&str, Option<Value>)],
) -> Vec<Edit> {
    let tree = registry.tree(contract);
    let gone: Vec<&str> = facts.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| *name).collect();
    let stays = |own: &&Node| own.members().iter().any(|member| !gone.contains(&member.key.value.as_str()));
    let Some(own) = tree.get("x-event").filter(stays) else {
        let there = facts.iter().filter_map(|(name, value)| Some(((*name).to_owned(), value.clone()?)));
        return vec![edit::set_member(sources, &tree, "x-event", &Value::Object(there.collect()))];
    };
    let set = facts.iter().filter_map(|(name, value)| Some(edit::set_member(sources, own, name, value.as_ref()?)));
    edit::remove_members(own, &gone).into_iter().chain(set).collect()
}

/// The contract's file with changes.
fn own(sources: &Sources, contract: &Contract, mut edits: Vec<Edit>) -> Result<Written, Refused> {
    let source = &sources[contract.source];
    // What is added at one place stays in order.
    edits.reverse();
    let text = String::from_utf8(edit::apply(&source.bytes, edits.iter().collect())).map_err(|_| Refused::NotText)?;
    Ok(Written { path: source.path.clone(), text })
}

#[cfg(test)]
mod tests {
    use goodevent_schema::{analyze, source::Source};

    use super::*;

    #[test]
    fn facts_that_stand_side_by_side_go_together() {
        for facts in [
            r#""sunset": "2027-01-01", "replacedBy": "XSeenV3Event", "since": "2025-01-01""#,
            r#""since": "2025-01-01", "allow": [], "sunset": "2027-01-01", "status": "deprecated""#,
            r#""since": "2025-01-01", "sunset": "2027-01-01", "status": "deprecated", "allow": []"#,
            r#""sunset": "2027-01-01", "allow": []"#,
        ] {
            let text = format!(r#"{{ "title": "XSeenV1Event", "x-event": {{ {facts} }}, "type": "object" }}"#);
            let source = Source { path: "a/XSeenV1Event.json".to_owned(), uri: None, bytes: text.into_bytes().into() };
            let sources = Sources { root: String::new(), files: vec![source] };
            let (registry, _) = analyze(&sources);
            let contract = registry.contracts().next().expect("there is a contract");
            let written = new_version(&sources, &registry, contract, "2026-11-21").expect("there is no next version");
            let next: Value = serde_json::from_str(&written[0].text).unwrap_or_else(|_| panic!("{}", written[0].text));
            assert_eq!(next["x-event"], json!({ "since": "2026-11-21", "status": "draft" }), "{}", written[0].text);
        }
    }
}
