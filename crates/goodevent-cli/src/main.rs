//! The `goodevent` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    goodevent_cli::run(std::env::args_os()).into()
}
