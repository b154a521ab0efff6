//! Files that are written together, all of them or none: each is complete, in a folder of its own, before the first is moved
//! to its place.
//!
//! A full disk shows while they are staged. The next run removes the files that a killed run left there.

use std::{
    fs::{self, File, Metadata},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use crate::output::WriteError;

/// Name of the folder, below the one that is written to.
pub(crate) const FOLDER: &str = ".goodevent-staging";

/// Removes the files that a killed run left.
pub(crate) fn clear(folder: &Path) {
    drop(Staging(folder.join(FOLDER)));
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

/// Writes files in their order, or none if there is no room for all. They are written to `folder` first, in which no other
/// process writes.
///
/// A file that is there keeps its mode. If one of them can't be written, the folders that were made for it go again.
pub(crate) fn write<B: AsRef<[u8]>>(folder: &Path, files: impl IntoIterator<Item = Job<B>>) -> Result<(), WriteError> {
    let staging = Staging(folder.join(FOLDER));
    let mut staged: Vec<(PathBuf, PathBuf, PathBuf)> = Vec::new();
    for Job { named, target, bytes } in files {
        let file = staging.0.join(staged.len().to_string());
        match stage(&staging.0, &file, &target, bytes.as_ref()) {
            Ok(()) => staged.push((file, target, named)),
            Err(source) => return Err(WriteError { path: named, source }),
        }
    }
    let mut made = Made(Vec::new());
    for (file, target, named) in staged {
        place(&file, &target, &mut made).map_err(|source| WriteError { path: named, source })?;
    }
    made.0.clear();
    Ok(())
}

fn stage(folder: &Path, path: &Path, target: &Path, bytes: &[u8]) -> io::Result<()> {
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

fn place(file: &Path, target: &Path, made: &mut Made) -> io::Result<()> {
    let folder = target.parent().ok_or_else(|| io::Error::other("a file lies in a folder"))?;
    let missing: Vec<PathBuf> = folder.ancestors().take_while(|own| !own.exists()).map(Path::to_owned).collect();
    made.0.extend(missing.into_iter().rev());
    fs::create_dir_all(folder)?;
    fs::rename(file, target)
}

/// Folders that go again, unless there are files in them.
struct Made(Vec<PathBuf>);

impl Drop for Made {
    fn drop(&mut self) {
        self.0.iter().rev().for_each(|folder| drop(fs::remove_dir(folder)));
    }
}

/// The folder, which goes with its last files.
struct Staging(PathBuf);

impl Drop for Staging {
    fn drop(&mut self) {
        // It is not there if nothing was written. A link there is removed, and not what it leads to.
        let _ = fs::remove_dir_all(&self.0).or_else(|_| fs::remove_file(&self.0));
    }
}
