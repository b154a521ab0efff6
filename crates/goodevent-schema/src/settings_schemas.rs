//! JSON Schemas of the settings, for editors.

use crate::{
    config::{ContextSettings, Settings},
    facts::Facts,
};

/// JSON Schemas of the settings and of `x-event`, for editors, by file name.
#[must_use]
pub fn schemas() -> [(&'static str, schemars::Schema); 3] {
    [
        ("context.schema.json", sorted(schemars::schema_for!(ContextSettings))),
        ("goodevent.schema.json", sorted(schemars::schema_for!(Settings))),
        ("x-event.schema.json", sorted(schemars::schema_for!(Facts))),
    ]
}

/// With members by their names: `serde_json` keeps another order if any crate of a build enables its feature
/// `preserve_order`, and files that are generated are the same in every build.
fn sorted(schema: schemars::Schema) -> schemars::Schema {
    let mut value = schema.to_value();
    value.sort_all_objects();
    value.try_into().expect("a sorted schema is one")
}
