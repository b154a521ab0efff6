//! The story ends well, on every broker.

use std::process::Command;

use test_brokers::Server;

fn play(url: &str) {
    let output = Command::new(env!("CARGO_BIN_EXE_demo")).arg(url).output().expect("the demo runs");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("Billing stopped 5 subscriptions, each once"), "{told}");
}

#[test]
fn without_a_broker() {
    play("");
}

/// One after the other: both are at the same exchange, and RabbitMQ does not tell 1.0 what type an event of 0.9.1 is.
#[test]
fn rabbitmq_over_both_protocols() {
    if !Server::RabbitMq.is_left_out() {
        play(&Server::RabbitMq.url());
        play(&Server::Amqp.url().replacen("amqp://", "amqp1://", 1));
    }
}

#[test]
fn nats() {
    if !Server::Nats.is_left_out() {
        play(&Server::Nats.url());
    }
}

#[test]
fn kafka() {
    if !Server::Kafka.is_left_out() {
        play(&format!("kafka://{}", Server::Kafka.url()));
    }
}
