//! Publishing: events are validated before they are sent, and published once the broker has confirmed them.

use std::{collections::VecDeque, fmt, future::Future, sync::Arc};

use goodevent::{Error, Event, trace::TraceParent};
use tokio::{
    sync::{Semaphore, mpsc, oneshot},
    task::JoinHandle,
};

use crate::{
    broker::{Confirmation, Publish, PublishError},
    guard::{Guard, Said},
    message::Message,
    observe::{self, Published, Sent, Side},
};

/// Publishes the events of one service.
///
/// ```
/// use contracts::registration::UserConfirmedV1Event;
/// use goodevent_runtime::{Outcome, PublishError, Publisher, NotPublished, memory::MemoryBroker};
/// # use goodevent_samples::Samples as _;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), NotPublished> {
/// let broker = MemoryBroker::new();
/// let publisher = Publisher::new(broker.clone(), "accounts");
/// # let event = UserConfirmedV1Event::sample(1);
/// // No queue is bound: the event is unroutable.
/// let lost = publisher.publish(event.clone()).await;
/// assert!(matches!(lost, Err(NotPublished::Broker(PublishError::Unroutable { .. }))));
///
/// broker.bind::<UserConfirmedV1Event>("mails");
/// assert!(matches!(publisher.publish(event).await?, Outcome::Published(_)));
/// assert_eq!(broker.n_waiting("mails"), 1);
/// # Ok(())
/// # }
/// ```
///
/// Clones share the guard and the counters.
#[derive(Debug, Clone)]
pub struct Publisher<P> {
    transport: P,
    source: String,
    guard: Option<Arc<Guard>>,
    published: Arc<Published>,
}

/// Reason why an event was not published.
#[derive(Debug, Clone, PartialEq)]
pub enum NotPublished {
    /// The event violates its contract.
    Invalid(Error),
    /// The broker has not confirmed it.
    Broker(PublishError),
}

impl fmt::Display for NotPublished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(error) => error.fmt(f),
            Self::Broker(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for NotPublished {}

impl From<Error> for NotPublished {
    fn from(error: Error) -> Self {
        Self::Invalid(error)
    }
}

impl From<PublishError> for NotPublished {
    fn from(error: PublishError) -> Self {
        Self::Broker(error)
    }
}

/// Outcome of publishing an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The broker has confirmed the event, with this id.
    Published(String),
    /// Identical to the previous event of this key; suppressed.
    Unchanged,
}

/// An event that waits for its confirmation.
struct OnItsWay<'g, C> {
    /// Index of the event in the batch.
    nth: usize,
    id: String,
    said: Said<'g>,
    confirmation: C,
}

impl<P: Publish> Publisher<P> {
    /// Creates a publisher for the service `source`, the source in envelopes.
    pub fn new(transport: P, source: impl Into<String>) -> Self {
        Self { transport, source: source.into(), guard: None, published: Arc::default() }
    }

    /// Suppresses events that change nothing.
    #[must_use]
    pub fn guarded(self, guard: Guard) -> Self {
        Self { guard: Some(guard.into()), ..self }
    }

    /// Publishes an event in a new activity, and waits until the broker has confirmed it.
    ///
    /// # Cancel safety
    /// If the future is dropped, the event is published or not, and a [`Guard`] does not suppress an equal one.
    ///
    /// # Errors
    /// If the event is invalid, or the broker has not confirmed it.
    pub async fn publish<E: Event<Headers = ()>>(&self, event: E) -> Result<Outcome, NotPublished> {
        self.publish_with(event, &(), TraceParent::new_root()).await
    }

    /// Publishes an event with its mandatory headers, in an activity.
    ///
    /// # Errors
    /// If the event is invalid, or the broker has not confirmed it.
    pub async fn publish_with<E: Event>(
        &self,
        event: E,
        headers: &E::Headers,
        activity: TraceParent,
    ) -> Result<Outcome, NotPublished> {
        let Some(said) = self.say(&event) else { return Ok(Outcome::Unchanged) };
        let message = message_of(&self.source, event, headers, activity)?;
        let id = message.id.clone();
        observe::send(&self.transport, self.published.of(&E::CONTRACT), message).await?.await?;
        said.keep();
        Ok(Outcome::Published(id))
    }

