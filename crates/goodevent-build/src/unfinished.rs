//! Writes that this process has begun and not finished. A signal can end it at any moment: of files that are written
//! together, all are there afterwards or none, and no temporary file is left.

use std::{
    cmp::Reverse,
    fs, io, mem,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Name of the folder, below the one that is written to.
pub(crate) const FOLDER: &str = ".goodevent-staging";

/// Folders that are removed if the process ends now. As long as it is locked, a step is taken that no signal interrupts.
static OPEN: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Removes unfinished files, and prevents further writes: the caller ends the process.
///
/// Files that are complete and being moved are moved first.
pub fn abandon() {
    let open = step();
    let mut folders: Vec<&PathBuf> = open.iter().collect();
    folders.sort_by_key(|folder| Reverse(folder.components().count()));
    folders.into_iter().for_each(|folder| remove(folder));
    // The writer waits until the process has ended.
    mem::forget(open);
}

/// A step that a signal does not interrupt, as long as the value lives.
pub(crate) fn step() -> MutexGuard<'static, Vec<PathBuf>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A folder that is removed when this is dropped, or when the process is ended by a signal.
#[derive(Debug)]
pub(crate) struct Unfinished(PathBuf);

impl Unfinished {
    /// Marks a folder, whether it is there already or not.
    pub(crate) fn begin(folder: PathBuf) -> Self {
        step().push(folder.clone());
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let mut open = step();
        if let Some(at) = open.iter().rposition(|path| *path == self.0) {
            open.remove(at);
        }
        remove(&self.0);
    }
}

/// New folders, each removed with this value if it is empty.
#[derive(Debug)]
#[must_use = "they go as soon as it is dropped"]
pub struct Made(#[expect(dead_code, reason = "it is there to be dropped")] Vec<Unfinished>);

/// Creates a folder and its missing parents.
///
/// # Errors
/// If one of them cannot be created.
pub fn make_folder(folder: &Path) -> io::Result<Made> {
    let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
    // The innermost one goes first.
    let missing = folder.ancestors().take_while(is_missing).map(|folder| Unfinished::begin(folder.to_owned()));
    let made = Made(missing.collect());
    let _held = step();
    fs::create_dir_all(folder)?;
    Ok(made)
}

/// Removes a folder of temporary files with all that is in it, and another one if nothing is in it.
fn remove(folder: &Path) {
    // It is not there if nothing was written. A link there is removed, and not what it leads to.
    let _ = match folder.ends_with(FOLDER) {
        true => fs::remove_dir_all(folder).or_else(|_| fs::remove_file(folder)),
        false => fs::remove_dir(folder),
    };
}
