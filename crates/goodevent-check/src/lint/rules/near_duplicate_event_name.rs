//! `near-duplicate-event-name`

use std::collections::{BTreeSet, HashMap};

use goodevent_schema::registry::{Context, Contract};

use crate::lint::{context::Cx, rule::declare_rule, words};

declare_rule! {
    /// ## What it does
    /// Checks that the names of two events of a context differ in more than a letter, a plural, or the order of their words.
    /// ## Why is this bad?
    /// Whoever subscribes takes the wrong one, and wonders why it is so quiet.
    /// ## Example
    /// ```json orders/OrdersPlacedV1Event.json
    /// {}
    /// ```
    /// Use instead:
    /// ```json orders/OrderBatchImportedV1Event.json
    /// {}
    /// ```
    "near-duplicate-event-name" {
        summary: "names of events are easy to tell apart",
        category: Names, level: Warn, fix: None, check: Context(check)
    }
}

fn check(cx: &mut Cx<'_>, _: &str, context: &Context) {
    // Names that are near share a key, so that not each has to be compared with each.
    let mut known: HashMap<String, &Contract> = HashMap::new();
    for contract in &context.contracts {
        let keys = keys(contract.name.stem());
        let near = keys.iter().filter_map(|key| known.get(key)).find(|other| other.name.stem() != contract.name.stem());
        if let Some(other) = near {
            let headline = format!("`{}` is almost the name of `{}`", contract.name, other.name);
            let finding = cx.finding(cx.title(contract), headline).related(cx.title(other), "the other one");
            cx.push(finding.help("make one event of both, or say in the names how they differ"));
        }
        for key in keys {
            known.entry(key).or_insert(contract);
        }
    }
}

/// What a name has in common with those that are near: the same words in another order, a plural, or a letter that is
/// missing or another one. Numbers are meant as they are.
fn keys(stem: &str) -> BTreeSet<String> {
    const SHORT: usize = 5;
    let words = words::split(stem);
    let mut sorted = words.clone();
    sorted.sort();
    let mut keys = BTreeSet::from([sorted.join(" ")]);
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