    /// Records an event in the guard, if there is one; `None` if it changes nothing.
    fn say<E: Event>(&self, event: &E) -> Option<Said<'_>> {
        let said = self.guard.as_ref().map_or_else(|| Some(Said::default()), |guard| guard.say(event));
        if said.is_none() {
            observe::unchanged(&E::CONTRACT);
        }
        said
    }

    /// Publishes events in order, with at most `window` of them unconfirmed at the same time. Returns one outcome per event.
    pub async fn publish_all<E: Event<Headers = ()>>(
        &self,
        events: impl IntoIterator<Item = E>,
        window: usize,
    ) -> Vec<Result<Outcome, NotPublished>> {
        let (mut outcomes, mut waiting) = (Vec::new(), VecDeque::new());
        let sent = self.published.of(&E::CONTRACT);
        for (nth, event) in events.into_iter().enumerate() {
            if waiting.len() >= window.max(1)
                && let Some(first) = waiting.pop_front()
            {
                settle(first, &mut outcomes).await;
            }
            outcomes.push(Ok(Outcome::Unchanged));
            let Some(said) = self.say(&event) else { continue };
            let message = match message_of(&self.source, event, &(), TraceParent::new_root()) {
                Ok(message) => message,
                Err(error) => {
                    outcomes[nth] = Err(error);
                    continue;
                }
            };
            let id = message.id.clone();
            match observe::send(&self.transport, Arc::clone(&sent), message).await {
                Ok(confirmation) => waiting.push_back(OnItsWay { nth, id, said, confirmation }),
                Err(error) => outcomes[nth] = Err(error.into()),
            }
        }
        for own in waiting {
            settle(own, &mut outcomes).await;
        }
        outcomes
    }
}

async fn settle<C>(sent: OnItsWay<'_, C>, outcomes: &mut [Result<Outcome, NotPublished>])
where
    C: Future<Output = Result<(), PublishError>>,
{
    outcomes[sent.nth] = match sent.confirmation.await {
        Ok(()) => {
            sent.said.keep();
            Ok(Outcome::Published(sent.id))
        }
        Err(error) => Err(error.into()),
    };
}

/// Creates the message of an event, and counts violations.
fn message_of<E: Event>(
    source: &str,
    event: E,
    headers: &E::Headers,
    activity: TraceParent,
) -> Result<Message, NotPublished> {
    let message = Message::of(source, event, headers, activity);
    message.inspect_err(|error| observe::refused(&E::CONTRACT, Side::Publish, error)).map_err(Into::into)
}

/// Publishes in the background: the caller waits for room in the queue, and not for the broker.
///
/// Waiting events exist only in memory: use an outbox for events that must survive the process.
#[derive(Debug)]
pub struct Background {
    sender: mpsc::Sender<HandedOver>,
    source: String,
    published: Published,
    worker: JoinHandle<()>,
}

#[derive(Debug)]
struct HandedOver {
    message: Message,
    sent: Arc<Sent>,
    told: oneshot::Sender<Result<(), PublishError>>,
}

impl Background {
    /// Starts with room for `n_waiting` messages, at most `window` of them unconfirmed at the same time.
    pub fn start<P: Publish>(transport: P, source: impl Into<String>, n_waiting: usize, window: usize) -> Self {
        let (sender, mut messages) = mpsc::channel(n_waiting.max(1));
        let worker = tokio::spawn(async move {
            let window = Arc::new(Semaphore::new(window.max(1)));
            let mut confirmations = tokio::task::JoinSet::new();
            while let Some(HandedOver { message, sent, told }) = messages.recv().await {
                // It is never closed.
                let Ok(place) = Arc::clone(&window).acquire_owned().await else { break };
                match observe::send(&transport, sent, message).await {
                    Ok(confirmation) => {
                        confirmations.spawn(async move {
                            // Who handed it over may not want to know.
                            let _ = told.send(confirmation.await);
                            drop(place);
                        });
                    }
                    Err(error) => {
                        let _ = told.send(Err(error));
                    }
                }
                while confirmations.try_join_next().is_some() {}
            }
            while confirmations.join_next().await.is_some() {}
        });
        Self { sender, source: source.into(), published: Published::default(), worker }
    }

    /// Hands over an event, and waits while the queue is full. The returned value resolves to its outcome.
    ///
    /// # Errors
    /// If the event is invalid.
    pub async fn hand_over<E: Event>(
        &self,
        event: E,
        headers: &E::Headers,
        activity: TraceParent,
    ) -> Result<Pending, NotPublished> {
        let message = message_of(&self.source, event, headers, activity)?;
        let (told, pending) = oneshot::channel();
        let gone = |_| NotPublished::Broker(PublishError::Unreachable("the publisher has ended".to_owned()));
        let sent = self.published.of(&E::CONTRACT);
        self.sender.send(HandedOver { message, sent, told }).await.map_err(gone)?;
        Ok(Pending(pending.into()))
    }

    /// Waits until every event that was handed over is confirmed or rejected.
    pub async fn finish(self) {
        drop(self.sender);
        if let Err(error) = self.worker.await {
            tracing::error!(%error, "the publisher in the background failed");
        }
    }
}

/// An event that was handed over and is not confirmed yet.
#[derive(Debug)]
pub struct Pending(Confirmation);

impl Pending {
    /// Waits for the outcome.
    ///
    /// # Errors
    /// Why the broker does not have it.
    pub async fn outcome(self) -> Result<(), PublishError> {
        self.0.await
    }
}
