//! Publishing: only what validates leaves, and only what the broker has is published.

use std::{collections::VecDeque, fmt, future::Future, sync::Arc};

use goodevent::{Error, Event, trace::TraceParent};
use tokio::{
    sync::{Semaphore, mpsc, oneshot},
    task::JoinHandle,
};

use crate::{
    guard::{Guard, Said},
    message::Message,
    observe::{self, Published, Sent, Side},
    transport::{Confirmation, Publish, PublishError},
};

/// Publishes the events of one service.
///
/// ```
/// use contracts::registration::UserConfirmedV1Event;
/// use goodevent_runtime::{Outcome, PublishError, Publisher, NotPublished, memory::Broker};
/// # use goodevent_samples::Samples as _;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), NotPublished> {
/// let broker = Broker::new();
/// let publisher = Publisher::new(broker.clone(), "accounts");
/// # let event = UserConfirmedV1Event::sample(1);
/// // Nobody would get it.
/// let lost = publisher.publish(event.clone()).await;
/// assert!(matches!(lost, Err(NotPublished::Broker(PublishError::Unroutable { .. }))));
///
/// broker.bind::<UserConfirmedV1Event>("mails");
/// assert!(matches!(publisher.publish(event).await?, Outcome::Published(_)));
/// assert_eq!(broker.n_waiting("mails"), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Publisher<P> {
    transport: P,
    source: String,
    guard: Option<Guard>,
    published: Published,
}

/// Why an event was not published.
#[derive(Debug, Clone, PartialEq)]
pub enum NotPublished {
    /// It does not keep its contract.
    Invalid(Error),
    /// The broker does not have it.
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

/// What became of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The broker has it, under this id.
    Published(String),
    /// It says nothing that the one before did not say.
    Unchanged,
}

/// An event on its way to the broker.
struct OnItsWay<'g, C> {
    /// Its place among those that are published with it.
    nth: usize,
    id: String,
    said: Said<'g>,
    confirmation: C,
}

impl<P: Publish> Publisher<P> {
    /// One for the service `source`, whose name envelopes carry.
    pub fn new(transport: P, source: impl Into<String>) -> Self {
        Self { transport, source: source.into(), guard: None, published: Published::default() }
    }

    /// Does not publish what changes nothing.
    #[must_use]
    pub fn guarded(self, guard: Guard) -> Self {
        Self { guard: Some(guard), ..self }
    }

    /// Publishes an event in an activity of its own, and waits until the broker has it.
    ///
    /// # Errors
    /// Why it has not.
    pub async fn publish<E: Event<Headers = ()>>(&self, event: E) -> Result<Outcome, NotPublished> {
        self.publish_with(event, &(), TraceParent::new_root()).await
    }

    /// Publishes an event with its mandatory headers, in an activity.
    ///
    /// # Errors
    /// Why the broker does not have it.
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

    /// Says an event to the guard, if there is one; `None` if that is nothing new.
    fn say<E: Event>(&self, event: &E) -> Option<Said<'_>> {
        let said = self.guard.as_ref().map_or_else(|| Some(Said::default()), |guard| guard.say(event));
        if said.is_none() {
            observe::unchanged(&E::CONTRACT);
        }
        said
    }

    /// Publishes many events in their order, at most `window` of them waiting for the broker at the same time. Each gets an
    /// outcome of its own.
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

/// The message of an event; what breaks its contract is counted.
fn message_of<E: Event>(
    source: &str,
    event: E,
    headers: &E::Headers,
    activity: TraceParent,
) -> Result<Message, NotPublished> {
    let message = Message::of(source, event, headers, activity);
    message.inspect_err(|error| observe::refused(&E::CONTRACT, Side::Publish, error)).map_err(Into::into)
}

/// Publishes in the background: who hands over an event does not wait for the broker, but for room.
///
/// What is handed over is in memory only: what must survive the process belongs into an outbox.
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
    /// Starts with room for `n_waiting` messages, of which `window` wait for their confirmations at the same time.
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

    /// Hands over an event, and waits while there is no room. What becomes of it is told by what comes back.
    ///
    /// # Errors
    /// Why the event is not valid.
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

    /// Waits until all that was handed over is published or refused.
    pub async fn finish(self) {
        drop(self.sender);
        if let Err(error) = self.worker.await {
            tracing::error!(%error, "the publisher in the background failed");
        }
    }
}

/// An event that was handed over.
#[derive(Debug)]
pub struct Pending(Confirmation);

impl Pending {
    /// What became of it.
    ///
    /// # Errors
    /// Why the broker does not have it.
    pub async fn outcome(self) -> Result<(), PublishError> {
        self.0.await
    }
}
