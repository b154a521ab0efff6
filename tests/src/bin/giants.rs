//! Measures every command over the largest schemas of the field: `cargo xtask giants [NAME]`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to its user")]

use std::{env, path::Path, process::ExitCode};

use anyhow::Context as _;
use goodevent_tests::{
    giants::{self, Run},
    limits,
};

fn main() -> ExitCode {
    if let Some(code) = limits::supervise() {
        return code;
    }
    match measured() {
        Ok((n_passed, n_failed)) => {
            println!("{n_passed} passed, {n_failed} failed");
            ExitCode::from(u8::from(n_failed > 0))
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn measured() -> anyhow::Result<(usize, usize)> {
    let wanted: Vec<String> = env::args().skip(1).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the tests lie in the repository")?;
    let own = env::current_exe()?;
    let goodevent = own.with_file_name(format!("goodevent{}", env::consts::EXE_SUFFIX));
    let (mut n_passed, mut n_failed) = (0, 0);
    println!("{:12} {:>9} {:16} {:>8} {:>8}  outcome", "schema", "bytes", "command", "CPU s", "MiB");
    giants::measure(root, &goodevent, &wanted, &mut |Run { giant, n_bytes, command, cpu, peak_bytes, fault }| {
        let outcome = fault.as_deref().map_or_else(|| "passed".to_owned(), |fault| format!("FAILED: {fault}"));
        let (cpu_s, peak_mib) = (cpu.as_secs_f64(), peak_bytes >> 20);
        println!("{giant:12} {n_bytes:>9} {command:16} {cpu_s:>8.2} {peak_mib:>8}  {outcome}");
        *(if fault.is_none() { &mut n_passed } else { &mut n_failed }) += 1;
    })?;
    Ok((n_passed, n_failed))
}
