//! A run of the linter: all rules, and which of their findings are reported.

use std::collections::BTreeMap;

use goodevent_schema::{
    Registry,
    diagnostic::Diagnostic,
    registry::Contract,
    source::{SourceId, Sources},
};

use super::{
    Options, Rule, cascade::Cascade, context::Cx, levels::Levels, misspelt, renamed, rule::Check, rules, settings,
    suppress,
};

/// As many steps all unions of a file may take.
const MAX_UNION_STEPS: u64 = 200_000;

/// Lints every contract with every enabled rule, and adds the diagnostics `found` when the registry was read. Findings are in
/// the order of files and spans; spans in the baseline registry are those of [`Sources::followed_by`].
#[must_use]
pub fn lint(sources: &Sources, registry: &Registry, found: Vec<Diagnostic>, options: &Options<'_>) -> Vec<Diagnostic> {
    let once = |sources: &Sources, registry: &Registry, found| once(sources, registry, found, options);
    misspelt::without_consequences(sources, once(sources, registry, found), once)
}

/// All findings, those included that follow from others' slips of spelling.
fn once(sources: &Sources, registry: &Registry, found: Vec<Diagnostic>, options: &Options<'_>) -> Vec<Diagnostic> {
    let mut cx = Cx::new(sources, registry, options);
    cx.found = found;
    apply(rules::ALL, &mut cx);
    settings::unknown_names(&mut cx);
    let levels = Levels::new(registry, options);
    let cascade = Cascade::new(&cx, &levels);
    if !cascade.is_empty() {
        let found = std::mem::take(&mut cx.found);
        cx.found = found.into_iter().filter(|finding| !cascade.covers(&cx, finding)).collect();
    }
    renamed::screen(&mut cx);
    let mut found = suppress::apply(cx, &levels, &cascade);
    let key = |found: &Diagnostic| (found.span, found.rule);
    // In place: a copy of all findings would be the most memory of all.
    found.sort_unstable_by(|left, right| key(left).cmp(&key(right)).then_with(|| left.headline.cmp(&right.headline)));
    found.dedup();
    found
}

/// Runs all rules: those about the whole first, then file by file, so that what is found out about a file is found out
/// once and forgotten with it.
fn apply(rules: &[&'static Rule], cx: &mut Cx<'_>) {
    let registry = cx.registry;
    for rule in rules {
        cx.rule = rule.id;
        match rule.check {
            Check::Context(check) => {
                registry.contexts.iter().for_each(|(name, context)| check(cx, name, context));
            }
            Check::Registry(check) => check(cx),
            Check::Contract(_) | Check::Schema(_) | Check::Analysis(()) | Check::Engine(()) => {}
        }
    }
    let contracts = registry.contracts();
    let contracts: BTreeMap<SourceId, &Contract> = contracts.map(|contract| (contract.source, contract)).collect();
    let files: Vec<SourceId> = cx.schemas.keys().copied().collect();
    for file in files {
        let schemas = cx.schemas[&file].clone();
        cx.n_union_steps = MAX_UNION_STEPS;
        for rule in rules {
            cx.rule = rule.id;
            match rule.check {
                Check::Contract(check) => contracts.get(&file).into_iter().for_each(|contract| check(cx, contract)),
                Check::Schema(check) => schemas.iter().for_each(|schema| check(cx, *schema)),
                Check::Context(_) | Check::Registry(_) | Check::Analysis(()) | Check::Engine(()) => {}
            }
        }
    }
}
