//! Comparison of the versions of an event with each other, for teams that require compatible versions.
//!
//! Delivery is not compared: topics and routing keys of versions differ on purpose.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_schema::registry::Contract;
use rayon::prelude::*;

use super::{Change, Comparison, Prover, Snapshot, Version, changes_between};

/// A version of an event, and an older one.
#[derive(Debug, Clone)]
pub struct Step<'r> {
    /// The older version.
    pub older: &'r Contract,
    /// Registry of the older version: the new one, or the baseline if it was deleted.
    pub of: Version,
    /// The newer version.
    pub newer: &'r Contract,
    /// Changes of the payload.
    pub changes: Vec<Change>,
}

/// Pairs every version of an event with all older ones if one of the two is new or changed, in the order of the keys.
///
/// Compares the versions of each event; `compared` lists the changed contracts. A deleted older version counts as it
/// was in the baseline.
#[must_use]
pub fn chain<'r>(before: Snapshot<'r>, after: Snapshot<'r>, compared: &[Comparison<'r>]) -> Vec<Step<'r>> {
    let is_touched = |own: &&Comparison<'_>| own.old.is_none() || !own.changes.is_empty();
    let touched: BTreeSet<&str> = compared.iter().filter(is_touched).map(|own| own.key.as_str()).collect();
    let gone = compared.iter().filter(|own| own.new.is_none()).filter_map(|own| own.old);
    let mut events: BTreeMap<(&str, &str), Vec<(Version, &'r Contract)>> = BTreeMap::new();
    let all = after.registry.contracts().map(|own| (Version::New, own)).chain(gone.map(|own| (Version::Old, own)));
    for (of, contract) in all {
        events.entry((&contract.context, contract.name.stem())).or_default().push((of, contract));
    }
    let is_touched = |(of, own): (Version, &Contract)| of == Version::New && touched.contains(own.key().as_str());
    let mut pairs = Vec::new();
    for versions in events.values_mut() {
        versions.sort_by_key(|(_, own)| own.name.version());
        for (nth, newer) in versions.iter().enumerate().filter(|(_, (of, _))| *of == Version::New) {
            let older = versions[..nth].iter().filter(|older| is_touched(*newer) || is_touched(**older));
            pairs.extend(older.map(|older| (*older, newer.1)));
        }
    }
    let provers = || [before, after].map(|older| Prover::new(&older.registry.schemas, &after.registry.schemas));
    let steps = pairs.into_par_iter().map_init(provers, |provers, ((of, older), newer)| {
        let changes = changes_between(&mut provers[of as usize], (Version::Old, older), (Version::New, newer));
        Step { older, of, newer, changes }
    });
    steps.filter(|step| !step.changes.is_empty()).collect()
}
