//! What a broker has to say for itself.

use std::{collections::VecDeque, time::Instant};

use anyhow::Result;
use goodevent_runtime::{Message, Publish, Source};

use crate::{event::Feed, measure::Seen};

/// One place at a broker, reached by the bare client and by ours, both set up in the same way.
pub(crate) trait Broker: Sized + Send + Sync + 'static {
    /// By which it is left out.
    const NAME: &'static str;
    /// The server that it is one of.
    const NEEDS: &'static str = Self::NAME;
    /// The variable with its address.
    const VARIABLE: &'static str;
    /// The bare client.
    const CLIENT: &'static str;
    /// As many as take about a second.
    const N_EVENTS: usize;

    /// Our way to it.
    type Publisher: Publish<Confirmation: Unpin> + Clone;
    /// Our way from it.
    type Source: Source;

    /// Connects both; each has at most `window` messages on its way.
    fn open(url: &str, window: usize) -> impl Future<Output = Result<Self>> + Send;

    /// A place with nothing in it, from now on; the one before is removed.
    fn renew(&mut self, place: &str) -> impl Future<Output = Result<()>> + Send;

    /// Publishes all of `feed`, and waits for all confirmations.
    fn publish_bare(&self, feed: &mut Feed) -> impl Future<Output = Result<()>> + Send;

    /// Consumes until all are seen, and settled.
    fn consume_bare(&self, seen: &Seen) -> impl Future<Output = Result<()>> + Send;

    /// Our publisher.
    fn publisher(&self) -> impl Future<Output = Result<Self::Publisher>> + Send;

    /// Our source.
    fn source(&self) -> impl Future<Output = Result<Self::Source>> + Send;

    /// Removes the place.
    fn close(self) -> impl Future<Output = Result<()>> + Send;
}

/// Confirmations that a bare client waits for, the oldest first.
pub(crate) struct Window<F> {
    size: usize,
    waiting: VecDeque<(Instant, F)>,
}

impl<F: IntoFuture> Window<F> {
    pub(crate) fn new(size: usize) -> Self {
        Self { size, waiting: VecDeque::with_capacity(size) }
    }

    /// Waits for room; `None` if there is some.
    pub(crate) fn oldest(&mut self) -> Option<(Instant, F)> {
        if self.waiting.len() == self.size { self.waiting.pop_front() } else { None }
    }

    pub(crate) fn push(&mut self, sent: Instant, confirmation: F) {
        self.waiting.push_back((sent, confirmation));
    }

    pub(crate) fn rest(self) -> impl Iterator<Item = (Instant, F)> {
        self.waiting.into_iter()
    }
}

/// The header of a message beside those that have a place of their own.
pub(crate) fn traceparent(message: &Message) -> &str {
    message.header(goodevent_runtime::message::TRACEPARENT).unwrap_or_default()
}
