//! `unbounded-number`

use goodevent_schema::ir::{SchemaId, Types};

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that a number has a `minimum` and a `maximum`, or their exclusive forms.
    /// ## Why is this bad?
    /// Without a range, neither the type that holds the number nor the length of its text is known.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "integer", "minimum": 0 } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": null, "type": "integer", "minimum": 0, "maximum": 100 } } }
    /// ```
    "unbounded-number" {
        summary: "a number needs a range",
        category: Size, level: Deny, fix: None, check: Schema(check)
    }
}

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    let k = &cx.schema(id).keywords;
    let is_number = k.types.as_ref().is_some_and(|types| types.value.contains(Types::INTEGER));
    let has_least = k.number.minimum.is_some() || k.number.exclusive_minimum.is_some();
    let has_most = k.number.maximum.is_some() || k.number.exclusive_maximum.is_some();
    if is_number && !(has_least && has_most) && !cx.is_listed(id) {
        let missing = match (has_least, has_most) {
            (false, false) => "`minimum` and `maximum`",
            (false, true) => "`minimum`",
            _ => "`maximum`",
        };
        let finding = cx.finding(cx.keyword(id, "type"), format!("the number has no {missing}"));
        cx.push(finding.help("add a `minimum` and a `maximum`"));
    }
}
