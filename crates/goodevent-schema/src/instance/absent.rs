//! Nothing in place of the reference validator.

use std::collections::BTreeSet;

use serde_json::Value;

use super::violation::{Refused, Violation};
use crate::{ir::SchemaId, read::Schemas};

/// Decides which instances are valid for a schema: none is ever created.
#[derive(Debug)]
pub enum Validator {}

impl Validator {
    /// Creates no validator.
    ///
    /// # Errors
    /// Always.
    pub fn new(_: &Schemas, _: SchemaId) -> Result<Self, Refused> {
        absent()
    }

    /// Creates no validator.
    ///
    /// # Errors
    /// Always.
    pub fn without_constants(_: &Schemas, _: SchemaId, _: &BTreeSet<SchemaId>) -> Result<Self, Refused> {
        absent()
    }

    /// Creates no validator.
    ///
    /// # Errors
    /// Always.
    pub fn with_loose_union(_: &Schemas, _: SchemaId, _: SchemaId) -> Result<Self, Refused> {
        absent()
    }

    /// Creates no validator.
    ///
    /// # Errors
    /// Always.
    pub fn alone(_: &Value) -> Result<Self, Refused> {
        absent()
    }

    /// Whether the instance is valid.
    #[must_use]
    pub fn is_valid(&self, _: &Value) -> bool {
        match *self {}
    }

    /// Lists every violation of the instance.
    #[must_use]
    pub fn violations(&self, _: &Value) -> Vec<Violation> {
        match *self {}
    }
}

fn absent() -> Result<Validator, Refused> {
    Err(Refused("the feature `reference` is off".to_owned()))
}
