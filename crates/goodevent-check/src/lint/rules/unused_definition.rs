//! `unused-definition`

use goodevent_schema::{ir::SchemaId, registry::Contract};

use crate::{
    edit,
    lint::{context::Cx, rule::declare_rule},
};

declare_rule! {
    /// ## What it does
    /// Checks that each schema in `$defs` or `definitions` is referred to.
    /// ## Why is this bad?
    /// It looks like a part of the contract, is read as one, and kept up to date for nothing.
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
    for holder in ["$defs", "definitions"] {
        let tree = cx.tree(contract);
        let Some(definitions) = tree.get(holder) else { continue };
        for definition in definitions.members() {
            let place = definition.value.span;
            let is_reached = |id: &SchemaId| {
                let own = cx.schema(*id).span;
                place.start <= own.start && own.end <= place.end
            };
            if !cx.schemas_of(contract).iter().any(is_reached) {
                let headline = format!("nothing refers to `{}`", definition.key.value);
                let edit = match definitions.members() {
                    [_] => edit::remove_member(&tree, holder),
                    _ => edit::remove_member(definitions, &definition.key.value),
                };
                cx.push(cx.finding(definition.key.span, headline).help("remove it").fix(edit));
            }
        }
    }
}
