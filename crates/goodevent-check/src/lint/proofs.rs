//! Schemas that accept nothing, found by the prover.
//!
//! All schemas of a file are examined together, parts first: the verdicts of the parts shorten the search for the whole.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use goodevent_schema::{
    ir::{Graph, SchemaId},
    source::SourceId,
};

use crate::solve::{At, Solver};

/// As many steps a question may take.
pub(super) const MAX_STEPS: u64 = 3_000;

/// As many steps all questions about a file may take.
const MAX_STEPS_IN_FILE: u64 = 300_000;

/// Proofs that schemas accept nothing.
pub(super) struct Proofs<'r> {
    graph: &'r Graph,
    solver: Solver<'r>,
    impossible: BTreeMap<SourceId, BTreeSet<SchemaId>>,
}

impl fmt::Debug for Proofs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proofs").field("impossible", &self.impossible).finish_non_exhaustive()
    }
}

impl<'r> Proofs<'r> {
    pub(super) fn new(graph: &'r Graph) -> Self {
        Self { graph, solver: Solver::new(vec![graph]), impossible: BTreeMap::new() }
    }

    /// Whether it is proved that a schema, which is one of `schemas` in its file, accepts nothing.
    pub(super) fn is_impossible(&mut self, schemas: Option<&Vec<SchemaId>>, id: SchemaId) -> bool {
        let file = self.graph[id].span.source;
        if !self.impossible.contains_key(&file) {
            let found = self.among(schemas.map(Vec::as_slice).unwrap_or_default());
            self.impossible.insert(file, found);
        }
        self.impossible[&file].contains(&id)
    }

    fn among(&mut self, schemas: &[SchemaId]) -> BTreeSet<SchemaId> {
        self.solver.forget();
        let start = self.solver.n_spent();
        let mut schemas = schemas.to_vec();
        // A part begins behind what it is a part of.
        schemas.sort_by_key(|id| std::cmp::Reverse(self.graph[*id].span));
        let mut found = BTreeSet::new();
        for id in schemas.into_iter().filter(|id| self.graph[*id].always.is_none()) {
            let n_left = MAX_STEPS_IN_FILE.saturating_sub(self.solver.n_spent() - start);
            if n_left == 0 {
                break;
            }
            if self.solver.is_impossible(At { side: 0, id }, MAX_STEPS.min(n_left)) {
                found.insert(id);
            }
        }
        found
    }
}
