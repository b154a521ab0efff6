//! Integration tests: what users do, and what goes wrong for them.

#[path = "../../crates/goodevent-emit/tests/hostile/mod.rs"]
mod alphabet;
mod bad_input;
mod config;
mod contracts_agree;
mod crates;
mod digest;
mod draft4;
mod envelopes;
mod fuzz;
mod generated_crate;
mod growth;
mod hostile;
mod lint;
mod names;
mod near_misses;
mod numbers;
mod pairs;
mod parts;
mod personal_data;
mod references;
mod reports;
mod samples;
mod services;
mod sizes;
mod validate_agrees;
