//! The envelopes that are known, field by field.

use goodevent_schema::{config::Envelope, ir::Types, registry::Contract};

use super::context::Cx;

/// An envelope.
pub(super) struct Profile {
    /// As settings call it.
    pub(super) name: &'static str,
    pub(super) fields: &'static [Field],
    /// The field that holds the event.
    payload: &'static str,
}

/// A field that every message has.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) types: Types,
}

impl Field {
    pub(super) fn type_name(&self) -> &'static str {
        if self.types == Types::STRING { "string" } else { "JSON value" }
    }
}

const fn text(name: &'static str) -> Field {
    Field { name, types: Types::STRING }
}

const fn any(name: &'static str) -> Field {
    Field { name, types: Types::ALL }
}

static OCTOPUS: Profile = Profile {
    name: "octopus",
    fields: &[
        text("id"),
        text("source"),
        text("type"),
        text("occurredTimeUtc"),
        text("activityId"),
        text("specVersion"),
        any("payload"),
    ],
    payload: "payload",
};

/// [CloudEvents 1.0](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#required-attributes).
static CLOUDEVENTS: Profile = Profile {
    name: "cloudevents",
    fields: &[text("id"), text("source"), text("type"), text("specversion"), any("data")],
    payload: "data",
};

/// The profile of an envelope.
pub(super) fn profile(envelope: Envelope) -> Option<&'static Profile> {
    match envelope {
        Envelope::None => None,
        Envelope::Octopus => Some(&OCTOPUS),
        Envelope::Cloudevents => Some(&CLOUDEVENTS),
    }
}

/// The profile of the envelope that a contract describes itself: it has the field for the event, and at least two of the
/// others beside it.
pub(super) fn of(cx: &Cx<'_>, contract: &Contract) -> Option<&'static Profile> {
    const FEW: usize = 3;
    let own = cx.properties(contract.root);
    let has = |name: &str| own.iter().any(|property| property.name.value == name);
    let n_fields = |profile: &Profile| profile.fields.iter().filter(|field| has(field.name)).count();
    [&OCTOPUS, &CLOUDEVENTS].into_iter().find(|profile| has(profile.payload) && n_fields(profile) >= FEW)
}
