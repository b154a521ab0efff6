//! Folders with nothing but outputs: brought up to date, or compared.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use goodevent_json::escape;

use super::{
    beside::Written,
    error::{OutputError, WriteError},
    manifest,
    mark::Files,
    plan::{EDITABLE, Plan, There, there},
};
use crate::{
    exclusive::exclusive,
    files::{self, MAX_OUTPUT_BYTES},
    places,
    staging::{Change, Job},
    unfinished::make_folder,
};

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
/// that it does not generate any more.
///
/// A file that no run wrote, or that changed since, is never replaced or removed, except at or below one of the `adopted`
/// paths. A `Cargo.toml` that the user has edited is left as it is. The next run completes a killed one.
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

/// Compares `folder` with `files`, the outputs of the registry `from` if there is one, and with its manifest.
///
/// # Errors
/// If the folder cannot be read, or belongs to another registry.
pub fn verify(folder: &Path, files: &Files, from: Option<&Path>) -> Result<Vec<Difference>, OutputError> {
    let plan = Plan::of(folder, files, from, &[])?;
    let mut differences = Vec::new();
    let unchanged: BTreeSet<&String> = plan.unchanged.iter().collect();
    let is_left = |path: &str| plan.is_edited && path == EDITABLE;
    for path in files.keys().filter(|path| !unchanged.contains(path) && !is_left(path)) {
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
    // A manifest that differs because its files differ is not reported separately.
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
