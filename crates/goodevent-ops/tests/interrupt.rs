//! Ctrl-C ends every command that waits, also for a broker that is not there or does not answer. No broker is needed for it.
#![cfg(unix)]

use std::{
    io::Read as _,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The time in which a command ends that was interrupted, however busy the machine is.
const LIMIT: Duration = Duration::from_secs(10);

/// The signals of Ctrl-C, and of a process that asks another one to end.
const SIGNALS: [&str; 2] = ["INT", "TERM"];

fn start(args: &[String]) -> Child {
    let program = env!("CARGO_BIN_EXE_goodevent-ops");
    // Tests that a shell runs in the background ignore Ctrl-C, and so would the command until it is ready for it.
    let mut command = if cfg!(target_os = "linux") {
        let mut command = Command::new("env");
        command.args(["--default-signal=INT,TERM", program]);
        command
    } else {
        Command::new(program)
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
    command.args(args).arg("--root").arg(root).env_remove("GOODEVENT_BROKER_URL");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the command starts")
}

/// A port at which connections are accepted, and nothing is ever answered.
fn silent() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    let port = listener.local_addr().expect("it has an address").port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // It is read, so that the other side goes on to wait for an answer.
            thread::spawn(move || (&stream).read_to_end(&mut Vec::new()));
        }
    });
    port
}

/// A port at which nobody listens.
fn closed() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    listener.local_addr().expect("it has an address").port()
}

/// Every command that waits for a broker or a database, with its address.
fn calls(port: u16, payload: &str) -> Vec<Vec<String>> {
    let brokers = ["amqp", "nats", "kafka", "amqp1"].iter().flat_map(|scheme| {
        let url = format!("{scheme}://127.0.0.1:{port}");
        let queue = ["--url", &url, "--queue", "billing"];
        [
            vec!["tail", &url, "--event", "UserConfirmedV1Event"],
            vec!["tail", &url],
            vec!["publish", "UserConfirmedV1Event", payload, "--to", &url],
            [&["dead-letters", "list"][..], &queue].concat(),
            [&["requeue"][..], &queue].concat(),
        ]
        .map(|call| call.into_iter().map(str::to_owned).collect::<Vec<String>>())
    });
    let topologies = [("rabbitmq", "amqp"), ("nats", "nats"), ("kafka", "kafka")].iter().map(|(broker, scheme)| {
        let url = format!("{scheme}://127.0.0.1:{port}");
        ["topology", broker, "--service", "billing", "--diff", "--url", &url].map(str::to_owned).to_vec()
    });
    let outbox = format!("postgres://user@127.0.0.1:{port}/shop");
    brokers.chain(topologies).chain([["outbox", "list", &outbox].map(str::to_owned).to_vec()]).collect()
}

#[test]
fn a_command_that_waits_for_a_broker_ends_by_a_signal_at_once() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let payload = folder.path().join("payload.json");
    let valid = r#"{"userId":"8a52c8af-2408-486f-ba4a-d277079de2b0","email":"ada@example.org","confirmedTimeUtc":"2026-11-20T08:00:00Z"}"#;
    std::fs::write(&payload, valid).expect("the folder is writable");
    let payload = payload.display().to_string();
    let (silent, closed) = (silent(), closed());
    let mut n_waited = 0;
    for signal in SIGNALS {
        // Some wait a moment, some are being interrupted while they start.
        for pause in [20, 700] {
            for port in [silent, closed] {
                let calls = calls(port, &payload);
                let mut running: Vec<(Child, Vec<String>)> =
                    calls.into_iter().map(|call| (start(&call), call)).collect();
                thread::sleep(Duration::from_millis(pause));
                for (run, _) in &mut running {
                    n_waited += usize::from(run.try_wait().expect("it can be asked").is_none());
                    let mut kill = Command::new("kill");
                    // It may have ended.
                    let _ = kill.args([format!("-{signal}"), run.id().to_string()]).stderr(Stdio::null()).status();
                }
                let asked = Instant::now();
                for (run, call) in &mut running {
                    while run.try_wait().expect("it can be asked").is_none() {
                        if asked.elapsed() > LIMIT {
                            run.kill().expect("it can be ended");
                            run.wait().expect("it ends");
                            panic!("{call:?} does not end by {signal}");
                        }
                        thread::sleep(Duration::from_millis(10));
                    }
                }
            }
        }
    }
    // Otherwise nothing was tested.
    assert!(n_waited > 40, "{n_waited} commands waited");
}
