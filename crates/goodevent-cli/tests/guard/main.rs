//! What a green check promises: it looked at everything, and nothing that was released or written by hand is lost.

mod base;
mod empty;
mod outputs;
mod promises;
mod release;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// A repository with a registry of two contexts, both of whose events are released, on the branch `main`.
struct Repository {
    _room: tempfile::TempDir,
    folder: PathBuf,
}

const CAPTURED: &str = "schemas/payments/PaymentCapturedV1Event.json";

const PLACED: &str = "schemas/orders/OrderPlacedV1Event.json";
const LOCK: &str = "schemas/goodevent.lock";

/// A contract of a payment, with an amount that is a shared type.
const PAYMENT: &str = r##"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "PaymentCapturedV1Event",
  "description": "A payment was captured.",
  "x-event": {
    "since": "2026-01-10",
    "status": "draft",
    "frequency": "10s/hour",
    "dedupKey": ["/paymentId"],
    "partitionKey": "/paymentId"
  },
  "type": "object",
  "additionalProperties": false,
  "required": ["paymentId", "amountCents"],
  "properties": {
    "paymentId": { "description": "The payment.", "type": "string", "format": "uuid" },
    "amountCents": { "$ref": "../types/Cents.json", "description": "How much, in cents." }
  },
  "examples": [{ "paymentId": "8a52c8af-2408-486f-ba4a-d277079de2b0", "amountCents": 5 }]
}
"##;

const CENTS: &str = r#"{
  "title": "Cents",
  "description": "An amount in cents.",
  "type": "integer",
  "minimum": 0,
  "maximum": 100000
}
"#;

const PAYMENTS: &str = "owner = \"team-payments@example.org\"\ndescription = \"Payments.\"\nenvelope = \"octopus\"\naggregates = [\"Payment\"]\n";

impl Repository {
    /// The contracts are drafts, and nothing is committed.
    fn of_drafts() -> Self {
        let room = tempfile::tempdir().expect("there is room for a folder");
        let folder = room.path().join("acme");
        fs::create_dir(&folder).expect("the folder can be made");
        let repository = Self { _room: room, folder };
        repository.git(&["init", "--quiet", "--initial-branch", "main"]);
        repository.expect(0, &["init"]);
        repository.write("schemas/payments/context.toml", PAYMENTS);
        repository.write("schemas/types/Cents.json", CENTS);
        repository.write(CAPTURED, PAYMENT);
        repository
    }

    /// All contracts are released, code is generated, all is committed, and a branch is begun.
    fn released() -> Self {
        let repository = Self::of_drafts();
        repository.expect(0, &["release", "PaymentCapturedV1Event", "OrderPlacedV1Event"]);
        repository.expect(0, &["generate"]);
        repository.commit("a registry");
        repository.git(&["switch", "--quiet", "--create", "change"]);
        repository
    }

    fn git(&self, args: &[&str]) -> String {
        let identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"];
        let output = Command::new("git").current_dir(&self.folder).args(identity).args(args).output();
        let output = output.expect("git can be started");
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_goodevent"));
        let is_dated = args.contains(&"--today");
        let today = if is_dated { &[][..] } else { &["--today", "2026-03-01"] };
        command.current_dir(&self.folder).args(args).args(today);
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("the command can be started")
    }

    /// Runs a command, which has to come to `code`; what it printed.
    fn expect(&self, code: i32, args: &[&str]) -> String {
        let output = self.run(args);
        let text = text(&output);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {text}");
        text
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("the folder can be made");
        fs::write(path, text).expect("the file can be written");
    }

    fn edit(&self, file: &str, from: &str, to: &str) {
        let text = self.read(file);
        assert!(text.contains(from), "{from} is not in {text}");
        self.write(file, &text.replacen(from, to, 1));
    }

    fn remove(&self, file: &str) {
        let path = self.path(file);
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.unwrap_or_else(|error| panic!("{file}: {error}"));
    }

    fn rename(&self, from: &str, to: &str) {
        fs::create_dir_all(self.path(to).parent().expect("a file lies in a folder")).expect("the folder can be made");
        fs::rename(self.path(from), self.path(to)).expect("the file can be moved");
    }

    /// Removes the lines of the lock that begin with a text.
    fn unlock(&self, start: &str) {
        let lock = self.read(LOCK);
        let kept: String = lock.split_inclusive('\n').filter(|line| !line.starts_with(start)).collect();
        assert_ne!(kept, lock, "no line begins with {start}");
        self.write(LOCK, &kept);
    }

    fn copy(&self, from: &str, to: &str) {
        for entry in walk(&self.path(from)) {
            let below = entry.strip_prefix(self.path(from)).expect("it lies below").to_string_lossy().into_owned();
            self.write(&format!("{to}/{below}"), &fs::read_to_string(&entry).expect("the file is text"));
        }
    }
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// All files below a folder.
fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there").flatten() {
        let path = entry.path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}
