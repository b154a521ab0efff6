//! Outputs that are written together: each is complete, in a folder of its own, before the first is moved to its place.
//!
//! [`staged`](crate::staged) does that beside each file, which a run that is killed would leave anywhere.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::WriteError;

/// Name of the folder, below the one of the outputs.
pub(super) const FOLDER: &str = ".goodevent-staging";

/// Removes what a run that was killed has left.
pub(super) fn clear(folder: &Path) {
    drop(Staging(folder.join(FOLDER)));
}

/// Writes files below `folder` in their order, or none if there is no room for all.
pub(super) fn write<'f>(folder: &Path, files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Result<(), WriteError> {
    let staging = Staging(folder.join(FOLDER));
    let mut staged: Vec<(PathBuf, PathBuf)> = Vec::new();
    for (path, text) in files {
        let (file, target) = (staging.0.join(staged.len().to_string()), folder.join(path));
        match stage(&staging.0, &file, text) {
            Ok(()) => staged.push((file, target)),
            Err(source) => return Err(WriteError { path: target, source }),
        }
    }
    for (file, target) in staged {
        place(&file, &target).map_err(|source| WriteError { path: target, source })?;
    }
    Ok(())
}

fn stage(folder: &Path, path: &Path, text: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut file = File::create(path)?;
    file.write_all(text.as_bytes())?;
    // Some file systems report only here that there is no room.
    file.sync_data()
}

fn place(file: &Path, target: &Path) -> io::Result<()> {
    fs::create_dir_all(target.parent().ok_or_else(|| io::Error::other("a file lies in a folder"))?)?;
    fs::rename(file, target)
}

/// The folder, which goes with its last files.
struct Staging(PathBuf);

impl Drop for Staging {
    fn drop(&mut self) {
        // It is not there if nothing was written.
        let _ = fs::remove_dir_all(&self.0);
    }
}
