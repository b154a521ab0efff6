//! How far a partition is done: up to the first message that is not settled.

use std::collections::{BTreeSet, HashMap};

/// A partition of a topic.
pub(crate) type Place = (String, i32);

/// How far a partition is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    /// All below this offset is settled.
    Below(i64),
    /// An earlier message is open still.
    AsBefore,
}

/// The partitions that are ours.
#[derive(Debug, Default)]
pub(crate) struct Tracker {
    n_taken: u64,
    partitions: HashMap<Place, Partition>,
}

#[derive(Debug)]
struct Partition {
    /// Which time that it became ours; a message of an earlier time is not ours to settle.
    term: u64,
    open: BTreeSet<i64>,
    /// The first offset that was not seen yet.
    next: i64,
}

impl Tracker {
    /// A message came; the term that it belongs to, or `None` if it came before in this term.
    pub(crate) fn take(&mut self, topic: &str, partition: i32, offset: i64) -> Option<u64> {
        let n_taken = &mut self.n_taken;
        let own = self.partitions.entry((topic.to_owned(), partition)).or_insert_with(|| {
            *n_taken += 1;
            Partition { term: *n_taken, open: BTreeSet::new(), next: offset }
        });
        if offset < own.next {
            return None;
        }
        own.next = offset + 1;
        own.open.insert(offset);
        Some(own.term)
    }

    /// A message is settled; how far all are, if that was ours to say.
    pub(crate) fn settle(&mut self, place: &Place, term: u64, offset: i64) -> Option<Done> {
        let own = self.partitions.get_mut(place).filter(|own| own.term == term)?;
        let was_first = own.open.first() == Some(&offset);
        own.open.remove(&offset);
        let below = own.open.first().copied().unwrap_or(own.next);
        Some(if was_first { Done::Below(below) } else { Done::AsBefore })
    }

    /// Whether a message is still ours.
    pub(crate) fn is_ours(&self, place: &Place, term: u64) -> bool {
        self.partitions.get(place).is_some_and(|own| own.term == term)
    }

    /// Messages that are not settled.
    pub(crate) fn n_open(&self) -> usize {
        self.partitions.values().map(|own| own.open.len()).sum()
    }

    /// A partition is not ours any more, or again from its beginning.
    pub(crate) fn forget(&mut self, place: &Place) {
        self.partitions.remove(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_ends_at_the_first_open_message() {
        let (mut tracker, place) = (Tracker::default(), ("t".to_owned(), 0));
        let term = tracker.take("t", 0, 5).expect("it is new");
        for offset in [6, 9] {
            assert_eq!(tracker.take("t", 0, offset), Some(term));
        }
        assert_eq!(tracker.take("t", 0, 6), None);
        assert_eq!(tracker.settle(&place, term, 6), Some(Done::AsBefore));
        assert_eq!(tracker.settle(&place, term, 5), Some(Done::Below(9)));
        assert_eq!(tracker.settle(&place, term, 9), Some(Done::Below(10)));
        assert_eq!(tracker.n_open(), 0);
    }

    #[test]
    fn a_partition_that_went_and_came_back_is_another() {
        let (mut tracker, place) = (Tracker::default(), ("t".to_owned(), 0));
        let before = tracker.take("t", 0, 5).expect("it is new");
        tracker.forget(&place);
        assert_eq!(tracker.settle(&place, before, 5), None);
        let after = tracker.take("t", 0, 5).expect("it is new");
        assert!(!tracker.is_ours(&place, before) && tracker.is_ours(&place, after));
        assert_eq!(tracker.settle(&place, before, 5), None);
    }
}
