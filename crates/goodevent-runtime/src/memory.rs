//! An in-process broker, for tests and for services that need no other.
//!
//! It gives the guarantees of the other brokers: messages go to the queues that are bound to their topic and routing key,
//! an unroutable message is an error, an unsettled message is redelivered, and dead letters can be listed and requeued.

use std::{
    collections::BTreeMap,
    fmt, mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use goodevent::Event;
use tokio::sync::{Notify, mpsc};

use crate::{
    broker::{
        Binding, Broker, BrokerError, DeadLetter, DeadLetters, Publish, PublishError, Received, Settle, Source, Tail,
        headers::mark_requeued,
    },
    message::Message,
    refusal::Refusal,
};

/// An in-process broker; clones share it.
#[derive(Debug, Clone, Default)]
pub struct MemoryBroker {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    state: Mutex<State>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct State {
    bindings: Vec<(Binding, String)>,
    queues: BTreeMap<String, Queue>,
    tails: Vec<(Vec<Binding>, mpsc::UnboundedSender<Message>)>,
    n_dead: u64,
}

#[derive(Debug, Default)]
struct Queue {
    /// Messages with the numbers of their attempts, by their places.
    ready: BTreeMap<u64, (Arc<Message>, u32)>,
    /// The place behind all that came.
    end: u64,
    /// Dead letters by their numbers.
    dead: BTreeMap<u64, Message>,
}

impl Queue {
    fn push(&mut self, message: Arc<Message>, attempt: u32) {
        self.ready.insert(self.end, (message, attempt));
        self.end += 1;
    }
}

/// Queues with their bindings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemoryTopology {
    /// Binding and queue.
    pub bindings: Vec<(Binding, String)>,
}

impl MemoryTopology {
    /// Creates the topology of a queue.
    #[must_use]
    pub fn queue(name: &str, bindings: &[Binding]) -> Self {
        Self { bindings: bindings.iter().map(|binding| (binding.clone(), name.to_owned())).collect() }
    }
}

impl fmt::Display for MemoryTopology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bindings.iter().try_for_each(|(binding, queue)| writeln!(f, "binding of `{queue}` to {binding}"))
    }
}

impl MemoryBroker {
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
        let routing_key = (routing_key != "#").then(|| routing_key.to_owned());
        self.add(&Binding { topic: topic.to_owned(), routing_key }, queue);
    }

    fn add(&self, binding: &Binding, queue: &str) {
        let mut state = self.state();
        state.queues.entry(queue.to_owned()).or_default();
        let binding = (binding.clone(), queue.to_owned());
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
        self.state().queues.get(queue).map(|queue| queue.dead.values().cloned().collect()).unwrap_or_default()
    }

    /// Requeues the dead letters that `is_wanted` selects, and returns their number.
    pub fn requeue(&self, queue: &str, is_wanted: impl Fn(&Message) -> bool) -> usize {
        let mut state = self.state();
        let Some(queue) = state.queues.get_mut(queue) else { return 0 };
        let (wanted, rest): (BTreeMap<u64, Message>, _) =
            mem::take(&mut queue.dead).into_iter().partition(|(_, message)| is_wanted(message));
        queue.dead = rest;
        let n_requeued = wanted.len();
        for mut message in wanted.into_values() {
            mark_requeued(&mut message);
            queue.push(message.into(), 1);
        }
        drop(state);
        self.inner.arrived.notify_waiters();
        n_requeued
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes a queue to which messages come.
    fn put(&self, queue: &str, put: impl FnOnce(&mut Queue)) {
        if let Some(queue) = self.state().queues.get_mut(queue) {
            put(queue);
        }
        self.inner.arrived.notify_waiters();
    }
}

impl Publish for MemoryBroker {
    type Confirmation = std::future::Ready<Result<(), PublishError>>;

    async fn send(&self, message: Message) -> Result<Self::Confirmation, PublishError> {
        let mut state = self.state();
        let Message { topic, routing_key, .. } = &message;
        let matches = |bindings: &[Binding]| bindings.iter().any(|binding| binding.matches(topic, routing_key));
        state.tails.retain(|(bindings, tail)| !matches(bindings) || tail.send(message.clone()).is_ok());
        let takers = state.bindings.iter().filter(|(binding, _)| binding.matches(topic, routing_key));
        let mut queues: Vec<String> = takers.map(|(_, queue)| queue.clone()).collect();
        // Two bindings of a queue deliver once.
        queues.sort_unstable();
        queues.dedup();
        if queues.is_empty() {
            let Message { topic, routing_key, .. } = message;
            return Ok(std::future::ready(Err(PublishError::Unroutable { topic, routing_key })));
        }
        let message = Arc::new(message);
        for queue in queues {
            state.queues.entry(queue).or_default().push(Arc::clone(&message), 1);
        }
        drop(state);
        self.inner.arrived.notify_waiters();
        Ok(std::future::ready(Ok(())))
    }
}

