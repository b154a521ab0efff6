//! One description of JSON for both halves of goodevent, the toolchain and the run time, which never import each other.

pub mod budget;
pub mod decimal;
pub mod escape;
pub mod evaluated;
pub mod fault;
pub mod ledger;
pub mod percent;
pub mod pointer;
mod scan;
pub mod string;
pub mod violation;
pub mod width;
