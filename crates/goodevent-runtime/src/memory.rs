//! An in-process broker, for tests and for services that need no other.
//!
//! It gives the guarantees of the other brokers: messages go to the queues that are bound to their topic and routing key,
//! an unroutable message is an error, an unsettled message is redelivered, and dead letters can be listed and requeued.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use goodevent::Event;
use tokio::sync::Notify;

use crate::{
    message::Message,
    refusal::{Refusal, take_again},
    transport::{Publish, PublishError, Received, Settle, SettleError, Source, SourceError},
};

/// An in-process broker; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Broker {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    state: Mutex<State>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// Queues by topic and routing key; `#` matches every key.
    bindings: Vec<(String, String, String)>,
    queues: BTreeMap<String, Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    ready: VecDeque<(Arc<Message>, u32)>,
    dead: Vec<Message>,
}

impl Broker {
    /// Creates a broker without queues.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Binds `queue` to the events of type `E`.
    pub fn bind<E: Event>(&self, queue: &str) {
        self.bind_key(queue, E::TOPIC, E::ROUTING_KEY);
    }

    /// Binds `queue` to a topic and a routing key; `#` matches every key.
    pub fn bind_key(&self, queue: &str, topic: &str, routing_key: &str) {
        let mut state = self.state();
        state.queues.entry(queue.to_owned()).or_default();
        let binding = (topic.to_owned(), routing_key.to_owned(), queue.to_owned());
        if !state.bindings.contains(&binding) {
            state.bindings.push(binding);
        }
    }

    /// Source of the messages of a queue.
    #[must_use]
    pub fn source(&self, queue: &str) -> MemorySource {
        MemorySource { broker: self.clone(), queue: queue.to_owned() }
    }

    /// Number of waiting messages in a queue.
    #[must_use]
    pub fn n_waiting(&self, queue: &str) -> usize {
        self.state().queues.get(queue).map_or(0, |queue| queue.ready.len())
    }

    /// Dead letters of a queue, with the reasons in their headers.
    #[must_use]
    pub fn dead_letters(&self, queue: &str) -> Vec<Message> {
        self.state().queues.get(queue).map(|queue| queue.dead.clone()).unwrap_or_default()
    }

    /// Requeues the dead letters that `is_wanted` selects, and returns their number.
    pub fn requeue(&self, queue: &str, is_wanted: impl Fn(&Message) -> bool) -> usize {
        let mut state = self.state();
        let Some(queue) = state.queues.get_mut(queue) else { return 0 };
        let (wanted, rest): (Vec<Message>, Vec<Message>) = queue.dead.drain(..).partition(|message| is_wanted(message));
        queue.dead = rest;
        let n_requeued = wanted.len();
        for mut message in wanted {
            take_again(&mut message);
            queue.ready.push_back((message.into(), 1));
        }
        drop(state);
        self.inner.arrived.notify_waiters();
        n_requeued
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, queue: &str, message: Arc<Message>, attempt: u32, is_first: bool) {
        if let Some(queue) = self.state().queues.get_mut(queue) {
            match is_first {
                true => queue.ready.push_front((message, attempt)),
                false => queue.ready.push_back((message, attempt)),
            }
        }
        self.inner.arrived.notify_waiters();
    }
}

impl Publish for Broker {
    type Confirmation = std::future::Ready<Result<(), PublishError>>;

    async fn send(&self, message: Message) -> Result<Self::Confirmation, PublishError> {
        let mut state = self.state();
        let takes = |(topic, key, _): &&(String, String, String)| {
            *topic == message.topic && (key == "#" || *key == message.routing_key)
        };
        let queues: Vec<String> = state.bindings.iter().filter(takes).map(|(_, _, queue)| queue.clone()).collect();
        if queues.is_empty() {
            let Message { topic, routing_key, .. } = message;
            return Ok(std::future::ready(Err(PublishError::Unroutable { topic, routing_key })));
        }
        let message = Arc::new(message);
        for queue in queues {
            state.queues.entry(queue).or_default().ready.push_back((Arc::clone(&message), 1));
        }
        drop(state);
        self.inner.arrived.notify_waiters();
        Ok(std::future::ready(Ok(())))
    }
}

/// Source of the messages of a queue.
#[derive(Debug)]
pub struct MemorySource {
    broker: Broker,
    queue: String,
}

impl Source for MemorySource {
    type Receipt = MemoryReceipt;

    async fn next(&mut self) -> Result<Option<Received<MemoryReceipt>>, SourceError> {
        loop {
            let inner = Arc::clone(&self.broker.inner);
            let arrived = inner.arrived.notified();
            tokio::pin!(arrived);
            // From here on nothing that arrives is missed.
            arrived.as_mut().enable();
            let next = match self.broker.state().queues.get_mut(&self.queue) {
                Some(queue) => queue.ready.pop_front(),
                None => return Err(SourceError(format!("there is no queue `{}`", self.queue))),
            };
            if let Some((message, attempt)) = next {
                let receipt = MemoryReceipt {
                    broker: self.broker.clone(),
                    queue: self.queue.clone(),
                    unsettled: Some((Arc::clone(&message), attempt)),
                };
                return Ok(Some(Received { message, attempt, receipt }));
            }
            arrived.await;
        }
    }
}

/// Settles a message; dropping it requeues the message.
#[derive(Debug)]
pub struct MemoryReceipt {
    broker: Broker,
    queue: String,
    unsettled: Option<(Arc<Message>, u32)>,
}

impl Drop for MemoryReceipt {
    fn drop(&mut self) {
        if let Some((message, attempt)) = self.unsettled.take() {
            self.broker.put(&self.queue, message, attempt, true);
        }
    }
}

impl Settle for MemoryReceipt {
    async fn ack(mut self) -> Result<(), SettleError> {
        self.unsettled = None;
        Ok(())
    }

    async fn release(self) -> Result<(), SettleError> {
        Ok(())
    }

    async fn retry(mut self, _: &Message, after: Duration, attempt: u32) -> Result<(), SettleError> {
        let Some((message, _)) = self.unsettled.take() else { return Ok(()) };
        let (broker, queue) = (self.broker.clone(), self.queue.clone());
        tokio::spawn(async move {
            tokio::time::sleep(after).await;
            broker.put(&queue, message, attempt, false);
        });
        Ok(())
    }

    async fn dead_letter(mut self, message: &Message, why: &Refusal) -> Result<(), SettleError> {
        self.unsettled = None;
        if let Some(queue) = self.broker.state().queues.get_mut(&self.queue) {
            queue.dead.push(why.marked(message));
        }
        Ok(())
    }
}
