//! Folders and files of tests.

use std::{env, fs, path::Path};

use tempfile::TempDir;

/// The root of the repository.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Whether `cargo xtask test --without <language>` leaves a language out, because the machine does not have its toolchain.
#[must_use]
pub fn is_left_out(language: &str) -> bool {
    env::var("GOODEVENT_WITHOUT").is_ok_and(|names| names.split(',').any(|name| name == language))
}

/// A copy of the folder of a language in `generated/`.
///
/// # Panics
/// If it cannot be read or copied.
#[must_use]
pub fn generated(language: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    copy(&root().join("generated").join(language), folder.path());
    folder
}

/// Copies the files of a folder and of those in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("there is room for a folder");
    for entry in fs::read_dir(from).expect("the folder is readable") {
        let entry = entry.expect("the folder is readable");
        match entry.file_type().expect("the folder is readable").is_dir() {
            true => copy(&entry.path(), &to.join(entry.file_name())),
            false => drop(fs::copy(entry.path(), to.join(entry.file_name())).expect("there is room for a file")),
        }
    }
}

/// Writes a file and its folders.
///
/// # Panics
/// If it cannot be written.
pub fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a file has a folder")).expect("there is room for a folder");
    fs::write(path, text).expect("there is room for a file");
}
