//! A registry in a folder of its own, with git or without it, which a test changes and over which it runs the command.
#![allow(dead_code, reason = "each test uses a part of this")]

#[cfg(unix)]
pub(crate) mod special;

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;

/// The command under test.
pub(crate) const BIN: &str = env!("CARGO_BIN_EXE_goodevent");

/// The contract that `init` writes.
pub(crate) const PLACED: &str = "schemas/orders/OrderPlacedV1Event.json";
pub(crate) const LOCK: &str = "schemas/goodevent.lock";

/// A folder that is removed with this value. Paths of files are relative to it.
pub(crate) struct Repository {
    _room: tempfile::TempDir,
    pub(crate) folder: PathBuf,
    /// The day that the commands take for today, if it is not the day of the clock.
    pub(crate) today: Option<&'static str>,
}

impl Repository {
    /// A folder without a registry and without git.
    pub(crate) fn empty() -> Self {
        let room = tempfile::tempdir().expect("there is room for a folder");
        // A test may put other folders beside this one.
        let folder = room.path().join("acme");
        fs::create_dir(&folder).expect("the folder can be made");
        Self { _room: room, folder, today: None }
    }

    /// The registry that `init` makes, without git.
    pub(crate) fn initialized() -> Self {
        let repository = Self::empty();
        repository.expect(0, &["init"]);
        repository
    }

    /// The registry that `init` makes, in a repository of git with the branch `main`, of which nothing is committed.
    pub(crate) fn with_git(today: &'static str) -> Self {
        let repository = Self { today: Some(today), ..Self::empty() };
        repository.git(&["init", "--quiet", "--initial-branch", "main"]);
        repository.expect(0, &["init"]);
        repository
    }

    pub(crate) fn git(&self, args: &[&str]) -> String {
        git(&self.folder, args)
    }

    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    }

    pub(crate) fn command(&self, args: &[impl AsRef<OsStr>]) -> Command {
        self.command_in(&self.folder, args)
    }

    fn command_in(&self, folder: &Path, args: &[impl AsRef<OsStr>]) -> Command {
        let mut command = Command::new(BIN);
        command.current_dir(folder).args(args).stdin(Stdio::null());
        let is_dated = args.iter().any(|arg| arg.as_ref() == "--today");
        if let Some(today) = self.today.filter(|_| !is_dated) {
            command.args(["--today", today]);
        }
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.run_in(&self.folder, args)
    }

    /// Runs a command whose working folder is another one.
    pub(crate) fn run_in(&self, folder: &Path, args: &[&str]) -> Output {
        self.command_in(folder, args).output().expect("the command can be started")
    }

    /// Runs a command, which has to exit with `code`, and returns the text of both streams.
    pub(crate) fn expect(&self, code: i32, args: &[&str]) -> String {
        self.expect_in(&self.folder, code, args)
    }

    pub(crate) fn expect_in(&self, folder: &Path, code: i32, args: &[&str]) -> String {
        text(&self.finish_in(folder, code, args))
    }

    /// Runs a command, which has to exit with `code`, and returns the JSON document that it wrote.
    pub(crate) fn json(&self, code: i32, args: &[&str]) -> Value {
        self.json_in(&self.folder, code, args)
    }

    pub(crate) fn json_in(&self, folder: &Path, code: i32, args: &[&str]) -> Value {
        let args = [args, &["--format", "json"]].concat();
        json(&self.finish_in(folder, code, &args))
    }

    /// Runs a command, which has to exit with `code`.
    pub(crate) fn finish_in(&self, folder: &Path, code: i32, args: &[&str]) -> Output {
        let output = self.run_in(folder, args);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {}", text(&output));
        output
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("the folder can be made");
        fs::write(path, text).expect("the file can be written");
    }

    /// Replaces the first occurrence of a text, which has to be there.
    pub(crate) fn edit(&self, file: &str, from: &str, to: &str) {
        let text = self.read(file);
        assert!(text.contains(from), "{from} is not in {text}");
        self.write(file, &text.replacen(from, to, 1));
    }

    pub(crate) fn remove(&self, file: &str) {
        let path = self.path(file);
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.unwrap_or_else(|error| panic!("{file}: {error}"));
    }

    pub(crate) fn remove_link(&self, file: &str) {
        fs::remove_file(self.path(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    }

    pub(crate) fn rename(&self, from: &str, to: &str) {
        fs::create_dir_all(self.path(to).parent().expect("a file lies in a folder")).expect("the folder can be made");
        fs::rename(self.path(from), self.path(to)).expect("the file can be moved");
    }

    pub(crate) fn copy(&self, from: &str, to: &str) {
        for entry in walk(&self.path(from)) {
            let below = entry.strip_prefix(self.path(from)).expect("it lies below").to_string_lossy().into_owned();
            self.write(&format!("{to}/{below}"), &fs::read_to_string(&entry).expect("the file is text"));
        }
    }

    /// Removes the lines of the lock that begin with a text.
    pub(crate) fn unlock(&self, start: &str) {
        let lock = self.read(LOCK);
        let kept: String = lock.split_inclusive('\n').filter(|line| !line.starts_with(start)).collect();
        assert_ne!(kept, lock, "no line begins with {start}");
        self.write(LOCK, &kept);
    }
}

pub(crate) fn git(folder: &Path, args: &[&str]) -> String {
    let identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").current_dir(folder).args(identity).args(args).output();
    let output = output.expect("git can be started");
    assert!(output.status.success(), "git {args:?}: {}", text(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The text of both streams.
pub(crate) fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The JSON document on standard output.
pub(crate) fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(output)))
}

/// All files below a folder, sorted.
pub(crate) fn walk(folder: &Path) -> Vec<PathBuf> {
    tree(folder).into_iter().filter_map(|(path, bytes)| bytes.map(|_| path)).collect()
}

/// All files below a folder with their bytes, and all folders, which have none.
pub(crate) fn tree(folder: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("the folder is there").flatten() {
        let path = entry.path();
        if path.is_dir() {
            all.extend(tree(&path));
            all.insert(path, None);
        } else {
            let bytes = fs::read(&path).expect("the file is readable");
            all.insert(path, Some(bytes));
        }
    }
    all
}
