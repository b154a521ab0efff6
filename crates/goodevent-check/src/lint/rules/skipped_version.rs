//! `skipped-version`

use std::collections::{BTreeMap, BTreeSet};

use goodevent_schema::registry::Context;

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that the version numbers of an event have no gap: that V3 follows V2.
    /// ## Why is this bad?
    /// A missing number looks like a lost contract, and another developer may search for it or reuse it.
    /// ## Example
    /// ```json orders/OrderPlacedV3Event.json
    /// { "x-event": { "since": "2026-11-20" } }
    /// ```
    /// Use instead:
    /// ```json orders/OrderPlacedV2Event.json
    /// { "x-event": { "since": "2026-11-20" } }
    /// ```
    "skipped-version" {
        summary: "version numbers have no gaps",
        category: Lifecycle, level: Deny, fix: None, check: Context(check)
    }
}

fn check(cx: &mut Cx<'_>, name: &str, context: &Context) {
    let mut versions: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for contract in &context.contracts {
        versions.entry(contract.name.stem()).or_default().insert(contract.name.version());
    }
    for contract in &context.contracts {
        let before = contract.name.version() - 1;
        let known = &versions[contract.name.stem()];
        if before == 0 || known.contains(&before) || known.first() == Some(&contract.name.version()) {
            continue;
        }
        // Old versions may be gone; the lock knows that they were there.
        let name_before = contract.name.at_version(before);
        let key = format!("{name}/{name_before}");
        // A file that can't be read has a finding of its own.
        let is_unread = || cx.sources.files.iter().any(|file| file.path == format!("{key}.json"));
        if !cx.registry.lock.entries.contains_key(&key) && !is_unread() {
            let headline = format!("there is no `{name_before}` before `{}`", contract.name);
            cx.push(cx.finding(cx.title(contract), headline).help(format!("name it `{name_before}`")));
        }
    }
}
