//! What is read from the disk: a registry's folder, and payloads.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use goodevent_json::escape::{line, lines};
use goodevent_schema::{
    source::{Source, Sources},
    syntax::MAX_FILE_BYTES,
};

use crate::places::shown;

/// A payload from a file, or from standard input if the file is called `-`.
///
/// # Errors
/// If it can't be read.
pub fn read_payload(file: &str) -> io::Result<Vec<u8>> {
    if file != "-" {
        return fs::read(file);
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Why a registry can't be read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// There is no such folder.
    #[error("there is no registry at `{}`: name the folder of schemas, or make one", shown(.path))]
    Missing {
        /// The folder.
        path: PathBuf,
    },
    /// It can't be read as it was.
    #[error("cannot read the registry at `{}`: {}", line(.revision), lines(.why))]
    Git {
        /// The revision.
        revision: String,
        /// Why, and what helps.
        why: String,
    },
    /// An archive is no registry as it was.
    #[error("cannot read the registry in `{}`: {}", shown(.path), lines(.why))]
    Archive {
        /// The archive.
        path: PathBuf,
        /// Why, and what helps.
        why: String,
    },
    /// There is nothing to compare with.
    #[error("there is no registry at `{}`: {}", line(.earlier), lines(.why))]
    NoRegistry {
        /// The folder, archive or revision.
        earlier: String,
        /// The files that were looked for, and the remedy.
        why: String,
        /// Folders there that are registries.
        elsewhere: Vec<String>,
    },
    /// The registry would be compared with itself.
    #[error(
        "`{}` is the registry itself, so no change would be found: name a revision of git, such as `origin/main`, an archive or a copy",
        line(.earlier)
    )]
    Itself {
        /// The folder.
        earlier: String,
    },
    /// A contract as it was can't be read.
    #[error(
        "`{}` is not JSON at `{}`, so nobody knows whether it was released: compare with a revision at which it can be read",
        line(.path), line(.earlier)
    )]
    UnknownRelease {
        /// The folder, archive or revision.
        earlier: String,
        /// The file.
        path: String,
    },
    /// It has no contract of any event.
    #[error("the registry at `{}` has no events: {}", line(.root), lines(.why))]
    NoEvents {
        /// The folder.
        root: String,
        /// The files that were looked for, and the remedy.
        why: String,
    },
    /// Something in it can't be read.
    #[error("cannot read `{}`: check that it is there and that you may read it", shown(.path))]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Whether a file may be part of a registry.
pub(crate) fn is_wanted(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("json" | "toml" | "lock" | "baseline"))
}

/// Reads all `.json`, `.toml`, `.lock` and `.baseline` files below `root`, in the order of their paths.
///
/// # Errors
/// If the folder or a file can't be read.
pub fn load(root: &Path) -> Result<Sources, LoadError> {
    if !root.is_dir() {
        return Err(LoadError::Missing { path: root.to_owned() });
    }
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(root).follow_links(true).sort_by_file_name() {
        let entry = entry.map_err(|error| LoadError::Read {
            path: error.path().unwrap_or(root).to_owned(),
            source: error.into_io_error().unwrap_or_else(|| io::Error::other("a link leads back to a folder above it")),
        })?;
        if is_wanted(entry.path()) && entry.file_type().is_file() {
            files.push(source(root, entry.path())?);
        }
    }
    let root = root.to_string_lossy().replace('\\', "/");
    Ok(Sources { root: root.trim_end_matches('/').to_owned(), files })
}

/// Reads the templates (`.hbs`) in `folder`, by their names without extension.
///
/// # Errors
/// If the folder or a file can't be read.
pub fn load_templates(folder: &Path) -> Result<BTreeMap<String, String>, LoadError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| LoadError::Read { path, source }
    };
    let mut templates = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(failed(folder))? {
        let path = entry.map_err(failed(folder))?.path();
        if path.extension().is_some_and(|extension| extension == "hbs") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            templates.insert(name, fs::read_to_string(&path).map_err(failed(&path))?);
        }
    }
    Ok(templates)
}

fn source(root: &Path, path: &Path) -> Result<Source, LoadError> {
    let failed = |source| LoadError::Read { path: path.to_owned(), source };
    let size = fs::metadata(path).map_err(failed)?.len();
    let bytes = match size > MAX_FILE_BYTES as u64 {
        // Only the size matters to the parser, which refuses it.
        true => vec![b' '; MAX_FILE_BYTES + 1],
        false => fs::read(path).map_err(failed)?,
    };
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    Ok(Source { path: parts.join("/"), uri: None, bytes: bytes.into() })
}
