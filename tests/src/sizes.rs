//! Bounds of the schemas of the field, with their witnesses.

use goodevent::{
    Json,
    encode::{Encode as _, Writer},
};
use goodevent_check::size::{SizeBound, Sizer};
use goodevent_schema::{instance::Validator, ir::SchemaId, source::SourceId};
use rayon::prelude::*;

use crate::corpus::Case;

/// What is known of the size of a schema's instances.
#[derive(Debug)]
pub struct Size {
    /// Name of the corpus's schema, and JSON Pointer to the part of it.
    pub place: String,
    /// Whether it is all of the corpus's schema.
    pub is_whole: bool,
    /// The bound.
    pub max_bytes: u64,
    /// By how much it may be too large.
    pub slack_bytes: Option<u64>,
    /// What is wrong with the witness.
    pub fault: Option<String>,
}

/// Witnesses beyond this are not written.
const MAX_WITNESS_BYTES: u64 = 64 << 20;

/// The bound of each schema that has one, and of each of its parts.
#[must_use]
pub fn of(cases: &[Case]) -> Vec<Size> {
    cases.par_iter().flat_map_iter(sizes).collect()
}

fn sizes(case: &Case) -> Vec<Size> {
    let (_, registry, _) = case.registry();
    let graph = &registry.schemas.graph;
    let mut sizer = Sizer::new(&registry.schemas);
    let mut found = Vec::new();
    // Metaschemas that are referred to are no part of the corpus.
    let own = (0..).map(SchemaId).zip(&graph.schemas).filter(|(_, schema)| schema.span.source == SourceId(0));
    for (id, _) in own {
        let bound = sizer.bound(id);
        // Where no instance is valid there is nothing to be seen.
        let Some(max_bytes) = bound.max_bytes.filter(|max_bytes| *max_bytes > 0) else { continue };
        let fault = match Validator::new(&registry.schemas, id) {
            Ok(validator) => fault(&bound, &validator),
            Err(refused) => Some(refused.to_string()),
        };
        let is_whole = registry.schemas.documents.iter().any(|document| document.root == id);
        let place = format!("{}#{}", case.name, registry.schemas.pointer(id));
        found.push(Size { place, is_whole, max_bytes, slack_bytes: bound.slack(), fault });
    }
    found
}

/// What is wrong with a witness.
fn fault(bound: &SizeBound, validator: &Validator) -> Option<String> {
    let witness = bound.witness.as_ref()?;
    let text = witness.to_json(MAX_WITNESS_BYTES)?;
    let Ok(value) = serde_json::from_str(&text) else { return Some(format!("the witness is no JSON: {text}")) };
    if !validator.is_valid(&value) {
        return Some(format!("the witness is not valid: {text}"));
    }
    if text.len() as u64 != witness.n_bytes() {
        return Some("the witness is not as long as it says".to_owned());
    }
    let json = Json::parse(text.as_bytes()).filter(|_| text.len() < 1 << 20)?;
    let mut w = Writer::new();
    json.write(&mut w);
    let n_bytes = w.into_bytes().len();
    (n_bytes != text.len()).then(|| format!("{n_bytes} bytes are written, not {}: {text}", text.len()))
}
