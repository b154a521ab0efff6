//! Live tail: copies of messages for operators.

use std::{fmt, future::Future};

use super::BrokerError;
use crate::message::Message;

/// Live messages from now on. Consumers lose none of them.
pub trait Tail: Send {
    /// Requested topics that do not exist and deliver nothing.
    fn missing(&self) -> &[String];

    /// Returns the next message.
    ///
    /// # Errors
    /// If the connection is lost for good.
    fn next(&mut self) -> impl Future<Output = Result<Message, BrokerError>> + Send;
}

/// A topic with one of its routing keys, or with all of them.
///
/// A broker that routes by topics alone ignores the key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Binding {
    /// Topic, exchange or subject.
    pub topic: String,
    /// Routing key; `None` for all keys of the topic.
    pub routing_key: Option<String>,
}

impl Binding {
    /// Creates the binding of one routing key.
    pub fn new(topic: impl Into<String>, routing_key: impl Into<String>) -> Self {
        Self { topic: topic.into(), routing_key: Some(routing_key.into()) }
    }

    /// Creates the binding of all routing keys of a topic.
    pub fn all_keys(topic: impl Into<String>) -> Self {
        Self { topic: topic.into(), routing_key: None }
    }

    /// Whether messages with this topic and routing key belong to it.
    #[must_use]
    pub fn matches(&self, topic: &str, routing_key: &str) -> bool {
        self.topic == topic && self.routing_key.as_ref().is_none_or(|own| own == routing_key)
    }
}

impl fmt::Display for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` by `{}`", self.topic, self.routing_key.as_deref().unwrap_or("#"))
    }
}
