//! The errors of writing files.

use std::{io, path::PathBuf};

use crate::places::shown;

/// A file that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write `{}`: check that the folder exists and that you may write there", shown(.path))]
pub struct WriteError {
    /// The file.
    pub path: PathBuf,
    /// The error of the operating system.
    pub source: io::Error,
}

/// A folder that cannot be updated.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// Files are in the way that no run wrote, or that changed since. Nothing was written.
    #[error(
        "{}: not written by goodevent, or changed since; nothing was written:{}\n  = help: move or remove your own files; `--adopt PATH` replaces a file, or all files below a folder, that was generated and then changed, such as by a merge",
        counted(.0.len()), listed(.0)
    )]
    Foreign(Vec<PathBuf>),
    /// The folder contains the outputs of another existing registry. Nothing was written.
    #[error(
        "`{}` contains the outputs of the registry at `{}`\n  = help: give each registry a folder of its own with `--out`; `goodevent generate --adopt {}` replaces them",
        shown(.folder), shown(.registry), shown(.folder)
    )]
    OfOther {
        /// The folder of outputs.
        folder: PathBuf,
        /// The registry.
        registry: PathBuf,
    },
}

fn counted(n_files: usize) -> String {
    if n_files == 1 { "1 file is in the way".to_owned() } else { format!("{n_files} files are in the way") }
}

fn listed(files: &[PathBuf]) -> String {
    files.iter().map(|file| format!("\n  {}", shown(file))).collect()
}
