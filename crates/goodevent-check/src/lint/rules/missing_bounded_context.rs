//! `missing-bounded-context`

use goodevent_schema::registry::Context;

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that the folder of an event is a declared context: that its `context.toml` says what it is about.
    /// ## Why is this bad?
    /// An event means something within its context. Without one nobody knows whose word `order` is.
    /// ## Example
    /// ```toml
    /// owner = "team-orders@example.org"
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// ```
    /// Use instead:
    /// ```toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// ```
    "missing-bounded-context" {
        summary: "an event belongs to a context that is declared",
        category: Ownership, level: Deny, fix: None, check: Context(check)
    }
}

fn check(cx: &mut Cx<'_>, name: &str, context: &Context) {
    if context.settings.description.trim().is_empty() {
        let place = cx.settings_of(name, context);
        let finding = cx.finding(place, format!("nothing says what the context `{name}` is about"));
        cx.push(finding.help(format!("write `description = \"…\"` in {name}/context.toml")));
    }
}
