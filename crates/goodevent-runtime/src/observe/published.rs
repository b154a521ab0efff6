//! Messages that are published.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use goodevent::Contract;
use metrics::{Counter, Histogram, counter, histogram};
use tracing::{Instrument as _, field::Empty};

use super::{frequency::Frequency, handled::failed};
use crate::{
    broker::{Publish, PublishError},
    message::{Message, TRACEPARENT},
};

/// What is counted of all that one service publishes.
#[derive(Debug, Default)]
pub(crate) struct Published {
    by_event: Mutex<HashMap<String, Arc<Sent>>>,
}

/// What is counted of the messages of one event.
#[derive(Debug)]
pub(crate) struct Sent {
    event: String,
    n_published: Counter,
    seconds: Histogram,
    bytes: Histogram,
    frequency: Option<Frequency>,
}

impl Published {
    /// Of the events of a contract.
    pub(crate) fn of(&self, contract: &Contract) -> Arc<Sent> {
        self.find(contract.event_type, |_| Some(contract))
    }

    /// Of events that are known by their name only, unless `contract` knows more.
    pub(crate) fn find<'c>(&self, event: &str, contract: impl FnOnce(&str) -> Option<&'c Contract>) -> Arc<Sent> {
        let mut by_event = self.by_event.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = by_event.get(event) {
            return Arc::clone(known);
        }
        let sent = Arc::new(Sent::new(event, contract(event).and_then(Frequency::of)));
        by_event.insert(event.to_owned(), Arc::clone(&sent));
        sent
    }
}

impl Sent {
    fn new(event: &str, frequency: Option<Frequency>) -> Self {
        let event = event.to_owned();
        Self {
            n_published: counter!("goodevent_published_total", "event" => event.clone()),
            seconds: histogram!("goodevent_publishing_seconds", "event" => event.clone()),
            bytes: histogram!("goodevent_message_bytes", "event" => event.clone()),
            event,
            frequency,
        }
    }

    fn note(&self, n_bytes: usize, took: Duration) {
        self.n_published.increment(1);
        self.seconds.record(took.as_secs_f64());
        self.bytes.record(n_bytes as f64);
        if let Some(frequency) = &self.frequency {
            frequency.note(Instant::now());
        }
    }

    fn failed(&self, error: &PublishError) {
        let reason = match error {
            PublishError::Unroutable { .. } => "unroutable",
            PublishError::Refused(_) => "refused",
            PublishError::Unreachable(_) => "unreachable",
        };
        counter!("goodevent_unpublished_total", "event" => self.event.clone(), "reason" => reason).increment(1);
    }
}

/// Hands a message over, as [`Publish::send`] does, counted and under a span until it is confirmed.
pub(crate) async fn send<P: Publish>(
    transport: &P,
    sent: Arc<Sent>,
    message: Message,
) -> Result<impl Future<Output = Result<(), PublishError>> + Send + use<P>, PublishError> {
    let span = tracing::info_span!(
        "publish",
        otel.kind = "producer",
        otel.status_code = Empty,
        messaging.operation.type = "send",
        messaging.destination.name = message.topic,
        messaging.message.id = message.id,
        event = message.event_type,
        traceparent = message.headers.get(TRACEPARENT),
        error = Empty,
    );
    let (n_bytes, start) = (message.body.len(), Instant::now());
    let told = span.clone();
    let refused = move |sent: &Sent, error: &PublishError| {
        failed(&told, error);
        sent.failed(error);
    };
    let sending = transport.send(message).instrument(span.clone());
    let confirmation = sending.await.inspect_err(|error| refused(&sent, error))?;
    let watched = async move {
        let outcome = confirmation.await;
        match &outcome {
            Ok(()) => sent.note(n_bytes, start.elapsed()),
            Err(error) => refused(&sent, error),
        }
        outcome
    };
    Ok(watched.instrument(span))
}
