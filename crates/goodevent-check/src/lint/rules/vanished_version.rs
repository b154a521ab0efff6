//! `vanished-version`

use std::collections::BTreeSet;

use goodevent_schema::registry::Contract;

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that the contracts in `goodevent.lock` are there.
    /// ## Why is this bad?
    /// Old messages wait in queues and logs, and consumers still ask what they mean. A contract goes when its sunset is over, and then its line goes with it.
    /// ## Example
    /// ```text goodevent.lock
    /// orders/OrderLostV1Event 0000000000000000000000000000000000000000000000000000000000000000
    /// ```
    /// Use instead:
    /// ```text goodevent.lock
    /// # Nothing is released.
    /// ```
    "vanished-version" {
        summary: "a released contract does not vanish",
        category: Lifecycle, level: Deny, fix: None, check: Registry(check)
    }
}

fn check(cx: &mut Cx<'_>) {
    let there: BTreeSet<String> = cx.registry.contracts().map(Contract::key).collect();
    for (path, entry) in &cx.registry.lock.entries {
        let Some((context, name)) = path.split_once('/') else { continue };
        // A file that can't be read has a finding of its own.
        let is_unread = || cx.sources.files.iter().any(|file| file.path == format!("{path}.json"));
        if !there.contains(path) && !is_unread() {
            let finding = cx.finding(entry.span, format!("`{name}` was released, and is gone from `{context}`"));
            cx.push(finding.help("bring it back from the history; if its sunset is over, remove this line"));
        }
    }
}
