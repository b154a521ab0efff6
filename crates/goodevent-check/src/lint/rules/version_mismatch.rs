//! `version-mismatch`

use goodevent_schema::{
    name::EventName,
    registry::{Contract, stem},
};

use crate::{
    edit,
    lint::{context::Cx, rule::declare_rule},
};

declare_rule! {
    /// ## What it does
    /// Checks that the name of an event has exactly one version, and that its `$id` has the same one.
    /// ## Why is this bad?
    /// Consumers find a contract by its name or by its `$id`. If the numbers differ, one of them misleads its readers.
    /// ## Example
    /// ```json
    /// { "$id": "https://example.org/orders/v2/OrderPlacedV1Event.json" }
    /// ```
    /// Use instead:
    /// ```json
    /// { "$id": "https://example.org/orders/v1/OrderPlacedV1Event.json" }
    /// ```
    "version-mismatch" {
        summary: "the name and the `$id` of an event have the same version",
        category: Names, level: Deny, fix: Safe, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let tree = cx.tree(contract);
    let Some(id) = tree.get("$id").or_else(|| tree.get("id")) else { return };
    let own = contract.name.version();
    let other = id.as_str().into_iter().flat_map(|id| id.split('/')).filter_map(version).find(|other| *other != own);
    if let Some(other) = other {
        let headline = format!("`{}` calls itself version {other} in its `$id`", contract.name);
        let finding = cx.finding(id.span, headline).related(cx.title(contract), format!("version {own} here"));
        let text = id.as_str().unwrap_or_default();
        let mended = text.replace(&format!("/v{other}/"), &format!("/v{own}/"));
        let mended = mended.replace(&format!("V{other}Event"), &format!("V{own}Event"));
        cx.push(finding.help(format!("write {own} in the `$id`, too")).fix(edit::replace(id, &mended.into())));
    }
}

/// The version that a part of a path names: `v2`, or `OrderPlacedV2Event.json`.
fn version(part: &str) -> Option<u32> {
    let digits = part.strip_prefix('v');
    digits.and_then(|digits| digits.parse().ok()).or_else(|| Some(stem(part).parse::<EventName>().ok()?.version()))
}
