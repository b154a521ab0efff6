//! Turns a registry into files, as values: Rust code, and text by template.

pub mod rust;
