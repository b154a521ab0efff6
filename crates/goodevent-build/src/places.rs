//! The folders of a registry and its outputs, found from the working folder, and paths relative to the repository.

use std::{
    env, io,
    path::{Component, Path, PathBuf},
};

use goodevent_json::escape;
use goodevent_schema::{content::Unreadable, registry};

use crate::files::Refusal;

/// A path in one line, as messages show it.
pub(crate) fn shown(path: &Path) -> String {
    escape::line(&path.display().to_string()).into_owned()
}

/// Name of a registry's folder, unless the user names another.
const REGISTRY: &str = "schemas";

/// The settings by which a folder is known to be a registry.
const SETTINGS: &str = "goodevent.toml";

/// Folders of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Folder of the registry.
    pub root: PathBuf,
    /// Folder that contains output folders such as `generated`: beside the registry. Empty for the working folder.
    pub folder: PathBuf,
}

impl Project {
    /// The project of a registry: outputs are beside its folder, or inside it if it is the top of a repository.
    #[must_use]
    pub fn at(root: PathBuf) -> Self {
        let folder = match root.components().next_back() {
            _ if root.join(".git").exists() => root.clone(),
            Some(Component::Normal(_)) => root.parent().unwrap_or(Path::new("")).to_owned(),
            _ => root.join(".."),
        };
        Self { root, folder }
    }

    /// Finds the registry nearest to the working folder: in it and each folder above, up to the top of the repository,
    /// `schemas` with a `goodevent.toml`, or the folder itself if it has one.
    ///
    /// A folder `schemas` in the working folder is used even without settings, and also if no registry exists, which the
    /// commands then report.
    #[must_use]
    pub fn find() -> Self {
        let here = env::current_dir().unwrap_or_default();
        let is_plain_here = here.join(REGISTRY).is_dir() && !here.join(SETTINGS).is_file();
        let mut up = PathBuf::new();
        for (n_up, folder) in here.ancestors().enumerate() {
            if n_up > 0 {
                up.push("..");
            }
            if folder.join(REGISTRY).join(SETTINGS).is_file() || (n_up == 0 && is_plain_here) {
                return Self::at(up.join(REGISTRY));
            }
            if folder.join(SETTINGS).is_file() {
                return Self::at(if n_up == 0 { PathBuf::from(".") } else { up });
            }
            // A registry outside of the repository belongs to another project.
            if folder.join(".git").exists() {
                break;
            }
        }
        Self::at(PathBuf::from(REGISTRY))
    }
}

/// Path relative to the nearest folder above it with a `.git`, or else to the working folder, with `/` as separator;
/// absolute if it is outside of that folder.
///
/// It reads nothing of the repository and runs no program.
#[must_use]
pub fn in_repository(path: &Path) -> String {
    let full = real(path);
    let top = repository(path);
    let below = full.strip_prefix(&top).unwrap_or(&full);
    below.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

/// Repository of a path: the nearest folder above it with a `.git`, or else the working folder.
#[must_use]
pub fn repository(path: &Path) -> PathBuf {
    let full = real(path);
    let top = full.ancestors().find(|folder| folder.join(".git").exists());
    top.map_or_else(|| real(Path::new(".")), Path::to_owned)
}

/// Whether a path of the repository leads out of it through links, which a change could bring along. A path outside of the
/// repository is the user's own choice.
pub(crate) fn leads_out(path: &Path) -> bool {
    below_top(path) == Some(None)
}

/// Returns an error if an output folder leads out of the repository through links, or into a hidden folder of it.
pub(crate) fn judge_output(folder: &Path) -> io::Result<()> {
    let Some(below) = below_top(folder) else { return Ok(()) };
    let Some((named, below)) = below else { return Err(Refusal::from(Unreadable::LeadsOut).into()) };
    let n_hidden = |path: &Path| path.components().filter(is_hidden).count();
    let is_git = below.components().any(|part| part.as_os_str().eq_ignore_ascii_case(".git"));
    match is_git || n_hidden(&named) < n_hidden(&below) {
        true => Err(io::Error::other("it is in a hidden folder, which tools read: name another folder")),
        false => Ok(()),
    }
}

/// The relative path from a folder to another path, with `/` between its parts. `None` if there is none, as between two
/// disks, or if it holds control characters or is not UTF-8.
pub(crate) fn way(folder: &Path, to: &Path) -> Option<String> {
    let (folder, to) = (real(folder), real(to));
    let n_common = folder.components().zip(to.components()).take_while(|(one, other)| one == other).count();
    let up = folder.components().skip(n_common).map(|_| Some(".."));
    let down = to.components().skip(n_common).map(|part| match part {
        Component::Normal(name) => name.to_str().filter(|name| !name.contains(char::is_control)),
        _ => None,
    });
    let parts: Vec<&str> = up.chain(down).collect::<Option<_>>()?;
    (n_common > 0).then(|| parts.join("/"))
}

/// Whether a folder is a registry, by its settings, its lock, or a contract that is named as one.
pub(crate) fn is_registry(folder: &Path) -> bool {
    let names = |folder: &Path| {
        let entries = folder.read_dir().into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect::<Vec<_>>()
    };
    let below = |name: String| {
        let own: Vec<String> = names(&folder.join(&name)).into_iter().map(|file| format!("{name}/{file}")).collect();
        own.into_iter().chain([name])
    };
    registry::is_registry(names(folder).into_iter().flat_map(below).collect::<Vec<_>>().iter().map(String::as_str))
}

/// A path of the repository below its top, as it is named and behind links: none if it leads out of the repository. `None`
/// for a path elsewhere. Without a repository the working folder is the top.
#[expect(clippy::option_option, reason = "a path elsewhere is not one that leads out")]
fn below_top(path: &Path) -> Option<Option<(PathBuf, PathBuf)>> {
    let here = env::current_dir().unwrap_or_default();
    let full = plain(&here.join(path));
    let top = full.ancestors().find(|folder| folder.join(".git").exists()).or(Some(&*here))?;
    let named = full.strip_prefix(top).ok()?;
    let (real, real_top) = (real(path), real(top));
    Some(real.strip_prefix(real_top).ok().map(|below| (named.to_owned(), below.to_owned())))
}

fn is_hidden(part: &Component<'_>) -> bool {
    part.as_os_str().as_encoded_bytes().starts_with(b".")
}

/// The name by which generated files know a registry's folder: its own, which does not depend on where a command runs.
/// The top of a repository has another name on each machine.
pub(crate) fn own_name(root: &Path) -> String {
    let full = real(root);
    let name = full.file_name().filter(|_| !full.join(".git").exists());
    name.map_or_else(|| ".".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// Absolute path with resolved links, as far as it exists.
#[must_use]
pub fn real(path: &Path) -> PathBuf {
    let full = env::current_dir().unwrap_or_default().join(path);
    let there = full.ancestors().find_map(|folder| Some((folder, folder.canonicalize().ok()?)));
    let behind = there.and_then(|(folder, real)| Some(real.join(full.strip_prefix(folder).ok()?)));
    plain(&behind.unwrap_or(full))
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}
