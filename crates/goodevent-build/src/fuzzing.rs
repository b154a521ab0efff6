//! Archives in memory, for the fuzz targets of this project. Not a part of the public interface.

use std::io::Cursor;

use goodevent_schema::source::Sources;

use crate::archive::{Packing, unpack};

/// The registry in an archive whose name, such as `old.zip`, shows its format; `None` if the archive holds no registry.
///
/// # Errors
/// Why it is refused.
///
/// # Panics
/// If the name is not that of an archive.
pub fn load_archive(name: &str, bytes: &[u8], roots: &[String]) -> Result<Option<Sources>, String> {
    let packing = Packing::of(name).expect("the name is that of an archive");
    unpack(Cursor::new(bytes), packing, roots)
}
