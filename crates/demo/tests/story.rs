//! The story ends well, on every broker.

use std::{env, fs, path::Path, process::Command};

fn play(url: &str) {
    let output = Command::new(env!("CARGO_BIN_EXE_demo")).arg(url).output().expect("the demo runs");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("Billing stopped 5 subscriptions, each once"), "{told}");
}

/// Where a broker is, as the environment or `cargo xtask brokers up` says.
fn url(variable: &str) -> String {
    let lines = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/brokers/brokers.env");
    let told = || {
        let text = fs::read_to_string(lines).ok()?;
        text.lines().find_map(|line| Some(line.strip_prefix(variable)?.strip_prefix('=')?.to_owned()))
    };
    env::var(variable).ok().or_else(told).unwrap_or_else(|| panic!("no {variable}: run `cargo xtask brokers up`"))
}

#[test]
fn without_a_broker() {
    play("");
}

/// One after the other: both are at the same exchange, and RabbitMQ does not tell 1.0 what type an event of 0.9.1 is.
#[test]
fn rabbitmq_over_both_protocols() {
    play(&url("GOODEVENT_RABBITMQ_URL"));
    play(&url("GOODEVENT_AMQP_URL").replacen("amqp://", "amqp1://", 1));
}

#[test]
fn nats() {
    play(&url("GOODEVENT_NATS_URL"));
}

#[test]
fn kafka() {
    play(&format!("kafka://{}", url("GOODEVENT_KAFKA_URL")));
}
