//! Validation of payloads with the results of generated decoders, and their excerpts.

use std::collections::BTreeMap;

use goodevent_check::{sample::Sampler, validate::Validator};
use goodevent_emit::widths;
use goodevent_json::{
    fault::{Fault, Unread},
    violation::Violation,
    width::Width,
};
use goodevent_schema::{
    diagnostic::Diagnostic,
    ir::SchemaId,
    registry::Contract,
    source::{SourceId, Sources, Span},
    syntax,
};
use serde_json::Value;

use crate::{Loaded, render};

/// A violation in a payload.
#[derive(Debug)]
pub struct Finding {
    /// JSON Pointer to the violating value; empty for the whole payload.
    pub pointer: String,
    /// The keyword, or `too-large`, `not-utf8`, `not-json`.
    pub keyword: &'static str,
    /// The same with its span in the text; its headline is the message of the decoder.
    pub diagnostic: Diagnostic,
}

/// Validation and generation of payloads for the contracts of a registry.
#[derive(Debug)]
pub struct Payloads<'l> {
    loaded: &'l Loaded,
    widths: BTreeMap<SchemaId, Width>,
}

impl<'l> Payloads<'l> {
    /// Creates the validation for a registry.
    #[must_use]
    pub fn new(loaded: &'l Loaded) -> Self {
        Self { loaded, widths: widths(&loaded.sources, &loaded.registry) }
    }

    /// Creates a validator, which caches the checks of each schema.
    #[must_use]
    pub fn validator(&self) -> Validator<'_> {
        Validator::new(&self.loaded.registry.schemas.graph, &self.widths)
    }

    /// Creates a sampler of payloads that this validator accepts. The same `seed` generates the same payloads.
    #[must_use]
    pub fn sampler(&self, seed: u64) -> Sampler<'_> {
        Sampler::new(&self.loaded.registry.schemas, seed).widths(&self.widths)
    }

    /// Lists every violation in the payload `source`.
    #[must_use]
    pub fn findings(&self, contract: &Contract, payload: &Sources, source: SourceId) -> Vec<Finding> {
        let bytes = &payload[source].bytes;
        match self.validator().violations(contract.root, bytes) {
            Err(unread) => vec![unreadable(source, &unread)],
            Ok(violations) => {
                let (tree, _) = syntax::parse(source, bytes);
                violations.into_iter().map(|violation| located(source, tree.as_ref(), &violation)).collect()
            }
        }
    }
}

fn unreadable(source: SourceId, unread: &Unread) -> Finding {
    let offset = match unread {
        Unread::TooLarge { .. } => 0,
        Unread::NotUtf8 { offset } | Unread::NotJson(Fault { offset, .. }) => {
            u32::try_from(*offset).unwrap_or(u32::MAX)
        }
    };
    let span = Span { source, start: offset, end: offset };
    let diagnostic = Diagnostic::error("violation", span, unread.to_string()).label("here");
    Finding { pointer: String::new(), keyword: unread.rule(), diagnostic }
}

fn located(source: SourceId, tree: Option<&syntax::Node>, violation: &Violation) -> Finding {
    let node = tree.and_then(|tree| tree.pointer(&violation.pointer).or(Some(tree)));
    let span = node.map_or(Span { source, start: 0, end: 0 }, syntax::Node::opening);
    let label = format!("violates `{}`", violation.keyword);
    Finding {
        pointer: violation.pointer.clone(),
        keyword: violation.keyword,
        diagnostic: Diagnostic::error("violation", span, violation.to_string()).label(label),
    }
}

/// Renders findings as text with excerpts.
#[must_use]
pub fn human(found: &[Finding], payload: &Sources) -> String {
    let diagnostics: Vec<Diagnostic> = found.iter().map(|finding| finding.diagnostic.clone()).collect();
    render::human(&diagnostics, payload, true)
}

/// Renders findings as JSON with pointer and keyword.
#[must_use]
pub fn json(found: &[Finding], payload: &Sources) -> Value {
    let values = found.iter().map(|finding| {
        let mut value = render::json::finding(&finding.diagnostic, payload);
        value["pointer"] = finding.pointer.as_str().into();
        value["keyword"] = finding.keyword.into();
        value
    });
    Value::Array(values.collect())
}
