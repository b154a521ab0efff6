//! The order of messages: those of a key are handled one after the other, and of all keys a limited number at a time. A message
//! that waits, for its key or for its next attempt, keeps no other key waiting.

use std::{
    collections::{HashMap, VecDeque},
    hash::{DefaultHasher, Hash as _, Hasher as _},
    iter, mem,
    panic::resume_unwind,
    pin::pin,
    sync::Arc,
    time::Duration,
};

use futures_util::{FutureExt as _, StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use tokio::task::{JoinError, JoinSet};

use super::{
    builder::{Router, RunError, Unknown},
    handler::{Attempt, Progress},
    settle::{End, log_lost},
};
use crate::{
    broker::{BrokerError, Received, Settle, Source},
    shutdown::Shutdown,
};

/// Maximum number of handled messages that the broker is being informed of.
const N_TELLING: usize = 1024;
/// Messages that are ready beyond the free lanes, so that a lane need not wait for the source.
const N_READY: usize = 32;
/// Maximum number of messages that wait for another message of their key.
const N_WAITING: usize = 4096;
/// A handler that takes longer without waiting for anything would keep others from their messages: it runs in its own task.
const BRIEF: Duration = Duration::from_micros(100);
/// Maximum number of messages that go to tasks untried after some that were not brief.
const MAX_UNTRIED: u32 = 256;

/// A message, and how far it is.
pub(super) struct Job<R> {
    pub(super) received: Received<R>,
    /// The hash of its key. Keys of the same hash wait for each other, which is rare and harmless.
    pub(super) key: Option<u64>,
    pub(super) begun: Option<Attempt>,
}

/// Which messages are begun at once, without a task of their own.
#[derive(Default)]
struct Trial {
    /// Number of further messages that go to tasks untried.
    n_untried: u32,
    /// How many these were the last time. It grows fast and shrinks slowly, so that a handler which was only interrupted once
    /// costs little, and one of several that is slow is known.
    n_last_untried: u32,
}

impl Trial {
    /// Whether to begin a message at once.
    fn tries(&mut self) -> bool {
        let is_untried = self.n_untried > 0;
        self.n_untried -= u32::from(is_untried);
        !is_untried
    }

    /// Learns from a handler that was tried.
    fn tried(&mut self, took: Duration) {
        if took > BRIEF {
            self.n_last_untried = (self.n_last_untried * 4).clamp(1, MAX_UNTRIED);
            self.n_untried = self.n_last_untried;
        } else {
            self.n_last_untried /= 2;
        }
    }
}

/// The messages that a router has.
pub(super) struct Schedule<S, R> {
    router: Arc<Router<S>>,
    /// Triggered when nothing is begun any more.
    end: Shutdown,
    trial: Trial,
    /// The keys of messages that are handled, are ready, or pause; with the messages behind these.
    busy: HashMap<u64, VecDeque<Job<R>>>,
    n_waiting: usize,
    ready: VecDeque<Job<R>>,
    running: JoinSet<(Option<u64>, End<R>)>,
    pausing: FuturesUnordered<BoxFuture<'static, (Job<R>, Duration)>>,
    telling: FuturesUnordered<BoxFuture<'static, Result<(), BrokerError>>>,
}

impl<S: Clone + Send + Sync + 'static, R: Settle> Schedule<S, R> {
    pub(super) fn new(router: Arc<Router<S>>) -> Self {
        Self {
            router,
            end: Shutdown::new(),
            trial: Trial::default(),
            busy: HashMap::new(),
            n_waiting: 0,
            ready: VecDeque::new(),
            running: JoinSet::new(),
            pausing: FuturesUnordered::new(),
            telling: FuturesUnordered::new(),
        }
    }

    /// Handles messages until the source ends, with all that it gave, until the router is stopped, or until an error.
    pub(super) async fn run(mut self, source: &mut impl Source<Receipt = R>, stop: &Shutdown) -> Result<(), RunError> {
        let outcome = self.take_all(source, stop).await;
        if outcome.is_ok() {
            tokio::select! {
                biased;
                () = stop.triggered() => {}
                () = self.finish() => {}
            }
        }
        self.end.trigger();
        let ending = async {
            source.stop().await;
            self.give_back_all().await;
        };
        if tokio::time::timeout(stop.limit(), ending).await.is_err() {
            let (n_open, limit) = (self.running.len(), stop.limit());
            tracing::warn!(
                n_open,
                ?limit,
                "the shutdown ends handlers that take too long; their messages will be redelivered"
            );
        }
        outcome
    }

    async fn take_all(&mut self, source: &mut impl Source<Receipt = R>, stop: &Shutdown) -> Result<(), RunError> {
        let mut asked = pin!(stop.triggered());
        loop {
            let mut next = pin!(source.next());
            let received = loop {
                let has_room = self.telling.len() < N_TELLING
                    && self.ready.len() < N_READY.max(self.router.n_lanes)
                    && self.n_waiting < N_WAITING;
                tokio::select! {
                    biased;
                    () = &mut asked => return Ok(()),
                    Some(told) = self.telling.next() => log_lost(told),
                    Some(ended) = self.running.join_next() => self.ended(ended),
                    Some((job, pause)) = self.pausing.next() => self.resume(job, pause).await,
                    received = &mut next, if has_room => break received,
                }
            };
            let Some(received) = received.map_err(RunError::Source)? else { return Ok(()) };
            let handler = self.router.handler(&received.message);
            if handler.is_none() && self.router.unknown == Unknown::Fail {
                let event_type = received.message.find_type().unwrap_or_default().into_owned();
                log_lost(received.receipt.release().await);
                return Err(RunError::Unknown(event_type));
            }
            let key = handler.and_then(|handler| received.message.order(&handler.contract));
            let key = key.map(|key| {
                let mut hasher = DefaultHasher::new();
                key.hash(&mut hasher);
                hasher.finish()
            });
            self.admit(Job { received, key, begun: None });
            // A source that is always ready would keep all else from this thread.
            tokio::task::consume_budget().await;
        }
    }

    /// Takes a message, which waits if another one of its key is open. One whose handler need not wait is done without a task.
    fn admit(&mut self, job: Job<R>) {
        if let Some(waiting) = job.key.and_then(|key| self.busy.get_mut(&key)) {
            waiting.push_back(job);
            self.n_waiting += 1;
            return;
        }
        let is_free = self.running.len() < self.router.n_lanes && self.router.chaos.is_none();
        let handler = self.router.handler(&job.received.message).filter(|_| is_free && self.trial.tries());
        let job = match handler {
            None => job,
            Some(handler) => {
                let Received { message, attempt, .. } = &job.received;
                let attempt = handler.begin(&self.router.state, message, *attempt).advance();
                let took = attempt.start.elapsed();
                self.trial.tried(took);
                if let Ok(Progress::Over(Ok(()))) = attempt.progress {
                    handler.count(message, took, true);
                    return self.tell(job.received.receipt);
                }
                Job { begun: Some(attempt), ..job }
            }
        };
        self.busy.extend(job.key.map(|key| (key, VecDeque::new())));
        self.ready.push_back(job);
        self.start();
    }

    /// Begins what is ready, as far as lanes are free.
    fn start(&mut self) {
        while !self.end.is_triggered()
            && self.running.len() < self.router.n_lanes
            && let Some(job) = self.ready.pop_front()
        {
            self.spawn(job);
        }
    }

    fn spawn(&mut self, Job { received, key, begun }: Job<R>) {
        let router = Arc::clone(&self.router);
        self.running.spawn(async move { (key, router.handle(received, begun).await) });
    }

    /// Tells the broker that a message is done, while others are handled.
    fn tell(&mut self, receipt: R) {
        let mut told = Box::pin(receipt.ack());
        match (&mut told).now_or_never() {
            Some(told) => log_lost(told),
            None => self.telling.push(told),
        }
    }

    /// Learns how a message ended.
    fn ended(&mut self, ended: Result<(Option<u64>, End<R>), JoinError>) {
        let (key, end) = match ended {
            Ok(ended) => ended,
            // Handlers are guarded: this is a fault of the router or of a broker's client.
            Err(error) if error.is_panic() => resume_unwind(error.into_panic()),
            Err(_) => return,
        };
        match end {
            End::Pause { received, pause } => {
                let (job, end) = (Job { received, key, begun: None }, self.end.clone());
                self.pausing.push(Box::pin(async move {
                    tokio::select! {
                        () = tokio::time::sleep(pause) => {}
                        () = end.triggered() => {}
                    }
                    (job, pause)
                }));
            }
            End::Settled => self.free(key),
            End::Done(receipt) => {
                self.tell(receipt);
                self.free(key);
            }
        }
        self.start();
    }

    /// The next message of a key is ready.
    fn free(&mut self, key: Option<u64>) {
        let Some(key) = key else { return };
        match self.busy.get_mut(&key).and_then(VecDeque::pop_front) {
            Some(next) => {
                self.n_waiting -= 1;
                self.ready.push_back(next);
            }
            None => drop(self.busy.remove(&key)),
        }
    }

    /// A message that paused goes before others, which came later. A router that ends gives it back.
    async fn resume(&mut self, job: Job<R>, pause: Duration) {
        if !self.end.is_triggered() {
            self.ready.push_front(job);
            return self.start();
        }
        match job.key {
            // Its attempts are forgotten, for the sake of the order.
            Some(_) => self.give_back(job).await,
            None => {
                let Received { message, attempt, receipt } = job.received;
                log_lost(receipt.retry(&message, pause, attempt).await);
            }
        }
    }

    /// Handles the messages that are here.
    async fn finish(&mut self) {
        while self.step().await {}
    }

    /// Finishes the messages that are begun, and gives the others back: those of a key in their order, and not before the one
    /// that is handled has ended, lest they overtake it at another consumer.
    async fn give_back_all(&mut self) {
        loop {
            for job in mem::take(&mut self.ready) {
                match job.begun {
                    Some(_) => self.spawn(job),
                    None => self.give_back(job).await,
                }
            }
            if !self.step().await {
                return;
            }
        }
    }

    /// Waits until a handler, a pause or a settlement ends; returns whether there was one.
    async fn step(&mut self) -> bool {
        tokio::select! {
            biased;
            Some(told) = self.telling.next() => log_lost(told),
            Some(ended) = self.running.join_next() => self.ended(ended),
            Some((job, pause)) = self.pausing.next() => self.resume(job, pause).await,
            else => return false,
        }
        true
    }

    /// Gives a message back to the broker, and then those behind it.
    async fn give_back(&mut self, job: Job<R>) {
        let behind = job.key.and_then(|key| self.busy.remove(&key)).unwrap_or_default();
        self.n_waiting -= behind.len();
        for job in iter::once(job).chain(behind) {
            log_lost(job.received.receipt.release().await);
        }
    }
}
