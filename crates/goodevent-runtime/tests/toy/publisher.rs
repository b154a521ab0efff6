//! Publishing: a message is confirmed once all of its files are written.

use std::{
    future::{Ready, ready},
    time::Duration,
};

use goodevent_runtime::{Message, Publish, PublishError};

use crate::{
    connection::{Connection, put},
    topology,
};

#[derive(Debug)]
pub(crate) struct ToyPublisher(pub(crate) Connection);

impl Publish for ToyPublisher {
    type Confirmation = Ready<Result<(), PublishError>>;

    async fn send(&self, message: Message) -> Result<Self::Confirmation, PublishError> {
        Ok(ready(publish(&self.0, message)))
    }
}

fn publish(connection: &Connection, message: Message) -> Result<(), PublishError> {
    let Message { topic, routing_key, .. } = &message;
    let bindings = topology::existing(connection);
    let queues: Vec<&String> =
        bindings.iter().filter(|(binding, _)| binding.matches(topic, routing_key)).map(|(_, queue)| queue).collect();
    if queues.is_empty() {
        return Err(PublishError::Unroutable { topic: topic.clone(), routing_key: routing_key.clone() });
    }
    for queue in queues {
        let written = put(&connection.folder(queue, false), &message, 1, Duration::ZERO);
        written.map_err(|error| PublishError::Unreachable(error.to_string()))?;
    }
    connection.state().tails.retain(|(bindings, tail)| {
        !bindings.iter().any(|binding| binding.matches(topic, routing_key)) || tail.send(message.clone()).is_ok()
    });
    Ok(())
}
