//! Python: mypy and pydantic, from PyPI, and Python itself, which has to be installed.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Mutex, PoisonError},
};

/// The packages, by their exact versions.
const PACKAGES: [&str; 2] = ["mypy==2.4.1", "pydantic==2.14.4"];

static INSTALLATION: Mutex<()> = Mutex::new(());

/// Folder of an environment with the packages, in the target folder.
fn environment() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let folder = target.join("python");
    let _one_at_a_time = INSTALLATION.lock().unwrap_or_else(PoisonError::into_inner);
    let done = folder.join("installed");
    if fs::read_to_string(&done).unwrap_or_default() != PACKAGES.join(" ") {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder));
        run(Command::new(folder.join("bin/python"))
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .args(PACKAGES));
        fs::write(&done, PACKAGES.join(" ")).expect("the target folder is writable");
    }
    folder
}

/// Examines the files of a folder with the strictest settings of mypy; returns what it says about them.
#[must_use]
pub fn examined(folder: &Path, files: &[&str]) -> String {
    let environment = environment();
    let mut command = Command::new(environment.join("bin/mypy"));
    command.args(["--strict", "--no-error-summary", "--python-version", "3.10", "--warn-unreachable"]);
    command.arg("--cache-dir").arg(folder.join(".mypy_cache")).args(files).current_dir(folder);
    let output = command.stdin(Stdio::null()).output().expect("mypy is installed");
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Runs a script in a folder, in which a warning is an error; returns what it prints.
#[must_use]
pub fn printed(folder: &Path, script: &str) -> String {
    fs::write(folder.join("script.py"), script).expect("the folder is writable");
    run(Command::new(environment().join("bin/python"))
        .args(["-W", "error", "-X", "utf8", "script.py"])
        .current_dir(folder))
}

fn run(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?} cannot run: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{command:?}: {}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}
