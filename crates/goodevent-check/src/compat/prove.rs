//! Proofs that a schema accepts everything that another accepts.

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    rc::Rc,
};

use goodevent_schema::{
    Schemas,
    ir::{Schema, SchemaId, Value},
};

use crate::{
    reference::Reference,
    solve::{Answer, At, Goal, Site, Solver},
};

/// Result that holds for all instances.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Proved: the other side accepts every instance that one side accepts.
    Compatible,
    /// One side accepts this instance and the other rejects it, confirmed by the reference validator.
    Breaking(Value),
    /// Neither was found, for this reason.
    Undecided(String),
}

impl Verdict {
    /// Whether compatibility is proved.
    #[must_use]
    pub fn is_compatible(&self) -> bool {
        *self == Self::Compatible
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compatible => f.write_str("compatible"),
            Self::Breaking(witness) => write!(f, "breaking: {witness}"),
            Self::Undecided(why) => write!(f, "undecided: {why}"),
        }
    }
}

/// One of two versions of a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// The baseline.
    Old,
    /// The current registry.
    New,
}

pub(super) fn at((version, id): (Version, SchemaId)) -> At {
    At { side: version as usize, id }
}

/// Compares two versions of a registry, schema by schema.
pub struct Prover<'r> {
    versions: [&'r Schemas; 2],
    /// Schemas of each version whose `const` and `enum` don't count.
    loose: [BTreeSet<SchemaId>; 2],
    solver: Solver<'r>,
    references: HashMap<(Version, SchemaId), Option<Reference<'r>>>,
}

impl fmt::Debug for Prover<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prover").finish_non_exhaustive()
    }
}

impl<'r> Prover<'r> {
    /// Creates a prover for an old and a new version.
    #[must_use]
    pub fn new(old: &'r Schemas, new: &'r Schemas) -> Self {
        Self::without_constants([old, new], [BTreeSet::new(), BTreeSet::new()])
    }

    fn without_constants(versions: [&'r Schemas; 2], loose: [BTreeSet<SchemaId>; 2]) -> Self {
        let graphs = versions.iter().map(|schemas| &schemas.graph).collect();
        let all = [Version::Old, Version::New].into_iter().zip(&loose);
        let all = all.flat_map(|(version, ids)| ids.iter().map(move |id| at((version, *id)))).collect();
        Self { versions, solver: Solver::without_constants(graphs, all), loose, references: HashMap::new() }
    }

    /// The same two versions, as if the schemas of `loose` had neither `const` nor `enum`.
    pub(super) fn set_aside(&self, loose: &[(Version, SchemaId)]) -> Self {
        let of = |version| loose.iter().filter(|(own, _)| *own == version).map(|(_, id)| *id).collect();
        Self::without_constants(self.versions, [of(Version::Old), of(Version::New)])
    }

    /// Whether every instance that is valid for `narrow` is valid for `wide`.
    pub fn inclusion(&mut self, narrow: (Version, SchemaId), wide: (Version, SchemaId)) -> Verdict {
        let goals = [Goal { at: at(narrow), holds: true }, Goal { at: at(wide), holds: false }];
        let answer = self.solver.solve(&goals);
        self.verdict(narrow, wide, answer)
    }

    /// The same, if no keyword of `wide` failed but the one at `site`, which is reached by `path` if that is given.
    pub(super) fn inclusion_at(
        &mut self,
        narrow: (Version, SchemaId),
        wide: (Version, SchemaId),
        site: Site<'r>,
        path: Option<&[SchemaId]>,
    ) -> Verdict {
        let answer = self.solver.solve_at(at(narrow), at(wide), site, path);
        self.verdict(narrow, wide, answer)
    }

    /// The cost of all questions so far.
    pub(super) fn n_spent(&self) -> u64 {
        self.solver.n_spent()
    }

    /// All that decides about instances of a schema, in one spelling.
    pub(super) fn form(&mut self, schema: (Version, SchemaId)) -> Rc<str> {
        self.solver.form(at(schema))
    }

    /// Gives their memory back.
    pub(super) fn forget_references(&mut self) {
        self.references.clear();
    }

    /// A schema.
    pub(super) fn schemas(&self, version: Version) -> &'r Schemas {
        self.versions[version as usize]
    }

    pub(super) fn schema(&self, (version, id): (Version, SchemaId)) -> &'r Schema {
        &self.versions[version as usize].graph[id]
    }

    fn verdict(&mut self, narrow: (Version, SchemaId), wide: (Version, SchemaId), answer: Answer) -> Verdict {
        match answer {
            Answer::None => Verdict::Compatible,
            Answer::Unknown(why) => Verdict::Undecided(why.to_owned()),
            Answer::Found(witness) => match self.is_witness(narrow, wide, &witness) {
                true => Verdict::Breaking((*witness).clone()),
                false => Verdict::Undecided(format!("the reference validator disagrees about {witness}")),
            },
        }
    }

    fn is_witness(&mut self, narrow: (Version, SchemaId), wide: (Version, SchemaId), witness: &Value) -> bool {
        let Ok(instance) = serde_json::from_str::<serde_json::Value>(&witness.to_string()) else { return false };
        self.accepts(narrow, &instance) == Some(true) && self.accepts(wide, &instance) == Some(false)
    }

    /// Whether the reference validator accepts an instance.
    fn accepts(&mut self, schema: (Version, SchemaId), instance: &serde_json::Value) -> Option<bool> {
        let schemas = self.versions[schema.0 as usize];
        let loose = &self.loose[schema.0 as usize];
        let reference = self
            .references
            .entry(schema)
            .or_insert_with(|| Reference::without_constants(schemas, schema.1, loose).ok());
        reference.as_ref()?.is_valid(instance)
    }
}
