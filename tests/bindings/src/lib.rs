//! Toolchains of other languages, and payloads with what Rust says of them.

pub mod cases;
pub mod compare;
pub mod files;
pub mod go;
pub mod java;
pub mod node;
pub mod python;
pub mod schemas;
