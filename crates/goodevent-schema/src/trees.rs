//! The documents as trees, parsed on demand: the trees of a whole registry would take more memory than everything else.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use crate::{
    content::Content,
    source::SourceId,
    syntax::{self, Node, Parsed},
};

/// The texts of documents, and recently used trees.
#[derive(Debug, Default)]
pub struct Trees {
    texts: BTreeMap<SourceId, Text>,
    recent: Mutex<VecDeque<Recent>>,
}

#[derive(Debug, Clone)]
struct Recent {
    id: SourceId,
    tree: Node,
    n_values: usize,
}

#[derive(Debug)]
struct Text {
    uri: String,
    bytes: Content,
}

impl Trees {
    /// A document and the types that it refers to are asked for again and again, before the next one is.
    const N_RECENT: usize = 16;

    /// More values than these are remembered of one document only.
    const MAX_RECENT_VALUES: usize = 200_000;

    /// Adds a document, which has this URI unless it gives itself one.
    pub(crate) fn insert(&mut self, id: SourceId, uri: String, bytes: Content) {
        self.texts.insert(id, Text { uri, bytes });
    }

    /// Whether one of two documents is a link to the other.
    pub(crate) fn is_same_file(&self, left: SourceId, right: SourceId) -> bool {
        let both = self.texts.get(&left).zip(self.texts.get(&right));
        both.is_some_and(|(left, right)| left.bytes.is_same_file(&right.bytes))
    }

    /// The URI that relative references in a document start from, if it has no `$id`.
    pub(crate) fn uri(&self, id: SourceId) -> &str {
        self.texts.get(&id).map_or("", |text| &text.uri)
    }

    /// Whether the text of a document has a URI in it, as a whole string.
    pub(crate) fn mentions(&self, id: SourceId, uri: &str) -> bool {
        let quoted = format!("\"{uri}\"");
        let has = |text: &Text| text.bytes.windows(quoted.len()).any(|window| window == quoted.as_bytes());
        self.texts.get(&id).is_some_and(has)
    }

    /// The documents, whether they can be parsed or not.
    pub fn ids(&self) -> impl Iterator<Item = SourceId> + '_ {
        self.texts.keys().copied()
    }

    /// A document; `None` if there is none, or if it is not JSON.
    #[must_use]
    pub fn get(&self, id: SourceId) -> Option<Node> {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let known = recent.iter().position(|known| known.id == id).and_then(|at| recent.remove(at));
        let known = known.map(|known| {
            recent.push_front(known.clone());
            known.tree
        });
        drop(recent);
        known.or_else(|| self.parse(id)?.tree)
    }

    /// A document, and what is wrong with its text.
    pub(crate) fn parse(&self, id: SourceId) -> Option<Parsed> {
        let text = self.texts.get(&id)?;
        let parsed = syntax::parse_counting(id, &text.bytes);
        if let Some(tree) = parsed.tree.clone() {
            let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
            recent.push_front(Recent { id, tree, n_values: parsed.n_values });
            let sums = recent.iter().scan(0, |sum, own| {
                *sum += own.n_values;
                Some(*sum)
            });
            let n_within = sums.take_while(|sum| *sum <= Self::MAX_RECENT_VALUES).count();
            recent.truncate(n_within.clamp(1, Self::N_RECENT));
        }
        Some(parsed)
    }
}
