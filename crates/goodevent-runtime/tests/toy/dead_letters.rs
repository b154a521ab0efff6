//! Dead letters: list and requeue.

use std::{collections::VecDeque, fs, path::PathBuf, time::Duration};

use goodevent_runtime::{BrokerError, DeadLetter, DeadLetters, Message};

use crate::{
    connection::{Connection, put},
    wire,
};

#[derive(Debug)]
pub(crate) struct ToyDeadLetters {
    /// Folder where the service finds requeued messages.
    ready: PathBuf,
    files: VecDeque<PathBuf>,
}

impl ToyDeadLetters {
    pub(crate) fn open(connection: &Connection, queue: &str) -> Result<Self, BrokerError> {
        Ok(Self { ready: connection.folder(queue, false), files: connection.files(queue, true)?.into_iter().collect() })
    }
}

impl DeadLetters for ToyDeadLetters {
    type Receipt = PathBuf;

    fn n_left(&self) -> Option<u64> {
        Some(self.files.len() as u64)
    }

    async fn next(&mut self) -> Result<Option<DeadLetter<PathBuf>>, BrokerError> {
        while let Some(receipt) = self.files.pop_front() {
            if let Some((message, _)) = fs::read(&receipt).ok().and_then(|bytes| wire::message(&bytes)) {
                return Ok(Some(DeadLetter { message, receipt }));
            }
        }
        Ok(None)
    }

    async fn publish_copy(&mut self, message: Message, _: &PathBuf) -> Result<(), BrokerError> {
        let unwritten = |error| BrokerError::failed("the copy cannot be written").caused_by(error);
        put(&self.ready, &message, 1, Duration::ZERO).map_err(unwritten)
    }

    async fn remove(&mut self, receipt: PathBuf) -> Result<(), BrokerError> {
        fs::remove_file(receipt).map_err(|error| BrokerError::failed("the dead letter is gone").caused_by(error))
    }

    async fn close(self) {}
}
