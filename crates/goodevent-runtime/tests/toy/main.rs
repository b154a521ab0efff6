//! A broker as a third party would add one: seven files, a harness, and one line that makes it pass the conformance suite.
//!
//! The toy keeps messages as files of a folder. It is a template, not for production: its operations block.

mod connection;
mod dead_letters;
mod harness;
mod publisher;
mod source;
mod tail;
mod topology;
mod wire;

goodevent_runtime::conformance_tests!(harness::Toy::new());
