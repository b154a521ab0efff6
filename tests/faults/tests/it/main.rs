//! Faults on real brokers, which each test starts for itself.

#![expect(clippy::print_stdout, reason = "counts are printed")]

mod away;
mod service;
mod storm;
