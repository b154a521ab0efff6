//! Findings that a contract or a shared type allows itself, with a reason, and those that count.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_schema::{
    calendar,
    config::RuleLevel,
    diagnostic::{Diagnostic, Level},
    facts::Allowed,
    source::{SourceId, Span},
};

use super::{
    allowed, baseline,
    cascade::Cascade,
    context::Cx,
    levels::Levels,
    promised,
    rules::{self, expired_suppression, stale_baseline, unexplained_suppression, unused_suppression},
};
use crate::edit;

/// The findings that count, each at its level, and what is wrong with the suppressions.
pub(super) fn apply(mut cx: Cx<'_>, levels: &Levels<'_>, cascade: &Cascade) -> Vec<Diagnostic> {
    let allowed = allowed::all(cx.registry);
    let found = std::mem::take(&mut cx.found);
    let mut used: BTreeSet<(SourceId, usize)> = BTreeSet::new();
    let mut left = Vec::new();
    let in_force: BTreeMap<SourceId, allowed::Suppressions<'_>> =
        allowed.iter().map(|(source, own)| (*source, in_force(&cx, *source, own))).collect();
    for finding in found {
        let source = finding.span.source;
        let own = in_force.get(&source).filter(|_| !rules::is_certain(&finding));
        match own.and_then(|own| own.first(finding.rule, finding.span)) {
            Some(allowed_idx) => drop(used.insert((source, allowed_idx))),
            None => left.push(finding),
        }
    }
    for (source, allowed) in allowed {
        // A suppression may have its use in a file that rules could not read.
        let context = cx.sources[source].path.split_once('/').map(|(context, _)| context);
        let is_open = cascade.leaves_open(source, context);
        for (allowed_idx, allowed) in allowed.iter().enumerate() {
            // One about what was released is for a change that is to come, or was judged where that came.
            let is_used = is_open || rules::guards_releases(&allowed.rule) || used.contains(&(source, allowed_idx));
            left.extend(flaws(&cx, source, allowed_idx, allowed, is_used));
        }
    }
    let mut left = left.into_iter().filter_map(|finding| levelled(&cx, levels, finding)).collect();
    cx.sources.retain_once(&mut left);
    if cx.options.ignores_baseline {
        return left;
    }
    let left = baseline::unknown(&cx, left, cascade.is_empty()).into_iter();
    // The others are at their levels.
    let is_new = |finding: &Diagnostic| finding.rule == stale_baseline::RULE.id;
    left.filter_map(|finding| if is_new(&finding) { levelled(&cx, levels, finding) } else { Some(finding) }).collect()
}

/// At its level, or not at all.
fn levelled(cx: &Cx<'_>, levels: &Levels<'_>, mut finding: Diagnostic) -> Option<Diagnostic> {
    let Some(rule) = rules::find(finding.rule) else { return Some(finding) };
    let path = cx.sources.get(finding.span.source).map(|source| source.path.as_str());
    let context = path.and_then(|path| path.split_once('/')).map(|(context, _)| context);
    if rules::is_certain(&finding) {
        return Some(finding);
    }
    finding.level = match promised::level(cx, rule, context, levels.of(rule, context)) {
        RuleLevel::Allow => return None,
        RuleLevel::Warn => Level::Warning,
        RuleLevel::Deny => Level::Error,
    };
    Some(finding)
}

/// The suppressions of a file that count.
fn in_force<'a>(cx: &Cx<'_>, source: SourceId, all: &'a [Allowed]) -> allowed::Suppressions<'a> {
    let lets = |own: &Allowed| rules::find(&own.rule).is_none_or(|rule| promised::lets(cx, rule, source, own));
    let counts = |own: &Allowed| allowed::is_in_force(own, &cx.options.today) && lets(own);
    let entries = all.iter().enumerate().filter(|(_, own)| counts(own));
    let entries = entries.map(|(number, own)| allowed::Entry { number, rule: &own.rule, at: own.at.as_deref() });
    // The document of one that allows itself nothing is not read for that.
    let tree = all.iter().any(|own| own.at.is_some()).then(|| cx.registry.schemas.trees.get(source)).flatten();
    allowed::Suppressions::of(tree.as_ref(), entries)
}

fn flaws(cx: &Cx<'_>, source: SourceId, allowed_idx: usize, allowed: &Allowed, is_used: bool) -> Vec<Diagnostic> {
    let Some(tree) = cx.registry.schemas.trees.get(source) else { return Vec::new() };
    let facts = tree.get("x-event");
    let list = facts.and_then(|facts| facts.get("allow"));
    let place = list.and_then(|list| list.items().get(allowed_idx));
    let span = place.map_or_else(|| tree.opening(), |place| Span { end: place.span.start + 1, ..place.span });
    let rule = &allowed.rule;
    let mut flaws = Vec::new();
    let removal = || match (list?.items(), facts) {
        ([_], Some(facts)) => edit::remove_member(facts, "allow"),
        _ => Some(edit::remove_item(list?, allowed_idx)),
    };
    let mut flaw = |id: &'static str, headline: String, help: &'static str| {
        let edit = if id == unused_suppression::RULE.id { removal() } else { None };
        flaws.push(Diagnostic::warning(id, span, headline).help(help).fix(edit));
    };
    let is_over = allowed.until.as_ref().is_some_and(|until| calendar::is_day(until) && *until < cx.options.today);
    if allowed.reason.trim().is_empty() {
        flaw(unexplained_suppression::RULE.id, format!("`{rule}` is allowed without a reason"), "add a `reason`");
    } else if is_over {
        let until = allowed.until.as_deref().unwrap_or_default();
        let help = "fix the finding, or renew the suppression with a new reason and date";
        flaw(expired_suppression::RULE.id, format!("`{rule}` was allowed until {until}"), help);
    } else if rules::find(rule).is_none() {
        flaw(unused_suppression::RULE.id, format!("no rule is called `{rule}`"), "`goodevent rules` lists them");
    } else if !is_used {
        flaw(unused_suppression::RULE.id, format!("`{rule}` is allowed, but reports nothing"), "remove it");
    }
    flaws
}
