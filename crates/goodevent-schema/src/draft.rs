//! The drafts of JSON Schema, and their metaschemas.

#[cfg(feature = "schemars")]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[cfg_attr(feature = "schemars", derive(JsonSchema))]
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

/// The text of an official metaschema, or of a part of one.
pub(crate) fn official_text(uri: &str) -> Option<&'static str> {
    let (_, text) = METASCHEMAS.iter().find(|(name, _)| *name == uri.trim_end_matches('#'))?;
    Some(text)
}

macro_rules! metaschemas {
    ($($uri:literal = $file:literal;)*) => {
        [$(($uri, include_str!(concat!("metaschemas/", $file)))),*]
    };
}

/// The official metaschemas by their URIs; each text is compact JSON with its members in the order of their names.
pub(crate) static METASCHEMAS: [(&str, &str); 19] = metaschemas! {
    "http://json-schema.org/draft-04/schema" = "draft-04.json";
    "http://json-schema.org/draft-06/schema" = "draft-06.json";
    "http://json-schema.org/draft-07/schema" = "draft-07.json";
    "https://json-schema.org/draft/2019-09/schema" = "2019-09/schema.json";
    "https://json-schema.org/draft/2019-09/meta/applicator" = "2019-09/applicator.json";
    "https://json-schema.org/draft/2019-09/meta/content" = "2019-09/content.json";
    "https://json-schema.org/draft/2019-09/meta/core" = "2019-09/core.json";
    "https://json-schema.org/draft/2019-09/meta/format" = "2019-09/format.json";
    "https://json-schema.org/draft/2019-09/meta/meta-data" = "2019-09/meta-data.json";
    "https://json-schema.org/draft/2019-09/meta/validation" = "2019-09/validation.json";
    "https://json-schema.org/draft/2020-12/schema" = "2020-12/schema.json";
    "https://json-schema.org/draft/2020-12/meta/applicator" = "2020-12/applicator.json";
    "https://json-schema.org/draft/2020-12/meta/content" = "2020-12/content.json";
    "https://json-schema.org/draft/2020-12/meta/core" = "2020-12/core.json";
    "https://json-schema.org/draft/2020-12/meta/format-annotation" = "2020-12/format-annotation.json";
    "https://json-schema.org/draft/2020-12/meta/format-assertion" = "2020-12/format-assertion.json";
    "https://json-schema.org/draft/2020-12/meta/meta-data" = "2020-12/meta-data.json";
    "https://json-schema.org/draft/2020-12/meta/unevaluated" = "2020-12/unevaluated.json";
    "https://json-schema.org/draft/2020-12/meta/validation" = "2020-12/validation.json";
};
