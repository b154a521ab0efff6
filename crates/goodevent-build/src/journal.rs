//! The moves of staged files, recorded before the first one: the next run completes the moves of a killed one, so that
//! all files are written, or none.
//!
//! A journal can come with a pull request. Each file is therefore identified by values that cannot be known in advance:
//! its device, its inode and the time of its last change. If one of them differs, nothing is moved.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use crate::files;

/// Name of the journal, in the folder of the staged files.
const FILE: &str = "journal";

/// More than this is not a journal.
const MAX_BYTES: usize = 256 << 20;

/// A change of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// A staged file gets to its place.
    Move { staged: PathBuf, target: PathBuf },
    /// A file goes.
    Remove { target: PathBuf },
}

impl Step {
    fn target(&self) -> &Path {
        match self {
            Self::Move { target, .. } | Self::Remove { target } => target,
        }
    }

    /// The file that is not there any more when the step was taken.
    fn taken(&self) -> &Path {
        match self {
            Self::Move { staged, .. } => staged,
            Self::Remove { target } => target,
        }
    }
}

/// Writes the journal of several steps, if files can be told apart later; one step is taken or not.
pub(crate) fn write(folder: &Path, staging: &Path, steps: &[Step]) -> io::Result<()> {
    let Some(text) = (steps.len() > 1).then(|| text(folder, steps)).flatten() else { return Ok(()) };
    let mut file = File::create_new(staging.join(FILE))?;
    file.write_all(&text)?;
    file.sync_data()
}

/// The text of a journal; `None` if it can't be told later whether the files are the same.
fn text(folder: &Path, steps: &[Step]) -> Option<Vec<u8>> {
    let mut parts: Vec<Vec<u8>> = vec![bytes(&fs::canonicalize(folder).ok()?)];
    for step in steps {
        let kind = if matches!(step, Step::Move { .. }) { "move" } else { "remove" };
        parts.push(kind.into());
        parts.push(bytes(step.taken()));
        parts.push(identity(step.taken())?.into());
        parts.push(bytes(step.target()));
        parts.push(identity(step.target()).unwrap_or_default().into());
    }
    parts.push("end".into());
    Some(parts.join(&0))
}

/// The steps that a killed run has not taken, if all files are as it left them.
pub(crate) fn left(folder: &Path, staging: &Path) -> Option<Vec<Step>> {
    let text = files::read_plain(&staging.join(FILE), MAX_BYTES).ok()?;
    let parts: Vec<&[u8]> = text.split(|byte| *byte == 0).collect();
    let (own, parts) = parts.split_first()?;
    let (end, parts) = parts.split_last()?;
    let is_whole = *end == b"end" && parts.len() % 5 == 0 && path(own) == fs::canonicalize(folder).ok();
    let mut targets: BTreeSet<PathBuf> = BTreeSet::new();
    let mut left = Vec::new();
    for part in parts.chunks_exact(5).take_while(|_| is_whole) {
        let [kind, taken, before, target, replaced] = *part else { return None };
        let (taken, target) = (path(taken)?, path(target)?);
        // A target of two steps is as the first one left it.
        let is_new = targets.insert(target.clone());
        if fs::symlink_metadata(&taken).is_err() {
            // A file that is removed may have left its folder.
            left.extend((kind == b"remove").then_some(Step::Remove { target }));
            continue;
        }
        let is_same = identity(&taken).is_some_and(|own| own.as_bytes() == before)
            && (!is_new || identity(&target).unwrap_or_default().as_bytes() == replaced)
            && !target.ancestors().skip(1).any(files::is_link);
        if !is_same {
            return None;
        }
        left.push(if kind == b"move" { Step::Move { staged: taken, target } } else { Step::Remove { target } });
    }
    is_whole.then_some(left)
}

#[cfg(unix)]
fn identity(path: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let facts = fs::symlink_metadata(path).ok()?;
    Some(format!("{}:{}:{}.{:09}", facts.dev(), facts.ino(), facts.ctime(), facts.ctime_nsec()))
}

#[cfg(unix)]
fn bytes(path: &Path) -> Vec<u8> {
    std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_owned()
}

#[cfg(unix)]
fn path(bytes: &[u8]) -> Option<PathBuf> {
    let path: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(bytes);
    Some(path.into())
}

/// Elsewhere files have no such identity, so that a killed run leaves what it had moved.
#[cfg(not(unix))]
fn identity(_: &Path) -> Option<String> {
    None
}

#[cfg(not(unix))]
fn bytes(path: &Path) -> Vec<u8> {
    path.as_os_str().as_encoded_bytes().to_owned()
}

#[cfg(not(unix))]
fn path(_: &[u8]) -> Option<PathBuf> {
    None
}
