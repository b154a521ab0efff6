//! Archives in memory, for the fuzz targets of this project. They are no part of the public interface.

use std::io::Cursor;

use goodevent_schema::source::Sources;

use crate::archive::{Packing, unpack};

/// The registry in the archive of a name such as `old.zip`, whose ending says how it is packed; `None` if it holds none.
///
/// # Errors
/// Why it is refused.
///
/// # Panics
/// If the name is that of no archive.
pub fn load_archive(name: &str, bytes: &[u8], roots: &[String]) -> Result<Option<Sources>, String> {
    let packing = Packing::of(name).expect("the name is that of an archive");
    unpack(Cursor::new(bytes), packing, roots)
}
