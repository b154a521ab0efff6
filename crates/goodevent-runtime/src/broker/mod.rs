//! One shape for brokers: the traits that a broker implements, and the parts that all of them share.
//!
//! A broker is one crate. It implements [`Broker`] by five parts: [`Publish`], [`Source`] with [`Settle`], [`DeadLetters`],
//! [`Tail`], and a topology. The error, the back-off, the names of headers and the replacement of a message by a copy are
//! here, so that brokers do not differ in them. With the feature `conformance`, `goodevent_runtime::conformance` has tests
//! for any broker.

mod backoff;
mod copy;
mod dead_letters;
mod error;
pub mod headers;
mod publish;
mod source;
mod tail;
mod url;

use std::{fmt, future::Future, str::FromStr};

pub use self::{
    backoff::Backoff,
    copy::copy_then_acknowledge,
    dead_letters::{DeadLetter, DeadLetters},
    error::{BrokerError, BrokerErrorKind},
    publish::{Confirmation, Publish, PublishError},
    source::{Received, Settle, Source},
    tail::{Binding, Tail},
    url::without_login,
};

/// A broker: a connection from which all of its parts come.
///
/// Publishers and sources reconnect automatically, and create nothing at the broker; [`declare`](Self::declare) creates, at
/// another time and possibly as another user.
pub trait Broker: Sized + Send + Sync + 'static {
    /// Address, login and limits.
    type Config: Send + Sync;
    /// Required parts of the broker, as plain data; its text is for people.
    type Topology: fmt::Display + Send + Sync;
    /// A difference between the required and the actual topology.
    type Difference: fmt::Debug + fmt::Display + Send;
    /// Name of the place that a service consumes: a queue, a consumer of a stream, a group and its topics. Operators write
    /// it as text.
    type Queue: FromStr<Err: Into<BrokerError>> + fmt::Display + Clone + Send + Sync + 'static;
    /// Publishing side.
    type Publisher: Publish;
    /// Consuming side.
    type Source: Source;
    /// Dead letters of a queue.
    type DeadLetters: DeadLetters;
    /// Live messages.
    type Tail: Tail;

    /// Connects, to verify that the broker answers and accepts the login.
    ///
    /// # Errors
    /// If the broker is unreachable, or rejects the login.
    fn open(config: &Self::Config) -> impl Future<Output = Result<Self, BrokerError>> + Send;

    /// Creates a publisher.
    ///
    /// # Errors
    /// If the configuration is invalid.
    fn publisher(&self) -> Result<Self::Publisher, BrokerError>;

    /// Creates a source of a queue. It asks for messages when the first one is requested.
    ///
    /// # Errors
    /// If the configuration is invalid.
    fn source(&self, queue: &Self::Queue) -> Result<Self::Source, BrokerError>;

    /// Opens the dead letters of a queue, to read them one after the other.
    ///
    /// # Errors
    /// If the broker is unreachable, or the queue is missing.
    fn dead_letters(&self, queue: &Self::Queue) -> impl Future<Output = Result<Self::DeadLetters, BrokerError>> + Send;

    /// Opens a tail of topics and routing keys.
    ///
    /// # Errors
    /// If the broker is unreachable or denies access, or no topic exists.
    fn tail(&self, bindings: &[Binding]) -> impl Future<Output = Result<Self::Tail, BrokerError>> + Send;

    /// Creates missing parts. Nothing is deleted, and a second call changes nothing.
    ///
    /// # Errors
    /// If the broker is unreachable, or denies the operation.
    fn declare(&self, topology: &Self::Topology) -> impl Future<Output = Result<(), BrokerError>> + Send;

    /// Returns the differences between the required and the actual topology; needs no permission to create anything.
    ///
    /// # Errors
    /// If the broker is unreachable, or denies access.
    fn missing(
        &self,
        topology: &Self::Topology,
    ) -> impl Future<Output = Result<Vec<Self::Difference>, BrokerError>> + Send;
}
