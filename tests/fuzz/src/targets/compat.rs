//! Two schemas compared: verdicts are executed by the evaluation of payloads.

use std::collections::BTreeMap;

use goodevent_check::{
    compat::{Prover, Verdict, Version, changes},
    validate::Validator,
    wire,
};
use goodevent_json::violation::Violation;
use goodevent_schema::ir::{SchemaId, Value};

use crate::{input::parts, registry::Read};

/// A schema without errors, and the validator of its payloads.
struct Subject<'r> {
    root: SchemaId,
    validator: Validator<'r>,
}

pub(super) fn run(data: &[u8]) {
    let [old, new] = parts(data);
    let (Some(old), Some(new)) = (Read::without_errors(old), Read::without_errors(new)) else { return };
    let no_widths = BTreeMap::new();
    let (schemas, others) = (&old.0.registry.schemas, &new.0.registry.schemas);
    let was = Subject { root: old.1, validator: Validator::new(&schemas.graph, &no_widths) };
    let is = Subject { root: new.1, validator: Validator::new(&others.graph, &no_widths) };

    let mut prover = Prover::new(schemas, schemas);
    let verdict = prover.inclusion((Version::Old, was.root), (Version::New, was.root));
    assert!(verdict.is_compatible(), "a schema is not compatible with itself: {verdict}");

    let mut prover = Prover::new(schemas, others);
    let places = ((Version::Old, was.root), (Version::New, is.root));
    let verdicts = [prover.inclusion(places.0, places.1), prover.inclusion(places.1, places.0)];
    check(&verdicts[0], &was, &is, "backward");
    check(&verdicts[1], &is, &was, "forward");
    if wire::digest(&schemas.graph, was.root) == wire::digest(&others.graph, is.root) {
        let is_broken = verdicts.iter().any(|verdict| matches!(verdict, Verdict::Breaking(_)));
        assert!(!is_broken, "one digest, but {verdicts:?}");
    }
    for change in changes(&mut prover, places.0, places.1) {
        check(&change.backward, &was, &is, &change.headline);
        check(&change.forward, &is, &was, &change.headline);
        assert!(!verdicts[0].is_compatible() || !matches!(change.backward, Verdict::Breaking(_)), "{change:?}");
        assert!(!verdicts[1].is_compatible() || !matches!(change.forward, Verdict::Breaking(_)), "{change:?}");
    }
}

/// A payload that breaks something is valid on one side and not on the other.
fn check(verdict: &Verdict, narrow: &Subject<'_>, wide: &Subject<'_>, what: &str) {
    let Verdict::Breaking(witness) = verdict else { return };
    let (accepts, refuses) = (narrow.is_valid(witness), wide.is_valid(witness).map(|is_valid| !is_valid));
    assert!(accepts != Some(false), "{what}: the witness {witness} is not valid");
    assert!(refuses != Some(false), "{what}: the witness {witness} is valid on both sides");
}

impl Subject<'_> {
    /// Whether a payload is valid; `None` if that takes too long to decide.
    fn is_valid(&self, payload: &Value) -> Option<bool> {
        let violations: Vec<Violation> = self.validator.of_value(self.root, payload);
        let is_undecided = violations.iter().any(|violation| violation.keyword == "undecided");
        (!is_undecided).then_some(violations.is_empty())
    }
}
