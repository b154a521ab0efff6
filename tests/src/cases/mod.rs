//! Folders of cases: small inputs, each of which shows a fault that goodevent had, or must not get.
//!
//! A folder has up to four parts: `schemas/`, `compat/`, `cli/` and `rust/`, a module for each. What a case has to print
//! is in an expectation of its name (`NAME.expected`), beside the case or in the project's `tests/cases/`.

mod compat;
mod consumers;
mod expected;
mod schemas;
mod scripts;

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use crate::limits::{Finished, Limits};

pub use self::schemas::MODULE;

/// The outcome of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// All that it must do, it does.
    Passed,
    /// Everything that it does wrong.
    Failed(Vec<String>),
    /// Nothing says what it must do; why.
    Skipped(String),
}

impl Outcome {
    fn of(faults: Vec<String>) -> Self {
        if faults.is_empty() { Self::Passed } else { Self::Failed(faults) }
    }
}

/// A case that was judged.
#[derive(Debug, Clone)]
pub struct Judged {
    /// Its part of the folder and its name: `schemas/dot`.
    pub name: String,
    /// Its outcome.
    pub outcome: Outcome,
}

/// The folder of the cases, and the tools that judge them.
#[derive(Debug)]
pub struct Bench {
    /// The folder of cases.
    pub folder: PathBuf,
    /// The folder of the `goodevent` command.
    pub bin: PathBuf,
    /// A folder to work in.
    pub work: PathBuf,
    /// Only cases whose name contains this are run.
    pub filter: String,
}

impl Bench {
    /// Judges the cases of every part of the folder, and tells them part by part, in order.
    ///
    /// # Errors
    /// If the folder can't be read, the work folder can't be written, or a program of the toolchain can't be started.
    pub fn run(&self, tell: &mut dyn FnMut(Judged)) -> io::Result<()> {
        for run in [schemas::run, compat::run, scripts::run, consumers::run] {
            run(self)?.into_iter().for_each(&mut *tell);
        }
        Ok(())
    }

    /// Files of a part with an extension, by their names without it, but for those that the filter leaves out.
    fn files(&self, part: &str, extension: &str) -> io::Result<Vec<(String, PathBuf)>> {
        let folder = self.folder.join(part);
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        let mut files = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let is_wanted = format!("{part}/{stem}").contains(&self.filter);
            if is_wanted && path.extension().is_some_and(|own| own == extension) {
                files.push((stem, path));
            }
        }
        files.sort();
        Ok(files)
    }

    /// The command, to be given arguments.
    fn goodevent(&self) -> Command {
        let mut command = Command::new(self.bin.join("goodevent"));
        command.env("NO_COLOR", "1").env_remove("RUST_BACKTRACE");
        command
    }

    /// The text that a case has to print: from the file beside it, else from the project.
    fn expectation(&self, part: &str, name: &str) -> io::Result<Option<String>> {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
        let file = |root: &Path| root.join(part).join(format!("{name}.expected"));
        let path = [file(&self.folder), file(&project)].into_iter().find(|path| path.is_file());
        path.map(fs::read_to_string).transpose()
    }
}

/// The code of the process of which this module's programs are part, if it was started for a part of a case.
#[must_use]
pub fn serve() -> Option<ExitCode> {
    crate::limits::supervise().or_else(schemas::serve)
}

/// Runs a command within the limits of a case, and adds what it does wrong, whatever it is for.
fn run_within(
    limits: Limits,
    command: &Command,
    input: &[u8],
    what: &str,
    faults: &mut Vec<String>,
) -> io::Result<Finished> {
    let finished = limits.run(command, input)?;
    faults.extend(limits.fault(&finished).map(|fault| format!("{what} {fault}")));
    Ok(finished)
}

/// At most the beginning of a text, on one line.
fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= 160 { line } else { format!("{}…", line.chars().take(160).collect::<String>()) }
}
