//! Receiving from a link with credit that is granted anew only when none is left.
//!
//! A grant that meets messages on their way is read in different ways by the two ends: RabbitMQ 3 then sends more than was
//! granted, and the client ends the link at the first message beyond its own count. When no credit is left nothing is on its
//! way, and both count the same.

use std::time::Duration;

use fe2o3_amqp::{
    Receiver,
    connection::ConnectionHandle,
    link::{RecvError, delivery::Delivery, receiver::CreditMode},
    session::SessionHandle,
    types::{messaging::Body, primitives::Value},
};
use goodevent_runtime::BrokerError;

use crate::connection::{answer, attach};

/// A receiving link with at most `limit` messages that are not settled.
#[derive(Debug)]
pub(crate) struct Intake {
    pub(crate) receiver: Receiver,
    limit: u32,
    n_open: u32,
    timeout: Duration,
}

impl Intake {
    /// Attaches a link in a session of its own.
    pub(crate) async fn attach(
        connection: &mut ConnectionHandle<()>,
        address: &str,
        limit: u32,
        timeout: Duration,
    ) -> Result<(Self, SessionHandle<()>), BrokerError> {
        let (receiver, session) = attach(connection, address, CreditMode::Manual, timeout).await?;
        Ok((Self { receiver, limit: limit.max(1), n_open: 0, timeout }, session))
    }

    /// Grants what the limit leaves if no credit is left. It is not cancel-safe: a grant that was counted but not sent is lost.
    pub(crate) async fn grant(&mut self) -> Result<(), BrokerError> {
        if self.receiver.credit() > 0 || self.n_open >= self.limit {
            return Ok(());
        }
        answer(self.timeout, self.receiver.set_credit(self.limit - self.n_open)).await
    }

    /// Takes back what was granted. Messages that are on their way return when the link ends.
    pub(crate) async fn stop(&mut self) -> Result<(), BrokerError> {
        answer(self.timeout, self.receiver.set_credit(0)).await
    }

    /// The next message; none arrives without credit. Cancel-safe.
    pub(crate) async fn recv(&mut self) -> Result<Delivery<Body<Value>>, RecvError> {
        if self.receiver.credit() == 0 {
            return std::future::pending().await;
        }
        let received = self.receiver.recv().await;
        if matches!(received, Ok(_) | Err(RecvError::MessageDecode(_))) {
            self.n_open += 1;
        }
        received
    }

    /// Counts messages that were settled.
    pub(crate) fn settled(&mut self, n_messages: usize) {
        self.n_open = self.n_open.saturating_sub(u32::try_from(n_messages).unwrap_or(u32::MAX));
    }
}
