//! `near-duplicate-event-name`

use std::collections::{BTreeSet, HashMap};

use goodevent_schema::{
    ir::Role,
    registry::{Contract, stem},
    source::Span,
};

use crate::lint::{context::Cx, rule::declare_rule, words};

declare_rule! {
    /// ## What it does
    /// Checks that the names of two events of a context differ in more than one letter, a plural, the order of their words, case or punctuation. Names of contexts, of shared types, and of events of different contexts must differ in more than case or punctuation.
    /// ## Why is this bad?
    /// Consumers subscribe to the wrong event and receive nothing, without an error.
    /// ## Example
    /// ```json orders/OrdersPlacedV1Event.json
    /// {}
    /// ```
    /// Use instead:
    /// ```json orders/OrderBatchImportedV1Event.json
    /// {}
    /// ```
    "near-duplicate-event-name" {
        summary: "names of events are easy to distinguish",
        category: Names, level: Warn, fix: None, check: Registry(check)
    }
}

fn check(cx: &mut Cx<'_>) {
    let registry = cx.registry;
    // Names that are near share a key, so that not each has to be compared with each.
    for context in registry.contexts.values() {
        let mut known: HashMap<String, &Contract> = HashMap::new();
        for contract in &context.contracts {
            let keys = keys(contract.name.stem());
            let near = keys.iter().filter_map(|key| known.get(key)).find(|other| {
                other.name.stem() != contract.name.stem() && !is_one(other.name.as_str(), contract.name.as_str())
            });
            if let Some(other) = near {
                push(cx, (contract.name.as_str(), cx.title(contract)), (other.name.as_str(), cx.title(other)));
            }
            for key in keys {
                known.entry(key).or_insert(contract);
            }
        }
    }
    // Between contexts only names that are one without case and punctuation are near.
    let contracts = registry.contracts().map(|contract| (contract.name.as_str(), cx.title(contract)));
    let contracts: Vec<(&str, Span)> = contracts.collect();
    let context_of = |(_, place): &(&str, Span)| cx.sources[place.source].path.split('/').next().map(str::to_owned);
    for [first, second] in twins(&contracts) {
        if context_of(&first) != context_of(&second) {
            push(cx, second, first);
        }
    }
    let contexts = registry.contexts.iter().filter(|(_, context)| !context.contracts.is_empty());
    let contexts: Vec<(&str, Span)> =
        contexts.map(|(name, context)| (name.as_str(), cx.settings_of(name, context))).collect();
    let types = registry.schemas.documents.iter().filter(|document| matches!(document.role, Role::Type { .. }));
    let types = types.map(|document| (document.source, cx.sources[document.source].path.as_str()));
    let types: Vec<(&str, Span)> = types.map(|(source, path)| (path, Span { source, start: 0, end: 1 })).collect();
    let differ = |[(first, _), (second, _)]: &[(&str, Span); 2]| !is_one(stem(first), stem(second));
    for [first, second] in twins(&contexts).into_iter().chain(twins(&types)).filter(differ) {
        push(cx, second, first);
    }
}

/// Whether two names are reported by `colliding-names`.
fn is_one(first: &str, second: &str) -> bool {
    words::split(first) == words::split(second) || first.to_lowercase() == second.to_lowercase()
}

fn push(cx: &mut Cx<'_>, (name, place): (&str, Span), (other, other_place): (&str, Span)) {
    let headline = format!("`{name}` is almost the name of `{other}`");
    let finding = cx.finding(place, headline).related(other_place, "the other one");
    cx.push(match folded(name) == folded(other) {
        true => finding.label("they differ in case or punctuation alone").help(
            "rename one: on macOS and Windows files whose names differ in case are one, and generated names collide",
        ),
        false => finding.help("merge the events, or make their names more distinct"),
    });
}

/// Pairs of names that differ in case or punctuation alone.
fn twins<'n>(names: &[(&'n str, Span)]) -> Vec<[(&'n str, Span); 2]> {
    let mut known: HashMap<String, (&str, Span)> = HashMap::new();
    let mut twins = Vec::new();
    for own in names {
        let other = *known.entry(folded(own.0)).or_insert(*own);
        if other.0 != own.0 {
            twins.push([other, *own]);
        }
    }
    twins
}

/// A name without case and punctuation.
fn folded(name: &str) -> String {
    name.chars().filter(|char| char.is_alphanumeric() || *char == '/').flat_map(char::to_lowercase).collect()
}

/// What a name has in common with those that are near: the same words in another order, a plural, or a letter that is
/// missing or another one. Numbers are meant as they are.
fn keys(name: &str) -> BTreeSet<String> {
    const SHORT: usize = 5;
    let words = words::split(name);
    let mut sorted = words.clone();
    sorted.sort();
    let mut keys = BTreeSet::from([sorted.join(" "), folded(name)]);
    for (at, word) in words.iter().enumerate().filter(|(_, word)| word.bytes().all(|byte| byte.is_ascii_alphabetic())) {
        let with = |other: &str| {
            let rest = [&words[..at], &[other.to_owned()], &words[at + 1..]].concat();
            format!("{at} {}", rest.join(" "))
        };
        let singular = word.strip_suffix("es").or(word.strip_suffix('s')).unwrap_or(word);
        keys.insert(with(singular));
        if word.len() >= SHORT {
            keys.extend((0..word.len()).map(|gone| with(&format!("{}_{}", &word[..gone], &word[gone + 1..]))));
            keys.extend((0..=word.len()).map(|new| with(&format!("{}_{}", &word[..new], &word[new..]))));
        }
    }
    keys
}
