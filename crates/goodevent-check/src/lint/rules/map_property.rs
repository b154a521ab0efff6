//! `map-property`

use goodevent_schema::ir::SchemaId;

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that objects have no members with arbitrary names, allowed by `additionalProperties` or `patternProperties` with a schema.
    /// ## Why is this bad?
    /// Names that are data cannot be documented, and their number is unlimited.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "object", "additionalProperties": { "type": "boolean" }, "maxProperties": 3, "propertyNames": { "maxLength": 5 } } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "array", "minItems": 1, "maxItems": 3, "items": { "type": "boolean" } } } }
    /// ```
    "map-property" {
        summary: "every member of an object has a name in the contract",
        category: Payload, level: Warn, fix: None, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    let keywords = &cx.schema(id).keywords;
    let rest = keywords.object.additional_properties.filter(|rest| cx.schema(*rest).always.is_none());
    let keyword = if rest.is_some() { "additionalProperties" } else { "patternProperties" };
    if rest.is_some() || !keywords.object.pattern_properties.is_empty() {
        let finding =
            cx.finding(cx.keyword(id, keyword), "the object has members whose names the contract does not know");
        cx.push(finding.help("use an array of objects with a name and a value, or name the members"));
    }
}
