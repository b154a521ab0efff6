//! `missing-bounded-context`

use goodevent_schema::registry::Context;

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that the folder of an event is a declared context: that its `context.toml` has a description.
    /// ## Why is this bad?
    /// An event gets its meaning from its context. Without one, consumers cannot know which `order` is meant.
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
        summary: "an event needs a context with a description",
        category: Ownership, level: Deny, fix: None, check: Context(check)
    }
}

fn check(cx: &mut Cx<'_>, name: &str, context: &Context) {
    if context.settings.description.trim().is_empty() {
        let place = cx.settings_of(name, context);
        let finding = cx.finding(place, format!("the context `{name}` has no description"));
        cx.push(finding.help(format!("write `description = \"…\"` in {name}/context.toml")));
    }
}
