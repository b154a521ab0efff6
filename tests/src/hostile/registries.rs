//! Contracts as an attacker writes them: each is small or moderate, and asks for much.

use super::{
    changes::changed,
    links::{LINKS, linked},
    recursive::recursive,
};

/// A registry of one contract.
#[derive(Debug, Clone)]
pub struct Registry {
    /// The kind, and what is large.
    pub name: String,
    /// The text of the contract.
    pub contract: String,
    /// The text that it is compared with; otherwise one with fewer properties.
    pub before: Option<String>,
    /// Contracts beside it, with the names of their files.
    pub others: Vec<(String, String)>,
}

/// Name of every contract.
pub(super) const EVENT: &str = "ThingSeenV1Event";

/// How much a registry asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// For the tests.
    Small,
    /// As much as an attacker would.
    Full,
}

/// All registries.
#[must_use]
pub fn all(scale: Scale) -> Vec<Registry> {
    let all = [linked_ones(scale), recursive(), wide_ones(scale), changed(scale), numbers(), patterns(), deep_ones()];
    all.into_iter().flatten().collect()
}

/// The registry of a contract with these members.
pub(super) fn of(name: impl Into<String>, members: &str) -> Registry {
    let contract = format!(r#"{{"title": "{EVENT}", "type": "object", {members}}}"#);
    Registry { name: name.into(), contract, before: None, others: Vec::new() }
}

pub(super) fn each(n: usize, text: impl Fn(usize) -> String) -> String {
    (0..n).map(text).collect::<Vec<_>>().join(",\n")
}

/// Doubling, chains, and types that refer to themselves or to each other.
fn linked_ones(scale: Scale) -> Vec<Registry> {
    let n_chain = if scale == Scale::Small { 100 } else { 2_000 };
    let links = LINKS.iter().flat_map(|link| {
        let once = |name: &str, text: String| of(format!("{name} {}", link.keyword), &text);
        [
            once("doubled", linked(link, 30, |at| at + 1)),
            once("itself", linked(link, 1, |_| 0)),
            once("mutual", linked(link, 7, |at| (at * 3 + 2) % 7)),
            once("chain", linked(link, n_chain, |at| at + 1)),
        ]
    });
    let references = each(n_chain, |at| format!(r##""t{at}": {{"$ref": "#/$defs/t{}"}}"##, at + 1));
    let references = format!(
        r##""properties": {{"first": {{"$ref": "#/$defs/t0"}}}}, "$defs": {{{references}, "t{n_chain}": {{"type": "string"}}}}"##
    );
    links.chain([of("chain $ref", &references)]).collect()
}

/// Many members, branches, values and items.
fn wide_ones(scale: Scale) -> Vec<Registry> {
    let n = if scale == Scale::Small { 100 } else { 1_000 };
    let list = |keyword: &str, schema: &dyn Fn(usize) -> String| {
        let all = each(n, schema);
        format!(r#""properties": {{"a": {{"{keyword}": [{all}]}}}}"#)
    };
    let tagged = |at: usize| {
        format!(
            r#"{{"type": "object", "required": ["k"], "additionalProperties": false, "properties": {{"k": {{"const": "k{at}"}}, "v": {{"type": "string", "maxLength": {at}}}}}}}"#
        )
    };
    let untagged = |at: usize| {
        format!(
            r#"{{"type": "object", "required": ["k{at}"], "additionalProperties": false, "properties": {{"k{at}": {{"type": "string"}}}}}}"#
        )
    };
    let open = |at: usize| {
        format!(r#"{{"type": "object", "required": ["k{at}"], "properties": {{"k{at}": {{"type": "string"}}}}}}"#)
    };
    let range = |at: usize| format!(r#"{{"type": "integer", "minimum": {}, "maximum": {}}}"#, at * 10, at * 10 + 9);
    let condition = |at: usize| {
        format!(r#"{{"if": {{"properties": {{"k": {{"const": {at}}}}}}}, "then": {{"required": ["x{at}"]}}}}"#)
    };
    let member = |at: usize| format!(r#""p{at}": {{"type": "string", "maxLength": 9, "description": "A word."}}"#);
    let names = each(n, |at| format!(r#""p{at}""#));
    vec![
        of("wide tagged oneOf", &list("oneOf", &tagged)),
        of("wide untagged oneOf", &list("oneOf", &untagged)),
        of("wide anyOf", &list("anyOf", &open)),
        of("wide ranges", &list("oneOf", &range)),
        of("wide conditions", &list("allOf", &condition)),
        of("wide prefixItems", &list("prefixItems", &|at| format!(r#"{{"type": "integer", "minimum": {at}}}"#))),
        of("wide enum", &list("enum", &|at| format!(r#""v{at}""#))),
        of(
            "wide properties",
            &format!(r#""additionalProperties": false, "required": [{names}], "properties": {{{}}}"#, each(n, member)),
        ),
        of(
            "wider than a type",
            &format!(
                r#""required": [{}], "properties": {{{}}}"#,
                each(2_100, |at| format!(r#""p{at}""#)),
                each(2_100, |at| format!(r#""p{at}": {{"type": "integer"}}"#))
            ),
        ),
        of(
            "wide patternProperties",
            &format!(
                r#""patternProperties": {{{}}}"#,
                each(n, |at| format!(r#""^p{at}": {{"type": "string", "pattern": "^a{at}$"}}"#))
            ),
        ),
        of(
            "wide dependentSchemas",
            &format!(
                r#""dependentSchemas": {{{}}}"#,
                each(n, |at| format!(r#""p{at}": {{"required": ["p{}"]}}"#, at + 1))
            ),
        ),
        of("wide unknown keywords", &each(n, |at| format!(r#""kw{at}": {at}"#))),
    ]
}

/// Numbers beyond all bounds, in every keyword that has one.
fn numbers() -> Vec<Registry> {
    let long = "9".repeat(5_000);
    let counts = ["minItems", "maxItems", "minContains", "maxContains", "minLength", "maxLength", "minProperties"];
    let counts = counts.into_iter().chain(["maxProperties"]).flat_map(|keyword| {
        let kind = match keyword {
            "minLength" | "maxLength" => "string",
            "minProperties" | "maxProperties" => "object",
            _ => "array",
        };
        ["1000000000000000000", "1e18", "1e308", "100000000000000000000000000000"].map(|number| {
            of(
                format!("{keyword} {number}"),
                &format!(
                    r#""required": ["a"], "properties": {{"a": {{"type": "{kind}", "contains": {{"type": "string"}}, "{keyword}": {number}}}}}"#
                ),
            )
        })
    });
    let bounds = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "const", "default"];
    let bounds = bounds.into_iter().flat_map(|keyword| {
        let numbers = ["1e400", "1e-400", "1e999999999999", "123456789012345678901234567890", "0.1e-20", &long];
        numbers.map(|number| {
            of(
                format!("{keyword} {:.12}", number),
                &format!(r#""required": ["a"], "properties": {{"a": {{"type": "number", "{keyword}": {number}}}}}"#),
            )
        })
    });
    counts.chain(bounds).collect()
}

/// Patterns that are large, deep, or match in many ways.
fn patterns() -> Vec<Registry> {
    let deep = format!("{}a{}", "(".repeat(120), "+)".repeat(120));
    let alternatives = format!("{}b", "a|".repeat(20_000));
    let patterns: [(&str, &str); 14] = [
        ("repeated", "(a{1000}){1000}"),
        ("ambiguous", "^(a|aa)+$"),
        ("stars", "(.*){20}x"),
        ("nested stars", "^(([a-z])+.)+[A-Z]([a-z])+$"),
        ("conjunction", "(?=.*a)(?=.*b)(?=.*c)(?=.*d)[a-z]{5,200}"),
        ("every character", "[\\\\u0000-\\\\uffff]{1,60000}"),
        ("optional", "^(a?){3000}a{3000}$"),
        ("huge count", "a{999999999}"),
        ("letters", "\\\\p{L}{1,5000}"),
        ("words", "(\\\\w+\\\\s?)+$"),
        ("back-reference", "^(?!.*(.)\\\\1)[a-z]+$"),
        ("look-behind", "(?<=a{1,500})b"),
        ("deep", &deep),
        ("alternatives", &alternatives),
    ];
    let of_pattern = |pattern: &str| format!(r#"{{"type": "string", "pattern": "{pattern}"}}"#);
    let one = patterns.into_iter().map(|(name, pattern)| {
        of(format!("pattern: {name}"), &format!(r#""required": ["a"], "properties": {{"a": {}}}"#, of_pattern(pattern)))
    });
    let slow = |at: usize| format!(r#""a{at}": {}"#, of_pattern(&format!("^(a?){{{0}}}a{{{0}}}$", 2_000 + at)));
    let many = format!(r#""properties": {{{}}}"#, each(59, slow));
    one.chain([of("patterns: many optional", &many)]).collect()
}

/// As deep as a file may be.
fn deep_ones() -> Vec<Registry> {
    let nested = |n: usize, around: &dyn Fn(String) -> String| {
        (0..n).fold(r#"{"type": "string"}"#.to_owned(), |own, _| around(own))
    };
    let list = format!("{}{}", "[".repeat(250), "]".repeat(250));
    vec![
        of("deep const", &format!(r#""properties": {{"a": {{"const": {list}}}}}"#)),
        of("too deep", &format!(r#""const": {}{}"#, "[".repeat(100_000), "]".repeat(100_000))),
        of(
            "deep properties",
            &format!(
                r#""properties": {{"a": {}}}"#,
                nested(110, &|own| format!(r#"{{"properties": {{"a": {own}}}}}"#))
            ),
        ),
        of(
            "deep allOf",
            &format!(
                r#""properties": {{"a": {}}}"#,
                nested(110, &|own| format!(r#"{{"allOf": [{own}, {{"type": "string"}}]}}"#))
            ),
        ),
        of("deep not", &format!(r#""properties": {{"a": {}}}"#, nested(200, &|own| format!(r#"{{"not": {own}}}"#)))),
        of(
            "deep items",
            &format!(r#""properties": {{"a": {}}}"#, nested(200, &|own| format!(r#"{{"items": {own}}}"#))),
        ),
    ]
}
