//! A released contract must not change until its sunset has passed: judged once, for `check`, `lint` and `compat`.
//!
//! A contract is released if its status is `released` or `goodevent.lock` contains it, in the registry or in the
//! baseline: a change cannot remove all of these at once.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use goodevent_schema::{
    calendar,
    facts::Status,
    lock::{self, Entry},
    registry::Contract,
    source::{Sources, Span},
};

use crate::{compat::Snapshot, wire};

/// A released contract that changed.
#[derive(Debug, Clone)]
pub struct Breach<'r> {
    /// `context/Name` of the released contract.
    pub key: String,
    /// The breach.
    pub fault: Fault<'r>,
    /// Whether the baseline differs; if not, the error exists there as well, or there is no baseline.
    pub is_new: bool,
    /// Its line in the lock, if it has one.
    pub line: Option<Span>,
    /// Span in the baseline registry: the title of the contract, or else its line in the lock.
    pub before: Option<Span>,
}

/// The breach of a released contract.
#[derive(Debug, Clone, Copy)]
pub enum Fault<'r> {
    /// The contract was deleted. A new contract may accept the same payloads.
    Gone(Option<&'r Contract>),
    /// The contract moved to another context.
    Moved(&'r Contract),
    /// The contract is a draft.
    Withdrawn(&'r Contract),
    /// The title differs from the name.
    Retitled(&'r Contract),
    /// The sunset date is earlier than the announced one.
    Hastened(&'r Contract),
    /// The sunset date passed before it was announced.
    Ended(&'r Contract),
    /// The contract accepts other payloads.
    Changed(&'r Contract),
    /// The contract is unchanged, but its line in the lock is not.
    Relocked(&'r Contract),
    /// The contract has no line in the lock.
    Unlocked(&'r Contract),
    /// The lock with this number of contracts was deleted.
    LockGone(usize),
}

/// Released contracts by name, without those whose sunset has passed.
#[must_use]
pub fn released<'r>(before: Snapshot<'r>, today: &str) -> BTreeMap<&'r str, &'r Contract> {
    let lock = &before.registry.lock;
    let contracts = before.registry.contracts().filter(|contract| {
        let is_locked = lock.entries.contains_key(&contract.key());
        (is_locked || contract.facts.status != Status::Draft) && !is_over(contract, today)
    });
    contracts.map(|contract| (contract.name.as_str(), contract)).collect()
}

/// Whether a contract is deprecated, and its sunset has passed.
#[must_use]
pub fn is_over(contract: &Contract, today: &str) -> bool {
    last_day(contract).zip(calendar::day_number(today)).is_some_and(|(sunset, today)| sunset < today)
}

/// The day until which a deprecated contract is published.
fn last_day(contract: &Contract) -> Option<i64> {
    let sunset = contract.facts.sunset.as_deref().filter(|_| contract.facts.status == Status::Deprecated);
    sunset.and_then(calendar::day_number)
}

/// Whether the last day of a contract is earlier than the one that its consumers were told.
fn is_hastened(old: &Contract, new: &Contract) -> bool {
    last_day(old).zip(last_day(new)).is_some_and(|(old, new)| new < old)
}

/// The knowledge about a released contract.
#[derive(Default)]
struct Promise<'r> {
    /// Its line in the lock.
    line: Option<&'r Entry>,
    /// Its line in the lock as it was.
    old_line: Option<&'r Entry>,
    /// The contract as it was.
    old: Option<&'r Contract>,
}

/// Finds every released contract that changed, in the order of their keys.
#[must_use]
pub fn breaches<'r>(before: Option<Snapshot<'r>>, after: Snapshot<'r>, today: &str) -> Vec<Breach<'r>> {
    let mut promises: BTreeMap<String, Promise<'r>> = BTreeMap::new();
    for (key, line) in &after.registry.lock.entries {
        promises.entry(key.clone()).or_default().line = Some(line);
    }
    if let Some(before) = before {
        let over = before.registry.contracts().filter(|contract| is_over(contract, today));
        let over: BTreeSet<String> = over.map(Contract::key).collect();
        let lines = before.registry.lock.entries.iter().filter(|(key, _)| !over.contains(*key));
        lines.for_each(|(key, line)| promises.entry(key.clone()).or_default().old_line = Some(line));
        for contract in released(before, today).into_values() {
            promises.entry(contract.key()).or_default().old = Some(contract);
        }
    }
    let judge = Judge {
        before,
        after,
        today: today.to_owned(),
        contracts: after.registry.contracts().map(|contract| (contract.key(), contract)).collect(),
        names: after.registry.contracts().map(|contract| (contract.name.as_str(), contract)).collect(),
        alike: OnceCell::new(),
        has_lock: has_lock(after.sources),
    };
    let mut found: Vec<Breach<'r>> = promises.iter().flat_map(|(key, promise)| judge.of(key, promise)).collect();
    let moved: BTreeSet<String> = found.iter().filter_map(|breach| Some(breach.successor()?.key())).collect();
    let unlocked = after.registry.contracts().filter(|contract| {
        let key = contract.key();
        contract.facts.status != Status::Draft
            && !after.registry.lock.entries.contains_key(&key)
            && !moved.contains(&key)
    });
    found.extend(judge.unlocked(unlocked.collect(), &promises));
    found.sort_by(|left, right| left.key.cmp(&right.key));
    found
}

/// Whether a registry keeps a lock: one that never had any goes by the status alone.
fn has_lock(sources: &Sources) -> bool {
    sources.files.iter().any(|file| file.path == lock::FILE)
}

struct Judge<'r> {
    before: Option<Snapshot<'r>>,
    after: Snapshot<'r>,
    today: String,
    /// The contracts by key.
    contracts: BTreeMap<String, &'r Contract>,
    /// The same by name.
    names: BTreeMap<&'r str, &'r Contract>,
    /// New contracts by their digests, if somebody asks.
    alike: OnceCell<BTreeMap<String, &'r Contract>>,
    has_lock: bool,
}

impl<'r> Judge<'r> {
    /// The breach of a released contract, apart from a line that the lock lacks.
    fn of(&self, key: &str, promise: &Promise<'r>) -> Vec<Breach<'r>> {
        let breach = |fault, is_new| Breach {
            key: key.to_owned(),
            fault,
            is_new,
            line: promise.line.map(|line| line.span),
            before: self.place(promise),
        };
        let was_released = promise.old.is_some() || promise.old_line.is_some();
        let Some(contract) = self.contracts.get(key).copied() else {
            // A file that can't be read has a finding of its own.
            if self.after.sources.files.iter().any(|file| file.path == format!("{key}.json")) {
                return Vec::new();
            }
            let was_gone = promise.old.is_none() && promise.line.is_some();
            return vec![breach(self.vanished(key, promise), was_released && !was_gone)];
        };
        let mut found = Vec::new();
        if contract.facts.status == Status::Draft {
            let was_draft = promise.old.is_none_or(|old| old.facts.status == Status::Draft) && promise.line.is_some();
            let is_new = was_released && !was_draft;
            found.push(breach(Fault::Withdrawn(contract), is_new));
            // All other changes follow from that.
            if is_new {
                return found;
            }
        }
        if promise.old.is_some_and(|old| self.is_retitled(old, contract)) {
            found.push(breach(Fault::Retitled(contract), true));
        }
        if promise.old.is_some_and(|old| is_hastened(old, contract)) {
            found.push(breach(Fault::Hastened(contract), true));
        } else if promise.old.is_some() && is_over(contract, &self.today) {
            found.push(breach(Fault::Ended(contract), true));
        }
        let digest = wire::digest(&self.after.registry.schemas.graph, contract.root);
        let promised = self.digest(promise);
        let is_other = |line: &Entry| line.digest != digest;
        if promised.as_ref().is_some_and(|promised| *promised != digest) {
            // A breach that the earlier registry has as well is not due to this change.
            let was_as_wrong = self.digest_of(promise).is_some_and(|old| old == digest)
                && promise.line.map(|line| &line.digest) == promise.old_line.map(|line| &line.digest);
            found.push(breach(Fault::Changed(contract), !was_as_wrong));
        } else if promise.line.is_some_and(is_other) {
            let fault = if promised.is_some() { Fault::Relocked(contract) } else { Fault::Changed(contract) };
            found.push(breach(fault, promised.is_some()));
        }
        found
    }

    /// The digest of a contract as it was released, if the registry as it was knows.
    fn digest(&self, promise: &Promise<'r>) -> Option<String> {
        promise.old_line.map(|line| line.digest.clone()).or_else(|| self.digest_of(promise))
    }

    /// The digest of a contract as it was, whatever the lock said.
    fn digest_of(&self, promise: &Promise<'r>) -> Option<String> {
        Some(wire::digest(&self.before?.registry.schemas.graph, promise.old?.root))
    }

    fn place(&self, promise: &Promise<'r>) -> Option<Span> {
        let title = promise.old.and_then(|old| Some(self.before?.registry.title(old)));
        title.or(promise.old_line.map(|line| line.span))
    }

    /// The breach of a contract that is not at its place.
    fn vanished(&self, key: &str, promise: &Promise<'r>) -> Fault<'r> {
        let name = key.split_once('/').map_or(key, |(_, name)| name);
        if let Some(moved) = self.names.get(name).copied() {
            return Fault::Moved(moved);
        }
        let promised = self.digest(promise).or_else(|| promise.line.map(|line| line.digest.clone()));
        // Without the registry as it was nobody knows which contracts are new.
        let alike =
            promised.and_then(|promised| self.alike.get_or_init(|| self.new_by_digest()).get(&promised).copied());
        Fault::Gone(alike)
    }

    fn new_by_digest(&self) -> BTreeMap<String, &'r Contract> {
        let Some(before) = self.before else { return BTreeMap::new() };
        let known: BTreeSet<String> = before.registry.contracts().map(Contract::key).collect();
        let new = self.contracts.iter().filter(|(key, _)| !known.contains(*key)).map(|(_, contract)| *contract);
        new.map(|contract| (wire::digest(&self.after.registry.schemas.graph, contract.root), contract)).collect()
    }

    /// Whether the title named the contract, and does not any more.
    fn is_retitled(&self, old: &Contract, new: &Contract) -> bool {
        let names = |snapshot: Snapshot<'_>, contract: &Contract| {
            let tree = snapshot.registry.tree(contract);
            tree.get("title").is_none_or(|title| title.as_str() == Some(contract.name.as_str()))
        };
        self.before.is_some_and(|before| names(before, old)) && !names(self.after, new)
    }

    /// Released contracts that the lock does not hold. A lock that is gone as a whole is one fault.
    fn unlocked(&self, contracts: Vec<&'r Contract>, promises: &BTreeMap<String, Promise<'r>>) -> Vec<Breach<'r>> {
        let had_lock = self.before.is_some_and(|before| has_lock(before.sources));
        let had_line = |contract: &Contract| promises.get(&contract.key()).is_some_and(|own| own.old_line.is_some());
        let n_lost = contracts.iter().filter(|contract| had_line(contract)).count();
        if !self.has_lock && n_lost > 0 {
            let key = lock::FILE.to_owned();
            return vec![Breach { key, fault: Fault::LockGone(n_lost), is_new: true, line: None, before: None }];
        }
        let contracts = contracts.into_iter().filter(|_| self.has_lock || had_lock);
        let breach = |contract: &'r Contract| Breach {
            key: contract.key(),
            fault: Fault::Unlocked(contract),
            is_new: had_line(contract),
            line: None,
            before: promises.get(&contract.key()).and_then(|promise| self.place(promise)),
        };
        contracts.map(breach).collect()
    }
}

impl<'r> Breach<'r> {
    /// The contract at the path of the released one, changed or not.
    #[must_use]
    pub fn contract(&self) -> Option<&'r Contract> {
        match self.fault {
            Fault::Gone(_) | Fault::Moved(_) | Fault::LockGone(_) => None,
            Fault::Withdrawn(contract)
            | Fault::Retitled(contract)
            | Fault::Hastened(contract)
            | Fault::Ended(contract)
            | Fault::Changed(contract)
            | Fault::Relocked(contract)
            | Fault::Unlocked(contract) => Some(contract),
        }
    }

    /// The contract elsewhere that the released one became.
    fn successor(&self) -> Option<&'r Contract> {
        match self.fault {
            Fault::Gone(other) => other,
            Fault::Moved(other) => Some(other),
            _ => None,
        }
    }

    /// Description of the breach in one line.
    #[must_use]
    pub fn headline(&self) -> String {
        let (context, name) = self.key.split_once('/').unwrap_or(("", &self.key));
        match self.fault {
            Fault::Gone(None) => format!("`{name}` was released, and is no longer in `{context}`"),
            Fault::Gone(Some(other)) => {
                let other = other.key();
                format!("`{name}` was released, and is no longer in `{context}`; `{other}` accepts the same payloads")
            }
            Fault::Moved(to) => format!("`{name}` was released in `{context}`, and is in `{}` now", to.context),
            Fault::Withdrawn(_) => format!("`{name}` was released, and is a draft"),
            Fault::Retitled(_) => format!("`{name}` was released, and has another title now"),
            Fault::Hastened(contract) => {
                let sunset = contract.facts.sunset.as_deref().unwrap_or_default();
                format!("the sunset of `{name}` is {sunset} now, before the announced date")
            }
            Fault::Ended(contract) => {
                let sunset = contract.facts.sunset.as_deref().unwrap_or_default();
                format!("the sunset of `{name}` was on {sunset}, and was not announced before")
            }
            Fault::Changed(_) => format!("`{name}` was released, and accepts other payloads since"),
            Fault::Relocked(_) => format!("`{name}` is as it was released, but its line in goodevent.lock is not"),
            Fault::Unlocked(_) => format!("`{name}` is released, but is not in goodevent.lock"),
            Fault::LockGone(1) => "goodevent.lock was deleted, which contained a released contract".to_owned(),
            Fault::LockGone(n) => format!("goodevent.lock was deleted, which contained {n} released contracts"),
        }
    }

    /// The remedy.
    #[must_use]
    pub fn help(&self) -> String {
        let (context, name) = self.key.split_once('/').unwrap_or(("", &self.key));
        match self.fault {
            Fault::Gone(None) if self.before.is_none() => {
                "restore it from the history; if its sunset has passed, remove this line".to_owned()
            }
            Fault::Gone(None) => format!(
                "bring it back, or merge the branch that released it since; to retire it, run `goodevent deprecate {name}`, and remove it when its sunset has passed"
            ),
            Fault::Gone(Some(_)) => "consumers know it by its name: give that back to it".to_owned(),
            Fault::Moved(_) => format!("its consumers know it as an event of `{context}`: move it back"),
            Fault::Withdrawn(_) => format!(
                "set its status to `released`, or merge the branch that released it since; a release that is not on the main branch yet is undone by `goodevent unrelease {name} --reason …`"
            ),
            Fault::Retitled(_) => format!("give it back the title `{name}`"),
            Fault::Hastened(_) => "give it back the day that was announced, or set a later one".to_owned(),
            Fault::Ended(_) => "set a day to come, so that consumers can follow".to_owned(),
            Fault::Changed(contract) => {
                let next = contract.name.at_version(contract.name.version() + 1);
                format!("revert the change, and make it in a new contract, `{next}`")
            }
            Fault::Relocked(_) => "bring the line back from the history".to_owned(),
            Fault::Unlocked(_) => format!("run `goodevent release {name}`"),
            Fault::LockGone(_) => "bring it back from the history".to_owned(),
        }
    }
}
