//! `recursive-schema`

use goodevent_schema::{registry::Contract, source::Span};

use crate::{
    lint::{context::Cx, rule::declare_rule},
    size::{Culprit, ENDLESS},
};

declare_rule! {
    /// ## What it does
    /// Checks that no `$ref` leads back to a schema that contains it.
    /// ## Why is this bad?
    /// A value that can contain itself has no largest size, so every consumer needs a limit of its own.
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": null, "$ref": "#/$defs/why" } }, "$defs": { "why": { "description": "Why.", "type": "object", "additionalProperties": false, "required": ["because"], "properties": { "because": { "description": "Why that.", "anyOf": [{ "$ref": "#/$defs/why" }, { "enum": ["gift"] }] } } } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": null, "$ref": "#/$defs/why" } }, "$defs": { "why": { "description": "Why.", "enum": ["gift"] } } }
    /// ```
    "recursive-schema" {
        summary: "an event has a finite depth",
        category: Size, level: Deny, fix: None, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let bound = cx.size(contract);
    let is_endless = |culprit: &&Culprit| culprit.missing == ENDLESS;
    for culprit in bound.culprits.iter().filter(is_endless) {
        let place = Span { end: culprit.span.start + 1, ..culprit.span };
        let place = if place.source == contract.source { place } else { cx.title(contract) };
        let finding = cx.finding(place, format!("`{}` can contain itself without limit", contract.name));
        cx.push(finding.label("this schema is below itself").help("flatten it, or define a fixed number of levels"));
    }
}