/// Source of the messages of a queue.
#[derive(Debug)]
pub struct MemorySource {
    broker: MemoryBroker,
    queue: String,
}

impl Source for MemorySource {
    type Receipt = MemoryReceipt;

    async fn next(&mut self) -> Result<Option<Received<MemoryReceipt>>, BrokerError> {
        loop {
            let inner = Arc::clone(&self.broker.inner);
            let arrived = inner.arrived.notified();
            tokio::pin!(arrived);
            // From here on nothing that arrives is missed.
            arrived.as_mut().enable();
            let next = match self.broker.state().queues.get_mut(&self.queue) {
                Some(queue) => queue.ready.pop_first(),
                None => return Err(BrokerError::missing(format!("queue `{}`", self.queue))),
            };
            if let Some((place, (message, attempt))) = next {
                let receipt = MemoryReceipt {
                    broker: self.broker.clone(),
                    queue: self.queue.clone(),
                    unsettled: Some((place, Arc::clone(&message), attempt)),
                };
                return Ok(Some(Received { message, attempt, receipt }));
            }
            arrived.await;
        }
    }
}

/// Settles a message; dropping it returns the message to its place in the queue.
#[derive(Debug)]
pub struct MemoryReceipt {
    broker: MemoryBroker,
    queue: String,
    unsettled: Option<(u64, Arc<Message>, u32)>,
}

impl Drop for MemoryReceipt {
    fn drop(&mut self) {
        if let Some((place, message, attempt)) = self.unsettled.take() {
            self.broker.put(&self.queue, |queue| drop(queue.ready.insert(place, (message, attempt))));
        }
    }
}

impl Settle for MemoryReceipt {
    async fn ack(mut self) -> Result<(), BrokerError> {
        self.unsettled = None;
        Ok(())
    }

    async fn release(self) -> Result<(), BrokerError> {
        Ok(())
    }

    async fn retry(mut self, _: &Message, after: Duration, attempt: u32) -> Result<(), BrokerError> {
        let Some((_, message, _)) = self.unsettled.take() else { return Ok(()) };
        let (broker, queue) = (self.broker.clone(), self.queue.clone());
        tokio::spawn(async move {
            tokio::time::sleep(after).await;
            broker.put(&queue, |queue| queue.push(message, attempt));
        });
        Ok(())
    }

    async fn dead_letter(mut self, message: &Message, why: &Refusal) -> Result<(), BrokerError> {
        self.unsettled = None;
        let mut state = self.broker.state();
        state.n_dead += 1;
        let number = state.n_dead;
        if let Some(queue) = state.queues.get_mut(&self.queue) {
            queue.dead.insert(number, why.marked(message));
        }
        Ok(())
    }
}

impl Broker for MemoryBroker {
    /// The broker itself, which clones share.
    type Config = Self;
    type Topology = MemoryTopology;
    type Difference = String;
    type Queue = String;
    type Publisher = Self;
    type Source = MemorySource;
    type DeadLetters = MemoryDeadLetters;
    type Tail = MemoryTail;

    async fn open(config: &Self) -> Result<Self, BrokerError> {
        Ok(config.clone())
    }

    fn publisher(&self) -> Result<Self, BrokerError> {
        Ok(self.clone())
    }

    fn source(&self, queue: &String) -> Result<MemorySource, BrokerError> {
        Ok(Self::source(self, queue))
    }

    async fn dead_letters(&self, queue: &String) -> Result<MemoryDeadLetters, BrokerError> {
        let state = self.state();
        if !state.queues.contains_key(queue) {
            return Err(BrokerError::missing(format!("queue `{queue}`")));
        }
        Ok(MemoryDeadLetters { broker: self.clone(), queue: queue.clone(), n_read: 0, last: state.n_dead })
    }

