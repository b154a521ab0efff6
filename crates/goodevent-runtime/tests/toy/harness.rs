//! The toy for the conformance suite.

use goodevent_runtime::{
    Binding,
    conformance::{Harness, NoGate, Place},
};
use tempfile::TempDir;

use crate::{
    connection::{Config, Connection},
    topology::Topology,
};

pub(crate) struct Toy(TempDir);

impl Toy {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().expect("the system has room for a folder"))
    }
}

impl Harness for Toy {
    type Broker = Connection;
    type Gate = NoGate;

    fn config(&self) -> Config {
        Config { folder: self.0.path().to_owned() }
    }

    fn place(&self, name: &str) -> Place<Connection> {
        let (topic, routing_key) = ("walks".to_owned(), format!("{name}.taken"));
        let topology = Topology { bindings: vec![(Binding::new(&topic, &routing_key), name.to_owned())] };
        Place { topology, queue: name.to_owned(), topic, routing_key }
    }

    fn unroutable(&self, place: &Place<Connection>) -> Vec<(String, String)> {
        vec![(place.topic.clone(), "unbound".to_owned())]
    }

    fn missing_queue(&self) -> String {
        "missing".to_owned()
    }

    fn unreachable(&self) -> Option<Config> {
        Some(Config { folder: self.0.path().join("missing") })
    }
}
