//! Reading from the disk: a registry's folder, and payloads.

use std::{collections::BTreeMap, fs, io, path::Path};

use goodevent_schema::{
    content::{Content, Unreadable},
    registry::{is_read_name, is_read_path},
    source::{Source, Sources},
};

use crate::{
    files::{self, MAX_BYTES, Refusal},
    load_error::{LoadError, MAX_REGISTRY_BYTES, MAX_REGISTRY_FILES},
    places,
    walk::{self, Entry},
};

/// Reads a payload of at most 16 MiB from a regular file, or from standard input if the file is `-`.
///
/// # Errors
/// If it cannot be read, is not a regular file, or is larger.
pub fn read_payload(file: &str) -> io::Result<Vec<u8>> {
    match file {
        "-" => files::bounded(io::stdin().lock(), MAX_BYTES),
        file if places::leads_out(Path::new(file)) => {
            let why = "through a link it leads out of the repository; name the file that it leads to";
            Err(io::Error::new(io::ErrorKind::InvalidInput, why))
        }
        file => files::read(Path::new(file), MAX_BYTES),
    }
}

/// Whether a file may be part of a registry.
pub(crate) fn is_wanted(path: &Path) -> bool {
    path.file_name().is_some_and(|name| is_read_name(&name.to_string_lossy()))
}

/// Reads all `.json`, `.toml`, `.lock` and `.baseline` files below `root`, in the order of their paths.
///
/// Only regular files are read, each up to 16 MiB, and links are followed to files and folders below `root`. Other
/// entries have no bytes, and [`analyze`](goodevent_schema::analyze) reports them.
///
/// # Errors
/// If the folder or a file cannot be read, or there are more than 100,000 files or 128 MiB.
pub fn load(root: &Path) -> Result<Sources, LoadError> {
    if !root.is_dir() {
        return Err(LoadError::Missing { path: root.to_owned() });
    }
    if places::leads_out(root) {
        return Err(LoadError::LeadsOut { path: root.to_owned() });
    }
    let entries = walk::entries(root, usize::MAX)?;
    let folder = root.to_string_lossy().replace('\\', "/").trim_end_matches('/').to_owned();
    sources(folder, root, &entries, |entry| {
        content(&entry.real).map_err(|source| LoadError::Read { path: root.join(&entry.path), source })
    })
}

/// The files behind some paths, each read once, as those of the registry that is called `folder` and is at `place`.
///
/// # Errors
/// If one can't be read, there are more than 100,000, or all come to more than 128 MiB.
pub(crate) fn sources(
    folder: String,
    place: &Path,
    entries: &[Entry],
    content: impl Fn(&Entry) -> Result<Content, LoadError>,
) -> Result<Sources, LoadError> {
    if entries.len() > MAX_REGISTRY_FILES {
        return Err(LoadError::TooMany { path: place.to_owned() });
    }
    let own = own_paths(entries);
    let mut read: BTreeMap<&Path, Content> = BTreeMap::new();
    let (mut n_bytes, mut files) = (0, Vec::new());
    for entry @ Entry { path, real, refused, .. } in entries {
        let known = read.get(real.as_path()).cloned();
        let content = match (known, refused) {
            (Some(content), _) => content,
            (None, Some(why)) => (*why).into(),
            (None, None) => {
                let content = content(entry)?;
                n_bytes += content.len();
                content
            }
        };
        read.insert(real, content.clone());
        let bytes = match (own[real.as_path()], content.unreadable()) {
            (own, _) if own == path => content,
            (_, Some(why)) => Content::unreadable_as_well(why),
            (own, None) => content.linked_to(own),
        };
        if n_bytes > MAX_REGISTRY_BYTES {
            return Err(LoadError::TooLarge { path: place.to_owned() });
        }
        files.push(Source { path: path.clone(), uri: None, bytes });
    }
    Ok(Sources { root: folder, files })
}

/// The path at which each file is read: the one with the fewest links of those that have a part in a registry, if one has.
fn own_paths(entries: &[Entry]) -> BTreeMap<&Path, &String> {
    let mut own: BTreeMap<&Path, &String> = BTreeMap::new();
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by_key(|entry| (!is_read_path(&entry.path), entry.n_links));
    for Entry { path, real, .. } in sorted {
        own.entry(real).or_insert(path);
    }
    own
}

/// Reads the content of a file of a registry. A file that is replaced between the check and the read is rejected.
fn content(real: &Path) -> io::Result<Content> {
    match files::read_plain(real, MAX_BYTES) {
        Ok(bytes) => Ok(bytes.into()),
        Err(error) => match Refusal::of(&error) {
            Some(Refusal::TooLarge { .. }) => Ok(Unreadable::TooLarge.into()),
            Some(Refusal::Unreadable(why)) => Ok(why.into()),
            Some(Refusal::Folder) => Ok(Unreadable::Folder.into()),
            None => Err(error),
        },
    }
}

/// Reads the templates (`.hbs`) in `folder`, by their names without extension. Links must stay in the folder, and a
/// template has at most 16 MiB.
///
/// # Errors
/// If the folder or a file cannot be read, or a template is not a regular file in it.
pub fn load_templates(folder: &Path) -> Result<BTreeMap<String, String>, LoadError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| match Refusal::of(&source) {
            Some(why) => LoadError::Refused { path, why },
            None => LoadError::Read { path, source },
        }
    };
    if places::leads_out(folder) {
        return Err(LoadError::LeadsOut { path: folder.to_owned() });
    }
    let real_folder = fs::canonicalize(folder).map_err(failed(folder))?;
    let mut templates = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(failed(folder))? {
        let path = entry.map_err(failed(folder))?.path();
        if path.extension().is_some_and(|extension| extension == "hbs") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let read = files::resolve(&real_folder, &path).and_then(|real| files::read_plain(&real, MAX_BYTES));
            let text = String::from_utf8(read.map_err(failed(&path))?)
                .map_err(|error| failed(&path)(io::Error::new(io::ErrorKind::InvalidData, error.utf8_error())))?;
            templates.insert(name, text);
        }
    }
    Ok(templates)
}