    async fn tail(&self, bindings: &[Binding]) -> Result<MemoryTail, BrokerError> {
        let (tail, messages) = mpsc::unbounded_channel();
        let mut state = self.state();
        let is_missing = |topic: &&String| !state.bindings.iter().any(|(binding, _)| binding.topic == **topic);
        let missing = bindings.iter().map(|binding| &binding.topic).filter(is_missing).cloned().collect();
        state.tails.push((bindings.to_vec(), tail));
        Ok(MemoryTail { messages, missing })
    }

    async fn declare(&self, topology: &MemoryTopology) -> Result<(), BrokerError> {
        topology.bindings.iter().for_each(|(binding, queue)| self.add(binding, queue));
        Ok(())
    }

    async fn missing(&self, topology: &MemoryTopology) -> Result<Vec<String>, BrokerError> {
        let state = self.state();
        let missing = topology.bindings.iter().filter(|binding| !state.bindings.contains(binding));
        Ok(missing.map(|(binding, queue)| format!("binding of `{queue}` to {binding}")).collect())
    }
}

/// Dead letters of a queue that are being read.
#[derive(Debug)]
pub struct MemoryDeadLetters {
    broker: MemoryBroker,
    queue: String,
    n_read: u64,
    /// The last number when they were opened.
    last: u64,
}

impl MemoryDeadLetters {
    /// Applies a function to the dead letters of the queue.
    fn with<T>(&self, apply: impl FnOnce(&mut BTreeMap<u64, Message>) -> T) -> Option<T> {
        self.broker.state().queues.get_mut(&self.queue).map(|queue| apply(&mut queue.dead))
    }
}

impl DeadLetters for MemoryDeadLetters {
    /// Number of the dead letter.
    type Receipt = u64;

    fn n_left(&self) -> Option<u64> {
        self.with(|dead| dead.range(self.n_read + 1..).take_while(|(number, _)| **number <= self.last).count() as u64)
    }

    async fn next(&mut self) -> Result<Option<DeadLetter<u64>>, BrokerError> {
        let after = self.n_read + 1;
        let next = self.with(|dead| dead.range(after..).next().map(|(number, message)| (*number, message.clone())));
        let Some((number, message)) = next.flatten().filter(|(number, _)| *number <= self.last) else {
            return Ok(None);
        };
        self.n_read = number;
        Ok(Some(DeadLetter { message, receipt: number }))
    }

    async fn publish_copy(&mut self, message: Message, _: &u64) -> Result<(), BrokerError> {
        self.broker.put(&self.queue, |queue| queue.push(message.into(), 1));
        Ok(())
    }

    async fn remove(&mut self, receipt: u64) -> Result<(), BrokerError> {
        self.with(|dead| dead.remove(&receipt));
        Ok(())
    }

    async fn close(self) {}
}

/// Live messages of some topics.
#[derive(Debug)]
pub struct MemoryTail {
    messages: mpsc::UnboundedReceiver<Message>,
    missing: Vec<String>,
}

impl Tail for MemoryTail {
    fn missing(&self) -> &[String] {
        &self.missing
    }

    async fn next(&mut self) -> Result<Message, BrokerError> {
        self.messages.recv().await.ok_or_else(|| BrokerError::unreachable("the broker is gone"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Binding, MemoryBroker, MemoryTopology};
    use crate::conformance::{Harness, NoGate, Place};

    /// Each case has a broker of its own, because each asks for one place and the queues of a broker are its own.
    struct Memory(MemoryBroker);

    impl Memory {
        fn new() -> Self {
            Self(MemoryBroker::new())
        }
    }

    impl Harness for Memory {
        type Broker = MemoryBroker;
        type Gate = NoGate;

        fn config(&self) -> MemoryBroker {
            self.0.clone()
        }

        fn place(&self, name: &str) -> Place<MemoryBroker> {
            let (topic, routing_key) = ("steps".to_owned(), format!("steps.{name}"));
            let topology = MemoryTopology::queue(name, &[Binding::new(&topic, &routing_key)]);
            Place { topology, queue: name.to_owned(), topic, routing_key }
        }

        fn unroutable(&self, place: &Place<MemoryBroker>) -> Vec<(String, String)> {
            vec![(place.topic.clone(), "unbound".to_owned()), ("missing".to_owned(), place.routing_key.clone())]
        }

        fn missing_queue(&self) -> String {
            "missing".to_owned()
        }

        fn missing_topic(&self) -> Option<String> {
            Some("missing".to_owned())
        }
    }

    crate::conformance_tests!(Memory::new());
}
