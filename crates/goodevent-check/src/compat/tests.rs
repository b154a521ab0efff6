//! The table of what has to be decided, row by row, in both directions.

use goodevent_schema::{
    Registry, analyze,
    ir::SchemaId,
    source::{Source, Sources},
};

use super::{Prover, Verdict, Version, changes};

/// Whether a change keeps old data valid for new consumers, and new data valid for old ones.
type Row = (&'static str, &'static str, &'static str, bool, bool);

/// The schemas are 2020-12, unless they say otherwise.
const ROWS: &[Row] = &[
    (
        "optional-property-added (closed)",
        r#"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}"#,
        r#"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["a"],"additionalProperties":false}"#,
        true,
        false,
    ),
    (
        "optional-property-added (open)",
        r#"{"properties":{"a":{"type":"string"}}}"#,
        r#"{"properties":{"a":{"type":"string"},"b":{"type":"string"}}}"#,
        false,
        true,
    ),
    (
        "property-added covered by additionalProperties",
        r#"{"additionalProperties":{"type":"string"}}"#,
        r#"{"properties":{"b":{"type":"string"}},"additionalProperties":{"type":"string"}}"#,
        true,
        true,
    ),
    (
        "property-added covered by patternProperties",
        r#"{"patternProperties":{"^b":{"type":"string"}},"additionalProperties":false}"#,
        r#"{"properties":{"bc":{"type":"string"}},"patternProperties":{"^b":{"type":"string"}},"additionalProperties":false}"#,
        true,
        true,
    ),
    (
        "required-property-added (closed)",
        r#"{"type":"object","properties":{"a":{}},"required":["a"],"additionalProperties":false}"#,
        r#"{"type":"object","properties":{"a":{},"b":{}},"required":["a","b"],"additionalProperties":false}"#,
        false,
        false,
    ),
    (
        "required-property-added (open)",
        r#"{"type":"object","properties":{"a":{}},"required":["a"]}"#,
        r#"{"type":"object","properties":{"a":{},"b":{}},"required":["a","b"]}"#,
        false,
        true,
    ),
    (
        "required-property-added-with-default",
        r#"{"type":"object","properties":{"a":{}},"required":["a"]}"#,
        r#"{"type":"object","properties":{"a":{},"b":{"type":"string","default":"x"}},"required":["a","b"]}"#,
        false,
        true,
    ),
    (
        "property-removed (open)",
        r#"{"properties":{"a":{"type":"string"},"b":{"type":"string"}}}"#,
        r#"{"properties":{"a":{"type":"string"}}}"#,
        true,
        false,
    ),
    (
        "property-removed (closed, required)",
        r#"{"type":"object","properties":{"a":{},"b":{}},"required":["a","b"],"additionalProperties":false}"#,
        r#"{"type":"object","properties":{"a":{}},"required":["a"],"additionalProperties":false}"#,
        false,
        false,
    ),
    (
        "property-removed (closed, optional)",
        r#"{"type":"object","properties":{"a":{},"b":{}},"required":["a"],"additionalProperties":false}"#,
        r#"{"type":"object","properties":{"a":{}},"required":["a"],"additionalProperties":false}"#,
        false,
        true,
    ),
    (
        "property-renamed",
        r#"{"properties":{"a":{}},"additionalProperties":false}"#,
        r#"{"properties":{"b":{}},"additionalProperties":false}"#,
        false,
        false,
    ),
    (
        "optional-to-required",
        r#"{"properties":{"a":{"type":"string"}}}"#,
        r#"{"properties":{"a":{"type":"string"}},"required":["a"]}"#,
        false,
        true,
    ),
    (
        "required-to-optional",
        r#"{"properties":{"a":{"type":"string"}},"required":["a"]}"#,
        r#"{"properties":{"a":{"type":"string"}}}"#,
        true,
        false,
    ),
    ("required-name-undeclared", r#"{"type":"object"}"#, r#"{"type":"object","required":["z"]}"#, false, true),
    (
        "additionalProperties true to false",
        r#"{"properties":{"a":{}}}"#,
        r#"{"properties":{"a":{}},"additionalProperties":false}"#,
        false,
        true,
    ),
    (
        "additionalProperties false to true",
        r#"{"additionalProperties":false}"#,
        r#"{"additionalProperties":true}"#,
        true,
        false,
    ),
    (
        "additionalProperties narrowed",
        r#"{"additionalProperties":{"type":"number"}}"#,
        r#"{"additionalProperties":{"type":"integer"}}"#,
        false,
        true,
    ),
    (
        "additionalProperties widened",
        r#"{"additionalProperties":{"type":"integer"}}"#,
        r#"{"additionalProperties":{"type":"number"}}"#,
        true,
        false,
    ),
    (
        "patternProperties narrowed",
        r#"{"patternProperties":{"^i_":{"type":"number"}}}"#,
        r#"{"patternProperties":{"^i_":{"type":"integer"}}}"#,
        false,
        true,
    ),
    (
        "propertyNames added",
        r#"{"type":"object"}"#,
        r#"{"type":"object","propertyNames":{"maxLength":3}}"#,
        false,
        true,
    ),
    ("minProperties raised", r#"{"minProperties":1}"#, r#"{"minProperties":2}"#, false, true),
    ("maxProperties raised", r#"{"maxProperties":1}"#, r#"{"maxProperties":2}"#, true, false),
    ("dependentRequired added", r#"{}"#, r#"{"dependentRequired":{"a":["b"]}}"#, false, true),
    ("dependentRequired removed", r#"{"dependentRequired":{"a":["b"]}}"#, r#"{}"#, true, false),
    ("dependentSchemas added", r#"{}"#, r#"{"dependentSchemas":{"a":{"required":["b"]}}}"#, false, true),
    (
        "dependentSchemas for dependentRequired",
        r#"{"dependentRequired":{"a":["b"]}}"#,
        r#"{"dependentSchemas":{"a":{"required":["b"]}}}"#,
        true,
        true,
    ),
    (
        "unevaluatedProperties false added",
        r#"{"allOf":[{"properties":{"a":{"type":"string"}}}]}"#,
        r#"{"allOf":[{"properties":{"a":{"type":"string"}}}],"unevaluatedProperties":false}"#,
        false,
        true,
    ),
    (
        "unevaluatedProperties for additionalProperties",
        r#"{"properties":{"a":{"type":"string"}},"additionalProperties":false}"#,
        r#"{"allOf":[{"properties":{"a":{"type":"string"}}}],"unevaluatedProperties":false}"#,
        true,
        true,
    ),
    ("type changed", r#"{"type":"string"}"#, r#"{"type":"integer"}"#, false, false),
    ("type widened", r#"{"type":"string"}"#, r#"{"type":["string","null"]}"#, true, false),
    ("type narrowed", r#"{"type":"number"}"#, r#"{"type":"integer"}"#, false, true),
    ("enum value added", r#"{"enum":["a"]}"#, r#"{"enum":["a","b"]}"#, true, false),
    ("enum value removed", r#"{"enum":["a","b"]}"#, r#"{"enum":["a"]}"#, false, true),
    ("enum reordered", r#"{"enum":["a","b"]}"#, r#"{"enum":["b","a"]}"#, true, true),
    ("enum introduced", r#"{"type":"string"}"#, r#"{"enum":["a","b"]}"#, false, true),
    ("const introduced", r#"{"type":"string"}"#, r#"{"const":"a"}"#, false, true),
    ("const to enum superset", r#"{"const":"a"}"#, r#"{"enum":["a","b"]}"#, true, false),
    ("enum of one to const", r#"{"enum":["a"]}"#, r#"{"const":"a"}"#, true, true),
    ("maxLength raised", r#"{"maxLength":3}"#, r#"{"maxLength":4}"#, true, false),
    ("maxLength lowered", r#"{"maxLength":255}"#, r#"{"maxLength":100}"#, false, true),
    ("maxLength added", r#"{"type":"string"}"#, r#"{"type":"string","maxLength":4}"#, false, true),
    ("maxItems raised", r#"{"maxItems":3}"#, r#"{"maxItems":4}"#, true, false),
    ("maxItems lowered", r#"{"maxItems":3}"#, r#"{"maxItems":2}"#, false, true),
    ("maxItems added", r#"{"type":"array"}"#, r#"{"type":"array","maxItems":2}"#, false, true),
    ("minLength raised", r#"{"minLength":1}"#, r#"{"minLength":2}"#, false, true),
    ("minLength lowered", r#"{"minLength":2}"#, r#"{"minLength":1}"#, true, false),
    ("minItems raised", r#"{"minItems":1}"#, r#"{"minItems":2}"#, false, true),
    ("minItems lowered", r#"{"minItems":2}"#, r#"{"minItems":1}"#, true, false),
    ("pattern added", r#"{"type":"string"}"#, r#"{"type":"string","pattern":"^a"}"#, false, true),
    ("pattern removed", r#"{"type":"string","pattern":"^a"}"#, r#"{"type":"string"}"#, true, false),
    ("pattern widened", r#"{"pattern":"^[a-f]+$"}"#, r#"{"pattern":"^[a-z]+$"}"#, true, false),
    ("pattern in other words", r#"{"pattern":"^(ab|a)$"}"#, r#"{"pattern":"^ab?$"}"#, true, true),
    (
        "pattern for lengths",
        r#"{"type":"string","pattern":"^[a-z]{2,3}$"}"#,
        r#"{"type":"string","minLength":2,"maxLength":3}"#,
        true,
        false,
    ),
    ("format added", r#"{"type":"string"}"#, r#"{"type":"string","format":"uuid"}"#, false, true),
    ("format removed", r#"{"type":"string","format":"uuid"}"#, r#"{"type":"string"}"#, true, false),
    ("format changed", r#"{"type":"string","format":"uuid"}"#, r#"{"type":"string","format":"date"}"#, false, false),
    ("format widened", r#"{"format":"uri"}"#, r#"{"format":"uri-reference"}"#, true, false),
    (
        "contentEncoding asserted",
        r#"{"$schema":"http://json-schema.org/draft-07/schema#","type":"string"}"#,
        r#"{"$schema":"http://json-schema.org/draft-07/schema#","type":"string","contentEncoding":"base64"}"#,
        false,
        true,
    ),
    (
        "contentEncoding annotated",
        r#"{"type":"string"}"#,
        r#"{"type":"string","contentEncoding":"base64"}"#,
        true,
        true,
    ),
    (
        "contentMediaType asserted",
        r#"{"$schema":"http://json-schema.org/draft-07/schema#","type":"string"}"#,
        r#"{"$schema":"http://json-schema.org/draft-07/schema#","type":"string","contentMediaType":"application/json"}"#,
        false,
        true,
    ),
    (
        "maximum lowered",
        r#"{"type":"integer","maximum":9007199254740993}"#,
        r#"{"type":"integer","maximum":9007199254740992}"#,
        false,
        true,
    ),
    ("exclusiveMaximum lowered", r#"{"exclusiveMaximum":10}"#, r#"{"exclusiveMaximum":9.5}"#, false, true),
    (
        "exclusiveMaximum for maximum",
        r#"{"type":"number","maximum":10}"#,
        r#"{"type":"number","exclusiveMaximum":10}"#,
        false,
        true,
    ),
    ("minimum raised", r#"{"minimum":0}"#, r#"{"minimum":1}"#, false, true),
    (
        "exclusiveMinimum for minimum",
        r#"{"type":"integer","exclusiveMinimum":0}"#,
        r#"{"type":"integer","minimum":1}"#,
        true,
        true,
    ),
    ("multipleOf divides", r#"{"multipleOf":4}"#, r#"{"multipleOf":2}"#, true, false),
    ("multipleOf added", r#"{"type":"integer"}"#, r#"{"type":"integer","multipleOf":2}"#, false, true),
    (
        "multipleOf of fractions",
        r#"{"type":"number","multipleOf":0.5}"#,
        r#"{"type":"number","multipleOf":0.25}"#,
        true,
        false,
    ),
    ("items narrowed", r#"{"items":{"type":"number"}}"#, r#"{"items":{"type":"integer"}}"#, false, true),
    ("items widened", r#"{"items":{"type":"integer"}}"#, r#"{"items":{"type":"number"}}"#, true, false),
    (
        "prefixItems added (open)",
        r#"{"type":"array"}"#,
        r#"{"type":"array","prefixItems":[{"type":"string"}]}"#,
        false,
        true,
    ),
    (
        "prefixItems added (closed)",
        r#"{"type":"array","items":false}"#,
        r#"{"type":"array","prefixItems":[{"type":"string"}],"items":false}"#,
        true,
        false,
    ),
    ("uniqueItems added", r#"{"type":"array"}"#, r#"{"type":"array","uniqueItems":true}"#, false, true),
    ("uniqueItems removed", r#"{"type":"array","uniqueItems":true}"#, r#"{"type":"array"}"#, true, false),
    (
        "uniqueItems of few values",
        r#"{"type":"array","items":{"enum":[1,2]},"uniqueItems":true}"#,
        r#"{"type":"array","items":{"enum":[1,2]},"maxItems":2}"#,
        true,
        false,
    ),
    ("contains added", r#"{"type":"array"}"#, r#"{"type":"array","contains":{"type":"string"}}"#, false, true),
    (
        "minContains raised",
        r#"{"contains":{"type":"string"},"minContains":1}"#,
        r#"{"contains":{"type":"string"},"minContains":2}"#,
        false,
        true,
    ),
    (
        "maxContains lowered",
        r#"{"contains":{"type":"string"},"maxContains":3}"#,
        r#"{"contains":{"type":"string"},"maxContains":2}"#,
        false,
        true,
    ),
    (
        "maxContains beyond every array removed",
        r#"{"contains":{"type":"string"},"maxContains":18446744073709551615}"#,
        r#"{"contains":{"type":"string"}}"#,
        true,
        true,
    ),
    (
        "maxContains beyond maxItems removed",
        r#"{"contains":{"type":"string"},"maxContains":500,"maxItems":500}"#,
        r#"{"contains":{"type":"string"},"maxItems":500}"#,
        true,
        true,
    ),
    (
        "content with an unsupported encoding",
        r#"{"$schema":"http://json-schema.org/draft-07/schema#","contentEncoding":"quoted-printable","contentMediaType":"application/json"}"#,
        r#"{"$schema":"http://json-schema.org/draft-07/schema#","contentEncoding":"quoted-printable"}"#,
        true,
        true,
    ),
    (
        "unevaluatedItems taken from listed values",
        r#"{"enum":[1,[true]],"unevaluatedItems":false}"#,
        r#"{"enum":[1,[true]]}"#,
        true,
        false,
    ),
    (
        "unevaluatedProperties beside listed values",
        r#"{"enum":[{"a":1},{"b":1}],"properties":{"a":true},"unevaluatedProperties":false}"#,
        r#"{"const":{"a":1}}"#,
        true,
        true,
    ),
    (
        "unevaluatedItems tightened",
        r#"{"prefixItems":[{"type":"string"}]}"#,
        r#"{"prefixItems":[{"type":"string"}],"unevaluatedItems":false}"#,
        false,
        true,
    ),
    (
        "anyOf branch added",
        r#"{"anyOf":[{"type":"string"}]}"#,
        r#"{"anyOf":[{"type":"string"},{"type":"null"}]}"#,
        true,
        false,
    ),
    (
        "anyOf branch added that is covered",
        r#"{"anyOf":[{"type":"number"}]}"#,
        r#"{"anyOf":[{"type":"number"},{"type":"integer"}]}"#,
        true,
        true,
    ),
    (
        "anyOf branch removed",
        r#"{"anyOf":[{"type":"string"},{"type":"null"}]}"#,
        r#"{"anyOf":[{"type":"string"}]}"#,
        false,
        true,
    ),
    (
        "oneOf disjoint branch added",
        r#"{"oneOf":[{"type":"string"}]}"#,
        r#"{"oneOf":[{"type":"string"},{"type":"null"}]}"#,
        true,
        false,
    ),
    (
        "oneOf disjoint branch removed",
        r#"{"oneOf":[{"type":"string"},{"type":"null"}]}"#,
        r#"{"oneOf":[{"type":"string"}]}"#,
        false,
        true,
    ),
    (
        "oneOf overlapping branch added",
        r#"{"oneOf":[{"type":"string"}]}"#,
        r#"{"oneOf":[{"type":"string"},{"type":"string","maxLength":3}]}"#,
        false,
        true,
    ),
    (
        "allOf branch added",
        r#"{"allOf":[{"type":"string"}]}"#,
        r#"{"allOf":[{"type":"string"},{"minLength":1}]}"#,
        false,
        true,
    ),
    (
        "allOf branch removed",
        r#"{"allOf":[{"type":"string"},{"minLength":1}]}"#,
        r#"{"allOf":[{"type":"string"}]}"#,
        true,
        false,
    ),
    ("not added", r#"{"type":"string"}"#, r#"{"type":"string","not":{"const":"a"}}"#, false, true),
    ("not removed", r#"{"type":"string","not":{"const":"a"}}"#, r#"{"type":"string"}"#, true, false),
    ("not widened", r#"{"not":{"type":"integer"}}"#, r#"{"not":{"type":"number"}}"#, false, true),
    (
        "if then else added",
        r#"{"type":"object"}"#,
        r#"{"type":"object","if":{"required":["a"]},"then":{"required":["b"]},"else":{"required":["c"]}}"#,
        false,
        true,
    ),
    (
        "if then changed",
        r#"{"type":"integer","if":{"minimum":5},"then":{"multipleOf":4}}"#,
        r#"{"type":"integer","if":{"minimum":5},"then":{"multipleOf":2}}"#,
        true,
        false,
    ),
    ("true to false", r#"true"#, r#"false"#, false, true),
    ("false to true", r#"false"#, r#"true"#, true, false),
    (
        "reference inlined",
        r##"{"properties":{"a":{"$ref":"#/$defs/x"}},"$defs":{"x":{"type":"string"}}}"##,
        r##"{"properties":{"a":{"type":"string"}}}"##,
        true,
        true,
    ),
    (
        "reference moved",
        r##"{"properties":{"a":{"$ref":"#/$defs/x"}},"$defs":{"x":{"type":"string"}}}"##,
        r##"{"properties":{"a":{"$ref":"#/$defs/y"}},"$defs":{"y":{"type":"string"}}}"##,
        true,
        true,
    ),
    (
        "recursion kept",
        r##"{"type":"object","properties":{"next":{"$ref":"#"}}}"##,
        r##"{"$ref":"#/$defs/t","$defs":{"t":{"type":"object","properties":{"next":{"$ref":"#/$defs/t"}}}}}"##,
        true,
        true,
    ),
    (
        "recursion narrowed",
        r##"{"type":"object","properties":{"next":{"$ref":"#"},"n":{"type":"number"}}}"##,
        r##"{"type":"object","properties":{"next":{"$ref":"#"},"n":{"type":"integer"}}}"##,
        false,
        true,
    ),
    (
        "recursion in other words",
        r##"{"type":"array","items":{"$ref":"#"}}"##,
        r##"{"type":"array","items":{"type":"array","items":{"$ref":"#"}}}"##,
        true,
        true,
    ),
    (
        "unsatisfiable new schema",
        r#"{"type":"string"}"#,
        r#"{"type":"string","minLength":2,"maxLength":1}"#,
        false,
        true,
    ),
    (
        "dialect changed",
        r#"{"$schema":"http://json-schema.org/draft-04/schema#","type":"number","minimum":0,"exclusiveMinimum":true}"#,
        r#"{"type":"number","exclusiveMinimum":0}"#,
        true,
        true,
    ),
    ("default changed", r#"{"type":"string","default":"a"}"#, r#"{"type":"string","default":"b"}"#, true, true),
    (
        "documentation changed",
        r#"{"type":"string","title":"a","description":"b","examples":["c"],"$comment":"d"}"#,
        r#"{"type":"string","title":"e"}"#,
        true,
        true,
    ),
];

pub(super) fn read(schema: &str) -> (Sources, Registry, SchemaId) {
    read_if_valid(schema).expect("the schema is valid")
}

/// `None` if the schema says what no schema may say.
pub(super) fn read_if_valid(schema: &str) -> Option<(Sources, Registry, SchemaId)> {
    let source = Source { path: "a/ThingSeenV1Event.json".to_owned(), uri: None, bytes: schema.as_bytes().into() };
    let sources = Sources { root: String::new(), files: vec![source] };
    let (registry, _) = analyze(&sources);
    let root = registry.schemas.documents.first()?.root;
    Some((sources, registry, root))
}

/// Whether the old is in the new, and the new in the old.
pub(super) fn judge(old: &str, new: &str) -> [Verdict; 2] {
    let (old, new) = (read(old), read(new));
    let mut prover = Prover::new(&old.1.schemas, &new.1.schemas);
    let (old, new) = ((Version::Old, old.2), (Version::New, new.2));
    [prover.inclusion(old, new), prover.inclusion(new, old)]
}

#[test]
fn each_row_is_decided_in_both_directions() {
    let mut faults = Vec::new();
    for (name, old, new, backward, forward) in ROWS {
        let verdicts = judge(old, new);
        for (verdict, expected) in verdicts.iter().zip([backward, forward]) {
            let is_right = match verdict {
                Verdict::Compatible => *expected,
                Verdict::Breaking(_) => !expected,
                Verdict::Undecided(_) => false,
            };
            if !is_right {
                faults.push(format!("{name}: {verdict}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_version_is_compatible_with_itself() {
    for (name, old, new, ..) in ROWS {
        for schema in [old, new] {
            assert_eq!(judge(schema, schema), [Verdict::Compatible, Verdict::Compatible], "{name}");
        }
    }
}

#[test]
fn backward_of_one_is_forward_of_the_other() {
    for (name, old, new, ..) in ROWS {
        let [backward, forward] = judge(old, new).map(|verdict| verdict.is_compatible());
        let [inverse_backward, inverse_forward] = judge(new, old).map(|verdict| verdict.is_compatible());
        assert_eq!([backward, forward], [inverse_forward, inverse_backward], "{name}");
    }
}

/// Each change by itself, with what it breaks.
fn check(old: &str, new: &str, expected: &[&str]) {
    let (old, new) = (read(old), read(new));
    let mut prover = Prover::new(&old.1.schemas, &new.1.schemas);
    let found = changes(&mut prover, (Version::Old, old.2), (Version::New, new.2));
    let found: Vec<String> =
        found.iter().map(|change| format!("{} | {} | {}", change.headline, change.backward, change.forward)).collect();
    assert_eq!(found, expected);
}

#[test]
fn changes_are_told_in_words_with_what_they_break() {
    let old = r#"{
        "type": "object", "additionalProperties": false, "required": ["reason", "userId"],
        "properties": {
            "reason": { "enum": ["fraud", "gift"] }, "note": { "type": "string", "maxLength": 255 },
            "userId": { "type": "string", "format": "uuid" }, "lines": { "type": "array", "items": { "type": "number" } }
        }
    }"#;
    let new = r#"{
        "type": "object", "additionalProperties": false, "required": ["reason", "note", "customerId"],
        "properties": {
            "reason": { "enum": ["gift", "sale"] }, "note": { "type": ["string", "null"], "maxLength": 2 },
            "customerId": { "type": "string", "format": "uuid" },
            "lines": { "type": "array", "items": { "type": "integer" } }
        }
    }"#;
    let was = r#"{"reason":"fraud","userId":"aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa""#;
    let is = r#"{"customerId":"aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa","note":"#;
    let expected = [
        format!(r#"`userId` was renamed to `customerId` | breaking: {was}}} | breaking: {is}"a","reason":"gift"}}"#),
        format!(r#"`note` became required | breaking: {was}}} | compatible"#),
        format!(r#"`reason` may now be "sale" | compatible | breaking: {is}"a","reason":"sale"}}"#),
        format!(r#"`reason` may not be "fraud" any more | breaking: {was}}} | compatible"#),
        format!(r#"`note` was a string, and is a string or null | compatible | breaking: {is}null,"reason":"gift"}}"#),
        format!(r#"`maxLength` of `note` fell from 255 to 2 | breaking: {was},"note":"aaa"}} | compatible"#),
        format!(
            r#"each item of `lines` was a number, and is an integer | breaking: {was},"lines":[0.01]}} | compatible"#
        ),
    ];
    check(old, new, &expected.each_ref().map(String::as_str));
    check(old, old, &[]);
}
