//! From one version of an event to the next.

use crate::{
    check::{Check, Node},
    error::Error,
    event::Event,
    json::Json,
};

/// Converts an event to the next version of its contract. Members that the next version does not have are dropped.
///
/// Generated code calls it if the older version has all required values of the next one.
///
/// # Errors
/// If `old` is invalid, or its values are invalid for the next version.
pub fn upgrade<Old: Event, New: Event>(old: &Old) -> Result<New, Error> {
    let bytes = old.encode()?;
    match Json::parse(&bytes) {
        Some(Json::Object(mut members)) if is_closed(New::CONTRACT.node) => {
            members.retain(|name, _| names(New::CONTRACT.node, name));
            New::decode(Json::Object(members).to_text().as_bytes())
        }
        _ => New::decode(&bytes),
    }
}

/// Whether members that are not named are refused.
fn is_closed(node: &Node) -> bool {
    let refuses_all = |rest: &Node| matches!(rest, [Check::False]);
    node.iter().any(|check| matches!(check, Check::AdditionalProperties(rest) if refuses_all(rest)))
}

fn names(node: &Node, name: &str) -> bool {
    let is_named = |check: &Check| matches!(check, Check::Properties(own) if own.iter().any(|(own, _)| *own == name));
    node.iter().any(is_named)
}
