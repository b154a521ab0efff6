//! A broker that speaks Kafka's protocol, from a wheel: groups, idempotent producers and transactions.
//!
//! It saves within about 0.3 s what it acknowledged, so a test that kills it waits that long.
//! It takes any SASL PLAIN login, so refused logins are not tested with it.

use std::process::Command;

use anyhow::Result;

use super::broker::{Broker, Place, Server};

const VERSION: &str = "0.2.3";

pub(super) struct Kafka;

impl Broker for Kafka {
    fn name(&self) -> &'static str {
        "kafka"
    }

    fn urls(&self, port: u16) -> Vec<(&'static str, String)> {
        vec![("GOODEVENT_KAFKA_URL", format!("127.0.0.1:{port}"))]
    }

    fn server(&self, place: &Place) -> Result<Server> {
        let mut command = Command::new(place.packages.wheel("noida-db", VERSION, "noida_db/noida-db")?);
        command.args(["start", "--only", "kafka", "--host", "127.0.0.1", "--data-dir"]).arg(place.data());
        command.arg("--kafka-port").arg(place.port.to_string());
        Ok(Server { command, version: format!("noida-db {VERSION}") })
    }
}
