//! Reasons why a registry cannot be read, and the limits of one.

use std::{io, path::PathBuf};

use goodevent_json::escape::{line, lines};

use crate::{files::Refusal, places::shown};

/// Most files of a registry.
pub(crate) const MAX_REGISTRY_FILES: usize = 100_000;

/// Most bytes of all files of a registry together.
pub(crate) const MAX_REGISTRY_BYTES: usize = 128 << 20;

/// Reason why a registry cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The folder is missing.
    #[error("there is no registry at `{}`: name the folder of schemas, or run `goodevent init`", shown(.path))]
    Missing {
        /// The folder.
        path: PathBuf,
    },
    /// The git revision cannot be read.
    #[error("cannot read the registry at `{}`: {}", line(.revision), lines(.why))]
    Git {
        /// The revision.
        revision: String,
        /// Why, and what helps.
        why: String,
    },
    /// An archive has no baseline registry.
    #[error("cannot read the registry in `{}`: {}", shown(.path), lines(.why))]
    Archive {
        /// The archive.
        path: PathBuf,
        /// Why, and what helps.
        why: String,
    },
    /// The baseline is missing.
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
        "`{}` has no known status at `{}`, because it is not JSON or its `status` is invalid: compare with another revision",
        line(.path), line(.earlier)
    )]
    UnknownRelease {
        /// The folder, archive or revision.
        earlier: String,
        /// The file.
        path: String,
    },
    /// A path and a revision have the same name: a change that adds the path may not decide what it is compared with.
    #[error(
        "`{0}` is both a path and a revision of git: name `./{0}` for the one, `{full_name}` for the other",
        line(.earlier)
    )]
    Ambiguous {
        /// The name.
        earlier: String,
        /// Another name of the revision, which no path has.
        full_name: String,
    },
    /// The registry has no contract.
    #[error("the registry at `{}` has no events: {}", line(.root), lines(.why))]
    NoEvents {
        /// The folder.
        root: String,
        /// The files that were looked for, and the remedy.
        why: String,
    },
    /// The total size of the files exceeds the limit.
    #[error("the files of the registry at `{}` exceed {} MiB: name the folder of the contracts alone", shown(.path), MAX_REGISTRY_BYTES >> 20)]
    TooLarge {
        /// The folder.
        path: PathBuf,
    },
    /// The number of files exceeds the limit.
    #[error("the registry at `{}` has more than {MAX_REGISTRY_FILES} files: name the folder of the contracts alone", shown(.path))]
    TooMany {
        /// The folder.
        path: PathBuf,
    },
    /// An entry is not a regular file, or too large.
    #[error("`{}` is not read: {why}", shown(.path))]
    Refused {
        /// The file.
        path: PathBuf,
        /// Why.
        why: Refusal,
    },
    /// A link leads out of the repository.
    #[error("`{}` is not read: through a link it leads out of the repository; name the folder that it leads to", shown(.path))]
    LeadsOut {
        /// The folder.
        path: PathBuf,
    },
    /// An entry cannot be read.
    #[error("cannot read `{}`: check that it exists and that you may read it", shown(.path))]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Error of the system.
        source: io::Error,
    },
}
