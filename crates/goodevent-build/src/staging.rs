//! Writes files together, all or none: each is complete in a staging folder before the first is moved to its path.
//!
//! A full disk is detected while files are staged. A signal ends the process before the first file is moved, or after
//! the last one. A run that is killed between them leaves a [`journal`]; the next run completes it, and removes the
//! files of a run that was killed before.

use std::{
    fs::{self, File, Metadata},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use crate::{
    journal::{self, Step},
    output::WriteError,
    unfinished::{FOLDER, Unfinished, step},
};

/// Takes the steps that a killed run left, or removes its files. No other process writes in the folder.
pub(crate) fn settle(folder: &Path) {
    // As the journal names it.
    let folder = &fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let staging = Unfinished::begin(folder.join(FOLDER));
    if let Some(steps) = journal::left(folder, staging.path()) {
        let _held = step();
        // A step that fails leaves its file as it was.
        let _ = steps.iter().try_for_each(|step| take(folder, step));
    }
}

/// Whether a run was killed, or still runs.
pub(crate) fn is_there(folder: &Path) -> bool {
    fs::symlink_metadata(folder.join(FOLDER)).is_ok()
}

/// A file that is to be written.
pub(crate) struct Job<B> {
    /// The path that the user knows.
    pub(crate) named: PathBuf,
    /// The same behind links.
    pub(crate) target: PathBuf,
    pub(crate) bytes: B,
}

/// Files that are written and removed together. A file that is there keeps its mode.
pub(crate) struct Change {
    folder: PathBuf,
    staging: Unfinished,
    steps: Vec<Step>,
    /// The path of each step as the user knows it.
    named: Vec<PathBuf>,
}

impl Change {
    /// None yet. Files are staged in `folder`, in which no other process writes.
    pub(crate) fn of(folder: &Path) -> Self {
        let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        let staging = Unfinished::begin(folder.join(FOLDER));
        Self { folder, staging, steps: Vec::new(), named: Vec::new() }
    }

    /// Stages a file.
    pub(crate) fn write<B: AsRef<[u8]>>(&mut self, job: Job<B>) -> Result<(), WriteError> {
        let Job { named, target, bytes } = job;
        let staged = self.staging.path().join(self.steps.len().to_string());
        match stage(self.staging.path(), &staged, &target, bytes.as_ref()) {
            Ok(()) => self.steps.push(Step::Move { staged, target }),
            Err(source) => return Err(WriteError { path: named, source }),
        }
        self.named.push(named);
        Ok(())
    }

    /// Has a file removed, with the folders that it leaves empty.
    pub(crate) fn remove(&mut self, named: PathBuf, target: PathBuf) {
        self.steps.push(Step::Remove { target });
        self.named.push(named);
    }

    /// The folder behind links.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Moves and removes the files, in their order.
    pub(crate) fn make(self) -> Result<(), WriteError> {
        let _held = step();
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| WriteError { path, source }
        };
        journal::write(&self.folder, self.staging.path(), &self.steps).map_err(failed(&self.folder))?;
        for (step, named) in self.steps.iter().zip(&self.named) {
            take(&self.folder, step).map_err(failed(named))?;
        }
        Ok(())
    }
}

/// Writes all files in their order, or none of them if the disk is too full.
pub(crate) fn write<B: AsRef<[u8]>>(folder: &Path, files: impl IntoIterator<Item = Job<B>>) -> Result<(), WriteError> {
    let mut change = Change::of(folder);
    files.into_iter().try_for_each(|job| change.write(job))?;
    change.make()
}

fn stage(folder: &Path, path: &Path, target: &Path, bytes: &[u8]) -> io::Result<()> {
    let _held = step();
    fs::create_dir_all(folder)?;
    let old = fs::symlink_metadata(target).ok().filter(Metadata::is_file);
    let mut file = create(path, old.as_ref())?;
    file.write_all(bytes)?;
    if let Some(old) = old {
        keep_owner(&file, &old);
        file.set_permissions(old.permissions())?;
    }
    // Some file systems report only here that there is no room.
    file.sync_data()
}
/// Creates a file, which nobody but its owner can read until it has the mode of the one that it replaces.
#[cfg(unix)]
fn create(path: &Path, old: Option<&Metadata>) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    File::options().write(true).create_new(true).mode(if old.is_some() { 0o600 } else { 0o666 }).open(path)
}

#[cfg(not(unix))]
fn create(path: &Path, _: Option<&Metadata>) -> io::Result<File> {
    File::options().write(true).create_new(true).open(path)
}

/// Gives a file the owner of the one that it replaces, where the user may do that.
#[cfg(unix)]
fn keep_owner(file: &File, old: &Metadata) {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    // Most users may not, and then the file is theirs.
    let _ = fchown(file, Some(old.uid()), Some(old.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) {}

fn take(folder: &Path, step: &Step) -> io::Result<()> {
    match step {
        Step::Move { staged, target } => place(staged, target),
        Step::Remove { target } => {
            let removed = fs::remove_file(target).or_else(|error| match error.kind() {
                io::ErrorKind::NotFound => Ok(()),
                _ => Err(error),
            });
            removed.inspect(|()| remove_empty_parents(folder, target))
        }
    }
}

fn place(file: &Path, target: &Path) -> io::Result<()> {
    let folder = target.parent().ok_or_else(|| io::Error::other("a file lies in a folder"))?;
    let missing: Vec<&Path> = folder.ancestors().take_while(|own| !own.exists()).collect();
    let placed = fs::create_dir_all(folder).and_then(|()| fs::rename(file, target));
    if placed.is_err() {
        missing.into_iter().for_each(|folder| drop(fs::remove_dir(folder)));
    }
    placed
}

fn remove_empty_parents(folder: &Path, file: &Path) {
    let parents = file.ancestors().skip(1).take_while(|parent| *parent != folder && parent.starts_with(folder));
    for parent in parents {
        // One that is not empty stays, and so do those above it.
        if fs::remove_dir(parent).is_err() {
            return;
        }
    }
}
