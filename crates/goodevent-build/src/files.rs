//! File access of the toolchain: only regular files are opened, each is read up to a limit, and within a folder no link
//! leads out of it.
//!
//! Contracts, templates and payloads come from unknown senders. A file is inspected before it is opened, because
//! opening some devices has effects; it is opened without blocking, so that a FIFO cannot stop the process; and it is
//! inspected again after opening, so that it cannot be exchanged in between.

use std::{
    fmt,
    fs::{self, File, FileType, Metadata, OpenOptions},
    io::{self, Read},
    path::{Path, PathBuf},
};

use goodevent_schema::{content::Unreadable, syntax::MAX_FILE_BYTES};

/// Size limit of a file of a registry, of a template and of a payload, in bytes.
pub const MAX_BYTES: usize = MAX_FILE_BYTES;

/// Size limit of a generated file that is compared, in bytes.
pub const MAX_OUTPUT_BYTES: usize = 512 << 20;

/// Reason why goodevent does not read or write a file, although the system would allow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The path is a folder.
    Folder,
    /// The file exceeds the size limit.
    TooLarge {
        /// Most bytes.
        max_bytes: usize,
    },
    /// The path is not a regular file, or a link leads to a forbidden place.
    Unreadable(Unreadable),
}

impl std::error::Error for Refusal {}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder => f.write_str("it is a folder"),
            Self::TooLarge { max_bytes } => {
                write!(f, "it has more than {max_bytes} bytes ({} MiB), the limit", max_bytes >> 20)
            }
            Self::Unreadable(why @ Unreadable::Fifo) => {
                write!(f, "it {why}: name a regular file, or `-` for a payload from standard input")
            }
            Self::Unreadable(why @ (Unreadable::Device | Unreadable::Socket)) => {
                write!(f, "it {why}: name a regular file")
            }
            Self::Unreadable(why) => write!(f, "it {why}"),
        }
    }
}

impl From<Unreadable> for Refusal {
    fn from(why: Unreadable) -> Self {
        Self::Unreadable(why)
    }
}

impl From<Refusal> for io::Error {
    fn from(refusal: Refusal) -> Self {
        let kind = match refusal {
            Refusal::Folder => io::ErrorKind::IsADirectory,
            Refusal::TooLarge { .. } => io::ErrorKind::FileTooLarge,
            Refusal::Unreadable(_) => io::ErrorKind::InvalidInput,
        };
        Self::new(kind, refusal)
    }
}

impl Refusal {
    /// The refusal in an error, if there is one.
    #[must_use]
    pub fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref::<Self>().copied()
    }
}

/// Opens a regular file, and follows links to it.
///
/// # Errors
/// If it cannot be opened, or is not a regular file.
pub fn open(path: &Path) -> io::Result<File> {
    regular(&fs::metadata(path)?)?;
    let file = options(0).open(path)?;
    regular(&file.metadata()?)?;
    Ok(file)
}

/// Checks that a path leads to a regular file, for callers that open it themselves.
///
/// # Errors
/// If it is missing or not a regular file.
pub fn expect_regular(path: &Path) -> io::Result<()> {
    Ok(regular(&fs::metadata(path)?)?)
}

/// Reads a regular file of at most `max_bytes`, and follows links to it.
///
/// # Errors
/// If it cannot be read, is not a regular file, or is larger.
pub fn read(path: &Path, max_bytes: usize) -> io::Result<Vec<u8>> {
    bounded(open(path)?, max_bytes)
}

/// Reads a regular file, whose path is not that of a link.
///
/// # Errors
/// If it can't be read, is a link or not a regular file, or is larger than `max_bytes`.
pub(crate) fn read_plain(path: &Path, max_bytes: usize) -> io::Result<Vec<u8>> {
    let expected = fs::symlink_metadata(path)?;
    regular(&expected)?;
    let file = options(NO_FOLLOW).open(path)?;
    let opened = file.metadata()?;
    regular(&opened)?;
    if !is_same(&expected, &opened) {
        return Err(Refusal::from(Unreadable::Special).into());
    }
    bounded(file, max_bytes)
}

/// All that there is to be read, if it is not more than `max_bytes`.
///
/// # Errors
/// If it can't be read, or is more.
pub(crate) fn bounded(from: impl Read, max_bytes: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(max_bytes as u64 + 1).read_to_end(&mut bytes)?;
    match bytes.len() > max_bytes {
        true => Err(Refusal::TooLarge { max_bytes }.into()),
        false => Ok(bytes),
    }
}

/// The path behind all links of a path, which has to lie in `folder`, itself without links.
///
/// # Errors
/// If a link leads out of the folder, to nothing or back to itself, or the path can't be looked at.
pub(crate) fn resolve(folder: &Path, path: &Path) -> io::Result<PathBuf> {
    let real = match fs::canonicalize(path) {
        Ok(real) => real,
        Err(error) if error.kind() == io::ErrorKind::NotFound && is_link(path) => {
            return Err(Refusal::from(Unreadable::LeadsNowhere).into());
        }
        Err(error) if is_loop(&error) => return Err(Refusal::from(Unreadable::Loop).into()),
        Err(error) => return Err(error),
    };
    match real.starts_with(folder) {
        true => Ok(real),
        false => Err(Refusal::from(Unreadable::LeadsOut).into()),
    }
}

/// Whether a path is that of a link.
pub(crate) fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|facts| facts.is_symlink())
}

/// Returns an error for everything but a regular file.
pub(crate) fn regular(facts: &Metadata) -> Result<(), Refusal> {
    match facts.file_type() {
        kind if kind.is_file() => Ok(()),
        kind if kind.is_dir() => Err(Refusal::Folder),
        kind => Err(special(kind).into()),
    }
}

/// The kind of a file that is neither a regular one, nor a folder, nor a link.
#[cfg(unix)]
pub(crate) fn special(kind: FileType) -> Unreadable {
    use std::os::unix::fs::FileTypeExt as _;
    match kind {
        _ if kind.is_fifo() => Unreadable::Fifo,
        _ if kind.is_socket() => Unreadable::Socket,
        _ if kind.is_char_device() || kind.is_block_device() => Unreadable::Device,
        _ => Unreadable::Special,
    }
}

/// The kind of a file that is neither a regular one, nor a folder, nor a link.
#[cfg(not(unix))]
pub(crate) fn special(_: FileType) -> Unreadable {
    Unreadable::Special
}

#[cfg(unix)]
const NO_FOLLOW: i32 = libc::O_NOFOLLOW;
#[cfg(not(unix))]
const NO_FOLLOW: i32 = 0;

/// Opens for reading, without waiting for the writer of a FIFO and without a terminal that takes over.
#[cfg(unix)]
fn options(flags: i32) -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = File::options();
    options.read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY | flags);
    options
}

#[cfg(not(unix))]
fn options(_: i32) -> OpenOptions {
    let mut options = File::options();
    options.read(true);
    options
}

/// Opens a folder.
///
/// # Errors
/// If it is not a folder, or can't be opened.
#[cfg(unix)]
pub(crate) fn open_folder(path: &Path) -> io::Result<File> {
    options(libc::O_DIRECTORY).open(path)
}

#[cfg(unix)]
fn is_same(left: &Metadata, right: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (left.dev(), left.ino()) == (right.dev(), right.ino())
}

#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
}

#[cfg(unix)]
fn is_loop(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::ELOOP)
}

#[cfg(not(unix))]
fn is_loop(_: &io::Error) -> bool {
    false
}
