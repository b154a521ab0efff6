//! Baselines: registries as they were.

use std::{collections::BTreeSet, path::Path};

use goodevent_check::compat::Snapshot;
use goodevent_schema::{
    facts::has_known_status,
    name::EventName,
    registry::{Contract, is_event_path, stem},
};

use crate::{LoadError, Loaded, earlier::load_earlier};

impl Loaded {
    /// Reads the baseline of the registry at `root`: `earlier` is a folder, an archive (`.tar`, `.tar.gz`, `.tgz`, `.zip`),
    /// or a revision of the git repository of `root`, such as `origin/main`, or `origin/main:contracts` if the registry was
    /// in another folder.
    ///
    /// # Errors
    /// If there is no such folder, archive or revision, it cannot be read, or it contains no registry.
    pub fn read_earlier(root: &Path, earlier: &str) -> Result<Self, LoadError> {
        Ok(Self::of(load_earlier(root, earlier)?))
    }

    /// The baseline registry at `earlier`, if it states for each contract whether it was released.
    ///
    /// # Errors
    /// If a contract cannot be read and is not in the lock, so that its status is unknown.
    pub fn with_known_releases(self, earlier: &str) -> Result<Self, LoadError> {
        let known: BTreeSet<String> = self.registry.contracts().map(Contract::key).collect();
        let is_unknown = |path: &&str| {
            let key = path.strip_suffix(".json").unwrap_or(path);
            let is_named = stem(path).parse::<EventName>().is_ok();
            is_event_path(path) && is_named && !known.contains(key) && !self.registry.lock.entries.contains_key(key)
        };
        let unread = self.sources.files.iter().map(|file| file.path.as_str()).find(is_unknown);
        // A status that is none counts as that of a draft, and hides a promise.
        let is_unsaid = |contract: &&Contract| {
            let is_locked = self.registry.lock.entries.contains_key(&contract.key());
            !is_locked && !has_known_status(&self.registry.tree(contract))
        };
        let unsaid = || self.registry.contracts().find(is_unsaid).map(|own| self.sources[own.source].path.as_str());
        match unread.or_else(unsaid) {
            None => Ok(self),
            Some(path) => Err(LoadError::UnknownRelease { earlier: earlier.to_owned(), path: path.to_owned() }),
        }
    }

    /// Snapshot of the registry for comparisons.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot<'_> {
        Snapshot { sources: &self.sources, registry: &self.registry }
    }
}
