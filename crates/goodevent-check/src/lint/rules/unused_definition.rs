//! `unused-definition`

use goodevent_schema::registry::Contract;

use crate::{
    edit,
    lint::{context::Cx, rule::declare_rule},
};

declare_rule! {
    /// ## What it does
    /// Checks that each schema in `$defs` or `definitions` is referenced.
    /// ## Why is this bad?
    /// Readers take the definition for a part of the contract, and developers maintain it for no purpose.
    /// ## Example
    /// ```json
    /// { "$defs": { "colour": { "enum": ["red"] } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": null, "$ref": "#/$defs/why" } }, "$defs": { "why": { "enum": ["gift", "resale"] } } }
    /// ```
    "unused-definition" {
        summary: "every definition is used",
        category: Schemas, level: Warn, fix: Safe, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let mut reached: Vec<(u32, u32)> =
        cx.schemas_of(contract).iter().map(|id| cx.schema(*id).span).map(|own| (own.start, own.end)).collect();
    reached.sort_unstable();
    for holder in ["$defs", "definitions"] {
        let tree = cx.tree(contract);
        let Some(definitions) = tree.get(holder) else { continue };
        for (at, definition) in definitions.members().iter().enumerate() {
            let place = definition.value.span;
            // Schemas lie within each other or apart.
            let first = reached.partition_point(|(start, _)| *start < place.start);
            if reached.get(first).is_none_or(|(_, end)| *end > place.end) {
                let headline = format!("nothing refers to `{}`", definition.key.value);
                let edit = match definitions.members() {
                    [_] => edit::remove_member(&tree, holder),
                    _ => Some(edit::remove_nth(definitions, at)),
                };
                cx.push(cx.finding(definition.key.span, headline).help("remove it").fix(edit));
            }
        }
    }
}
