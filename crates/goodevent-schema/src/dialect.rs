//! Dialects of `$schema`: the draft, and the vocabularies of a custom metaschema.

use crate::{
    ir::{Draft, Format},
    syntax::Node,
};

/// A draft, and which groups of its keywords apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) draft: Draft,
    /// Keywords that hold subschemas.
    pub(crate) applies: bool,
    /// Keywords that assert.
    pub(crate) validates: bool,
    /// `unevaluatedItems` and `unevaluatedProperties`.
    pub(crate) unevaluated: bool,
}

impl Dialect {
    /// All keywords of `draft`.
    pub(crate) const fn of(draft: Draft) -> Self {
        Self { draft, applies: true, validates: true, unevaluated: true }
    }

    /// The official dialects by their URI; with or without an empty fragment.
    pub(crate) fn official(uri: &str) -> Option<Self> {
        let uri = uri.trim_end_matches('#');
        let name = uri.strip_prefix("http://").or_else(|| uri.strip_prefix("https://"))?;
        let draft = match name {
            "json-schema.org/draft-04/schema" => Draft::Draft4,
            "json-schema.org/draft-06/schema" => Draft::Draft6,
            "json-schema.org/draft-07/schema" => Draft::Draft7,
            "json-schema.org/draft/2019-09/schema" => Draft::Draft201909,
            "json-schema.org/draft/2020-12/schema" | "json-schema.org/schema" => Draft::Draft202012,
            _ => return None,
        };
        Some(Self::of(draft))
    }

    /// The dialect that a metaschema describes by its `$schema` and `$vocabulary`.
    pub(crate) fn custom(metaschema: &Node) -> Self {
        let draft = metaschema.get("$schema").and_then(Node::as_str).and_then(Self::official);
        let mut dialect = draft.unwrap_or(Self::of(Draft::Draft202012));
        if let Some(vocabulary) = metaschema.get("$vocabulary") {
            let has = |name: &str| vocabulary.members().iter().any(|member| member.key.value.ends_with(name));
            dialect.applies = has("/vocab/applicator");
            dialect.validates = has("/vocab/validation");
            dialect.unevaluated = match dialect.draft {
                Draft::Draft202012 => has("/vocab/unevaluated"),
                _ => dialect.applies,
            };
        }
        dialect
    }

    /// Name of the keyword that gives a schema its URI.
    pub(crate) const fn id_keyword(self) -> &'static str {
        match self.draft {
            Draft::Draft4 => "id",
            _ => "$id",
        }
    }

    /// Whether a `$ref` hides all that stands beside it.
    pub(crate) fn ref_hides_siblings(self) -> bool {
        self.draft <= Draft::Draft7
    }
}

/// The format of this name, if the draft asserts it.
pub(crate) fn format(draft: Draft, name: &str) -> Option<Format> {
    let (since, format) = match name {
        "date" => (Draft::Draft4, Format::Date),
        "date-time" => (Draft::Draft4, Format::DateTime),
        "time" => (Draft::Draft4, Format::Time),
        "duration" => (Draft::Draft201909, Format::Duration),
        "email" => (Draft::Draft4, Format::Email),
        "idn-email" => (Draft::Draft4, Format::IdnEmail),
        "hostname" if draft <= Draft::Draft6 => (Draft::Draft4, Format::HostnameRfc1034),
        "hostname" => (Draft::Draft7, Format::Hostname),
        "idn-hostname" => (Draft::Draft7, Format::IdnHostname),
        "ipv4" => (Draft::Draft4, Format::Ipv4),
        "ipv6" => (Draft::Draft4, Format::Ipv6),
        "uri" => (Draft::Draft4, Format::Uri),
        "uri-reference" => (Draft::Draft6, Format::UriReference),
        "iri" => (Draft::Draft7, Format::Iri),
        "iri-reference" => (Draft::Draft7, Format::IriReference),
        "uri-template" => (Draft::Draft6, Format::UriTemplate),
        "json-pointer" => (Draft::Draft6, Format::JsonPointer),
        "relative-json-pointer" => (Draft::Draft7, Format::RelativeJsonPointer),
        "regex" => (Draft::Draft4, Format::Regex),
        "uuid" => (Draft::Draft201909, Format::Uuid),
        _ => return None,
    };
    (draft >= since).then_some(format)
}

/// How a keyword holds subschemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// The value is one.
    One,
    /// The value is an array of them.
    List,
    /// The value is one, or an array of them.
    OneOrList,
    /// The value is an object whose members are.
    Map,
}

/// Whether a draft has the keyword with subschemas: where it has not, what stands there is no schema, and its ids are none.
pub(crate) fn holds_in(draft: Draft, keyword: &str) -> Option<Holds> {
    let is_there = match keyword {
        "contains" | "propertyNames" => draft >= Draft::Draft6,
        "else" | "if" | "then" => draft >= Draft::Draft7,
        "$defs" | "contentSchema" | "dependentSchemas" | "unevaluatedItems" | "unevaluatedProperties" => {
            draft >= Draft::Draft201909
        }
        "additionalItems" => draft <= Draft::Draft201909,
        "prefixItems" => draft >= Draft::Draft202012,
        _ => true,
    };
    holds(keyword).filter(|_| is_there)
}

/// Keywords with subschemas, in all drafts together.
pub(crate) fn holds(keyword: &str) -> Option<Holds> {
    Some(match keyword {
        "additionalItems"
        | "additionalProperties"
        | "contains"
        | "contentSchema"
        | "else"
        | "if"
        | "not"
        | "propertyNames"
        | "then"
        | "unevaluatedItems"
        | "unevaluatedProperties" => Holds::One,
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => Holds::List,
        "items" => Holds::OneOrList,
        "$defs" | "definitions" | "dependencies" | "dependentSchemas" | "patternProperties" | "properties" => {
            Holds::Map
        }
        _ => return None,
    })
}

/// Keywords that assert or annotate, beside those that [hold](holds) schemas.
pub(crate) const KEYWORDS: &[&str] = &[
    "$anchor",
    "$comment",
    "$dynamicAnchor",
    "$dynamicRef",
    "$id",
    "$recursiveAnchor",
    "$recursiveRef",
    "$ref",
    "$schema",
    "$vocabulary",
    "const",
    "contentEncoding",
    "contentMediaType",
    "default",
    "dependentRequired",
    "deprecated",
    "description",
    "enum",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "id",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "readOnly",
    "required",
    "title",
    "type",
    "uniqueItems",
    "writeOnly",
];
