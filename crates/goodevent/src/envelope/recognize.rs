//! The true kind of a message that was taken for another: an event of another type, without envelope, or in another one.

use super::{kind::Envelope, mismatch::Mismatch};
use crate::{
    check::{Check, Node},
    json::Json,
};

impl Envelope {
    /// The reason why `message` does not have this envelope around an event of that type, if it has another envelope or
    /// none, or is another event. `None` makes no statement about the rest of the message.
    #[must_use]
    pub fn mismatch(self, event_type: &str, message: &Json) -> Option<Mismatch> {
        let found = Self::of(message)?;
        let found_type = type_of(message);
        let is_mismatch = found != self || (self != Self::None && found_type.is_some_and(|found| found != event_type));
        is_mismatch.then(|| Mismatch::new(self, event_type, found, found_type.filter(|_| found != Self::None)))
    }

    /// The envelope of the event in `message`, as far as its members show it; `None` if it is not an object.
    fn of(message: &Json) -> Option<Self> {
        let Json::Object(members) = message else { return None };
        let has = |name: &str| members.contains_key(name);
        Some(if has("specversion") && has("type") {
            Self::CloudEvents
        } else if has("payload") && has("type") && (has("specVersion") || has("occurredTimeUtc")) {
            Self::Octopus
        } else {
            Self::None
        })
    }
}

/// The reason for which a message is not an event of this type without envelope, if it has one that the contract does not speak of.
pub(crate) fn unwrapped(node: &Node, event_type: &str, bytes: &[u8]) -> Option<Mismatch> {
    let speaks_of_it = node.iter().any(|check| match check {
        Check::Properties(nodes) => {
            nodes.iter().any(|(name, _)| matches!(*name, "specversion" | "specVersion" | "payload"))
        }
        _ => false,
    });
    if speaks_of_it { None } else { Envelope::None.mismatch(event_type, &Json::parse(bytes)?) }
}

fn type_of(message: &Json) -> Option<&str> {
    match message.pointer("/type")? {
        Json::String(event_type) => Some(event_type),
        _ => None,
    }
}
