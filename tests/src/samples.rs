//! Payloads made of schemas: what is to be valid and what is to be refused, before anybody is asked.

use goodevent_check::{
    near_miss::{NearMiss, near_misses},
    sample::Sampler,
};
use goodevent_schema::{Registry, ir::SchemaId};

/// Payloads of one schema.
#[derive(Debug, Default)]
pub struct Samples {
    /// Valid ones.
    pub valid: Vec<Vec<u8>>,
    /// Those that are invalid for one reason each.
    pub misses: Vec<NearMiss>,
}

/// So many valid payloads of a schema, and all that are almost.
#[must_use]
pub fn of(registry: &Registry, root: SchemaId, n_samples: usize, seed: u64) -> Samples {
    let mut sampler = Sampler::new(&registry.schemas, seed);
    let valid = (0..n_samples).map_while(|_| Some(sampler.sample(root)?.to_string().into_bytes()));
    Samples { valid: valid.collect(), misses: near_misses(&registry.schemas, root) }
}
