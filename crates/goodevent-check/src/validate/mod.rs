//! Validation of payloads, with the violations in the words of the run time.
//!
//! The twin of `goodevent`'s `check`, which works on tables: the halves share the words (`goodevent-json`), and
//! `tests/it/validate_agrees.rs` checks that they list the same violations. The reference validator decides about
//! formats.

mod checks;
mod evaluate;
mod evaluated;
mod explain;
mod ledger;
mod value;

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap, HashSet},
    rc::Rc,
};

use goodevent_json::{
    fault::{self, MAX_EVENT_BYTES, Unread},
    violation::Violation,
    width::Width,
};
use goodevent_schema::{
    instance,
    ir::{Draft, Graph, SchemaId, Value},
    pattern::Matcher,
    source::SourceId,
    syntax,
};
use serde_json::json;

use self::{checks::Check, evaluate::Scope, ledger::Ledger};

/// Validates payloads of the contracts of a registry.
pub struct Validator<'g> {
    graph: &'g Graph,
    /// The Rust types of numbers that hold less than the schema allows.
    widths: &'g BTreeMap<SchemaId, Width>,
    checks: RefCell<HashMap<SchemaId, Rc<Vec<Check<'g>>>>>,
    names: RefCell<HashMap<SchemaId, Rc<HashSet<&'g str>>>>,
    matchers: RefCell<HashMap<&'g str, Option<Matcher>>>,
    oracles: RefCell<HashMap<String, Option<instance::Validator>>>,
    ledger: Ledger,
}

impl<'g> Validator<'g> {
    /// Creates a validator for the schemas of a graph; `widths` is the result of `goodevent_emit::widths`.
    #[must_use]
    pub fn new(graph: &'g Graph, widths: &'g BTreeMap<SchemaId, Width>) -> Self {
        Self {
            graph,
            widths,
            checks: RefCell::default(),
            names: RefCell::default(),
            matchers: RefCell::default(),
            oracles: RefCell::default(),
            ledger: Ledger::default(),
        }
    }

    /// Lists every violation in a payload of the contract `root`; none if it is valid and its type holds it.
    ///
    /// # Errors
    /// If it is not JSON, or exceeds 65,536 bytes.
    pub fn violations(&self, root: SchemaId, payload: &[u8]) -> Result<Vec<Violation>, Unread> {
        let text = fault::text(payload, MAX_EVENT_BYTES)?;
        let (tree, _) = syntax::parse(SourceId(0), text.as_bytes());
        let tree = tree.ok_or(Unread::NotJson { offset: 0, reason: "not a JSON text" })?;
        Ok(self.of_value(root, &tree.to_value()))
    }

    /// Lists every violation of a value.
    #[must_use]
    pub fn of_value(&self, root: SchemaId, value: &Value) -> Vec<Violation> {
        let value = value::sorted(value);
        ledger::begin(&self.ledger, &value);
        explain::violations(self, root, &value)
    }

    /// Whether a value is valid for a schema; `None` if that takes too long to find out.
    pub(crate) fn is_valid(&self, id: SchemaId, value: &Value) -> Option<bool> {
        let value = value::sorted(value);
        ledger::begin(&self.ledger, &value);
        let is_valid = evaluate::is_valid(self, id, &value, &Scope::root(self, id));
        (!self.ledger.is_exhausted()).then_some(is_valid)
    }

    /// The keywords of a schema.
    fn checks(&self, id: SchemaId) -> Rc<Vec<Check<'g>>> {
        if let Some(known) = self.checks.borrow().get(&id) {
            return Rc::clone(known);
        }
        let checks = Rc::new(checks::of(self.graph, self.widths, id));
        self.checks.borrow_mut().insert(id, Rc::clone(&checks));
        checks
    }

    /// The names in `properties` of a schema.
    fn names(&self, id: SchemaId) -> Rc<HashSet<&'g str>> {
        let mut names = self.names.borrow_mut();
        let own = names.entry(id).or_insert_with(|| {
            let properties = &self.graph[id].keywords.object.properties;
            Rc::new(properties.iter().map(|property| property.name.value.as_str()).collect())
        });
        Rc::clone(own)
    }

    fn matches(&self, pattern: &'g str, text: &str) -> bool {
        let mut matchers = self.matchers.borrow_mut();
        let matcher = matchers.entry(pattern).or_insert_with(|| Matcher::new(pattern).ok());
        // As at run time: a text that would take too long does not match.
        matcher.as_ref().and_then(|matcher| matcher.is_match(text)).unwrap_or(false)
    }

    fn has_format(&self, format: &str, draft: Draft, text: &str) -> bool {
        self.ask(&json!({ "$schema": draft.uri(), "format": format }), text)
    }

    fn is_encoded(&self, encoding: &str, text: &str) -> bool {
        self.ask(&json!({ "$schema": Draft::Draft7.uri(), "contentEncoding": encoding }), text)
    }

    /// Whether the text that `encoding` encodes is JSON.
    fn is_json(&self, encoding: Option<&str>, text: &str) -> bool {
        match encoding {
            None => fault::text(text.as_bytes(), 1 << 20).is_ok(),
            Some(encoding) => self.ask(
                &json!({
                    "$schema": Draft::Draft7.uri(),
                    "contentEncoding": encoding,
                    "contentMediaType": "application/json",
                }),
                text,
            ),
        }
    }

    /// The verdict of the reference on a text.
    fn ask(&self, schema: &serde_json::Value, text: &str) -> bool {
        let mut oracles = self.oracles.borrow_mut();
        let oracle = oracles.entry(schema.to_string()).or_insert_with(|| instance::Validator::alone(schema).ok());
        oracle.as_ref().is_some_and(|oracle| oracle.is_valid(&text.into()))
    }
}
