//! Helpers of the cases.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use goodevent::Event as _;
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

use super::{Harness, Place, event::StepTakenV1Event};
use crate::{
    broker::{Broker, DeadLetters, Publish, PublishError, Received, Source},
    failure::Failure,
    message::{Delivery, Message},
    refusal::{Reason, Refusal},
    router::{Router, RunError},
    shutdown::Shutdown,
};

/// A case that waits longer has failed.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

pub(super) type Connected<H> = <H as Harness>::Broker;
pub(super) type Confirmation<H> = Pin<Box<<<Connected<H> as Broker>::Publisher as Publish>::Confirmation>>;

/// A broker with a place that is declared.
pub(super) struct Stand<'h, H: Harness> {
    harness: &'h H,
    pub(super) broker: Connected<H>,
    pub(super) place: Place<Connected<H>>,
}

impl<'h, H: Harness> Stand<'h, H> {
    pub(super) async fn new(harness: &'h H, name: &str) -> Self {
        let broker = Connected::<H>::open(&harness.config()).await.expect("the broker accepts the login");
        let place = harness.place(name);
        harness.declare(&broker, &place).await.expect("the user may create the place");
        Self { harness, broker, place }
    }

    /// Publishes messages.
    pub(super) async fn publish(&self, messages: impl IntoIterator<Item = Message>) {
        let publisher = self.broker.publisher().expect("the configuration is valid");
        for message in messages {
            publisher.publish(message).await.expect("the broker confirms the message");
        }
    }

    pub(super) fn source(&self) -> <Connected<H> as Broker>::Source {
        self.broker.source(&self.place.queue).expect("the configuration is valid")
    }

    pub(super) async fn dead_letters(&self) -> Vec<Message> {
        let opened = self.broker.dead_letters(&self.place.queue).await.expect("the queue exists");
        let dead_letters = opened.list(1000).await.expect("the dead letters can be read");
        dead_letters.into_iter().map(|dead_letter| dead_letter.message).collect()
    }

    /// Removes the place.
    pub(super) async fn remove(self) {
        self.harness.remove(&self.broker, &self.place).await.expect("the user may remove the place");
    }
}

impl<B: Broker> Place<B> {
    /// The message of a step, valid for the handler of the cases. Its id is unique within the place.
    pub(super) fn step(&self, walker: &str, step: u64) -> Message {
        let event = StepTakenV1Event { walker_id: walker.to_owned(), step };
        Message {
            topic: self.topic.clone(),
            routing_key: self.routing_key.clone(),
            partition_key: Some(walker.to_owned()),
            // Parallel runs share the server, and some servers compare ids within a topic.
            id: format!("{walker}-{step}"),
            event_type: StepTakenV1Event::TYPE.to_owned(),
            headers: [("tenant".to_owned(), "3".to_owned())].into(),
            body: event.encode().expect("the event is valid"),
        }
    }
}

/// Waits for the next message.
pub(super) async fn next<S: Source>(source: &mut S) -> Received<S::Receipt> {
    let next = timeout(PATIENCE, source.next()).await.expect("a message arrives in time");
    next.expect("the source works").expect("the source has not ended")
}

/// Waits until a condition holds.
pub(super) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let start = Instant::now();
    while !is_so().await {
        assert!(start.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        sleep(Duration::from_millis(50)).await;
    }
}

/// Publishes until the broker confirms the message, as an outbox does.
pub(super) async fn publish_surely(publisher: &impl Publish, message: Message) {
    let start = Instant::now();
    while let Err(error) = publisher.publish(message.clone()).await {
        assert!(matches!(error, PublishError::Unreachable(_)), "{error}");
        assert!(start.elapsed() < PATIENCE, "{error}");
        sleep(Duration::from_millis(50)).await;
    }
}

pub(super) fn rejected(detail: &str) -> Refusal {
    Refusal { reason: Reason::Rejected, pointer: "/step".to_owned(), detail: detail.to_owned(), attempts: 1 }
}

/// A step that a handler has seen.
#[derive(Clone)]
pub(super) struct Handled {
    pub(super) walker: String,
    pub(super) step: u64,
    pub(super) attempt: u32,
    pub(super) at: Instant,
}

/// Steps that handlers have seen, in the order of the calls.
#[derive(Clone, Default)]
pub(super) struct Seen(Arc<Mutex<Vec<Handled>>>);

impl Seen {
    pub(super) fn note(&self, delivery: &Delivery<StepTakenV1Event>) {
        let StepTakenV1Event { walker_id, step } = delivery.event.clone();
        let handled = Handled { walker: walker_id, step, attempt: delivery.attempt, at: Instant::now() };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(handled);
    }

    pub(super) fn all(&self) -> Vec<Handled> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Steps in their order, whoever took them.
    pub(super) fn steps(&self) -> Vec<u64> {
        let mut steps: Vec<u64> = self.all().into_iter().map(|handled| handled.step).collect();
        steps.sort_unstable();
        steps
    }

    /// The same, each once.
    pub(super) fn distinct(&self) -> Vec<u64> {
        let mut steps = self.steps();
        steps.dedup();
        steps
    }
}

pub(super) async fn note(seen: Seen, delivery: Delivery<StepTakenV1Event>) -> Result<(), Failure> {
    seen.note(&delivery);
    Ok(())
}

pub(super) async fn note_slowly(seen: Seen, delivery: Delivery<StepTakenV1Event>) -> Result<(), Failure> {
    sleep(Duration::from_millis(5)).await;
    note(seen, delivery).await
}

/// A router in the background.
pub(super) struct Running(JoinHandle<Result<(), RunError>>, Shutdown);

impl Running {
    pub(super) fn start(router: Router<Seen>, source: impl Source) -> Self {
        let stop = Shutdown::new();
        Self(tokio::spawn(router.run(source, stop.clone())), stop)
    }

    pub(super) async fn stop(self) {
        self.1.trigger();
        self.0.await.expect("the router does not panic").expect("the router ends without an error");
    }
}
