//! Names at a broker that no other test has, and what handlers write down.

use std::sync::{Arc, Mutex};

use goodevent::{Contract, Event};
use goodevent_runtime::{Message, Publish, PublishError};

/// What happened, in its order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn note(&self, what: impl Into<String>) {
        self.0.lock().expect("nobody panics with it").push(what.into());
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().expect("nobody panics with it").clone()
    }

    pub(crate) fn has(&self, what: &str) -> bool {
        self.all().iter().any(|own| own == what)
    }
}

/// The contract of an event whose topic is that of a test alone.
pub(crate) fn own<E: Event>(place: &str) -> Contract {
    Contract { topic: format!("{place}.{}", E::TOPIC).leak(), ..E::CONTRACT }
}

/// Publishes to the topics of a test alone.
#[derive(Debug, Clone)]
pub(crate) struct Own<P> {
    pub(crate) transport: P,
    pub(crate) place: String,
}

impl<P: Publish> Publish for Own<P> {
    type Confirmation = P::Confirmation;

    async fn send(&self, message: Message) -> Result<P::Confirmation, PublishError> {
        self.transport.send(Message { topic: format!("{}.{}", self.place, message.topic), ..message }).await
    }
}
