//! Files that are not regular ones: no command reads them or waits for them. No broker is needed for it.
#![cfg(unix)]

#[allow(dead_code, reason = "the other half of it is about registries")]
#[path = "../../goodevent-cli/tests/support/special.rs"]
mod special;

use std::{fs, path::Path, process::Command};

use special::{Kind, finish};

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goodevent-ops"));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
    command.args(args).arg("--root").arg(root).env_remove("GOODEVENT_BROKER_URL").env_remove("GOODEVENT_OUTBOX");
    command
}

#[test]
fn payloads_and_outboxes_are_regular_files() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let outside = tempfile::tempdir().expect("there is room for a folder");
    let path = folder.path().join("file");
    let name = path.display().to_string();
    for kind in Kind::of_payloads() {
        kind.put(&path, outside.path());
        for args in [
            &["publish", "UserConfirmedV1Event", &name, "--dry-run"][..],
            &["outbox", "list", &name],
            &["outbox", "recover", &name],
        ] {
            let (code, said) = finish(command(args), &format!("{kind:?}"));
            assert_eq!(code, 2, "{kind:?} {args:?}: {said}");
        }
    }
    let mut endless = command(&["publish", "UserConfirmedV1Event", "-", "--dry-run"]);
    endless.stdin(fs::File::open("/dev/zero").expect("it is there"));
    let (code, said) = finish(endless, "piped");
    assert!(code == 2 && said.contains("the limit"), "{said}");
}

#[test]
fn a_registry_is_read_as_carefully_at_a_broker() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let outside = tempfile::tempdir().expect("there is room for a folder");
    let contract = folder.path().join("orders/OrderPlacedV1Event.json");
    let root = folder.path().display().to_string();
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Folder) {
        kind.put(&contract, outside.path());
        for args in [
            &["topology", "kafka", "--service", "billing"][..],
            &["publish", "OrderPlacedV1Event", "-", "--dry-run"],
            &["tail", "--from", "kafka://localhost:1"],
        ] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_goodevent-ops"));
            command.args(args).args(["--root", &root]).env_remove("GOODEVENT_BROKER_URL");
            let (code, said) = finish(command, &format!("{kind:?}"));
            assert_eq!(code, 2, "{kind:?} {args:?}: {said}");
        }
    }
}
