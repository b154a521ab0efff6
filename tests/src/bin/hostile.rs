//! Hostile contracts through every command, and hostile payloads through their decoders: `cargo xtask hostile [--small] [NAME]`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to its user")]

use std::{
    env,
    path::Path,
    process::ExitCode,
    sync::atomic::{AtomicUsize, Ordering},
};

use anyhow::Result;
use goodevent_tests::{
    hostile::{
        COMMANDS, Cell, LIMITS,
        decoders::{Row, time},
        large::{self, large},
        measure,
        registries::{Registry, Scale, all},
    },
    limits::{self, Limits},
};

fn main() -> ExitCode {
    if let Some(code) = limits::supervise() {
        return code;
    }
    let args: Vec<String> = env::args().skip(1).collect();
    let is_small = args.iter().any(|arg| arg == "--small");
    let wanted: Vec<&String> = args.iter().filter(|arg| *arg != "--small").collect();
    let is_wanted = |name: &str| wanted.iter().all(|part| name.contains(part.as_str()));
    let scale = if is_small { Scale::Small } else { Scale::Full };
    let registries = all(scale);
    let registries: Vec<Registry> = registries.into_iter().filter(|own| is_wanted(&own.name)).collect();
    let mut large = if is_small { Vec::new() } else { large() };
    large.retain(|own| is_wanted(&own.name));
    if registries.is_empty() && large.is_empty() {
        eprintln!("error: no registry has a name with {wanted:?}");
        return ExitCode::from(2);
    }
    let Ok(own) = env::current_exe() else { return ExitCode::from(2) };
    let goodevent = own.with_file_name(format!("goodevent{}", env::consts::EXE_SUFFIX));
    let counts = Counts::default();
    // What changed matters to those who compare; decoders of as many members and values are timed as others.
    let plain: Vec<Registry> = registries.iter().filter(|own| own.before.is_none()).cloned().collect();
    let measured = commands(&goodevent, &registries, LIMITS, &counts)
        .and_then(|()| commands(&goodevent, &large, large::LIMITS, &counts))
        .and_then(|()| decoders(&plain, scale, &counts));
    if let Err(error) = measured {
        eprintln!("error: {error:#}");
        return ExitCode::from(2);
    }
    let (n_passed, n_failed) = (counts.n_passed.into_inner(), counts.n_failed.into_inner());
    println!("{n_passed} passed, {n_failed} failed");
    ExitCode::from(u8::from(n_failed > 0))
}

#[derive(Debug, Default)]
struct Counts {
    n_passed: AtomicUsize,
    n_failed: AtomicUsize,
}

impl Counts {
    fn count(&self, is_passed: bool) {
        (if is_passed { &self.n_passed } else { &self.n_failed }).fetch_add(1, Ordering::Relaxed);
    }
}

fn commands(goodevent: &Path, registries: &[Registry], limits: Limits, counts: &Counts) -> Result<()> {
    if registries.is_empty() {
        return Ok(());
    }
    println!("{:34} {}", "milliseconds of", COMMANDS.map(|command| format!("{command:>16}")).join(" "));
    let report = |cells: Vec<Cell>| {
        let shown = |cell: &Cell| match cell.fault {
            None => format!("{:>16}", cell.cpu.as_millis()),
            Some(_) => format!("{:>16}", "FAILED"),
        };
        let mut text = format!("{:34} {}", cells[0].registry, cells.iter().map(shown).collect::<Vec<_>>().join(" "));
        for cell in &cells {
            counts.count(cell.fault.is_none());
            if let Some(fault) = &cell.fault {
                text.push_str(&format!("\n  {}: {fault}", cell.command));
            }
        }
        println!("{text}");
    };
    measure(goodevent, registries, limits, &report)
}

fn decoders(registries: &[Registry], scale: Scale, counts: &Counts) -> Result<()> {
    println!();
    println!(
        "{:34} {:>8} {:>8} {:>8} {:>12} {:>8} {:>10}",
        "milliseconds of the decoder of", "200 B", "64 KB", "1 MB", "serde_json ×", "valid", "undecided"
    );
    let report = |row: Row| {
        counts.count(row.faults.is_empty());
        let times: Vec<String> =
            row.longest.iter().map(|time| format!("{:>8.1}", time.as_secs_f64() * 1_000.0)).collect();
        let (times, of) = (times.join(" "), row.n_payloads);
        println!(
            "{:34} {times} {:>12.1} {:>8} {:>10} of {of}",
            row.registry, row.max_ratio, row.n_valid, row.n_undecided
        );
        for fault in row.faults.iter().take(3) {
            println!("  FAILED: {fault}");
        }
    };
    let rejected = time(registries, scale, &report)?;
    println!("{} contracts have no decoder, since `generate` rejects them", rejected.len());
    Ok(())
}
