//! Clocks that are wrong: a library between a process and the system, to be named in `LD_PRELOAD`.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::packages::{Packages, entry};

/// The library, which reads from `FAKETIME` how far a clock is off.
pub(super) fn library(packages: &Packages) -> Result<PathBuf> {
    let folder = format!("usr/lib/{}-linux-gnu/faketime", std::env::consts::ARCH);
    let library = format!("{folder}/libfaketimeMT.so");
    let root = packages.debian("libfaketime", &library)?;
    entry(&root, &library).context("the package `libfaketime` holds no library for threads")
}
