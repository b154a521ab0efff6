//! Hostile contracts through every command: `cargo xtask hostile [--small] [NAME]`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to its user")]

use std::{
    env,
    process::ExitCode,
    sync::atomic::{AtomicUsize, Ordering},
};

use goodevent_tests::{
    hostile::{
        COMMANDS, Cell, measure,
        registries::{Registry, Scale, all},
    },
    limits,
};

fn main() -> ExitCode {
    if let Some(code) = limits::supervise() {
        return code;
    }
    let args: Vec<String> = env::args().skip(1).collect();
    let is_small = args.iter().any(|arg| arg == "--small");
    let wanted: Vec<&String> = args.iter().filter(|arg| *arg != "--small").collect();
    let is_wanted = |name: &str| wanted.iter().all(|part| name.contains(part.as_str()));
    let registries = all(if is_small { Scale::Small } else { Scale::Full });
    let registries: Vec<Registry> = registries.into_iter().filter(|own| is_wanted(&own.name)).collect();
    if registries.is_empty() {
        eprintln!("error: no registry has a name with {wanted:?}");
        return ExitCode::from(2);
    }
    let Ok(own) = env::current_exe() else { return ExitCode::from(2) };
    let goodevent = own.with_file_name(format!("goodevent{}", env::consts::EXE_SUFFIX));
    let (n_passed, n_failed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    println!("{:30} {}", "milliseconds of", COMMANDS.map(|command| format!("{command:>16}")).join(" "));
    let report = |cells: Vec<Cell>| {
        let shown = |cell: &Cell| match cell.fault {
            None => format!("{:>16}", cell.cpu.as_millis()),
            Some(_) => format!("{:>16}", "FAILED"),
        };
        let mut text = format!("{:30} {}", cells[0].registry, cells.iter().map(shown).collect::<Vec<_>>().join(" "));
        for cell in &cells {
            match &cell.fault {
                None => n_passed.fetch_add(1, Ordering::Relaxed),
                Some(fault) => {
                    text.push_str(&format!("\n  {}: {fault}", cell.command));
                    n_failed.fetch_add(1, Ordering::Relaxed)
                }
            };
        }
        println!("{text}");
    };
    if let Err(error) = measure(&goodevent, &registries, &report) {
        eprintln!("error: {error:#}");
        return ExitCode::from(2);
    }
    let (n_passed, n_failed) = (n_passed.into_inner(), n_failed.into_inner());
    println!("{n_passed} passed, {n_failed} failed");
    ExitCode::from(u8::from(n_failed > 0))
}
