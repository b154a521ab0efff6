//! Consuming: a message stays in its file until it is acknowledged.

use std::{collections::VecDeque, fs, future::Future, path::PathBuf, time::Duration};

use goodevent_runtime::{BrokerError, Message, PublishError, Received, Refusal, Settle, Source, copy_then_acknowledge};

use crate::{
    connection::{Connection, is_due, put},
    wire,
};

/// Time between two looks at an empty folder.
const PERIOD: Duration = Duration::from_millis(10);

#[derive(Debug)]
pub(crate) struct ToySource {
    connection: Connection,
    queue: String,
    due: VecDeque<PathBuf>,
}

impl ToySource {
    pub(crate) fn new(connection: Connection, queue: &str) -> Self {
        Self { connection, queue: queue.to_owned(), due: VecDeque::new() }
    }
}

impl Source for ToySource {
    type Receipt = ToyReceipt;

    async fn next(&mut self) -> Result<Option<Received<ToyReceipt>>, BrokerError> {
        loop {
            while let Some(path) = self.due.pop_front() {
                if !self.connection.state().unsettled.insert(path.clone()) {
                    continue;
                }
                let receipt = ToyReceipt { connection: self.connection.clone(), queue: self.queue.clone(), path };
                // A file that another consumer has acknowledged is gone.
                if let Some((message, attempt)) = fs::read(&receipt.path).ok().and_then(|bytes| wire::message(&bytes)) {
                    return Ok(Some(Received { message: message.into(), attempt, receipt }));
                }
            }
            self.due = self.connection.files(&self.queue, false)?.into_iter().filter(|path| is_due(path)).collect();
            if self.due.is_empty() {
                tokio::time::sleep(PERIOD).await;
            } else if self.due.iter().all(|path| self.connection.state().unsettled.contains(path)) {
                self.due.clear();
                tokio::time::sleep(PERIOD).await;
            }
        }
    }
}

/// Settles a message; dropping it releases the message.
#[derive(Debug)]
pub(crate) struct ToyReceipt {
    connection: Connection,
    queue: String,
    path: PathBuf,
}

impl Drop for ToyReceipt {
    fn drop(&mut self) {
        self.connection.state().unsettled.remove(&self.path);
    }
}

impl ToyReceipt {
    fn replace(
        self,
        copy: Message,
        attempt: u32,
        after: Duration,
        is_dead: bool,
    ) -> impl Future<Output = Result<(), BrokerError>> {
        let folder = self.connection.folder(&self.queue, is_dead);
        let copy = async move {
            put(&folder, &copy, attempt, after).map_err(|error| PublishError::Unreachable(error.to_string()))
        };
        copy_then_acknowledge(self, copy, Settle::ack)
    }
}

impl Settle for ToyReceipt {
    async fn ack(self) -> Result<(), BrokerError> {
        fs::remove_file(&self.path).map_err(|error| BrokerError::failed("the message is gone").caused_by(error))
    }

    async fn release(self) -> Result<(), BrokerError> {
        Ok(())
    }

    async fn retry(self, message: &Message, after: Duration, attempt: u32) -> Result<(), BrokerError> {
        self.replace(message.clone(), attempt, after, false).await
    }

    async fn dead_letter(self, message: &Message, why: &Refusal) -> Result<(), BrokerError> {
        self.replace(why.marked(message), 1, Duration::ZERO, true).await
    }
}
