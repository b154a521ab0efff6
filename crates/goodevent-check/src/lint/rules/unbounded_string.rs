//! `unbounded-string`

use goodevent_schema::ir::{SchemaId, Types};

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that a string has a `maxLength`, or an `enum`, a `pattern` or a `format` that bounds its length.
    /// ## Why is this bad?
    /// An event has to fit into 64 KB. A single string without a bound can exceed that.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "string", "minLength": 1 } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "string", "minLength": 1, "maxLength": 200 } } }
    /// ```
    "unbounded-string" {
        summary: "a string needs an upper bound of its length",
        category: Size, level: Deny, fix: None, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    let keywords = &cx.schema(id).keywords;
    let is_text = keywords.types.as_ref().is_some_and(|types| types.value.contains(Types::STRING));
    if is_text && !cx.is_listed(id) && !cx.sizer.bounds_strings(id) {
        let finding = cx.finding(cx.keyword(id, "type"), "the text can be of any length");
        cx.push(finding.help("add a generous `maxLength`"));
    }
}
