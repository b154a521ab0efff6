//! `unlocked-release`

use goodevent_schema::{facts::Status, lock, registry::Contract};

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks, in a registry that has a `goodevent.lock`, that it holds every contract that is released.
    /// ## Why is this bad?
    /// What is not locked can change without anybody noticing, though its status says that it does not.
    /// ## Example
    /// ```text goodevent.lock
    /// # Nothing is released.
    /// ```
    /// ```json
    /// { "x-event": { "status": "released" } }
    /// ```
    /// Use instead:
    /// ```text goodevent.lock
    /// # Nothing is released.
    /// ```
    /// ```json
    /// { "x-event": { "status": "draft" } }
    /// ```
    "unlocked-release" {
        summary: "a released contract is locked",
        category: Lifecycle, level: Deny, fix: None, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    let has_lock = |files: &goodevent_schema::source::Sources| files.files.iter().any(|file| file.path == lock::FILE);
    let is_kept = has_lock(cx.sources) || cx.options.before.is_some_and(|before| has_lock(before.sources));
    let is_locked = cx.registry.lock.entries.contains_key(&contract.key());
    if is_kept && !is_locked && contract.facts.status != Status::Draft {
        let headline = format!("`{}` is released, but goodevent.lock does not hold it", contract.name);
        let help = format!("run `goodevent release {}`", contract.name);
        cx.push(cx.finding(cx.fact(contract, "status"), headline).help(help));
    }
}
