//! A registry as a model for code generators: what an emitter of any language needs, before it is code.
//!
//! A [`Model`] has the types of all schemas (records, unions, enums, constraints), with the schemas that a value must be
//! validated by where a type does not express all of them, and the documents, events and contexts around them. It leaves
//! cases of names, files and syntax to the emitters.

mod cycles;
mod events;
mod merge;
mod model;
pub mod names;
mod naming;
mod personal;
mod profile;
mod reach;
mod resolve;
mod scope;
mod tables;
mod types;
mod widths;

pub use crate::{
    events::{Constant, Context, Document, Event},
    model::Model,
    naming::Namer,
    profile::Profile,
    scope::Scope,
    tables::Tables,
    types::{Bounds, Discriminator, Extra, Field, Integer, Item, ItemKind, Notation, Shape, Text, Type, Variant},
};
