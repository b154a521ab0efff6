//! Schemas without a bound, below other schemas.

use std::{
    collections::{BTreeSet, HashSet},
    rc::Rc,
};

use super::bound::Culprit;

/// The culprits below some schemas. Parts are shared: a list of all culprits would be as long as there are schemas.
#[derive(Debug, Default)]
pub(super) struct Below {
    /// The places without bound, if there is none.
    pub(super) culprits: Vec<Culprit>,
    pub(super) parts: Vec<Rc<Below>>,
    /// Levels of it.
    pub(super) depth: usize,
}

impl Below {
    pub(super) fn take(&mut self, part: &Rc<Self>) {
        self.depth = self.depth.max(part.depth + 1);
        if !part.culprits.is_empty() || !part.parts.is_empty() {
            self.parts.push(part.clone());
        }
    }

    /// All places without bound.
    pub(super) fn all_culprits(self) -> Vec<Culprit> {
        let (mut all, mut seen, mut rest) = (BTreeSet::new(), HashSet::new(), vec![Rc::new(self)]);
        while let Some(below) = rest.pop() {
            all.extend(below.culprits.iter().cloned());
            rest.extend(below.parts.iter().filter(|part| seen.insert(Rc::as_ptr(part))).cloned());
        }
        all.into_iter().collect()
    }
}
