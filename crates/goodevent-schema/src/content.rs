//! Content of a file of a registry, or the reason why it is not read.

use std::{fmt, ops::Deref, sync::Arc};

/// Upper bound of the size of a file in bytes; no contract is as large.
pub const MAX_FILE_BYTES: usize = 16 << 20;

/// Bytes of a file; none if the file is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    bytes: Arc<[u8]>,
    origin: Origin,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Origin {
    /// A file of its own.
    Own,
    /// Another path of a file that is read at this path.
    Link(Arc<str>),
    /// Not read.
    Unreadable {
        why: Unreadable,
        /// Whether it is reported at another path.
        is_reported: bool,
    },
}

/// Reason why a path of a registry is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// A file is larger than [`MAX_FILE_BYTES`].
    TooLarge,
    /// A device.
    Device,
    /// A FIFO.
    Fifo,
    /// A socket.
    Socket,
    /// Another special file.
    Special,
    /// A folder.
    Folder,
    /// A link whose target is outside of the registry's folder.
    LeadsOut,
    /// A link without a target.
    LeadsNowhere,
    /// A link to itself or to a folder that contains it.
    Loop,
    /// The limit of files that are reached through links is exceeded.
    TooManyLinks,
    /// The limit of links on the path, or of its length, is exceeded.
    TooFar,
}

/// Upper bound of files and folders that are reached through links to folders.
pub const MAX_LINKED: usize = 10_000;

/// Upper bound of links on the path to a file.
pub const MAX_LINKS: usize = 40;

/// Upper bound of the length of a path through links, in bytes.
pub const MAX_LINKED_PATH_BYTES: usize = 4_096;

impl Content {
    /// The same bytes at another path: those of the file that is read at `path`.
    #[must_use]
    pub fn linked_to(&self, path: &str) -> Self {
        Self { bytes: self.bytes.clone(), origin: Origin::Link(path.into()) }
    }

    /// Other bytes at the same path, such as after an edit.
    #[must_use]
    pub fn replaced(&self, bytes: impl Into<Arc<[u8]>>) -> Self {
        match self.origin {
            Origin::Link(_) => Self { bytes: bytes.into(), origin: self.origin.clone() },
            Origin::Own | Origin::Unreadable { .. } => bytes.into().into(),
        }
    }

    /// The path of the file, if this path is a link to a file that is read elsewhere.
    #[must_use]
    pub fn link(&self) -> Option<&str> {
        if let Origin::Link(path) = &self.origin { Some(path) } else { None }
    }

    /// The reason for which nothing is read.
    #[must_use]
    pub fn unreadable(&self) -> Option<Unreadable> {
        if let Origin::Unreadable { why, .. } = self.origin { Some(why) } else { None }
    }

    /// The same for a path that leads where another one does, which is reported.
    #[must_use]
    pub fn unreadable_as_well(why: Unreadable) -> Self {
        Self { bytes: Arc::default(), origin: Origin::Unreadable { why, is_reported: true } }
    }

    /// The reason for which nothing is read, unless it is reported at another path.
    pub(crate) fn unreported(&self) -> Option<Unreadable> {
        match self.origin {
            Origin::Unreadable { why, is_reported: false } => Some(why),
            Origin::Unreadable { .. } | Origin::Own | Origin::Link(_) => None,
        }
    }

    /// The bytes, to be kept.
    #[must_use]
    pub fn shared(&self) -> Arc<[u8]> {
        self.bytes.clone()
    }

    /// Whether two paths lead to one file.
    pub(crate) fn is_same_file(&self, other: &Self) -> bool {
        (self.link().is_some() || other.link().is_some()) && Arc::ptr_eq(&self.bytes, &other.bytes)
    }
}

impl From<Unreadable> for Content {
    fn from(why: Unreadable) -> Self {
        Self { bytes: Arc::default(), origin: Origin::Unreadable { why, is_reported: false } }
    }
}

impl From<Arc<[u8]>> for Content {
    fn from(bytes: Arc<[u8]>) -> Self {
        match bytes.len() > MAX_FILE_BYTES {
            true => Unreadable::TooLarge.into(),
            false => Self { bytes, origin: Origin::Own },
        }
    }
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        match bytes.len() > MAX_FILE_BYTES {
            true => Unreadable::TooLarge.into(),
            false => Arc::<[u8]>::from(bytes).into(),
        }
    }
}

impl From<&[u8]> for Content {
    fn from(bytes: &[u8]) -> Self {
        bytes.to_vec().into()
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        text.as_bytes().into()
    }
}

impl Deref for Content {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl AsRef<[u8]> for Content {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(f, "is larger than {} MiB", MAX_FILE_BYTES >> 20),
            Self::Device => f.write_str("is a device"),
            Self::Fifo => f.write_str("is a FIFO"),
            Self::Socket => f.write_str("is a socket"),
            Self::Special => f.write_str("is not a regular file"),
            Self::Folder => f.write_str("is a folder"),
            Self::LeadsOut => f.write_str("is a link that leads out of its folder"),
            Self::LeadsNowhere => f.write_str("is a link that leads nowhere"),
            Self::Loop => f.write_str("is a link that leads back to itself or to a folder around it"),
            Self::TooFar => {
                write!(f, "is reached through more than {MAX_LINKS} links or {MAX_LINKED_PATH_BYTES} bytes of path")
            }
            Self::TooManyLinks => {
                write!(f, "leads to more than the {MAX_LINKED} files and folders that are read through links")
            }
        }
    }
}
