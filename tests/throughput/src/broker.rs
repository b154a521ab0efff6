//! What a broker has to say for itself.

use std::{collections::VecDeque, time::Instant};

use anyhow::Result;
use goodevent_runtime::{Message, Publish, Source};

use crate::{event::Feed, measure::Seen};

/// One place at a broker, reached by the bare client and by ours, both set up in the same way.
pub(crate) trait Broker: Sized {
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
    async fn open(url: &str, window: usize) -> Result<Self>;

    /// A place with nothing in it, from now on; the one before is removed.
    async fn renew(&mut self, place: &str) -> Result<()>;

    /// Publishes all of `feed`, and waits for all confirmations.
    async fn publish_bare(&self, feed: &mut Feed) -> Result<()>;

    /// Consumes until all are seen, and settled.
    async fn consume_bare(&self, seen: &Seen) -> Result<()>;

    /// Our publisher.
    async fn publisher(&self) -> Result<Self::Publisher>;

    /// Our source.
    async fn source(&self) -> Result<Self::Source>;

    /// Removes the place.
    async fn close(self) -> Result<()>;
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
