//! Writes files completely or not at all, only if they change, and replaces only files of an earlier run.

mod manifest;
mod plan;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

pub use crate::staged::write_together;

use goodevent_json::escape;

use self::plan::{Plan, There, there};
use crate::{
    exclusive::exclusive,
    files::{self, MAX_OUTPUT_BYTES},
    places::{self, shown},
    staging::{Change, Job},
    unfinished::make_folder,
};

/// Files by their path below a folder, with `/` between its parts.
pub type Files = BTreeMap<String, String>;

/// Files by their outcome.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// New or changed.
    pub written: Vec<String>,
    /// Unchanged.
    pub unchanged: Vec<String>,
    /// Removed, because they are no longer generated.
    pub removed: Vec<String>,
    /// No longer generated, but written by a version without manifest: they stay.
    pub left: Vec<String>,
}

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

/// Difference between a file and its expected content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The file is missing.
    Missing(String),
    /// The file is obsolete.
    Stale(String),
    /// A folder, a link or a special file has its path, or that of one of its folders.
    InTheWay(String),
    /// The content differs.
    Changed {
        /// The file.
        path: String,
        /// A unified diff from what is there to what should be.
        diff: String,
    },
}

impl Difference {
    /// Path of the file below the folder.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Missing(path) | Self::Stale(path) | Self::InTheWay(path) | Self::Changed { path, .. } => path,
        }
    }
}

/// Writes `files`, the outputs of the registry `from` if there is one, into `folder`, and removes files of an earlier run
/// that are no longer among them.
///
/// A file that no run wrote, or that changed since, is never replaced or removed, except at or below one of the `adopted`
/// paths. The next run completes a killed one.
///
/// # Errors
/// If a file is in the way, or the folder belongs to another registry, before anything is written; or if a file cannot be
/// written or removed, and then no file is incomplete.
pub fn write(folder: &Path, files: &Files, from: Option<&Path>, adopted: &[PathBuf]) -> Result<Written, OutputError> {
    places::judge_output(folder).map_err(|source| WriteError { path: folder.to_owned(), source })?;
    let first = || folder.join(files.keys().next().map_or(manifest::FILE, String::as_str));
    // If nothing is written, nothing is left.
    let _made = make_folder(folder).map_err(|source| WriteError { path: first(), source })?;
    write_alone(folder, files, from, adopted)
}

fn write_alone(folder: &Path, files: &Files, from: Option<&Path>, adopted: &[PathBuf]) -> Result<Written, OutputError> {
    let _alone = exclusive(folder)?;
    let plan = Plan::of(folder, files, from, adopted)?;
    if !plan.foreign.is_empty() {
        return Err(OutputError::Foreign(plan.foreign.iter().map(|path| folder.join(path)).collect()));
    }
    let is_changed = !plan.write.is_empty() || !plan.remove.is_empty();
    let mut change = Change::of(folder);
    let real = change.folder().to_owned();
    let job = |path: &str, text: &str| {
        let (named, target) = (folder.join(path), real.join(path));
        Job { named, target, bytes: text.to_owned() }
    };
    if is_changed {
        // Both count until all is done: wherever this ends, the next run knows its files.
        change.write(job(manifest::FILE, &plan.both.to_text()))?;
        plan.write.iter().try_for_each(|path| change.write(job(path, &files[path])))?;
        plan.remove.iter().for_each(|path| change.remove(folder.join(path), real.join(path)));
    }
    if is_changed || plan.manifest.as_ref() != Some(&plan.done) {
        change.write(job(manifest::FILE, &plan.done.to_text()))?;
    }
    change.make()?;
    Ok(Written { written: plan.write, unchanged: plan.unchanged, removed: plan.remove, left: plan.left })
}

/// Writes `files` into a folder with other content, such as cargo's folder for build scripts.
///
/// # Errors
/// If a file cannot be written, leads out of the folder, or exists and was not generated.
pub fn write_beside(folder: &Path, files: &Files) -> Result<Written, WriteError> {
    let mut done = Written::default();
    for (path, text) in files {
        let target = folder.join(path);
        match files::read(&target, MAX_OUTPUT_BYTES) {
            Ok(old) if plan::is_same(&old, text) => {
                done.unchanged.push(path.clone());
                continue;
            }
            Ok(old) if !plan::has_mark(&old) => {
                let why = "it was not generated by goodevent: name another file, or remove this one";
                let source = io::Error::new(io::ErrorKind::AlreadyExists, why);
                return Err(WriteError { path: target, source });
            }
            Err(source) if source.kind() != io::ErrorKind::NotFound => return Err(WriteError { path: target, source }),
            _ => {}
        }
        done.written.push(path.clone());
    }
    if done.written.is_empty() {
        return Ok(done);
    }
    let first = || folder.join(&done.written[0]);
    fs::create_dir_all(folder).map_err(|source| WriteError { path: first(), source })?;
    let alone = exclusive(folder)?;
    write_together(&alone, &[], done.written.iter().map(|path| (folder.join(path), &files[path])))?;
    Ok(done)
}

/// Compares `folder` with `files`, the outputs of the registry `from` if there is one, and with its manifest.
///
/// # Errors
/// If the folder cannot be read, or belongs to another registry.
pub fn verify(folder: &Path, files: &Files, from: Option<&Path>) -> Result<Vec<Difference>, OutputError> {
    let plan = Plan::of(folder, files, from, &[])?;
    let mut differences = Vec::new();
    let unchanged: BTreeSet<&String> = plan.unchanged.iter().collect();
    for path in files.keys().filter(|path| !unchanged.contains(path)) {
        let failed = |source| WriteError { path: folder.join(path), source };
        differences.push(match there(folder, path).map_err(failed)? {
            There::Nothing => Difference::Missing(path.clone()),
            There::Other => Difference::InTheWay(path.clone()),
            There::File(old) => {
                let diff = diff(path, &String::from_utf8_lossy(&old), &files[path]);
                Difference::Changed { path: path.clone(), diff }
            }
        });
    }
    let stale = plan.remove.iter().chain(plan.foreign.iter().filter(|path| !files.contains_key(*path)));
    differences.extend(stale.chain(&plan.left).map(|path| Difference::Stale(path.clone())));
    // A manifest that is wrong because the files are is no fault of its own.
    let is_current = plan.manifest.as_ref() == Some(&plan.done);
    if differences.is_empty() && !is_current {
        let path = manifest::FILE.to_owned();
        differences.push(match files::read_plain(&folder.join(&path), MAX_OUTPUT_BYTES) {
            Err(_) => Difference::Missing(path),
            Ok(old) => {
                let old = String::from_utf8_lossy(&old);
                Difference::Changed { diff: diff(&path, &old, &plan.done.to_text()), path }
            }
        });
    }
    Ok(differences)
}

/// Current bytes of a generated file; none if it is missing, or not a regular file below the folder.
#[must_use]
pub fn current(folder: &Path, path: &str) -> Vec<u8> {
    match there(folder, path) {
        Ok(There::File(bytes)) => bytes,
        Ok(There::Nothing | There::Other) | Err(_) => Vec::new(),
    }
}

/// The difference from `old` to `new`, as a unified diff.
#[must_use]
pub fn diff(path: &str, old: &str, new: &str) -> String {
    // Line ends do not count.
    let (old, new) = (old.replace("\r\n", "\n"), new.replace("\r\n", "\n"));
    let (diff, path) = (similar::TextDiff::from_lines(&old, &new), escape::line(path));
    diff.unified_diff().context_radius(2).header(&path, &path).to_string()
}

#[cfg(test)]
mod tests;
