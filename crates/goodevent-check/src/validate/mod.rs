//! Validation of payloads, with the violations in the words of the run time.
//!
//! The twin of `goodevent`'s `check`, which works on tables: the halves share the words (`goodevent-json`), and
//! `tests/it/validate_agrees.rs` checks that they list the same violations. The reference validator decides about
//! formats.

mod checks;
mod context;
mod evaluate;
mod explain;
mod ledger;
mod scope;
mod value;

use std::collections::BTreeMap;

use goodevent_json::{
    fault::{self, Fault, MAX_EVENT_BYTES, Unread},
    violation::Violation,
    width::Width,
};
use goodevent_schema::{
    ir::{Graph, SchemaId, Value},
    source::SourceId,
    syntax,
};

use self::{context::Cx, scope::Scope};

/// Validates payloads of the contracts of a registry.
pub struct Validator<'g>(Cx<'g>);

impl<'g> Validator<'g> {
    /// Creates a validator for the schemas of a graph; `widths` is the result of `goodevent_emit::widths`.
    #[must_use]
    pub fn new(graph: &'g Graph, widths: &'g BTreeMap<SchemaId, Width>) -> Self {
        Self(Cx::new(graph, widths))
    }

    /// Lists every violation in a payload of the contract `root`; none if it is valid and its type holds it.
    ///
    /// # Errors
    /// If it is not JSON, or exceeds 65,536 bytes.
    pub fn violations(&self, root: SchemaId, payload: &[u8]) -> Result<Vec<Violation>, Unread> {
        let text = fault::text(payload, MAX_EVENT_BYTES)?;
        let (tree, _) = syntax::parse(SourceId(0), text.as_bytes());
        let tree = tree.ok_or_else(|| Unread::NotJson(Fault::at(text, 0, "not a JSON text")))?;
        Ok(self.of_value(root, &tree.to_value()))
    }

    /// Lists every violation of a value.
    #[must_use]
    pub fn of_value(&self, root: SchemaId, value: &Value) -> Vec<Violation> {
        let value = value::sorted(value);
        ledger::begin(&self.0.ledger, &value);
        explain::violations(&self.0, root, &value)
    }

    /// Whether a value is valid for a schema; `None` if that takes too long to find out.
    pub(crate) fn is_valid(&self, id: SchemaId, value: &Value) -> Option<bool> {
        let value = value::sorted(value);
        ledger::begin(&self.0.ledger, &value);
        let is_valid = evaluate::is_valid(&self.0, id, &value, &Scope::root(&self.0, id));
        (!self.0.ledger.is_exhausted()).then_some(is_valid)
    }
}
