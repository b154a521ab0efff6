//! `payload-envelope-collision`

use goodevent_schema::registry::Contract;

use crate::lint::{context::Cx, envelope, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that a payload does not repeat fields of its envelope: source, type, time, version.
    /// ## Why is this bad?
    /// Two fields for one value will differ sooner or later.
    /// ## Example
    /// ```toml
    /// owner = "team-orders@example.org"
    /// description = "Orders."
    /// envelope = "octopus"
    /// aggregates = ["Order"]
    /// ```
    /// ```json
    /// { "required": ["orderId", "reason", "placedTimeUtc", "source"], "properties": { "source": { "description": "Source.", "enum": ["web"] } }, "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z", "source": "web" }] }
    /// ```
    /// Use instead:
    /// ```json
    /// { "required": ["orderId", "reason", "placedTimeUtc", "channel"], "properties": { "channel": { "description": "Where it was placed.", "enum": ["web"] } }, "examples": [{ "orderId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "reason": "gift", "placedTimeUtc": "2021-11-08T12:33:00Z", "channel": "web" }] }
    /// ```
    "payload-envelope-collision" {
        summary: "a payload does not repeat its envelope",
        category: Envelope, level: Warn, fix: None, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let used = cx.context(contract).settings.envelope;
    let Some(profile) = envelope::profile(used) else { return };
    // One flaw, and not one for each field.
    if envelope::of(cx, contract).is_some_and(|own| own.name == profile.name) {
        let headline = format!("`{}` describes its envelope, which is added to every payload", contract.name);
        let finding = cx.finding(cx.keyword(contract.root, "properties"), headline);
        cx.push(finding.help("describe the payload alone"));
        return;
    }
    for property in cx.properties(contract.root) {
        let name = &property.name.value;
        // Every thing has an id of its own, and may be about something.
        let is_repeated =
            profile.fields.iter().any(|field| field.name == name) && !matches!(name.as_str(), "id" | "subject");
        if is_repeated {
            let finding = cx.finding(property.name.span, format!("`{name}` is a field of the envelope as well"));
            cx.push(finding.help("remove it, or give it a more specific name"));
        }
    }
}
