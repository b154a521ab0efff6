//! Any texts as schemas of a registry.

use crate::registry::{Read, check_findings, schemas};

pub(super) fn run(data: &[u8]) {
    let read = Read::of(schemas(data));
    check_findings(&read.found, &read.sources);
    let again = Read::of(read.sources.clone());
    assert_eq!(again.found, read.found, "another run finds something else");
    // The graph answers for schemas with errors, too.
    for document in &read.registry.schemas.documents {
        let _ = read.registry.schemas.bundle(document.root);
        let _ = read.registry.schemas.graph.below(document.root);
        let _ = read.registry.schemas.pointer(document.root);
    }
}
