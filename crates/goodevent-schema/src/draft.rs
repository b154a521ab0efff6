//! The drafts of JSON Schema, and their metaschemas.

use schemars::JsonSchema;
use serde::Deserialize;

/// The official metaschemas, in the order of the drafts.
pub(crate) const URIS: [&str; 5] = [
    "http://json-schema.org/draft-04/schema",
    "http://json-schema.org/draft-06/schema",
    "http://json-schema.org/draft-07/schema",
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
];

/// A version of JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Draft {
    #[serde(rename = "draft-04")]
    Draft4,
    #[serde(rename = "draft-06")]
    Draft6,
    #[serde(rename = "draft-07")]
    Draft7,
    #[serde(rename = "2019-09", alias = "draft-2019-09")]
    Draft201909,
    #[serde(rename = "2020-12", alias = "draft-2020-12")]
    Draft202012,
}

impl Draft {
    /// The URI of its metaschema.
    #[must_use]
    pub fn uri(self) -> &'static str {
        URIS[self as usize]
    }
}

/// The text of an official metaschema, or of a part of one, which the crate `referencing` carries.
pub(crate) fn official_text(uri: &str) -> Option<String> {
    let uri = referencing::uri::from_str(uri).ok()?;
    let resolved = referencing::SPECIFICATIONS.resolver(uri).lookup("#").ok()?;
    Some(resolved.contents().to_string())
}
