//! One cause, one finding: findings that follow from a reported error are not reported.
//!
//! A file with an error makes the registry incomplete there, so that no rule draws conclusions from it, or from a file
//! that refers to it. Settings with an error leave dependent facts open.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_schema::{
    config::{RuleLevel, Unread},
    diagnostic::Diagnostic,
    lock,
    registry::is_read_name,
    source::{SourceId, Span},
    suggest,
};

use super::{
    BASELINE, Category, Rule, allowed,
    context::Cx,
    levels::Levels,
    rule::Check,
    rules::{self, undefined_required_property},
};

/// The parts of a registry that are not known, since there are errors.
pub(super) struct Cascade {
    /// Files with errors, and those that refer to them.
    files: BTreeSet<SourceId>,
    /// Contexts whose settings are not known; `None` for those of the registry.
    contexts: BTreeMap<Option<String>, Settings>,
    is_lock_unread: bool,
    /// Files in which a name is required that no property has, and those that refer to them.
    impossible: BTreeSet<SourceId>,
    /// Those names, and where the schemas around them begin.
    misspelt: Vec<(String, BTreeSet<Span>)>,
}

/// The parts of settings that are not known.
#[derive(Debug, Default)]
struct Settings {
    is_whole: bool,
    /// Rules and categories whose level is not known.
    names: BTreeSet<String>,
}

impl Cascade {
    pub(super) fn new(cx: &Cx<'_>, levels: &Levels<'_>) -> Self {
        let unread = &cx.registry.unread;
        let path = |id: SourceId| cx.sources.get(id).map_or("", |file| file.path.as_str());
        let mut contexts: BTreeMap<Option<String>, Settings> = BTreeMap::new();
        for (id, unread) in unread.iter().filter(|(id, _)| path(**id).ends_with(".toml")) {
            contexts.entry(context_of(path(*id))).or_default().is_whole |= *unread == Unread::Whole;
        }
        for finding in &cx.found {
            if matches!(finding.rule, "invalid-settings" | "unknown-rule") {
                let settings = contexts.entry(context_of(path(finding.span.source))).or_default();
                let name = key_at(cx, finding);
                settings.is_whole |= suggest::nearest(&name, ["rules"]).is_some();
                let known = rules::ALL.iter().map(|rule| rule.id);
                let known = known.chain(Category::ALL.iter().map(|category| category.name())).chain(["all"]);
                settings.names.extend(suggest::nearest(&name, known).map(str::to_owned));
            }
        }
        // A finding that is not counted explains nothing.
        let allowed = allowed::all(cx.registry);
        let is_allowed = |finding: &Diagnostic| {
            let own = allowed.get(&finding.span.source).copied().unwrap_or_default();
            own.iter().any(|allowed| allowed.rule == finding.rule)
        };
        let has_baseline = !cx.options.ignores_baseline && cx.sources.files.iter().any(|file| file.path == BASELINE);
        let is_counted = |finding: &&Diagnostic| {
            let context = context_of(path(finding.span.source));
            finding.rule == undefined_required_property::RULE.id
                && levels.of(&undefined_required_property::RULE, context.as_deref()) == RuleLevel::Deny
                && !is_allowed(finding)
                && !has_baseline
        };
        let errors = unread.keys().copied().filter(|id| path(*id).ends_with(".json"));
        let counted: Vec<&Diagnostic> = cx.found.iter().filter(is_counted).collect();
        let impossible = counted.iter().map(|finding| finding.span.source);
        let misspelt = counted.iter().map(|finding| (name_of(finding), starts_around(cx, finding.span)));
        Self {
            files: with_users(cx, errors.collect()),
            contexts,
            // A folder that is not read may hold any contract.
            is_lock_unread: unread.keys().any(|id| path(*id) == lock::FILE || !is_read_name(path(*id))),
            impossible: with_users(cx, impossible.collect()),
            misspelt: misspelt.collect(),
        }
    }

