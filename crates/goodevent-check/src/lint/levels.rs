//! Levels of the rules, per context.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_schema::{
    Registry,
    config::{RuleLevel, rule_names},
    diagnostic::Diagnostic,
    source::{SourceId, Span},
    suggest,
};

use super::{Category, Options, Rule, context::Cx, rules};

/// How each rule counts in each context.
pub(super) struct Levels<'r> {
    registry: &'r Registry,
    deny_warnings: bool,
}

impl<'r> Levels<'r> {
    /// Finds names in the settings that no rule and no category has.
    pub(super) fn new(registry: &'r Registry, options: &Options<'_>, cx: &mut Cx<'r>) -> Self {
        let settings = [("goodevent.toml".to_owned(), &registry.settings.rules)];
        let contexts =
            registry.contexts.iter().map(|(name, context)| (format!("{name}/context.toml"), &context.settings.rules));
        let files: BTreeMap<&str, SourceId> =
            cx.sources.iter().map(|(file, source)| (source.path.as_str(), file)).collect();
        for (path, levels) in settings.into_iter().chain(contexts) {
            let Some(file) = files.get(path.as_str()).copied() else { continue };
            let unknown: BTreeSet<&str> = levels.keys().map(String::as_str).filter(|name| !is_known(name)).collect();
            if unknown.is_empty() {
                continue;
            }
            for (name, span) in rule_names(cx.sources, file) {
                if unknown.contains(name.as_str()) {
                    cx.push(self::unknown(&name, span));
                }
            }
        }
        Self { registry, deny_warnings: options.deny_warnings }
    }

    /// How `rule` counts in `context`: as the context says, else as the registry does, else as it is made.
    pub(super) fn of(&self, rule: &Rule, context: Option<&str>) -> RuleLevel {
        let level = Self::of_settings(self.registry, rule, context);
        if level == RuleLevel::Warn && self.deny_warnings { RuleLevel::Deny } else { level }
    }

    /// The same, however the command takes warnings.
    pub(super) fn of_settings(registry: &Registry, rule: &Rule, context: Option<&str>) -> RuleLevel {
        let said = |levels: &BTreeMap<String, RuleLevel>| {
            levels.get(rule.id).or_else(|| levels.get(rule.category.name())).or_else(|| levels.get("all")).copied()
        };
        let of_context = context.and_then(|name| said(&registry.contexts.get(name)?.settings.rules));
        of_context.or_else(|| said(&registry.settings.rules)).unwrap_or(rule.level)
    }
}

fn is_known(name: &str) -> bool {
    name == "all" || rules::find(name).is_some() || Category::ALL.iter().any(|category| category.name() == name)
}

fn unknown(name: &str, span: Span) -> Diagnostic {
    let known = rules::ALL.iter().map(|rule| rule.id).chain(Category::ALL.iter().map(|category| category.name()));
    let help = match suggest::nearest(name, known) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "`goodevent rules` lists them".to_owned(),
    };
    Diagnostic::error("unknown-rule", span, format!("no rule and no category is called `{name}`")).help(help)
}
