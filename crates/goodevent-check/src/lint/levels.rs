//! Levels of the rules, per context.

use std::collections::BTreeMap;

use goodevent_schema::{Registry, config::RuleLevel};

use super::{Options, Rule};

/// How each rule counts in each context.
pub(super) struct Levels<'r> {
    registry: &'r Registry,
    deny_warnings: bool,
}

impl<'r> Levels<'r> {
    pub(super) fn new(registry: &'r Registry, options: &Options<'_>) -> Self {
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
