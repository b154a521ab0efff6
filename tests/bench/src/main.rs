//! Measures us and our peers side by side: `cargo xtask bench [decode|encode|generate|lint|compat|compile]`.
//!
//! Targets are printed beside what was measured, never asserted: a machine that has other things to do is no failure.

mod compat;
mod compile;
mod decode;
mod derived;
mod encode;
mod generate;
mod hostile;
mod lint;
mod measure;
mod payloads;
mod peers;
mod report;
mod synthetic;
mod typify_code;

use std::{env, error::Error, process::ExitCode};

/// A part of the benchmark.
type Part = fn() -> Result<(), Box<dyn Error>>;

const PARTS: [(&str, Part); 6] = [
    ("decode", decode::run),
    ("encode", encode::run),
    ("generate", generate::run),
    ("lint", lint::run),
    ("compat", compat::run),
    ("compile", compile::run),
];

fn main() -> ExitCode {
    if let Some(served) = hostile::serve() {
        return ended("hostile", served);
    }
    let wanted: Vec<String> = env::args().skip(1).filter(|arg| arg != "--").collect();
    let is_known = |name: &String| PARTS.iter().any(|(part, _)| part == name);
    if let Some(unknown) = wanted.iter().find(|name| !is_known(name)) {
        eprintln!(
            "there is no part `{unknown}`: say decode, encode, generate, lint, compat, compile, or nothing for all of them"
        );
        return ExitCode::from(2);
    }
    for (name, part) in PARTS {
        if !wanted.is_empty() && !wanted.iter().any(|wanted| wanted == name) {
            continue;
        }
        let outcome = ended(name, part());
        if outcome != ExitCode::SUCCESS {
            return outcome;
        }
    }
    ExitCode::SUCCESS
}

fn ended(name: &str, outcome: Result<(), Box<dyn Error>>) -> ExitCode {
    let Err(error) = outcome else { return ExitCode::SUCCESS };
    eprintln!("{name}: {error}");
    ExitCode::FAILURE
}
