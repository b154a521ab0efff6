//! Topology: queues with their bindings, in one file.

use std::{fmt, fs, io};

use goodevent_runtime::{Binding, BrokerError};

use crate::connection::Connection;

#[derive(Debug, Clone)]
pub(crate) struct Topology {
    /// Bindings with their queues.
    pub(crate) bindings: Vec<(Binding, String)>,
}

/// A missing binding.
#[derive(Debug)]
pub(crate) struct Missing(Binding, String);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "binding of `{}` to {}", self.1, self.0)
    }
}

impl fmt::Display for Topology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bindings.iter().try_for_each(|(binding, queue)| writeln!(f, "queue `{queue}` with {binding}"))
    }
}

impl Topology {
    pub(crate) fn declare(&self, connection: &Connection) -> Result<(), BrokerError> {
        let failed = |error: io::Error| BrokerError::failed("the topology cannot be written").caused_by(error);
        let mut all = existing(connection);
        all.extend(self.missing(connection).into_iter().map(|Missing(binding, queue)| (binding, queue)));
        for (_, queue) in &all {
            for is_dead in [false, true] {
                fs::create_dir_all(connection.folder(queue, is_dead)).map_err(failed)?;
            }
        }
        let line = |(Binding { topic, routing_key }, queue): &(Binding, String)| {
            format!("{topic}\t{}\t{queue}\n", routing_key.as_deref().unwrap_or("#"))
        };
        fs::write(connection.bindings_file(), all.iter().map(line).collect::<String>()).map_err(failed)
    }

    pub(crate) fn missing(&self, connection: &Connection) -> Vec<Missing> {
        let existing = existing(connection);
        let missing = self.bindings.iter().filter(|binding| !existing.contains(binding));
        missing.map(|(binding, queue)| Missing(binding.clone(), queue.clone())).collect()
    }
}

/// Bindings with their queues.
pub(crate) fn existing(connection: &Connection) -> Vec<(Binding, String)> {
    let text = fs::read_to_string(connection.bindings_file()).unwrap_or_default();
    let binding = |line: &str| {
        let [topic, key, queue] = line.split('\t').collect::<Vec<_>>().try_into().ok()?;
        let routing_key = (key != "#").then(|| key.to_owned());
        Some((Binding { topic: topic.to_owned(), routing_key }, queue.to_owned()))
    };
    text.lines().filter_map(binding).collect()
}
