//! Values of patterns that take long to make: made once in a process, and kept within a bound.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

/// The values that were made. If they exceed the bound together, all of them are forgotten.
pub(super) struct Memo<T> {
    kept: LazyLock<Mutex<Kept<T>>>,
    /// Upper bound of the costs of the values that are kept.
    max_cost: u64,
}

struct Kept<T> {
    values: HashMap<String, T>,
    /// Total cost of these values.
    cost: u64,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self { values: HashMap::new(), cost: 0 }
    }
}

impl<T: Clone> Memo<T> {
    pub(super) const fn new(max_cost: u64) -> Self {
        Self { kept: LazyLock::new(Mutex::default), max_cost }
    }

    /// The value of a pattern. While `make` makes it, other threads use the memo.
    pub(super) fn get(&self, pattern: &str, make: impl FnOnce() -> T, cost: impl FnOnce(&T) -> u64) -> T {
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept().values.get(pattern) {
            return known.clone();
        }
        let value = make();
        let cost = cost(&value);
        let mut kept = kept();
        if kept.cost + cost > self.max_cost {
            *kept = Kept::default();
        }
        // Another thread may have been faster.
        if kept.values.insert(pattern.to_owned(), value.clone()).is_none() {
            kept.cost += cost;
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_made_once_until_they_exceed_the_bound() {
        let memo = Memo::new(10);
        let n_made = std::cell::Cell::new(0);
        let get = |pattern: &str, cost: u64| {
            let make = || n_made.replace(n_made.get() + 1);
            memo.get(pattern, make, |_| cost);
            n_made.get()
        };
        assert_eq!([get("a", 6), get("b", 4), get("a", 6), get("b", 4)], [1, 2, 2, 2]);
        assert_eq!(
            [get("c", 6), get("c", 6), get("d", 6), get("c", 6)],
            [3, 3, 4, 5],
            "what the first one costs counts"
        );
        assert_eq!([get("huge", 99), get("huge", 99), get("a", 1), get("huge", 99)], [6, 6, 7, 8]);
    }
}
