//! Crates that tests write and build.

use std::{path::Path, process::Command};

use goodevent_tests::batch;

/// Writes a file of a crate.
pub(crate) fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("the folder is writable");
    std::fs::write(path, text).expect("the folder is writable");
}

/// Cargo on the crate in a folder: whether it succeeds, and what it prints as output and as errors.
pub(crate) fn cargo(arguments: &[&str], folder: &Path) -> (bool, String, String) {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .args(["--quiet", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        .env("CARGO_TARGET_DIR", batch::folder().join("target"))
        .env("RUSTFLAGS", "--deny warnings")
        .output()
        .expect("cargo runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}
