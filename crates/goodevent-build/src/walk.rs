//! The files of a registry's folder; links are followed inside it.
//!
//! Each real folder is listed once, and link targets once more below each link, up to a limit. A link to a folder that
//! contains it is not followed.

use std::{
    fs, io,
    path::{Path, PathBuf},
    rc::Rc,
};

use goodevent_schema::{
    content::{MAX_LINKED, MAX_LINKED_PATH_BYTES, MAX_LINKS, Unreadable},
    registry::{is_read_name, is_read_path},
};

use crate::{
    files::{self, Refusal},
    load_error::{LoadError, MAX_REGISTRY_FILES},
    unfinished,
};

/// A path of a registry that may have a part in it.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Below the registry's folder, with `/` between its parts.
    pub(crate) path: String,
    /// The file behind all links; where there is none, the link that leads to it.
    pub(crate) real: PathBuf,
    /// The reason for which it is not read.
    pub(crate) refused: Option<Unreadable>,
    /// Number of links on the way.
    pub(crate) n_links: usize,
}

/// A folder that is to be listed; its real path is one of the disk, or of a tree of git.
pub(crate) struct Folder<P> {
    /// Below the registry's folder; empty for that.
    pub(crate) below: String,
    /// Behind all links.
    pub(crate) real: P,
    /// The folder that it is reached from.
    pub(crate) outer: Option<Rc<Folder<P>>>,
    /// Number of links on the way.
    pub(crate) n_links: usize,
}

impl<P> Folder<P> {
    /// This folder and those around it, by the way on which it was reached.
    pub(crate) fn outwards(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |folder| folder.outer.as_deref())
    }
}

/// The paths below `root` that may have a part in a registry, in the order of their parts. Folders more than `max_depth`
/// below it are not listed.
///
/// # Errors
/// If a folder can't be listed, something in it can't be looked at, or there are more than 100,000 paths.
pub(crate) fn entries(root: &Path, max_depth: usize) -> Result<Vec<Entry>, LoadError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| LoadError::Read { path, source }
    };
    let real_root = fs::canonicalize(root).map_err(failed(root))?;
    let top = Folder { below: String::new(), real: real_root.clone(), outer: None, n_links: 0 };
    let (mut found, mut n_linked, mut queue) = (Vec::new(), 0, vec![(Rc::new(top), 0)]);
    'folders: while let Some((folder, depth)) = queue.pop() {
        // In the order of their names, so that a limit cuts the same off each time.
        let mut names: Vec<_> = match fs::read_dir(&folder.real).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
            Ok(entries) => entries,
            // Another process removed it.
            Err(error) if error.kind() == io::ErrorKind::NotFound && depth > 0 => continue,
            Err(error) => return Err(failed(&root.join(&folder.below))(error)),
        };
        names.sort_by_key(fs::DirEntry::file_name);
        for entry in names {
            if found.len() > MAX_REGISTRY_FILES {
                return Err(LoadError::TooMany { path: root.to_owned() });
            }
            let (name, place) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
            let path = if folder.below.is_empty() { name.clone() } else { format!("{}/{name}", folder.below) };
            let failed = |source| failed(&root.join(&path))(source);
            let kind = entry.file_type().map_err(failed)?;
            let n_links = folder.n_links + if kind.is_symlink() { n_links(&place) } else { 0 };
            if name == unfinished::FOLDER {
                continue;
            }
            n_linked += usize::from(folder.n_links > 0);
            if n_linked > MAX_LINKED {
                // The path of the folder tells which link it was. The links behind it are not followed either.
                if n_linked == MAX_LINKED + 1 {
                    let (path, real) = (folder.below.clone(), folder.real.clone());
                    found.push(Entry { path, real, refused: Some(Unreadable::TooManyLinks), n_links });
                }
                continue 'folders;
            }
            let is_far = n_links > MAX_LINKS || (n_links > 0 && path.len() > MAX_LINKED_PATH_BYTES);
            let is_wanted = is_read_name(&name);
            let (kind, real) = match kind.is_symlink() {
                false => (kind, place),
                true => match followed(&folder, &real_root, &place, is_far) {
                    Ok(real) => (fs::metadata(&real).map_err(failed)?.file_type(), real),
                    Err(error) => match Refusal::of(&error) {
                        // A link without extension mostly is one to a folder, in which anything may lie.
                        Some(Refusal::Unreadable(why)) if is_wanted || leads_to_folder(&place, why) => {
                            found.push(Entry { path, real: place, refused: Some(why), n_links });
                            continue;
                        }
                        Some(_) => continue,
                        None if is_wanted => return Err(failed(error)),
                        None => continue,
                    },
                },
            };
            // Tools keep what is theirs in hidden folders.
            if kind.is_dir() && name.starts_with('.') {
                continue;
            }
            if kind.is_dir() {
                if is_read_path(&path) {
                    let (path, real) = (path.clone(), real.clone());
                    found.push(Entry { path, real, refused: Some(Unreadable::Folder), n_links });
                }
                if depth < max_depth {
                    let outer = Some(folder.clone());
                    queue.push((Rc::new(Folder { below: path, real, outer, n_links }), depth + 1));
                }
            } else if is_wanted {
                let refused = (!kind.is_file()).then(|| files::special(kind));
                found.push(Entry { path, real, refused, n_links });
            }
        }
    }
    found.sort_by(|left, right| left.path.split('/').cmp(right.path.split('/')));
    Ok(found)
}

/// The path that a link in a folder leads to.
fn followed(folder: &Folder<PathBuf>, root: &Path, link: &Path, is_far: bool) -> io::Result<PathBuf> {
    let real = files::resolve(root, link)?;
    match folder.outwards().any(|outer| outer.real == real) {
        true => Err(Refusal::from(Unreadable::Loop).into()),
        false if is_far => Err(Refusal::from(Unreadable::TooFar).into()),
        false => Ok(real),
    }
}

/// Number of links that lead to each other, the first of which is at `path`.
fn n_links(path: &Path) -> usize {
    let next = |link: &PathBuf| Some(link.parent()?.join(fs::read_link(link).ok()?));
    // A chain that is longer is a loop.
    std::iter::successors(Some(path.to_owned()), next).skip(1).take(40).count()
}

/// Whether a link that is not followed hides a folder: it leads to one, or to nothing and has no extension.
fn leads_to_folder(link: &Path, why: Unreadable) -> bool {
    match why {
        Unreadable::LeadsOut | Unreadable::TooFar => fs::metadata(link).is_ok_and(|facts| facts.is_dir()),
        Unreadable::Loop => fs::metadata(link).map_or_else(|_| link.extension().is_none(), |facts| facts.is_dir()),
        _ => link.extension().is_none(),
    }
}
