//! Java: a JDK of version 17 or later, which has to be installed.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// A program of the JDK: that of `JAVA_HOME`, or else that of the search path.
fn program(name: &str) -> PathBuf {
    let home = env::var_os("JAVA_HOME").map(|home| Path::new(&home).join("bin").join(name));
    home.filter(|path| path.exists()).unwrap_or_else(|| name.into())
}

/// Compiles the `.java` files of a folder into its folder `out` with all warnings as errors; returns what the compiler says
/// about them.
///
/// # Panics
/// If there is no compiler.
#[must_use]
pub fn compiled(folder: &Path) -> String {
    let mut files = Vec::new();
    sources(folder, &mut files);
    files.sort();
    let files: String = files.iter().map(|path| format!("\"{}\"\n", path.display())).collect();
    fs::write(folder.join("files.txt"), files).expect("the folder is writable");
    let settings = ["-J-Xmx2g", "-Xlint:all", "-Xdoclint:all,-missing", "-Werror", "--release", "17"];
    let mut command = Command::new(program("javac"));
    // Generated code means the same whatever encoding a compiler expects.
    command.args(settings).args(["-encoding", "US-ASCII", "-d", "out", "@files.txt"]).current_dir(folder);
    let output = output(&mut command);
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

/// Runs the class `name` of a compiled folder; returns what it prints.
///
/// # Panics
/// If it fails.
#[must_use]
pub fn printed(folder: &Path, name: &str) -> String {
    let mut command = Command::new(program("java"));
    command.args(["-Xmx2g", "-ea", "-Dstdout.encoding=UTF-8", "-cp", "out", name]).current_dir(folder);
    let output = output(&mut command);
    assert!(output.status.success(), "{command:?}: {}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is readable") {
        let path = entry.expect("the folder is readable").path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "java") {
            files.push(path);
        }
    }
}

fn output(command: &mut Command) -> Output {
    let output = command.stdin(Stdio::null()).output();
    output.unwrap_or_else(|error| panic!("{command:?} cannot run, which needs a JDK of version 17 or later: {error}"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
