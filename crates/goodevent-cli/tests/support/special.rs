//! What a path can lead to that is not a regular file of its folder, made by the test.

use std::{
    fs,
    os::unix::{fs::symlink, net::UnixListener},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A text of a file that nobody may show.
pub(crate) const SECRET: &str = "correct-horse-battery";

/// The time in which every command ends, however busy the machine is.
const LIMIT: Duration = Duration::from_secs(30);

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Fifo,
    Socket,
    LinkToDevice,
    LinkToEnvironment,
    LinkToFileOutside,
    LinkToFifo,
    LinkUp,
    LinkToNothing,
    LinkToItself,
    TooLarge,
    Folder,
}

impl Kind {
    pub(crate) const ALL: [Self; 11] = [
        Self::Fifo,
        Self::Socket,
        Self::LinkToDevice,
        Self::LinkToEnvironment,
        Self::LinkToFileOutside,
        Self::LinkToFifo,
        Self::LinkUp,
        Self::LinkToNothing,
        Self::LinkToItself,
        Self::TooLarge,
        Self::Folder,
    ];

    /// Those that are a wrong payload outside of a repository, where a link to a regular file is the user's own choice.
    pub(crate) fn of_payloads() -> impl Iterator<Item = Self> {
        let is_regular = |kind: &Self| matches!(kind, Self::LinkToEnvironment | Self::LinkToFileOutside);
        Self::ALL.into_iter().filter(move |kind| !is_regular(kind))
    }

    /// Makes it at `path`, in place of what is there. What lies outside is in `outside`.
    pub(crate) fn put(self, path: &Path, outside: &Path) {
        if let Ok(facts) = fs::symlink_metadata(path) {
            let removed = if facts.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
            removed.expect("it can be removed");
        }
        fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("the folder can be made");
        fs::create_dir_all(outside).expect("the folder can be made");
        let link = |to: &Path| symlink(to, path).expect("the link can be made");
        match self {
            Self::Fifo => fifo(path),
            // The name of a socket is short: it is made elsewhere and moved.
            Self::Socket => {
                let short = std::env::temp_dir().join(format!("{}.sock", std::process::id()));
                let _ = fs::remove_file(&short);
                drop(UnixListener::bind(&short).expect("the socket can be made"));
                fs::rename(short, path).expect("it can be moved");
            }
            Self::LinkToDevice => link(Path::new("/dev/zero")),
            Self::LinkToEnvironment => link(Path::new("/proc/self/environ")),
            Self::LinkToFileOutside => {
                let secret = outside.join("secret.json");
                fs::write(&secret, format!("{{ \"title\": \"{SECRET}\" {SECRET}")).expect("it can be written");
                link(&secret);
            }
            Self::LinkToFifo => {
                let other = outside.join("fifo");
                if !other.exists() {
                    fifo(&other);
                }
                link(&other);
            }
            Self::LinkUp => link(Path::new("../../../../../../../../../../../../etc")),
            Self::LinkToNothing => link(Path::new("nothing")),
            Self::LinkToItself => link(Path::new(path.file_name().expect("it has a name"))),
            Self::TooLarge => {
                let file = fs::File::create(path).expect("it can be made");
                file.set_len(1 << 40).or_else(|_| file.set_len(1 << 30)).expect("it takes no room");
            }
            Self::Folder => fs::create_dir(path).expect("it can be made"),
        }
    }
}

fn fifo(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().expect("mkfifo can be started");
    assert!(made.success(), "{} can't be made", path.display());
}

/// Runs a command, which has to end in time and may not show the secret: its exit code and text.
pub(crate) fn finish(mut command: Command, what: &str) -> (i32, String) {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let file = |name: &str| -> (PathBuf, fs::File) {
        let path = folder.path().join(name);
        let file = fs::File::create(&path).expect("it can be made");
        (path, file)
    };
    let ((out, out_file), (err, err_file)) = (file("out"), file("err"));
    // Files, so that a command which writes much does not wait for this test.
    command.env("GOODEVENT_TEST_SECRET", SECRET).stdout(out_file).stderr(err_file);
    if what != "piped" {
        command.stdin(Stdio::null());
    }
    let mut child = command.spawn().expect("the command can be started");
    let start = Instant::now();
    let status = loop {
        match child.try_wait().expect("it can be asked") {
            Some(status) => break status,
            None if start.elapsed() > LIMIT => {
                child.kill().expect("it can be ended");
                child.wait().expect("it ends");
                panic!("{what}: {command:?} does not end");
            }
            None => thread::sleep(Duration::from_millis(5)),
        }
    };
    let text = [out, err].map(|path| String::from_utf8_lossy(&fs::read(path).expect("it is there")).into_owned());
    let text = text.concat();
    assert!(!text.contains(SECRET), "{what}: {command:?} shows the secret: {text}");
    (status.code().unwrap_or_else(|| panic!("{what}: {command:?} was ended: {text}")), text)
}
