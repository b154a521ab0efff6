//! Random schemas through the toolchain: `cargo xtask fuzz [--minutes N] [--seed S] [--cases N] [--replay SEED]`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to its user")]

use std::{env, path::Path, process::ExitCode, thread, time::Duration};

use goodevent_tests::fuzz::{self, Case, Plan};

const HELP: &str = "fuzz [--minutes N] [--seed S] [--cases N] [--replay SEED]";

fn main() -> ExitCode {
    if let Some(code) = fuzz::serve() {
        return code;
    }
    let mut plan = Plan {
        seed: 0,
        n_cases: None,
        duration: Duration::from_secs(300),
        n_workers: thread::available_parallelism().map_or(1, |n| n.get() as u64),
    };
    let args: Vec<String> = env::args().skip(1).collect();
    for pair in args.chunks(2) {
        let number = pair.get(1).and_then(|number| number.parse::<u64>().ok());
        match (pair[0].as_str(), number) {
            ("--minutes", Some(minutes)) => plan.duration = Duration::from_secs(60 * minutes),
            ("--seed", Some(seed)) => plan.seed = seed,
            ("--cases", Some(n_cases)) => {
                plan.n_cases = Some(n_cases);
                plan.duration = Duration::from_secs(24 * 3600);
            }
            ("--replay", Some(seed)) => {
                let case = Case::of(seed, &fuzz::real());
                println!("{}\n\n{}\n", String::from_utf8_lossy(&case.old), String::from_utf8_lossy(&case.new));
                plan = Plan { seed, n_cases: Some(1), n_workers: 1, ..plan };
            }
            _ => {
                eprintln!("error: {} is not understood: {HELP}", pair.join(" "));
                return ExitCode::from(2);
            }
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/fuzz");
    let summary = match fuzz::run(&plan, &folder) {
        Ok(summary) => summary,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    };
    for (step, (ms, seed)) in &summary.slowest {
        println!("slowest {step}: {ms} ms, seed {seed}");
    }
    for fault in &summary.faults {
        println!("seed {}: {}", fault.seed, fault.what);
    }
    let mut seeds: Vec<u64> = summary.faults.iter().map(|fault| fault.seed).collect();
    seeds.dedup();
    if !seeds.is_empty() {
        println!("saved below target/fuzz; `cargo xtask fuzz --replay SEED` runs one of them again");
    }
    let n_failed = seeds.len() as u64;
    println!(
        "from seed {}: {} cases, {} schemas of them taken, limits of 2 s and 512 MiB a step",
        plan.seed, summary.n_cases, summary.n_taken
    );
    println!("{} passed, {n_failed} failed", summary.n_cases.saturating_sub(n_failed));
    ExitCode::from(u8::from(n_failed > 0))
}