    /// Whether nothing is left open.
    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty() && self.contexts.is_empty() && !self.is_lock_unread && self.impossible.is_empty()
    }

    /// Whether rules may not have found what there is to be found in a file.
    pub(super) fn leaves_open(&self, file: SourceId, context: Option<&str>) -> bool {
        let settings = [None, context.map(str::to_owned)];
        self.files.contains(&file)
            || self.impossible.contains(&file)
            || settings.iter().any(|context| self.contexts.contains_key(context))
    }

    /// Whether other instances are valid than is meant, or none, on account of a name that no property has.
    fn follows_from_misspelt(&self, finding: &Diagnostic) -> bool {
        match finding.rule {
            "breaking-change-in-place" | "edited-published-version" => true,
            "contradictory-constraints" => self.misspelt.iter().any(|(_, around)| {
                let is_elsewhere = around.iter().all(|start| start.source != finding.span.source);
                is_elsewhere || around.contains(&finding.span)
            }),
            "invalid-example" => {
                self.misspelt.iter().any(|(name, _)| finding.headline.contains(&format!("\"{name}\"")))
            }
            _ => false,
        }
    }

    /// Whether a finding may follow from an error.
    pub(super) fn covers(&self, cx: &Cx<'_>, finding: &Diagnostic) -> bool {
        let Some(rule) = rules::find(finding.rule) else { return false };
        if matches!(rule.check, Check::Analysis(()) | Check::Engine(())) {
            return false;
        }
        let file = finding.span.source;
        let context = cx.sources.get(file).and_then(|file| context_of(&file.path));
        let settings = [None, context].into_iter().filter_map(|context| self.contexts.get(&context));
        self.files.contains(&file)
            || (self.impossible.contains(&file) && self.follows_from_misspelt(finding))
            || (self.is_lock_unread && FROM_LOCK.contains(&rule.id))
            || settings.into_iter().any(|settings| settings.leave_open(rule))
    }
}

const FROM_LOCK: [&str; 4] = ["edited-published-version", "skipped-version", "unlocked-release", "vanished-version"];

/// Rules that look at settings, beside those of whole categories.
const FROM_SETTINGS: [&str; 6] = [
    "generic-verb",
    "implausible-frequency",
    "moved-event",
    "payload-near-budget",
    "payload-over-budget",
    "snapshot-payload",
];

impl Settings {
    fn leave_open(&self, rule: &Rule) -> bool {
        let is_named = |name: &str| self.names.contains(name);
        self.is_whole
            || matches!(rule.category, Category::Ownership | Category::Routing | Category::Envelope)
            || FROM_SETTINGS.contains(&rule.id)
            || is_named(rule.id)
            || is_named(rule.category.name())
            || is_named("all")
    }
}

/// The name that a finding is about.
fn name_of(finding: &Diagnostic) -> String {
    finding.headline.split('`').nth(1).unwrap_or_default().to_owned()
}

/// The first members of the schemas around a place.
fn starts_around(cx: &Cx<'_>, place: Span) -> BTreeSet<Span> {
    let schemas = cx.schemas.get(&place.source).map(Vec::as_slice).unwrap_or_default();
    let around = schemas.iter().filter(|id| {
        let span = cx.schema(**id).span;
        span.start <= place.start && place.end <= span.end
    });
    around.filter_map(|id| Some(cx.node(*id)?.members().first()?.key.span)).collect()
}

/// The context of a file; none of those that belong to the registry.
fn context_of(path: &str) -> Option<String> {
    path.split_once('/').map(|(context, _)| context.to_owned())
}

/// The key of a setting on the line of a finding.
fn key_at(cx: &Cx<'_>, finding: &Diagnostic) -> String {
    let bytes = &cx.sources[finding.span.source].bytes;
    let start = bytes[..finding.span.start as usize].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let line = bytes[start..].split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let key = line.split('=').next().unwrap_or_default();
    key.trim_matches(|char: char| !char.is_alphanumeric()).to_owned()
}

/// Files, and those that refer to them.
fn with_users(cx: &Cx<'_>, files: BTreeSet<SourceId>) -> BTreeSet<SourceId> {
    if files.is_empty() {
        return files;
    }
    let graph = &cx.registry.schemas.graph;
    let mut users: BTreeMap<SourceId, BTreeSet<SourceId>> = BTreeMap::new();
    for schema in &graph.schemas {
        for target in schema.keywords.targets() {
            users.entry(graph[target].span.source).or_default().insert(schema.span.source);
        }
    }
    let (mut all, mut queue) = (files.clone(), files.into_iter().collect::<Vec<_>>());
    while let Some(file) = queue.pop() {
        queue.extend(users.get(&file).into_iter().flatten().copied().filter(|user| all.insert(*user)));
    }
    all
}
