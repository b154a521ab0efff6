//! Files that are written together, all of them or none, each whole.
//!
//! Every file is first written beside its target, which is where a full disk shows, and then moved there.

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use crate::output::WriteError;

/// Writes all `files`, or leaves everything as it is.
///
/// # Errors
/// If one of them can't be written.
pub fn write_together<P: AsRef<Path>, B: AsRef<[u8]>>(
    files: impl IntoIterator<Item = (P, B)>,
) -> Result<(), WriteError> {
    let mut staged = Batch(Vec::new());
    for (target, bytes) in files {
        let target = target.as_ref();
        let failed = |source| WriteError { path: target.to_owned(), source };
        staged.0.push(Staged::new(target, bytes.as_ref()).map_err(failed)?);
    }
    for file in staged.0.drain(..) {
        let target = file.target.clone();
        file.place().map_err(|source| WriteError { path: target, source })?;
    }
    Ok(())
}

/// Files that go in the opposite order, so that the folders that were made for them are empty by then.
struct Batch(Vec<Staged>);

impl Drop for Batch {
    fn drop(&mut self) {
        while self.0.pop().is_some() {}
    }
}

/// A file beside its target. If it is dropped there, nothing of it is left, nor of the folders that it needed.
struct Staged {
    target: PathBuf,
    beside: PathBuf,
    /// Folders that were made for it, the deepest first.
    folders: Vec<PathBuf>,
}

impl Staged {
    fn new(target: &Path, bytes: &[u8]) -> io::Result<Self> {
        let folder = target.parent().ok_or_else(|| io::Error::other("a file lies in a folder"))?;
        let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
        let folders = folder.ancestors().take_while(is_missing).map(Path::to_owned).collect();
        let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let beside = folder.join(format!(".{name}.{}.tmp", std::process::id()));
        let staged = Self { target: target.to_owned(), beside, folders };
        fs::create_dir_all(folder)?;
        let mut file = fs::File::create(&staged.beside)?;
        file.write_all(bytes)?;
        // Some file systems report only here that there is no room.
        file.sync_data()?;
        Ok(staged)
    }

    fn place(mut self) -> io::Result<()> {
        fs::rename(&self.beside, &self.target)?;
        self.folders.clear();
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // A file that was moved is not there any more, and a folder with other files stays.
        let _ = fs::remove_file(&self.beside);
        for folder in &self.folders {
            let _ = fs::remove_dir(folder);
        }
    }
}
