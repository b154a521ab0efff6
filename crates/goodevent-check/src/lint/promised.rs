//! Rules about released contracts, which a change cannot suppress for itself.
//!
//! If the baseline registry is known, its settings, suppressions and baseline file decide as well as those of the change:
//! otherwise a breaking change could suppress its own findings.

use goodevent_schema::{config::RuleLevel, facts::Allowed, registry::Contract, source::SourceId};

use super::{Rule, allowed, context::Cx, levels::Levels};

/// How a rule counts in a context; a level that the change alone lowers does not count.
pub(super) fn level(cx: &Cx<'_>, rule: &Rule, context: Option<&str>, level: RuleLevel) -> RuleLevel {
    match cx.options.before.filter(|_| rule.guards_releases) {
        Some(before) => level.max(Levels::of_settings(before.registry, rule, context)),
        None => level,
    }
}

/// Whether what a file allows itself of a rule counts; for what was released, only if the file allowed it before.
pub(super) fn lets(cx: &Cx<'_>, rule: &Rule, file: SourceId, allowed: &Allowed) -> bool {
    let Some(before) = cx.options.before.filter(|_| rule.guards_releases) else { return true };
    let path = &cx.sources[file].path;
    let Some((old, _)) = before.sources.iter().find(|(_, source)| source.path == *path) else { return false };
    let of_old = allowed::all(before.registry).remove(&old).unwrap_or_default();
    let is_same = |own: &Allowed| own.rule == allowed.rule && own.at == allowed.at;
    of_old.iter().any(|own| is_same(own) && allowed::is_in_force(own, &cx.options.today))
}

/// Whether what a rule finds about a contract is reported.
pub(super) fn counts(cx: &Cx<'_>, rule: &Rule, contract: &Contract) -> bool {
    let mut allowed = contract.facts.allow.iter().filter(|allowed| allowed.rule == rule.id);
    let is_allowed = allowed.any(|allowed| lets(cx, rule, contract.source, allowed));
    let context = Some(contract.context.as_str());
    let own = Levels::of_settings(cx.registry, rule, context);
    !is_allowed && level(cx, rule, context, own) != RuleLevel::Allow
}
