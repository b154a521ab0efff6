//! The context of an evaluation: keywords, patterns and formats of the schemas, and the budget.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap, HashSet},
    rc::Rc,
};

use goodevent_json::{fault, width::Width};
use goodevent_schema::{
    instance,
    ir::{Draft, Graph, SchemaId},
    pattern::Matcher,
};
use serde_json::json;

use super::{
    checks::{self, Check},
    ledger::Ledger,
};

/// The schemas, their keywords, patterns and formats, and the budget.
pub(super) struct Cx<'g> {
    pub(super) graph: &'g Graph,
    /// The Rust types of numbers that hold less than the schema allows.
    widths: &'g BTreeMap<SchemaId, Width>,
    checks: RefCell<HashMap<SchemaId, Rc<Vec<Check<'g>>>>>,
    names: RefCell<HashMap<SchemaId, Rc<HashSet<&'g str>>>>,
    matchers: RefCell<HashMap<&'g str, Option<Matcher>>>,
    oracles: RefCell<HashMap<String, Option<instance::Validator>>>,
    pub(super) ledger: Ledger,
}

impl<'g> Cx<'g> {
    pub(super) fn new(graph: &'g Graph, widths: &'g BTreeMap<SchemaId, Width>) -> Self {
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

    /// The keywords of a schema.
    pub(super) fn checks(&self, id: SchemaId) -> Rc<Vec<Check<'g>>> {
        if let Some(known) = self.checks.borrow().get(&id) {
            return Rc::clone(known);
        }
        let checks = Rc::new(checks::of(self.graph, self.widths, id));
        self.checks.borrow_mut().insert(id, Rc::clone(&checks));
        checks
    }

    /// The names in `properties` of a schema.
    pub(super) fn names(&self, id: SchemaId) -> Rc<HashSet<&'g str>> {
        let mut names = self.names.borrow_mut();
        let own = names.entry(id).or_insert_with(|| {
            let properties = &self.graph[id].keywords.object.properties;
            Rc::new(properties.iter().map(|property| property.name.value.as_str()).collect())
        });
        Rc::clone(own)
    }

    pub(super) fn matches(&self, pattern: &'g str, text: &str) -> bool {
        let mut matchers = self.matchers.borrow_mut();
        let matcher = matchers.entry(pattern).or_insert_with(|| Matcher::new(pattern).ok());
        // As at run time: a text that would take too long does not match.
        matcher.as_ref().and_then(|matcher| matcher.is_match(text)).unwrap_or(false)
    }

    pub(super) fn has_format(&self, format: &str, draft: Draft, text: &str) -> bool {
        self.ask(&json!({ "$schema": draft.uri(), "format": format }), text)
    }

    pub(super) fn is_encoded(&self, encoding: &str, text: &str) -> bool {
        self.ask(&json!({ "$schema": Draft::Draft7.uri(), "contentEncoding": encoding }), text)
    }

    /// Whether the text that `encoding` encodes is JSON.
    pub(super) fn is_json(&self, encoding: Option<&str>, text: &str) -> bool {
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
