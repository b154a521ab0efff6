//! `invalid-example`

use goodevent_schema::ir::SchemaId;

use crate::{
    lint::{context::Cx, rule::declare_rule},
    reference::Reference,
};

declare_rule! {
    /// ## What it does
    /// Checks that every example is valid for its contract, formats included.
    /// ## Why is this bad?
    /// Developers copy examples. An invalid one costs each of them time.
    /// ## Example
    /// ```json
    /// { "examples": [{ "orderId": "42", "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z" }] }
    /// ```
    /// Use instead:
    /// ```json
    /// { "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z" }] }
    /// ```
    "invalid-example" {
        summary: "examples are valid",
        category: Documentation, level: Deny, fix: None, check: Schema(check)
    }
}

/// So many violations of one list show what is wrong with it.
const MAX_SHOWN: usize = 100;

fn check(cx: &mut Cx<'_>, id: SchemaId) {
    let known = &cx.schema(id).docs.examples;
    if known.iter().all(|example| cx.is_surely_valid(id, &example.value)) {
        return;
    }
    let Some(node) = cx.node(id) else { return };
    let Some(examples) = node.get("examples") else { return };
    // What nothing is valid for, or the reference refuses, is found by other rules.
    if cx.is_impossible(id) {
        return;
    }
    let Ok(reference) = Reference::new(&cx.registry.schemas, id) else { return };
    let mut n_shown = 0;
    for (nth, example) in examples.items().iter().enumerate() {
        if n_shown >= MAX_SHOWN {
            let n_left = examples.items().len() - nth;
            let headline = "the examples from here on were not checked, because too many before them are invalid";
            let finding = cx.finding(example.opening(), headline).label(format!("the first of {n_left}"));
            cx.push(finding.help("fix the examples before it, and lint again"));
            return;
        }
        for violation in reference.violations(&example.to_json()) {
            n_shown += 1;
            let place = example.pointer(&violation.pointer).unwrap_or(example);
            let headline = format!("the example is not valid: {}", violation.message);
            let finding = cx.finding(place.opening(), headline).label(format!("violates `{}`", violation.keyword));
            cx.push(finding.help("change the example, or the contract if the example is right"));
        }
    }
}
