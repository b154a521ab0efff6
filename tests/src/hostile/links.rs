//! The keywords by which a schema leads to another one, each twice: chains of them double at every link.

/// A keyword, and a schema that leads to `to` by it twice.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    /// Name of the keyword.
    pub keyword: &'static str,
    /// The schema around the text of another one.
    pub schema: fn(&str) -> String,
}

/// A link for each keyword with schemas in it.
pub const LINKS: [Link; 16] = [
    Link { keyword: "allOf", schema: |to| format!(r#"{{"allOf": [{to}, {to}]}}"#) },
    Link { keyword: "anyOf", schema: |to| format!(r#"{{"anyOf": [{to}, {to}]}}"#) },
    Link { keyword: "oneOf", schema: |to| format!(r#"{{"oneOf": [{to}, {to}]}}"#) },
    Link { keyword: "if", schema: |to| format!(r#"{{"if": {to}, "then": {to}, "else": {to}}}"#) },
    Link { keyword: "not", schema: |to| format!(r#"{{"not": {to}, "allOf": [{{"not": {to}}}]}}"#) },
    Link { keyword: "prefixItems", schema: |to| format!(r#"{{"prefixItems": [{to}, {to}]}}"#) },
    Link { keyword: "items", schema: |to| format!(r#"{{"prefixItems": [{to}], "items": {to}}}"#) },
    Link { keyword: "contains", schema: |to| format!(r#"{{"contains": {to}, "items": {to}}}"#) },
    Link {
        keyword: "properties",
        schema: |to| format!(r#"{{"type": "object", "required": ["a", "b"], "properties": {{"a": {to}, "b": {to}}}}}"#),
    },
    Link {
        keyword: "patternProperties",
        schema: |to| format!(r#"{{"patternProperties": {{"^a": {to}, "^b": {to}}}}}"#),
    },
    Link {
        keyword: "additionalProperties",
        schema: |to| format!(r#"{{"additionalProperties": {to}, "patternProperties": {{"^x": {to}}}}}"#),
    },
    Link {
        keyword: "propertyNames",
        schema: |to| format!(r#"{{"propertyNames": {to}, "additionalProperties": {to}}}"#),
    },
    Link { keyword: "dependentSchemas", schema: |to| format!(r#"{{"dependentSchemas": {{"a": {to}, "b": {to}}}}}"#) },
    Link {
        keyword: "unevaluatedProperties",
        schema: |to| format!(r#"{{"unevaluatedProperties": {to}, "allOf": [{to}]}}"#),
    },
    Link { keyword: "unevaluatedItems", schema: |to| format!(r#"{{"unevaluatedItems": {to}, "allOf": [{to}]}}"#) },
    Link {
        keyword: "null",
        schema: |to| {
            let member = format!(r#"{{"oneOf": [{to}, {{"type": "null"}}]}}"#);
            format!(r#"{{"type": "object", "properties": {{"a": {member}, "b": {member}}}}}"#)
        },
    },
];

/// Definitions `t0` to `tN`, of which each leads to the one that `next` says, and the members of an event that begins with
/// the first one.
#[must_use]
pub fn linked(link: &Link, n: usize, next: impl Fn(usize) -> usize) -> String {
    let types: Vec<String> = (0..n)
        .map(|at| format!(r#""t{at}": {}"#, (link.schema)(&format!(r##"{{"$ref": "#/$defs/t{}"}}"##, next(at)))))
        .collect();
    let end = r#"{"type": "object", "properties": {"z": {"type": "string"}}}"#;
    let types = types.join(",\n");
    format!(r##""properties": {{"first": {{"$ref": "#/$defs/t0"}}}}, "$defs": {{{types}, "t{n}": {end}}}"##)
}
