//! Paths below the folder of a registry, by their meaning.

use crate::{lock, name::EventName};

/// Whether a file of this name may be part of a registry, wherever it lies.
#[must_use]
pub fn is_read_name(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name);
    let extension = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, extension)| extension);
    matches!(extension, Some("json" | "toml" | "lock" | "baseline")) || name == MANIFEST
}

/// Name of the manifest of an output folder.
pub const MANIFEST: &str = ".goodevent-manifest";

/// Whether a path below a registry's folder is that of an event's contract.
#[must_use]
pub fn is_event_path(path: &str) -> bool {
    path.split_once('/')
        .is_some_and(|(context, file)| context != "types" && !file.contains('/') && file.ends_with(".json"))
}

/// Whether a file at a path below a registry's folder is read as a part of it.
#[must_use]
pub fn is_read_path(path: &str) -> bool {
    let is_type = |path: &str| path.ends_with(".json") && !path.contains('/');
    let of_context = path.split_once('/').and_then(|(_, rest)| rest.strip_prefix("types/")).is_some_and(is_type);
    let of_all = path.strip_prefix("types/").is_some_and(is_type);
    is_event_path(path) || of_context || of_all || is_mark_of_registry(path) || path == "goodevent.baseline"
}

/// Whether a path below a folder shows that the folder is a registry, which its settings and its lock do.
#[must_use]
pub fn is_mark_of_registry(path: &str) -> bool {
    let is_context = path.strip_suffix("/context.toml").is_some_and(|context| !context.contains('/'));
    path == "goodevent.toml" || path == lock::FILE || is_context
}

/// Whether files that lie at these paths below a folder are a registry: it has settings, a lock, or a contract that is
/// named as one.
pub fn is_registry<'p>(paths: impl IntoIterator<Item = &'p str>) -> bool {
    let is_contract = |path: &str| is_event_path(path) && stem(path).parse::<EventName>().is_ok();
    paths.into_iter().any(|path| is_mark_of_registry(path) || is_contract(path))
}

/// File name without folder and extension.
#[must_use]
pub fn stem(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.strip_suffix(".json").unwrap_or(file)
}
