//! Writes files of a registry together, all or none, and only to permitted paths.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use goodevent_schema::content::Unreadable;

use crate::{
    exclusive::Exclusive,
    files::{self, Refusal},
    output::WriteError,
    staging::{self, Job},
};

/// Writes all `files`, or none.
///
/// Every file must be in the folder of `alone`, or in one of `others`. A link stays a link, and its target is written. An
/// existing file keeps its mode.
///
/// # Errors
/// If one of them cannot be written, is elsewhere, or is not a regular file.
pub fn write_together<P: AsRef<Path>, B: AsRef<[u8]>>(
    alone: &Exclusive,
    others: &[&Path],
    files: impl IntoIterator<Item = (P, B)>,
) -> Result<(), WriteError> {
    let folder = alone.folder();
    let folders: Vec<PathBuf> =
        [folder].into_iter().chain(others.iter().copied()).filter_map(|folder| fs::canonicalize(folder).ok()).collect();
    let mut jobs: Vec<Job<B>> = Vec::new();
    for (path, bytes) in files {
        let named = path.as_ref().to_owned();
        let failed = |source| WriteError { path: named.clone(), source };
        let target = target(&named, &folders).map_err(failed)?;
        match jobs.iter().find(|job| job.target == target) {
            Some(job) if job.bytes.as_ref() == bytes.as_ref() => {}
            Some(job) => {
                let why = format!("`{}` is the same file, and would have different content", job.named.display());
                return Err(failed(io::Error::other(why)));
            }
            None => jobs.push(Job { named, target, bytes }),
        }
    }
    staging::write(folder, jobs)
}

/// The path behind links that a file is written to. What is there is a regular file.
fn target(path: &Path, folders: &[PathBuf]) -> io::Result<PathBuf> {
    let there = fs::symlink_metadata(path);
    let real = match &there {
        Ok(facts) => {
            if !facts.is_symlink() {
                files::regular(facts)?;
            }
            let real = fs::canonicalize(path).map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => Refusal::from(Unreadable::LeadsNowhere).into(),
                _ => error,
            })?;
            files::regular(&fs::metadata(&real)?)?;
            real
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => below_links(path)?,
        Err(_) => return there.map(|_| PathBuf::new()),
    };
    match folders.iter().any(|folder| real.starts_with(folder)) {
        true => Ok(real),
        false => Err(Refusal::from(Unreadable::LeadsOut).into()),
    }
}

/// The path behind links of a file that is not there yet.
fn below_links(path: &Path) -> io::Result<PathBuf> {
    let full = std::path::absolute(path)?;
    for folder in full.ancestors().skip(1) {
        match fs::canonicalize(folder) {
            Ok(real) => return Ok(real.join(full.strip_prefix(folder).unwrap_or(&full))),
            Err(_) if files::is_link(folder) => return Err(Refusal::from(Unreadable::LeadsNowhere).into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(full)
}
