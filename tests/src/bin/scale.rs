//! The cost of one more element, by shape and command: `cargo xtask bench scale [--only TEXT] [--command NAME,NAME]`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to its user")]

use std::{env, process::ExitCode};

use goodevent_tests::{
    limits,
    scale::{MAX_RATIO, Row, measure},
};

fn main() -> ExitCode {
    if let Some(code) = limits::supervise() {
        return code;
    }
    let args: Vec<String> = env::args().skip(1).collect();
    let option = |name: &str| args.windows(2).find(|pair| pair[0] == name).map(|pair| pair[1].clone());
    let (shape, commands) = (option("--only").unwrap_or_default(), option("--command"));
    let is_wanted = |name: &str, command: &str| {
        let is_named = |commands: &String| commands.split(',').any(|wanted| wanted == command);
        name.contains(&shape) && commands.as_ref().is_none_or(is_named)
    };
    let Ok(own) = env::current_exe() else { return ExitCode::from(2) };
    let goodevent = own.with_file_name(format!("goodevent{}", env::consts::EXE_SUFFIX));
    println!("processor time in ms, and the cost of an element in relation to that at the scale before\n");
    println!("| elements | command | 1x | 10x | 100x | 10x/1x | 100x/10x | |");
    println!("|---|---|---|---|---|---|---|---|");
    let (mut n_rows, mut n_growing, mut n_failed) = (0, 0, 0);
    let mut report = |row: Row| {
        n_rows += 1;
        n_growing += usize::from(row.is_superlinear());
        n_failed += usize::from(row.fault.is_some());
        print(&row);
    };
    if let Err(error) = measure(&goodevent, &is_wanted, &mut report) {
        eprintln!("error: {error:#}");
        return ExitCode::from(2);
    }
    println!("\n{n_rows} rows, {n_growing} grow by more than {MAX_RATIO}, {n_failed} failed");
    // A machine that has other things to do is no failure: what grows is printed, never asserted.
    ExitCode::from(u8::from(n_failed > 0))
}

fn print(row: &Row) {
    let [one, ten, hundred] = row.work.map(|work| format!("{:.1}", work.as_secs_f64() * 1e3));
    let ratio = |idx| row.ratio(idx).map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}"));
    let verdict = match &row.fault {
        Some(fault) => format!("FAILED: {fault}"),
        None if row.is_superlinear() => "GROWS".to_owned(),
        None => String::new(),
    };
    println!(
        "| {} {} | {} | {one} | {ten} | {hundred} | {} | {} | {verdict} |",
        row.unit,
        row.shape,
        row.command,
        ratio(1),
        ratio(2)
    );
}
