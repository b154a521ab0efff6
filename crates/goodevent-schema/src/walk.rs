//! The ways from a schema to others.

use std::{collections::BTreeSet, iter};

use crate::ir::{Graph, SchemaId};

impl Graph {
    /// A schema, and behind each that does nothing but refer the one that it refers to; at most 64 of them, since
    /// references can form a circle.
    pub fn chain(&self, id: SchemaId) -> impl Iterator<Item = SchemaId> + '_ {
        const MAX_REFERENCES: usize = 64;
        iter::successors(Some(id), |id| self[*id].keywords.sole_reference()).take(1 + MAX_REFERENCES)
    }

    /// The last schema of its [`chain`](Self::chain), which decides what is valid for this one.
    #[must_use]
    pub fn target(&self, id: SchemaId) -> SchemaId {
        self.chain(id).last().unwrap_or(id)
    }

    /// A schema and all that it holds or refers to, each once.
    pub fn below(&self, root: SchemaId) -> impl Iterator<Item = SchemaId> + '_ {
        let (mut seen, mut queue) = (BTreeSet::from([root]), vec![root]);
        iter::from_fn(move || {
            let schema = queue.pop()?;
            let keywords = &self[schema].keywords;
            queue.extend(keywords.children().chain(keywords.targets()).filter(|below| seen.insert(*below)));
            Some(schema)
        })
    }
}
