//! The changes that bring a folder up to date, computed before anything is written.
//!
//! A file is replaced or removed only if a run wrote it and it did not change since. In a folder without a manifest,
//! which an older version wrote, the mark in the first line replaces the manifest, and only for files to be replaced.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf, absolute},
};

use goodevent_schema::output::fault;

use super::{
    error::{OutputError, WriteError},
    manifest::{self, Manifest},
    mark::{Files, has_mark, is_same},
};
use crate::{
    files::{self, MAX_OUTPUT_BYTES},
    places,
};

/// The file that is written once for the user, who may edit it: it is then left alone.
pub(super) const EDITABLE: &str = "Cargo.toml";

/// Whether a folder has an [`EDITABLE`] file that no run wrote, or that changed since.
fn edited(folder: &Path, manifest: Option<&Manifest>) -> io::Result<bool> {
    Ok(match there(folder, EDITABLE)? {
        There::Nothing => false,
        There::Other => true,
        There::File(bytes) => !manifest.is_some_and(|manifest| manifest.has(EDITABLE, &bytes)),
    })
}

/// The files of a folder, by their outcome.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// New, or to be replaced.
    pub(super) write: Vec<String>,
    /// As they are to be.
    pub(super) unchanged: Vec<String>,
    /// Written by an earlier run, and not needed any more.
    pub(super) remove: Vec<String>,
    /// In the way, and not written by a run, or changed since.
    pub(super) foreign: Vec<String>,
    /// Generated, as their first line says, and not needed any more, but in no manifest.
    pub(super) left: Vec<String>,
    /// The user has edited the [`EDITABLE`] file.
    pub(super) is_edited: bool,
    /// The manifest as it is.
    pub(super) manifest: Option<Manifest>,
    /// All that is ours, as it is and as it is to be.
    pub(super) both: Manifest,
    /// The manifest as it is to be.
    pub(super) done: Manifest,
}

impl Plan {
    /// Compares a folder with the files that it is to hold, made of the registry `from`. Those below `adopted` count as
    /// written by a run.
    pub(super) fn of(
        folder: &Path,
        files: &Files,
        from: Option<&Path>,
        adopted: &[PathBuf],
    ) -> Result<Self, OutputError> {
        let failed = |path: &str| {
            let path = folder.join(path);
            move |source| WriteError { path, source }
        };
        places::judge_output(folder).map_err(|source| WriteError { path: folder.to_owned(), source })?;
        let manifest = Manifest::read(folder).map_err(failed(manifest::FILE))?;
        let edited = edited(folder, manifest.as_ref()).map_err(failed(EDITABLE))?;
        let wanted = |path: &str| !(edited && path == EDITABLE);
        let from = from.and_then(|root| places::way(folder, root));
        if let Some(other) = manifest.as_ref().and_then(|manifest| manifest.from.as_ref())
            && from.as_ref().is_some_and(|from| from != other)
            && places::is_registry(&folder.join(other))
            && !is_below(folder, adopted)
        {
            return Err(OutputError::OfOther { folder: folder.to_owned(), registry: folder.join(other) });
        }
        let done = Manifest::of(files.iter().filter(|(path, _)| wanted(path)), from);
        let mut plan = Self { both: done.clone(), done, is_edited: edited, ..Self::default() };
        let is_ours = |path: &str, bytes: &[u8]| {
            let is_known = manifest.as_ref().map_or_else(|| has_mark(bytes), |manifest| manifest.has(path, bytes));
            is_known || is_below(&folder.join(path), adopted)
        };
        for (path, text) in files.iter().filter(|(path, _)| wanted(path)) {
            let bytes = match there(folder, path).map_err(failed(path))? {
                There::Nothing => {
                    plan.write.push(path.clone());
                    continue;
                }
                There::Other => {
                    plan.foreign.push(path.clone());
                    continue;
                }
                There::File(bytes) => bytes,
            };
            let list = match is_same(&bytes, text) {
                true => &mut plan.unchanged,
                false if is_ours(path, &bytes) => &mut plan.write,
                false => &mut plan.foreign,
            };
            list.push(path.clone());
            plan.both.add(path, manifest::digest(&bytes));
        }
        let obsolete = manifest.iter().flat_map(Manifest::paths).filter(|path| !files.contains_key(*path));
        for path in obsolete.filter(|path| wanted(path)) {
            match there(folder, path).map_err(failed(path))? {
                There::Nothing => {}
                There::File(bytes) if is_ours(path, &bytes) => {
                    plan.both.add(path, manifest::digest(&bytes));
                    if !is_same_file(folder, path, files) {
                        plan.remove.push(path.to_owned());
                    }
                }
                There::File(_) | There::Other => plan.foreign.push(path.to_owned()),
            }
        }
        if manifest.is_none() {
            plan.left = marked_beside(folder, files);
        }
        plan.manifest = manifest;
        Ok(plan)
    }
}

/// The kind of file at a path.
pub(super) enum There {
    Nothing,
    File(Vec<u8>),
    /// A folder or a link, or one of them or a file where a folder has to be: whatever lies behind is not ours.
    Other,
}

pub(super) fn there(folder: &Path, path: &str) -> io::Result<There> {
    if fault(path).is_some() {
        return Ok(There::Other);
    }
    let mut at = folder.to_owned();
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        at.push(part);
        let facts = match fs::symlink_metadata(&at) {
            Ok(facts) => facts,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(There::Nothing),
            Err(error) => return Err(error),
        };
        match parts.peek() {
            Some(_) if facts.is_dir() => {}
            None if facts.is_file() => return Ok(There::File(files::read_plain(&at, MAX_OUTPUT_BYTES)?)),
            _ => return Ok(There::Other),
        }
    }
    Ok(There::Nothing)
}

/// Tests if a path is another spelling of one of the files, on systems whose file names ignore case.
fn is_same_file(folder: &Path, path: &str, files: &Files) -> bool {
    let place = |path: &str| fs::canonicalize(folder.join(path)).ok();
    let mut others = files.keys().filter(|other| other.eq_ignore_ascii_case(path));
    others.any(|other| place(other).is_some_and(|other| Some(other) == place(path)))
}

fn is_below(path: &Path, folders: &[PathBuf]) -> bool {
    let Ok(path) = absolute(path) else { return false };
    folders.iter().filter_map(|folder| absolute(folder).ok()).any(|folder| path.starts_with(folder))
}

/// Files with our mark that are not to be there, in the folders that hold those which are.
fn marked_beside(folder: &Path, files: &Files) -> Vec<String> {
    let parents: BTreeSet<&str> =
        files.keys().map(|path| path.rsplit_once('/').map_or("", |(parent, _)| parent)).collect();
    let mut left = Vec::new();
    for parent in parents {
        let entries = fs::read_dir(folder.join(parent)).into_iter().flatten().flatten();
        for entry in entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file())) {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if parent.is_empty() { name } else { format!("{parent}/{name}") };
            if !files.contains_key(&path)
                && files::read_plain(&entry.path(), MAX_OUTPUT_BYTES).is_ok_and(|bytes| has_mark(&bytes))
            {
                left.push(path);
            }
        }
    }
    left.sort();
    left
}
