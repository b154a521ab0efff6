//! A registry as it was: in another folder, in an archive, or at a revision of the git repository that it lies in.
//!
//! A place without a registry is an error: compared with nothing, every contract would be new.

use std::path::{Component, Path, PathBuf};

use goodevent_schema::{
    registry::{is_mark_of_registry, is_registry},
    source::Sources,
};

use crate::{
    archive::{Packing, load_archive},
    git,
    load::load,
    load_error::LoadError,
    walk,
};

/// Reads the registry at `root` as it was: `earlier` is a folder, an archive (`.tar`, `.tar.gz`, `.tgz`,
/// `.zip`), or a revision such as `origin/main`, `v1.2` or `v1.2:contracts`.
///
/// # Errors
/// If there is no such folder, archive or revision, it can't be read, or no registry is in it.
pub(crate) fn load_earlier(root: &Path, earlier: &str) -> Result<Sources, LoadError> {
    let path = Path::new(earlier);
    if path.exists()
        && let Some(full_name) = git::full_name(root, earlier)
    {
        return Err(LoadError::Ambiguous { earlier: earlier.to_owned(), full_name });
    }
    match Packing::of(earlier).filter(|_| path.is_file()) {
        Some(packing) => load_archive(path, packing, &roots_below(root)),
        None if path.is_dir() => in_folder(root, path),
        None if path.is_file() => Err(LoadError::NoRegistry {
            earlier: earlier.to_owned(),
            why: "it is a file but not an archive (`.tar`, `.tar.gz`, `.tgz`, `.zip`): name the folder of the registry"
                .to_owned(),
            elsewhere: Vec::new(),
        }),
        None => git::at_revision(root, earlier),
    }
}

/// The paths at which the registry may lie below a copy of its repository or project: as it is named, as its repository has it, or by the name of
/// its folder.
fn roots_below(root: &Path) -> Vec<String> {
    let is_plain = |part: &Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    let named = Some(root.to_path_buf()).filter(|root| root.components().all(|part| is_plain(&part)));
    let name = std::path::absolute(root).ok().and_then(|root| root.file_name().map(PathBuf::from));
    let mut roots: Vec<String> = Vec::new();
    for path in [named, git::prefix(root).map(PathBuf::from), name].into_iter().flatten() {
        let parts = path.components().filter(|part| matches!(part, Component::Normal(_)));
        let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
        let path = parts.join("/");
        if !path.is_empty() && !roots.contains(&path) {
            roots.push(path);
        }
    }
    roots
}

/// The registry that a folder is, or that lies in it where the one at `root` lies in its repository.
fn in_folder(root: &Path, folder: &Path) -> Result<Sources, LoadError> {
    let below = roots_below(root);
    let candidates: Vec<PathBuf> =
        [folder.to_owned()].into_iter().chain(below.iter().map(|root| folder.join(root))).collect();
    let paths: Vec<Vec<String>> = candidates.iter().map(|folder| paths_in(folder)).collect();
    // Settings show a registry; a file that is called as an event is may be something else, such as a payload.
    let has_mark = |paths: &Vec<String>| paths.iter().any(|path| is_mark_of_registry(path));
    let has_any = |paths: &Vec<String>| is_registry(paths.iter().map(String::as_str));
    match paths.iter().position(has_mark).or_else(|| paths.iter().position(has_any)) {
        Some(found_idx) if is_same(root, &candidates[found_idx]) => {
            Err(LoadError::Itself { earlier: folder.display().to_string() })
        }
        Some(found_idx) => load(&candidates[found_idx]),
        None => {
            let elsewhere = marked_below(folder);
            let places: Vec<String> = candidates.iter().map(|folder| format!("`{}`", folder.display())).collect();
            let help = match elsewhere.first() {
                Some(other) => format!("; a registry is at `{other}`, name that folder"),
                None => String::new(),
            };
            Err(LoadError::NoRegistry {
                earlier: folder.display().to_string(),
                why: format!("{} in {}{help}", git::looked_for(), places.join(" and in ")),
                elsewhere,
            })
        }
    }
}

/// Tests if two paths lead to one folder.
fn is_same(left: &Path, right: &Path) -> bool {
    let places = (std::fs::canonicalize(left), std::fs::canonicalize(right));
    matches!(places, (Ok(left), Ok(right)) if left == right)
}

/// Paths of the files in a folder and in its folders.
fn paths_in(folder: &Path) -> Vec<String> {
    let entries = walk::entries(folder, 1).unwrap_or_default();
    // A contract that may not be read is there all the same, and is reported as that.
    entries.into_iter().map(|entry| entry.path).collect()
}

/// Folders below one that are registries. A search through everything would take longer than it helps.
fn marked_below(folder: &Path) -> Vec<String> {
    let is_hidden = |entry: &walkdir::DirEntry| entry.depth() > 0 && entry.file_name().as_encoded_bytes()[0] == b'.';
    let entries = walkdir::WalkDir::new(folder).max_depth(5).sort_by_file_name().into_iter();
    let entries = entries.filter_entry(|entry| !is_hidden(entry)).flatten().take(20_000);
    let settings = entries.filter(|entry| entry.file_name() == "goodevent.toml");
    settings.filter_map(|entry| Some(entry.path().parent()?.display().to_string())).take(3).collect()
}
