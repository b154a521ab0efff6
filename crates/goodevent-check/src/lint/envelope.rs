//! The supported envelopes, field by field.

use goodevent_schema::{config::Envelope, ir::Types, registry::Contract};
use serde_json::Value;

use super::context::Cx;

/// An envelope.
pub(super) struct Profile {
    /// As settings call it.
    pub(super) name: &'static str,
    pub(super) fields: &'static [Field],
    /// The field that holds the event.
    payload: &'static str,
    /// Fields that hardly any other message has.
    marks: &'static [&'static str],
}

/// A field that every message has.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) types: Types,
    /// Its schema and an instance of it, as JSON; none of the event itself.
    definition: Option<(&'static str, &'static str)>,
}

impl Field {
    pub(super) fn type_name(&self) -> &'static str {
        if self.types == Types::STRING { "string" } else { "JSON value" }
    }

    /// The schema of the field, and an instance of it.
    pub(super) fn definition(&self) -> Option<(Value, Value)> {
        let (schema, instance) = self.definition?;
        Some((serde_json::from_str(schema).ok()?, serde_json::from_str(instance).ok()?))
    }
}

const fn text(name: &'static str, schema: &'static str, instance: &'static str) -> Field {
    Field { name, types: Types::STRING, definition: Some((schema, instance)) }
}

const fn any(name: &'static str) -> Field {
    Field { name, types: Types::ALL, definition: None }
}

const ID: Field = text(
    "id",
    r#"{ "description": "Tells this message from all others.", "type": "string", "minLength": 1, "maxLength": 64 }"#,
    r#""8a52c8af-2408-486f-ba4a-d277079de2b0""#,
);
const SOURCE: Field = text(
    "source",
    r#"{ "description": "Who says it.", "type": "string", "minLength": 1, "maxLength": 100 }"#,
    r#""orders""#,
);
const TYPE: Field = text(
    "type",
    r#"{ "description": "What happened.", "type": "string", "minLength": 1, "maxLength": 100 }"#,
    r#""OrderPlacedV1""#,
);
const VERSION: &str = r#"{ "description": "Version of the envelope.", "const": "1.0" }"#;

static OCTOPUS: Profile = Profile {
    name: "octopus",
    fields: &[
        ID,
        SOURCE,
        TYPE,
        text(
            "occurredTimeUtc",
            r#"{ "description": "When it happened.", "type": "string", "format": "date-time", "maxLength": 30 }"#,
            r#""2021-11-08T12:33:00Z""#,
        ),
        text(
            "activityId",
            r#"{ "description": "The activity that it is part of.", "type": "string", "pattern": "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$" }"#,
            r#""00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01""#,
        ),
        text("specVersion", VERSION, r#""1.0""#),
        any("payload"),
    ],
    payload: "payload",
    marks: &["activityId", "occurredTimeUtc", "specVersion"],
};

/// [CloudEvents 1.0](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#required-attributes).
static CLOUDEVENTS: Profile = Profile {
    name: "cloudevents",
    fields: &[ID, SOURCE, TYPE, text("specversion", VERSION, r#""1.0""#), any("data")],
    payload: "data",
    marks: &["specversion", "datacontenttype", "dataschema"],
};

/// The profile of an envelope.
pub(super) fn profile(envelope: Envelope) -> Option<&'static Profile> {
    match envelope {
        Envelope::None => None,
        Envelope::Octopus => Some(&OCTOPUS),
        Envelope::Cloudevents => Some(&CLOUDEVENTS),
    }
}

/// The profile of the envelope that a contract describes itself. A `payload` with an `id` and a `type` beside it is in many
/// a message; an envelope has a field that no other message has, or all fields but one.
pub(super) fn of(cx: &Cx<'_>, contract: &Contract) -> Option<&'static Profile> {
    const FEW: usize = 3;
    let own = cx.properties(contract.root);
    let has = |name: &str| own.iter().any(|property| property.name.value == name);
    let is_like = |profile: &Profile| {
        let n_fields = profile.fields.iter().filter(|field| has(field.name)).count();
        let is_marked = profile.marks.iter().any(|mark| has(mark));
        has(profile.payload) && n_fields >= if is_marked { FEW } else { profile.fields.len() - 1 }
    };
    [&OCTOPUS, &CLOUDEVENTS].into_iter().find(|profile| is_like(profile))
}
