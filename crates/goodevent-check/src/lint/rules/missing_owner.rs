//! `missing-owner`

use goodevent_schema::registry::Context;

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that `context.toml` has an `owner`.
    /// ## Why is this bad?
    /// A contract is a commitment, and consumers need to know which team to contact about it.
    /// ## Example
    /// ```toml
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// description = "Orders."
    /// ```
    /// Use instead:
    /// ```toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// ```
    "missing-owner" {
        summary: "a context needs an owner",
        category: Ownership, level: Deny, fix: None, check: Context(check)
    }
}

fn check(cx: &mut Cx<'_>, name: &str, context: &Context) {
    if context.settings.owner.trim().is_empty() {
        let place = cx.settings_of(name, context);
        let finding = cx.finding(place, format!("the context `{name}` has no owner"));
        cx.push(finding.help(format!("write `owner = \"…\"` in {name}/context.toml: a team and its address")));
    }
}
