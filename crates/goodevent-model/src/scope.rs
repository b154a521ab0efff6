//! The part of a registry that a model is about.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_schema::ir::SchemaId;

/// The part of a registry that code is generated for, and proved facts about it.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Contexts; empty for all.
    pub contexts: BTreeSet<String>,
    /// Proved upper bounds of the sizes of instances, in bytes.
    pub max_bytes: BTreeMap<SchemaId, u64>,
}
