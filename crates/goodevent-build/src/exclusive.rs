//! One writer at a time in a folder.
//!
//! The system releases a lock when its holder ends, however it ends, so that no process waits for a dead one.

use std::{
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use crate::{files, output::WriteError, staging};

/// As long as this lives, no other process has one of the same folder.
#[derive(Debug)]
#[must_use = "dropping it releases the lock"]
pub struct Exclusive {
    /// None on a file system without locks.
    file: Option<File>,
    folder: PathBuf,
}

impl Exclusive {
    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// A writer that takes longer has stopped.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until no other process writes in a folder, and finishes or removes what a killed one left.
///
/// # Errors
/// If the folder can't be opened, or another process has it for longer than a minute.
pub fn exclusive(folder: &Path) -> Result<Exclusive, WriteError> {
    let alone = acquire(folder, PATIENCE).map_err(|source| WriteError { path: folder.to_owned(), source })?;
    staging::settle(folder);
    Ok(alone)
}

/// Finishes or removes what a killed process left in a folder, unless another one writes there.
pub fn tidy(folder: &Path) {
    if staging::is_there(folder) {
        // A folder that can't be locked stays as it is.
        if let Ok(Exclusive { file: Some(_), .. }) = acquire(folder, Duration::ZERO).as_ref() {
            staging::settle(folder);
        }
    }
}

fn acquire(folder: &Path, patience: Duration) -> io::Result<Exclusive> {
    let file = file_of(folder)?;
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Exclusive { file: Some(file), folder: folder.to_owned() }),
            // A file system without locks, as that of some networks, has writers that nobody can tell apart.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                return Ok(Exclusive { file: None, folder: folder.to_owned() });
            }
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if start.elapsed() < patience => thread::sleep(Duration::from_millis(20)),
            Err(TryLockError::WouldBlock) => {
                let why = format!("another process has been writing there for {} s: end it", patience.as_secs());
                return Err(io::Error::new(io::ErrorKind::TimedOut, why));
            }
        }
    }
}

/// The file that stands for a folder: the folder, so that nothing is left in it.
#[cfg(unix)]
fn file_of(folder: &Path) -> io::Result<File> {
    files::open_folder(folder)
}

/// The file that stands for a folder: one by its name among the temporary files, where folders can't be locked.
#[cfg(not(unix))]
fn file_of(folder: &Path) -> io::Result<File> {
    let name = goodevent_check::wire::sha256(folder.canonicalize()?.as_os_str().as_encoded_bytes());
    let path = std::env::temp_dir().join(format!("goodevent-{name}.lock"));
    File::options().create(true).truncate(false).write(true).open(path)
}

impl Drop for Exclusive {
    fn drop(&mut self) {
        // Closing it does the same.
        let _ = self.file.as_ref().map(File::unlock);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_has_a_folder_and_the_next_one_gets_it() {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let first = exclusive(folder.path()).expect("nobody has it");
        let error = acquire(folder.path(), Duration::ZERO).expect_err("it is taken");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        drop(first);
        let second = exclusive(folder.path()).expect("nobody has it any more");
        let other = tempfile::tempdir().expect("there is room for a folder");
        drop((second, exclusive(other.path()).expect("it is another one")));
        assert!(std::fs::read_dir(folder.path()).expect("it is there").next().is_none(), "something is left");
    }
}
