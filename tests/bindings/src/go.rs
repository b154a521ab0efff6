//! Go: its toolchain, which has to be installed, and staticcheck.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Mutex, PoisonError},
};

/// The linter, by its exact version.
const STATICCHECK: &str = "honnef.co/go/tools/cmd/staticcheck@v0.8.2";

static INSTALLATION: Mutex<()> = Mutex::new(());

/// Folder of packages, tools and compiled code, in the target folder.
fn target() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from).join("go")
}

/// A command of the toolchain, which downloads no other toolchain.
fn command(program: impl AsRef<std::ffi::OsStr>, folder: &Path) -> Command {
    let target = target();
    let mut command = Command::new(program);
    let folders = [("GOPATH", "path"), ("GOCACHE", "cache"), ("GOBIN", "bin"), ("STATICCHECK_CACHE", "staticcheck")];
    command.envs(folders.map(|(name, folder)| (name, target.join(folder))));
    command.env("GOFLAGS", "-mod=mod").env("GOTOOLCHAIN", "local").env("GO111MODULE", "on").current_dir(folder);
    command
}

/// What the formatter, the compiler's own checks and staticcheck report about the module in a folder.
#[must_use]
pub fn findings(folder: &Path) -> String {
    let format = printed(command("gofmt", folder).args(["-l", "."]));
    let vet = printed(command("go", folder).args(["vet", "./..."]));
    let checks = printed(command(staticcheck(), folder).arg("./..."));
    format!("{format}{vet}{checks}")
}

/// Runs the program in `program` below the folder of a module; returns what it prints.
///
/// # Panics
/// If it fails.
#[must_use]
pub fn run(folder: &Path, program: &str) -> String {
    let output = command("go", folder).args(["run", &format!("./{program}")]).stdin(Stdio::null()).output();
    let output = output.expect("`go` is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The program, which is installed if it is not there.
fn staticcheck() -> PathBuf {
    let path = target().join("bin/staticcheck");
    let _one_at_a_time = INSTALLATION.lock().unwrap_or_else(PoisonError::into_inner);
    if !path.exists() {
        fs::create_dir_all(target()).expect("the target folder is writable");
        let text = printed(command("go", &target()).args(["install", STATICCHECK]));
        assert!(path.exists(), "{text}");
    }
    path
}

fn printed(command: &mut Command) -> String {
    let output =
        command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?} cannot run: {error}"));
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
