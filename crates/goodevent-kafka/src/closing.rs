//! Bounded shutdown of clients.
//!
//! librdkafka closes a consumer after its brokers have answered, and waits for unreachable brokers without limit. The shutdown
//! of a service must not wait for that.

use std::{
    ops::Deref,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

/// A client that keeps whoever drops it no longer than its brokers may take to answer.
pub(crate) struct Closing<C: Send + 'static> {
    /// `None` when it is dropped.
    client: Option<C>,
    timeout: Duration,
}

impl<C: Send + 'static> Closing<C> {
    pub(crate) fn new(client: C, timeout: Duration) -> Self {
        Self { client: Some(client), timeout }
    }
}

impl<C: Send + 'static> Deref for Closing<C> {
    type Target = C;

    fn deref(&self) -> &C {
        self.client.as_ref().expect("it is there until it is dropped")
    }
}

impl<C: Send + 'static> Drop for Closing<C> {
    fn drop(&mut self) {
        let client = self.client.take();
        let (done, closed) = mpsc::channel();
        let closing = thread::Builder::new().name("goodevent-kafka-closing".to_owned()).spawn(move || {
            drop(client);
            // Who waited may have gone.
            let _ = done.send(());
        });
        // Without a thread it is closed by now.
        if closing.is_ok() && closed.recv_timeout(self.timeout) == Err(RecvTimeoutError::Timeout) {
            tracing::warn!(timeout = ?self.timeout, "the brokers do not answer: messages whose offsets were not committed will be redelivered");
        }
    }
}
