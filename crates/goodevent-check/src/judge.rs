//! Validity of an instance: by our own evaluation if it decides, and by the reference validator otherwise.
//!
//! A reference validator costs as much as everything that its schema reaches. The schemas of a registry are evaluated one by
//! one on small instances; a reference validator is therefore created only for the few that the evaluation does not decide.

use std::{collections::HashMap, fmt};

use goodevent_schema::{
    Schemas,
    instance::HAS_REFERENCE,
    ir::{SchemaId, Value},
    source::SourceId,
    syntax,
};

use crate::{
    reference::Reference,
    solve::{Judged, Solver},
};

/// Decides which instances are valid.
pub(crate) struct Judge<'r> {
    schemas: &'r Schemas,
    solver: Solver<'r>,
    /// The schema whose `oneOf` counts for nothing, but where one of its branches is asked about.
    union: Option<SchemaId>,
    references: HashMap<SchemaId, Option<Reference<'r>>>,
}

impl fmt::Debug for Judge<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Judge").finish_non_exhaustive()
    }
}

impl<'r> Judge<'r> {
    /// Creates a prover for the schemas of one registry.
    pub(crate) fn new(schemas: &'r Schemas) -> Self {
        Self { schemas, solver: Solver::new(vec![&schemas.graph]), union: None, references: HashMap::new() }
    }

    /// The same, as if the schema `union` had no `oneOf`. Its branches are judged as they are.
    pub(crate) fn without_union(schemas: &'r Schemas, union: SchemaId) -> Self {
        Self { union: Some(union), ..Self::new(schemas) }
    }

    /// The union that counts for nothing for a schema.
    fn union_for(&self, id: SchemaId) -> Option<SchemaId> {
        self.union.filter(|union| !self.schemas.graph[*union].keywords.applied.one_of.contains(&id))
    }

    /// Whether an instance is valid for all of some schemas; false also where that takes too long to decide.
    pub(crate) fn is_valid(&mut self, schemas: &[SchemaId], text: &str) -> bool {
        let Some(instance) = syntax::parse(SourceId(0), text.as_bytes()).0 else { return false };
        let value = instance.to_value();
        let mut open = Vec::new();
        for id in schemas {
            match self.solver.judge(*id, &value, self.union_for(*id)) {
                Judged::Valid => {}
                Judged::Invalid | Judged::TooLong => return false,
                Judged::Unknown => open.push(*id),
            }
        }
        open.is_empty() || self.accepts(&open, &instance.to_json())
    }

    /// Whether an instance is certainly valid, as far as our own evaluation says.
    pub(crate) fn is_surely_valid(&mut self, id: SchemaId, value: &Value) -> bool {
        self.solver.judge(id, value, self.union_for(id)) == Judged::Valid
    }

    /// The cost of all questions so far, in evaluations of a schema.
    pub(crate) fn n_spent(&self) -> u64 {
        self.solver.n_spent()
    }

    /// Forgets what was made for a file.
    pub(crate) fn forget(&mut self) {
        self.references.clear();
        self.solver.forget();
    }

    fn accepts(&mut self, ids: &[SchemaId], instance: &serde_json::Value) -> bool {
        const MANY: usize = 16;
        ids.iter().all(|id| {
            if self.references.len() > MANY {
                self.references.clear();
            }
            let (schemas, union) = (self.schemas, self.union_for(*id));
            let reference = self.references.entry(*id).or_insert_with(|| {
                let reference = union.map(|union| Reference::with_loose_union(schemas, *id, union));
                reference.unwrap_or_else(|| Reference::new(schemas, *id)).ok()
            });
            // Without a reference validator, what is not decided counts as valid: bounds are never too small.
            let undecided = || !HAS_REFERENCE;
            reference.as_ref().map_or_else(undecided, |reference| reference.is_valid(instance) == Some(true))
        })
    }
}
