//! Live tail, within the process.

use goodevent_runtime::{Binding, BrokerError, Message, Tail};
use tokio::sync::mpsc;

use crate::connection::Connection;

#[derive(Debug)]
pub(crate) struct ToyTail(mpsc::UnboundedReceiver<Message>);

impl ToyTail {
    pub(crate) fn open(connection: &Connection, bindings: &[Binding]) -> Self {
        let (tail, messages) = mpsc::unbounded_channel();
        connection.state().tails.push((bindings.to_vec(), tail));
        Self(messages)
    }
}

impl Tail for ToyTail {
    fn missing(&self) -> &[String] {
        &[]
    }

    async fn next(&mut self) -> Result<Message, BrokerError> {
        self.0.recv().await.ok_or_else(|| BrokerError::unreachable("the connection is closed"))
    }
}
