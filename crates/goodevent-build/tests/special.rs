//! The library and build scripts read regular files alone, and wait for none.
#![cfg(unix)]

use std::{
    fs,
    os::unix::{fs::symlink, net::UnixListener},
    path::Path,
    process::Command,
    sync::mpsc,
    thread,
    time::Duration,
};

use goodevent_build::{Config, Loaded, load_templates, read_payload};

/// Makes a kind of file.
type Put = fn(&Path);

const KINDS: [(&str, Put); 6] = [
    ("fifo", |path| {
        let made = Command::new("mkfifo").arg(path).status().expect("mkfifo can be started");
        assert!(made.success(), "no FIFO was made");
    }),
    ("socket", |path| drop(UnixListener::bind(path).expect("the socket can be made"))),
    ("device", |path| symlink("/dev/zero", path).expect("the link can be made")),
    ("loop", |path| symlink(path, path).expect("the link can be made")),
    ("nothing", |path| symlink("nothing", path).expect("the link can be made")),
    ("too large", |path| {
        fs::File::create(path).and_then(|file| file.set_len(1 << 40)).expect("it takes no room");
    }),
];

/// What `work` gives, which has to end in time.
fn in_time<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(work()));
    receiver.recv_timeout(Duration::from_secs(20)).expect("it ends")
}

#[test]
fn every_reader_refuses_every_kind() {
    for (kind, put) in KINDS {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let root = folder.path().join("r");
        fs::create_dir_all(root.join("orders")).expect("the folder is writable");
        let contract = root.join("orders/OrderPlacedV1Event.json");
        for file in ["goodevent.toml", "goodevent.lock", "orders/context.toml", "orders/OrderPlacedV1Event.json"] {
            fs::write(&contract, "{}").expect("the folder is writable");
            let path = root.join(file);
            let _ = fs::remove_file(&path);
            put(&path);
            let (own, out) = (root.clone(), folder.path().join("out"));
            let error = in_time(move || Config::new().out_dir(out).compile(own).map_err(|error| error.to_string()));
            let error = error.expect_err("it can't be read");
            assert!(error.contains("unreadable-file") || error.contains("file-too-large"), "{kind} {file}: {error}");
            let own = root.clone();
            let loaded = in_time(move || Loaded::read(&own)).expect("the rest can be read");
            assert_eq!(loaded.diagnostics.iter().filter(|own| own.span.start == 0).count(), loaded.diagnostics.len());
            assert!(loaded.has_errors(), "{kind} {file}");
            fs::remove_file(&path).expect("it is ours");
        }
        fs::write(&contract, "{ \"title\": \"OrderPlacedV1Event\" }").expect("the folder is writable");
        // The file to be included.
        let out = folder.path().join("out");
        fs::create_dir_all(&out).expect("the folder is writable");
        put(&out.join("contracts.rs"));
        let (own, to) = (root.clone(), out.clone());
        in_time(move || Config::new().out_dir(to).compile(own).map_err(|error| error.to_string()))
            .expect_err("it is in the way");
        let path = folder.path().join("t.hbs");
        put(&path);
        let (own, templates) = (path.clone(), folder.path().to_owned());
        in_time(move || read_payload(&own.to_string_lossy())).expect_err("it is not a payload");
        in_time(move || load_templates(&templates)).expect_err("it is not a template");
    }
}

/// Code that opens a file on its own opens a device as well.
#[test]
fn files_are_opened_by_one_module() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut n_files = 0;
    for own in ["goodevent-build", "goodevent-cli", "goodevent-ops"] {
        for entry in walkdir::WalkDir::new(crates.join(own).join("src")).into_iter().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            // Those open for the others, one to read and two to write what is new; files of tests are not read by users.
            let own = ["files.rs", "staging.rs", "journal.rs", "tests.rs"];
            if !name.ends_with(".rs") || own.contains(&name.as_str()) {
                continue;
            }
            n_files += 1;
            let text = fs::read_to_string(entry.path()).expect("it is text");
            let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            for way in ["fs::read(", "read_to_string(", "File::open", "File::create", "fs::write(", "fs::copy("] {
                assert!(!text.contains(way), "`{way}` is in {}: use `files`", entry.path().display());
            }
        }
    }
    assert!(n_files > 50, "{n_files} files were looked at");
}

#[test]
fn a_folder_of_too_many_files_is_given_up() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    for nth in 0..=100_000 {
        fs::File::create(folder.path().join(format!("{nth}.json"))).expect("the folder is writable");
    }
    let error = Loaded::read(folder.path()).expect_err("there are too many").to_string();
    assert!(error.contains("has more than 100000 files: name the folder of the contracts alone"), "{error}");
}
