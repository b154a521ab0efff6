//! Access to a broker for the cases.

use std::future::Future;

use crate::broker::{Broker, BrokerError};

/// Access to a broker for the cases.
pub trait Harness: Send + Sync + 'static {
    /// The broker.
    type Broker: Broker;
    /// Connection to the broker that a case can interrupt; [`NoGate`] if there is none.
    type Gate: Gate;

    /// Whether messages that were settled before a shutdown can be redelivered after it.
    const REPEATS_AFTER_SHUTDOWN: bool = false;

    /// Whether publishers and sources notice a connection that carries no data and does not end.
    const NOTICES_SILENCE: bool = true;

    /// How often an operator looks at dead letters: more often than the broker delivers a message, if it has such a limit.
    const N_LOOKS: usize = 3;

    /// Configuration of a user who may create parts of the broker.
    fn config(&self) -> <Self::Broker as Broker>::Config;

    /// A topic and a queue that no other test uses, and that are not declared yet.
    fn place(&self, name: &str) -> Place<Self::Broker>;

    /// Topics and routing keys from which no message reaches a queue, beside the place.
    fn unroutable(&self, place: &Place<Self::Broker>) -> Vec<(String, String)>;

    /// A queue that does not exist.
    fn missing_queue(&self) -> <Self::Broker as Broker>::Queue;

    /// Creates the parts of a place; by default by [`Broker::declare`].
    fn declare(
        &self,
        broker: &Self::Broker,
        place: &Place<Self::Broker>,
    ) -> impl Future<Output = Result<(), BrokerError>> + Send {
        broker.declare(&place.topology)
    }

    /// Removes the parts of a place; by default they stay.
    fn remove(
        &self,
        broker: &Self::Broker,
        place: &Place<Self::Broker>,
    ) -> impl Future<Output = Result<(), BrokerError>> + Send {
        let _ = (broker, place);
        async { Ok(()) }
    }

    /// A topic that does not exist, if a tail reports such topics.
    fn missing_topic(&self) -> Option<String> {
        None
    }

    /// Configuration of a user who may publish, consume and inspect, but create nothing.
    fn limited(&self) -> Option<<Self::Broker as Broker>::Config> {
        None
    }

    /// Configuration whose login the broker rejects.
    fn rejected(&self) -> Option<<Self::Broker as Broker>::Config> {
        None
    }

    /// Configuration of an address where no broker runs.
    fn unreachable(&self) -> Option<<Self::Broker as Broker>::Config> {
        None
    }

    /// Configuration that connects through a gate, with a time-out of a few seconds.
    fn gate(&self) -> impl Future<Output = Option<(<Self::Broker as Broker>::Config, Self::Gate)>> + Send {
        async { None }
    }
}

/// A topic and a queue that is bound to it.
#[derive(Debug, Clone)]
pub struct Place<B: Broker> {
    /// Everything that the place needs at the broker.
    pub topology: B::Topology,
    /// The queue.
    pub queue: B::Queue,
    /// Topic whose messages reach the queue.
    pub topic: String,
    /// Routing key with which they do.
    pub routing_key: String,
}

/// A connection to a broker that can be interrupted, such as a proxy.
pub trait Gate: Send + Sync {
    /// Ends all connections, and accepts no new ones.
    fn cut(&mut self) -> impl Future<Output = ()> + Send;

    /// Accepts connections again.
    fn restore(&mut self) -> impl Future<Output = ()> + Send;

    /// Forwards no more data on the existing connections without ending them; new ones work.
    fn silence(&mut self);
}

/// No gate, for brokers without a connection.
#[derive(Debug, Clone, Copy)]
pub enum NoGate {}

impl Gate for NoGate {
    async fn cut(&mut self) {
        match *self {}
    }

    async fn restore(&mut self) {
        match *self {}
    }

    fn silence(&mut self) {
        match *self {}
    }
}
