//! Rules about released contracts, which a change cannot suppress for itself.
//!
//! If the baseline registry is known, its settings, suppressions and baseline file decide as well as those of the change:
//! otherwise a breaking change could suppress its own findings.

use std::collections::BTreeSet;

use goodevent_schema::{config::RuleLevel, facts::Allowed, source::SourceId};

use super::{
    baseline,
    context::Cx,
    levels::Levels,
    rule::Rule,
    rules::{
        breaking_change_in_place, edited_published_version, hastened_sunset, moved_event, passed_sunset,
        unlocked_release, vanished_version, withdrawn_release,
    },
    suppress,
};

static RULES: [&Rule; 8] = [
    &breaking_change_in_place::RULE,
    &edited_published_version::RULE,
    &hastened_sunset::RULE,
    &moved_event::RULE,
    &passed_sunset::RULE,
    &unlocked_release::RULE,
    &vanished_version::RULE,
    &withdrawn_release::RULE,
];

/// Whether a rule is about what was released.
pub(super) fn is_about(rule: &str) -> bool {
    RULES.iter().any(|own| own.id == rule)
}

/// How a rule counts in a context; a level that the change alone lowers does not count.
pub(super) fn level(cx: &Cx<'_>, rule: &Rule, context: Option<&str>, level: RuleLevel) -> RuleLevel {
    match cx.options.before.filter(|_| is_about(rule.id)) {
        Some(before) => level.max(Levels::of_settings(before.registry, rule, context)),
        None => level,
    }
}

/// Whether what a file allows itself counts; for what was released, only if the file allowed it before.
pub(super) fn lets(cx: &Cx<'_>, file: SourceId, allowed: &Allowed) -> bool {
    let Some(before) = cx.options.before.filter(|_| is_about(&allowed.rule)) else { return true };
    let path = &cx.sources[file].path;
    let Some((old, _)) = before.sources.iter().find(|(_, source)| source.path == *path) else { return false };
    let of_old = suppress::allowed(before.registry).remove(&old).unwrap_or_default();
    let is_same = |own: &Allowed| own.rule == allowed.rule && own.at == allowed.at;
    of_old.iter().any(|own| is_same(own) && suppress::is_in_force(own, &cx.options.today))
}

/// The lines of the baseline that excuse nothing: they are about released contracts, and the earlier baseline lacks them.
pub(super) fn new_in_baseline(cx: &Cx<'_>) -> BTreeSet<String> {
    let Some(before) = cx.options.before else { return BTreeSet::new() };
    let is_promised = |key: &String| key.split(' ').next().is_some_and(is_about);
    let own = baseline::keys(cx.sources).into_iter().filter(is_promised);
    let old = baseline::keys(before.sources);
    own.filter(|key| !old.contains(key)).collect()
}
