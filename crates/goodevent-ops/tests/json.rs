//! The JSON of commands is what `docs/json` says, as far as no broker is needed for it.

mod support;

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;
use support::assert_documented;

fn check(schema: &str, args: &[&str], code: i32, pointer: &str) {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(env!("CARGO_BIN_EXE_goodevent-ops"))
        .args(args)
        .arg("--root")
        .arg(own.join("../../schemas"))
        .stdin(Stdio::null())
        .output()
        .expect("the command starts");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{args:?}: {out}{err}");
    let json: Value = serde_json::from_str(&out).expect("the result is JSON");
    assert_documented(schema, &json);
    assert!(json.pointer(pointer).is_some(), "{args:?} shows no {pointer}: {json:#}");
}

#[test]
fn what_would_be_published_and_what_is_wrong_with_it_is_as_its_schema_says() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let valid = r#"{"userId":"8a52c8af-2408-486f-ba4a-d277079de2b0","email":"ada@example.org","confirmedTimeUtc":"2026-11-20T08:00:00Z"}"#;
    for (text, code, pointer) in [(valid, 0, "/body"), ("{}", 1, "/findings/0/message")] {
        let path = folder.path().join("payload.json");
        fs::write(&path, text).expect("the folder is writable");
        let path = path.display().to_string();
        for event in ["UserConfirmedV1Event", "registration/UserConfirmedV1Event"] {
            check("publish", &["publish", event, &path, "--dry-run", "--format", "json"], code, pointer);
        }
    }
}
