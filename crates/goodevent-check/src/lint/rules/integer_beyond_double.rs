//! `integer-beyond-double`

use goodevent_schema::ir::SchemaId;

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that integers lie between -(2^53 - 1) and 2^53 - 1.
    /// ## Why is this bad?
    /// Consumers in JavaScript, and in many other languages, read numbers as doubles: larger integers silently lose digits.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "integer", "minimum": 0, "maximum": 9007199254740993 } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "integer", "minimum": 0, "maximum": 9007199254740991 } } }
    /// ```
    "integer-beyond-double" {
        summary: "an integer fits the range that every consumer can represent",
        category: Formats, level: Warn, fix: None, check: Schema(check)
    }
}

const MAX_SAFE: i128 = (1 << 53) - 1;

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    let keywords = &cx.schema(id).keywords;
    let bounds = [&keywords.number.minimum, &keywords.number.maximum].into_iter().flatten();
    for bound in bounds.filter(|bound| bound.value.as_i128().is_some_and(|value| value.abs() > MAX_SAFE)) {
        let finding = cx.finding(bound.span, "the integer can be one that doubles don't hold");
        cx.push(finding.help(format!("stay within {MAX_SAFE}, or send it as a string of digits")));
    }
}
