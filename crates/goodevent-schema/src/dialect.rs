//! Dialects of `$schema`: the draft, and the vocabularies of a custom metaschema.

use crate::{draft::Draft, syntax::Node};

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
    /// It holds none.
    None,
}

/// A keyword as schemas spell it.
struct Spelling {
    name: &'static str,
    /// The first and the last draft that have it.
    drafts: [Draft; 2],
    holds: Holds,
}

/// How a draft has the keyword hold subschemas: where it has not, what stands there is no schema, and its ids are none.
pub(crate) fn holds_in(draft: Draft, keyword: &str) -> Option<Holds> {
    let spelling = spelling(keyword).filter(|own| own.is_in(draft))?;
    Some(spelling.holds).filter(|holds| *holds != Holds::None)
}

/// The value of a keyword, if the draft has it.
pub(crate) fn get<'n>(node: &'n Node, draft: Draft, keyword: &str) -> Option<&'n Node> {
    node.get(keyword).filter(|_| spelling(keyword).is_some_and(|own| own.is_in(draft)))
}

/// Whether it is a keyword of any draft.
pub(crate) fn is_keyword(name: &str) -> bool {
    spelling(name).is_some()
}

/// The keywords of all drafts together.
pub(crate) fn keywords() -> impl Iterator<Item = &'static str> {
    SPELLINGS.iter().map(|own| own.name)
}

fn spelling(name: &str) -> Option<&'static Spelling> {
    SPELLINGS.binary_search_by_key(&name, |own| own.name).ok().map(|at| &SPELLINGS[at])
}

impl Spelling {
    fn is_in(&self, draft: Draft) -> bool {
        let [first, last] = self.drafts;
        first <= draft && draft <= last
    }
}

const fn all(name: &'static str, holds: Holds) -> Spelling {
    Spelling { name, drafts: [Draft::Draft4, Draft::Draft202012], holds }
}

const fn since(first: Draft, name: &'static str, holds: Holds) -> Spelling {
    Spelling { name, drafts: [first, Draft::Draft202012], holds }
}

const fn until(last: Draft, name: &'static str, holds: Holds) -> Spelling {
    Spelling { name, drafts: [Draft::Draft4, last], holds }
}

const fn only(draft: Draft, name: &'static str, holds: Holds) -> Spelling {
    Spelling { name, drafts: [draft, draft], holds }
}

/// The table of all keywords by name. What each of them means for an instance is in [`keyword`](crate::keyword).
static SPELLINGS: &[Spelling] = &[
    since(Draft::Draft201909, "$anchor", Holds::None),
    since(Draft::Draft7, "$comment", Holds::None),
    since(Draft::Draft201909, "$defs", Holds::Map),
    since(Draft::Draft202012, "$dynamicAnchor", Holds::None),
    since(Draft::Draft202012, "$dynamicRef", Holds::None),
    since(Draft::Draft6, "$id", Holds::None),
    only(Draft::Draft201909, "$recursiveAnchor", Holds::None),
    only(Draft::Draft201909, "$recursiveRef", Holds::None),
    all("$ref", Holds::None),
    all("$schema", Holds::None),
    since(Draft::Draft201909, "$vocabulary", Holds::None),
    until(Draft::Draft201909, "additionalItems", Holds::One),
    all("additionalProperties", Holds::One),
    all("allOf", Holds::List),
    all("anyOf", Holds::List),
    since(Draft::Draft6, "const", Holds::None),
    since(Draft::Draft6, "contains", Holds::One),
    since(Draft::Draft6, "contentEncoding", Holds::None),
    since(Draft::Draft6, "contentMediaType", Holds::None),
    since(Draft::Draft201909, "contentSchema", Holds::One),
    all("default", Holds::None),
    all("definitions", Holds::Map),
    all("dependencies", Holds::Map),
    since(Draft::Draft201909, "dependentRequired", Holds::None),
    since(Draft::Draft201909, "dependentSchemas", Holds::Map),
    since(Draft::Draft201909, "deprecated", Holds::None),
    all("description", Holds::None),
    since(Draft::Draft7, "else", Holds::One),
    all("enum", Holds::None),
    since(Draft::Draft6, "examples", Holds::None),
    all("exclusiveMaximum", Holds::None),
    all("exclusiveMinimum", Holds::None),
    all("format", Holds::None),
    until(Draft::Draft4, "id", Holds::None),
    since(Draft::Draft7, "if", Holds::One),
    all("items", Holds::OneOrList),
    since(Draft::Draft201909, "maxContains", Holds::None),
    all("maxItems", Holds::None),
    all("maxLength", Holds::None),
    all("maxProperties", Holds::None),
    all("maximum", Holds::None),
    since(Draft::Draft201909, "minContains", Holds::None),
    all("minItems", Holds::None),
    all("minLength", Holds::None),
    all("minProperties", Holds::None),
    all("minimum", Holds::None),
    all("multipleOf", Holds::None),
    all("not", Holds::One),
    all("oneOf", Holds::List),
    all("pattern", Holds::None),
    all("patternProperties", Holds::Map),
    since(Draft::Draft202012, "prefixItems", Holds::List),
    all("properties", Holds::Map),
    since(Draft::Draft6, "propertyNames", Holds::One),
    since(Draft::Draft7, "readOnly", Holds::None),
    all("required", Holds::None),
    since(Draft::Draft7, "then", Holds::One),
    all("title", Holds::None),
    all("type", Holds::None),
    since(Draft::Draft201909, "unevaluatedItems", Holds::One),
    since(Draft::Draft201909, "unevaluatedProperties", Holds::One),
    all("uniqueItems", Holds::None),
    since(Draft::Draft7, "writeOnly", Holds::None),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        assert!(SPELLINGS.is_sorted_by_key(|own| own.name));
    }
}
