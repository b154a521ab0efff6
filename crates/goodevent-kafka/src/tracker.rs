//! Committable offset of a partition: below the first unsettled message.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
    sync::Arc,
};

/// A partition of a topic.
pub(crate) type Place = (String, i32);

/// How a message was settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    /// The committable offset advanced.
    Further,
    /// An earlier message is still open.
    AsBefore,
}

/// The partitions that are ours.
#[derive(Debug, Default)]
pub(crate) struct Tracker {
    n_taken: u64,
    n_open: usize,
    topics: BTreeMap<String, BTreeMap<i32, Partition>>,
}

#[derive(Debug)]
struct Partition {
    place: Arc<Place>,
    /// Which time that it became ours; a message of an earlier time is not ours to settle.
    term: u64,
    open: BTreeSet<i64>,
    /// The first offset that was not seen yet.
    next: i64,
    /// Whether more is settled than was told.
    is_further: bool,
}

impl Partition {
    /// All below this offset is settled.
    fn done_below(&self) -> i64 {
        self.open.first().copied().unwrap_or(self.next)
    }
}

impl Tracker {
    /// A message came; its partition with the term that it belongs to, or `None` if it came before in this term.
    pub(crate) fn take(&mut self, topic: &str, partition: i32, offset: i64) -> Option<(Arc<Place>, u64)> {
        if !self.topics.contains_key(topic) {
            self.topics.insert(topic.to_owned(), BTreeMap::new());
        }
        let n_taken = &mut self.n_taken;
        let own = self.topics.get_mut(topic)?.entry(partition).or_insert_with(|| {
            *n_taken += 1;
            let place = Arc::new((topic.to_owned(), partition));
            Partition { place, term: *n_taken, open: BTreeSet::new(), next: offset, is_further: false }
        });
        if offset < own.next {
            return None;
        }
        own.next = offset + 1;
        self.n_open += usize::from(own.open.insert(offset));
        Some((Arc::clone(&own.place), own.term))
    }

    /// A message is settled, if that was ours to say.
    pub(crate) fn settle(&mut self, place: &Place, term: u64, offset: i64) -> Option<Done> {
        let own = self.topics.get_mut(&place.0)?.get_mut(&place.1).filter(|own| own.term == term)?;
        let was_first = own.open.first() == Some(&offset);
        self.n_open -= usize::from(own.open.remove(&offset));
        own.is_further |= was_first;
        Some(if was_first { Done::Further } else { Done::AsBefore })
    }

    /// The partitions that are settled further than was told before, with the first offset that is not.
    pub(crate) fn tell(&mut self) -> impl Iterator<Item = (Arc<Place>, i64)> {
        let partitions = self.topics.values_mut().flat_map(BTreeMap::values_mut);
        partitions.filter_map(|own| {
            let is_further = mem::take(&mut own.is_further);
            is_further.then(|| (Arc::clone(&own.place), own.done_below()))
        })
    }

    /// Whether a message is still ours.
    pub(crate) fn is_ours(&self, place: &Place, term: u64) -> bool {
        let own = self.topics.get(&place.0).and_then(|topic| topic.get(&place.1));
        own.is_some_and(|own| own.term == term)
    }

    /// Messages that are not settled.
    pub(crate) fn n_open(&self) -> usize {
        self.n_open
    }

    /// A partition is not ours any more, or again from its beginning.
    pub(crate) fn forget(&mut self, place: &Place) {
        if let Some(own) = self.topics.get_mut(&place.0).and_then(|topic| topic.remove(&place.1)) {
            self.n_open -= own.open.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_ends_at_the_first_open_message() {
        let mut tracker = Tracker::default();
        let told = |tracker: &mut Tracker| tracker.tell().map(|(_, below)| below).collect::<Vec<_>>();
        let (place, term) = tracker.take("t", 0, 5).expect("it is new");
        for offset in [6, 9] {
            assert_eq!(tracker.take("t", 0, offset), Some((Arc::clone(&place), term)));
        }
        assert_eq!(tracker.take("t", 0, 6), None);
        assert_eq!(tracker.settle(&place, term, 6), Some(Done::AsBefore));
        assert!(told(&mut tracker).is_empty());
        assert_eq!(tracker.settle(&place, term, 5), Some(Done::Further));
        assert_eq!(told(&mut tracker), [9]);
        assert!(told(&mut tracker).is_empty());
        assert_eq!(tracker.settle(&place, term, 9), Some(Done::Further));
        assert_eq!(told(&mut tracker), [10]);
        assert_eq!(tracker.n_open(), 0);
    }

    #[test]
    fn a_partition_that_went_and_came_back_is_another() {
        let mut tracker = Tracker::default();
        let (place, before) = tracker.take("t", 0, 5).expect("it is new");
        tracker.forget(&place);
        assert_eq!((tracker.settle(&place, before, 5), tracker.n_open()), (None, 0));
        let (_, after) = tracker.take("t", 0, 5).expect("it is new");
        assert!(!tracker.is_ours(&place, before) && tracker.is_ours(&place, after));
        assert_eq!(tracker.settle(&place, before, 5), None);
    }
}
