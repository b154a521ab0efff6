//! Clocks that are wrong: libraries between a process and the system, to be named in `LD_PRELOAD`.

use anyhow::{Context, Result};

use crate::packages::{Packages, entry};

/// The libraries, which read from `FAKETIME` how far a clock is off.
pub(super) fn libraries(packages: &Packages) -> Result<String> {
    let folder = format!("usr/lib/{}-linux-gnu/faketime", std::env::consts::ARCH);
    let library = format!("{folder}/libfaketimeMT.so");
    let root = packages.debian("libfaketime", &library)?;
    let faketime = entry(&root, &library).context("the package `libfaketime` holds no library for threads")?;
    // What it does not know is said in words that it knows.
    let cnd = packages.library("cnd", include_str!("cnd.c"))?;
    Ok(format!("{}:{}", cnd.display(), faketime.display()))
}
