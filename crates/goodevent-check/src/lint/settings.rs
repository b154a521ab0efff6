//! Names in settings that no rule and no category has.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_schema::{
    config::rule_names,
    diagnostic::Diagnostic,
    source::{SourceId, Span},
    suggest,
};

use super::{Category, context::Cx, rules};

/// Finds the names for which settings have a level although no rule and no category is called so.
pub(super) fn unknown_names(cx: &mut Cx<'_>) {
    let registry = cx.registry;
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
