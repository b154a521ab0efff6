//! The commands at a real broker.

use std::{
    env, fs,
    path::Path,
    process::{Command, Output},
};

fn url(variable: &str) -> String {
    let lines = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/brokers/brokers.env");
    let told = || {
        let text = fs::read_to_string(lines).ok()?;
        text.lines().find_map(|line| Some(line.strip_prefix(variable)?.strip_prefix('=')?.to_owned()))
    };
    env::var(variable).ok().or_else(told).unwrap_or_else(|| panic!("no {variable}: run `cargo xtask brokers up`"))
}

fn run(args: &[&str]) -> (Option<i32>, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
    let mut command = Command::new(env!("CARGO_BIN_EXE_goodevent-ops"));
    let Output { status, stdout, stderr } =
        command.args(args).arg("--root").arg(root).output().expect("the command runs");
    (status.code(), String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr))
}

#[test]
fn a_topology_is_printed_missed_made_and_there() {
    for (broker, variable) in [("rabbitmq", "GOODEVENT_RABBITMQ_URL"), ("nats", "GOODEVENT_NATS_URL")] {
        let service = format!("ops-{}", std::process::id());
        let url = url(variable);
        let topology = ["topology", broker, "--service", service.as_str()];
        let (code, printed) = run(&topology);
        assert!(code == Some(0) && printed.contains(&service), "{printed}");
        let at_broker = |what| run(&[&topology[..], &["--url", &url, what]].concat());
        let (code, missing) = at_broker("--diff");
        assert!(code == Some(1) && missing.contains(&service), "{missing}");
        let (code, made) = at_broker("--apply");
        assert_eq!(code, Some(0), "{made}");
        let (code, nothing) = at_broker("--diff");
        assert_eq!(code, Some(0), "{nothing}");
        let queue = if broker == "nats" { format!("names/{service}") } else { service };
        let (code, listed) = run(&["dead-letters", "list", "--url", &url, "--queue", &queue]);
        assert!(code == Some(0) && listed.contains("0 messages were laid aside"), "{listed}");
    }
}

#[test]
fn what_is_wrong_is_said() {
    let cases: [(&[&str], &str); 4] = [
        (&["topology", "rabbitmq", "--service", "x", "--event", "NobodyKnowsV1Event"], "no event `NobodyKnowsV1Event`"),
        (&["topology", "rabbitmq", "--service", "x", "--apply"], "--url"),
        (&["dead-letters", "list", "--url", "http://localhost", "--queue", "x"], "is none of amqp://, nats://"),
        (&["dead-letters", "list", "--url", "amqp://127.0.0.1:1", "--queue", "x"], "error:"),
    ];
    for (args, expected) in cases {
        let (code, told) = run(args);
        assert!(code == Some(2) && told.contains(expected), "{args:?}: {code:?} {told}");
    }
}
