//! Services that use goodevent as their authors would, built and run.

use std::{path::Path, process::Command};

fn run(service: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--locked", "--manifest-path"])
        .arg(root.join("services").join(service).join("Cargo.toml"))
        .env("CARGO_TARGET_DIR", root.join("../target/services"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the service prints text")
}

#[test]
fn a_build_script_generates_what_a_service_publishes() {
    let printed = run("build-script");
    assert!(printed.starts_with("published to subscriptions: {\"id\":\""), "{printed}");
    assert!(printed.contains("\"type\":\"SubscriptionTerminatedV1\""), "{printed}");
}

#[test]
fn a_service_depends_on_the_generated_crate() {
    let printed = run("consumer");
    assert!(printed.contains("UserCreatedV1Event on acme.registration.1.event.user.created: Ada"), "{printed}");
    assert!(printed.contains("refused: /userId: \"me\" is not a valid uuid (format)"), "{printed}");
}
