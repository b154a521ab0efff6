//! Reads a registry of JSON Schemas into a typed graph, and reports every error with its span.

pub mod broker;
mod bundle;
pub mod calendar;
pub mod config;
pub mod content;
pub mod decimal;
pub mod diagnostic;
mod dialect;
mod draft;
pub mod facts;
pub mod format;
mod index;
pub mod instance;
pub mod ir;
mod key;
pub mod keyword;
mod links;
pub mod lock;
pub mod lookup;
mod lower;
mod members;
mod metaschema;
pub mod name;
mod numbers;
pub mod output;
mod paths;
pub mod pattern;
mod pointers;
mod read;
pub mod registry;
mod respell;
#[cfg(feature = "schemars")]
mod settings_schemas;
mod shape;
pub mod source;
pub mod suggest;
pub mod syntax;
pub mod template;
pub mod trees;
mod unreadable;
mod uri;
mod value;
mod walk;

#[cfg(feature = "schemars")]
pub use crate::settings_schemas::schemas as settings_schemas;
pub use crate::{
    read::{Schemas, read},
    registry::{Registry, analyze},
};
