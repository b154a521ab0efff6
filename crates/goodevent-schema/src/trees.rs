//! The documents as trees, parsed when somebody asks: those of a whole registry would take more memory than all else.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use crate::{
    content::Content,
    diagnostic::Diagnostic,
    source::SourceId,
    syntax::{self, Node},
};

/// The texts of documents, and the trees that were asked for last.
#[derive(Debug, Default)]
pub struct Trees {
    texts: BTreeMap<SourceId, Text>,
    recent: Mutex<VecDeque<(SourceId, Node)>>,
}

#[derive(Debug)]
struct Text {
    uri: String,
    bytes: Content,
}

impl Trees {
    /// A document and the types that it refers to are asked for again and again, before the next one is.
    const N_RECENT: usize = 16;

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

    /// A document; `None` if there is none, or if it is no JSON.
    #[must_use]
    pub fn get(&self, id: SourceId) -> Option<Node> {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let known = recent.iter().position(|(known, _)| *known == id).and_then(|at| recent.remove(at));
        let known = known.map(|known| {
            recent.push_front(known.clone());
            known.1
        });
        drop(recent);
        known.or_else(|| self.parse(id).0)
    }

    /// A document, and what is wrong with its text.
    pub(crate) fn parse(&self, id: SourceId) -> (Option<Node>, Vec<Diagnostic>) {
        let Some(text) = self.texts.get(&id) else { return (None, Vec::new()) };
        let (tree, faults) = syntax::parse(id, &text.bytes);
        if let Some(tree) = &tree {
            let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
            recent.truncate(Self::N_RECENT - 1);
            recent.push_front((id, tree.clone()));
        }
        (tree, faults)
    }
}
