//! Lets the bare client and ours do the same in turns, so that a slow moment hits both.

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use goodevent::trace::TraceParent;
use goodevent_runtime::{Background, Delivery, Failure, Message, Publish, PublishError, Publisher, Router, Shutdown};

use crate::{
    broker::Broker,
    event::{Feed, Sample, events, messages, pace},
};

const WINDOWS: [usize; 2] = [100, 1_000];
const N_ROUNDS: usize = 9;
/// What is published and consumed first, and not measured: links and caches are there afterwards.
const N_WARM: usize = 500;
/// A run that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// For latency from end to end, since a queue that fills has none: an event each so often.
const PERIOD: Duration = Duration::from_millis(1);
const N_PACED: usize = 2_000;

/// What one of both reached in all rounds.
#[derive(Default)]
pub(crate) struct Runs {
    rates: Vec<f64>,
    took: Vec<Duration>,
}

impl Runs {
    /// Events a second, the median.
    pub(crate) fn per_second(&self) -> Option<f64> {
        median(self.rates.clone())
    }

    /// Seconds, the median and what one of a hundred exceeds.
    pub(crate) fn latency(&self) -> Option<[f64; 2]> {
        let mut took = self.took.clone();
        took.sort_unstable();
        let at = |nth: usize| took.get(took.len() * nth / 100).map(Duration::as_secs_f64);
        Some([at(50)?, at(99)?])
    }
}

/// A line of the table.
pub(crate) struct Figure {
    pub(crate) what: &'static str,
    pub(crate) window: usize,
    pub(crate) bare: Runs,
    pub(crate) ours: Runs,
}

impl Figure {
    fn new(what: &'static str, window: usize) -> Self {
        Self { what, window, bare: Runs::default(), ours: Runs::default() }
    }

    /// Ours over the bare client: the median of what it was in each round.
    pub(crate) fn ratio(&self) -> Option<f64> {
        median(self.ours.rates.iter().zip(&self.bare.rates).map(|(ours, bare)| ours / bare).collect())
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// Publishes and consumes with each window, and from end to end.
pub(crate) async fn compare<B: Broker>(url: &str) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for window in WINDOWS {
        let mut broker = B::open(url, window).await?;
        let mut publish = Figure::new("publish", window);
        let mut consume = Figure::new("consume", window);
        for round in 0..N_ROUNDS {
            // Each round begins with the other one.
            for is_ours in [round % 2 == 1, round % 2 == 0] {
                let place = place(window, round, is_ours);
                broker.renew(&place).await?;
                let (publish, consume) = match is_ours {
                    true => (&mut publish.ours, &mut consume.ours),
                    false => (&mut publish.bare, &mut consume.bare),
                };
                let published = in_time("publishing", is_ours, publishing(&broker, &place, window, is_ours)).await?;
                publish.rates.push(published.0);
                publish.took.extend(published.1);
                consume.rates.push(in_time("consuming", is_ours, consuming(&broker, is_ours)).await?);
            }
        }
        figures.extend([publish, consume]);
        if window == WINDOWS[0] {
            figures.push(end_to_end(&mut broker, window).await?);
        }
        broker.close().await?;
    }
    Ok(figures)
}

fn place(window: usize, round: usize, is_ours: bool) -> String {
    format!("goodevent-bench-{}-{window}-{round}-{}", std::process::id(), if is_ours { "ours" } else { "bare" })
}

async fn in_time<T>(what: &str, is_ours: bool, run: impl Future<Output = Result<T>>) -> Result<T> {
    let whose = if is_ours { "ours" } else { "the bare client" };
    let late = || format!("{what} takes {whose} more than {PATIENCE:?}");
    tokio::time::timeout(PATIENCE, run).await.with_context(late)?
}

/// Events a second, and the time that each took until it was confirmed.
async fn publishing<B: Broker>(broker: &B, place: &str, window: usize, is_ours: bool) -> Result<(f64, Vec<Duration>)> {
    let (seconds, took) = match is_ours {
        true => {
            let board = Board::default();
            let publisher = Publisher::new(Aimed::new(broker.publisher().await?, place, &board), "bench");
            publish_all(&publisher, N_WARM, window).await?;
            board.take();
            let seconds = publish_all(&publisher, B::N_EVENTS, window).await?;
            (seconds, board.take())
        }
        false => {
            broker.publish_bare(&mut Feed::new(messages(N_WARM)?)).await?;
            let mut feed = Feed::new(messages(B::N_EVENTS)?);
            let start = Instant::now();
            broker.publish_bare(&mut feed).await?;
            (start.elapsed().as_secs_f64(), feed.took())
        }
    };
    Ok((B::N_EVENTS as f64 / seconds, took))
}

async fn publish_all<P: Publish>(publisher: &Publisher<P>, n_events: usize, window: usize) -> Result<f64> {
    let events = events(n_events);
    let start = Instant::now();
    let outcomes = publisher.publish_all(events, window).await;
    let seconds = start.elapsed().as_secs_f64();
    outcomes.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(seconds)
}

/// Events a second.
async fn consuming<B: Broker>(broker: &B, is_ours: bool) -> Result<f64> {
    let seen = Seen::new(N_WARM + B::N_EVENTS);
    match is_ours {
        true => handle(broker.source().await?, &seen).await?,
        false => broker.consume_bare(&seen).await?,
    }
    let seconds = seen.seconds().context("fewer events came than were published")?;
    Ok(B::N_EVENTS as f64 / seconds)
}

async fn handle(source: impl goodevent_runtime::Source, seen: &Seen) -> Result<()> {
    async fn note(seen: Seen, event: Delivery<Sample>) -> Result<(), Failure> {
        seen.note(&event.id);
        Ok(())
    }
    Ok(Router::new(seen.clone()).on(note).run(source, seen.all.clone()).await?)
}

/// What comes soon after the other is handled soon after it is published.
async fn end_to_end<B: Broker>(broker: &mut B, window: usize) -> Result<Figure> {
    let mut figure = Figure::new("end to end, 1,000/s", window);
    for (round, is_ours) in [false, true, true, false].into_iter().enumerate() {
        let place = format!("{}-paced", place(window, round, is_ours));
        broker.renew(&place).await?;
        let board = Board::default();
        let seen = Seen { board: board.clone(), ..Seen::new(N_PACED) };
        match is_ours {
            true => {
                let publisher = Aimed { is_paced: true, ..Aimed::new(broker.publisher().await?, &place, &board) };
                let source = broker.source().await?;
                in_time("an event a millisecond", is_ours, async {
                    tokio::try_join!(hand_over(publisher, window), handle(source, &seen))
                })
                .await?;
            }
            false => {
                let mut feed = Feed::new(messages(N_PACED)?).paced(PERIOD, board.clone());
                in_time("an event a millisecond", is_ours, async {
                    tokio::try_join!(broker.publish_bare(&mut feed), broker.consume_bare(&seen))
                })
                .await?;
            }
        }
        let runs = if is_ours { &mut figure.ours } else { &mut figure.bare };
        runs.took.extend(board.take());
    }
    Ok(figure)
}

async fn hand_over<P: Publish<Confirmation: Unpin>>(publisher: Aimed<P>, window: usize) -> Result<()> {
    let background = Background::start(publisher, "bench", window, window);
    let mut pace = pace(PERIOD);
    for event in events(N_PACED) {
        pace.tick().await;
        background.hand_over(event, &(), TraceParent::new_root()).await?;
    }
    background.finish().await;
    Ok(())
}

/// When what was sent, and how long what took.
#[derive(Clone, Default)]
pub(crate) struct Board(Arc<Mutex<Times>>);

#[derive(Default)]
struct Times {
    sent: HashMap<String, Instant>,
    took: Vec<Duration>,
}

impl Board {
    fn with<T>(&self, look: impl FnOnce(&mut Times) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn sent(&self, id: String) {
        self.with(|times| times.sent.insert(id, Instant::now()));
    }

    fn seen(&self, id: &str) {
        self.with(|times| {
            let took = times.sent.remove(id).map(|sent| sent.elapsed());
            times.took.extend(took);
        });
    }

    fn take(&self) -> Vec<Duration> {
        self.with(|times| std::mem::take(&mut times.took))
    }
}

/// What came by now.
#[derive(Clone)]
pub(crate) struct Seen {
    n_seen: Arc<AtomicUsize>,
    pub(crate) n_expected: usize,
    span: Arc<(OnceLock<Instant>, OnceLock<Instant>)>,
    board: Board,
    /// Asked when all of them came.
    pub(crate) all: Shutdown,
}

impl Seen {
    fn new(n_expected: usize) -> Self {
        Self { n_seen: Arc::default(), n_expected, span: Arc::default(), board: Board::default(), all: Shutdown::new() }
    }

    /// Handles a message.
    pub(crate) fn note(&self, id: &str) {
        self.board.seen(id);
        let n_seen = self.n_seen.fetch_add(1, Ordering::Relaxed) + 1;
        if n_seen == N_WARM {
            let _ = self.span.0.set(Instant::now());
        }
        if n_seen == self.n_expected {
            let _ = self.span.1.set(Instant::now());
            self.all.trigger();
        }
    }

    /// How long it took from the end of the first ones.
    fn seconds(&self) -> Option<f64> {
        Some(self.span.1.get()?.duration_since(*self.span.0.get()?).as_secs_f64())
    }
}

/// Our transport, into the place of this run, with a look at the clock.
struct Aimed<P> {
    transport: P,
    place: String,
    board: Board,
    /// Whether the end is the handler, or else the confirmation.
    is_paced: bool,
}

impl<P> Aimed<P> {
    fn new(transport: P, place: &str, board: &Board) -> Self {
        Self { transport, place: place.to_owned(), board: board.clone(), is_paced: false }
    }
}

impl<P: Publish<Confirmation: Unpin>> Publish for Aimed<P> {
    type Confirmation = Timed<P::Confirmation>;

    async fn send(&self, mut message: Message) -> Result<Self::Confirmation, PublishError> {
        let sent = Instant::now();
        message.topic.clone_from(&self.place);
        message.routing_key.clone_from(&self.place);
        if self.is_paced {
            self.board.sent(message.id.clone());
        }
        let board = (!self.is_paced).then(|| self.board.clone());
        Ok(Timed { confirmation: self.transport.send(message).await?, sent, board })
    }
}

struct Timed<C> {
    confirmation: C,
    sent: Instant,
    board: Option<Board>,
}

impl<C: Future<Output = Result<(), PublishError>> + Unpin> Future for Timed<C> {
    type Output = Result<(), PublishError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let told = ready!(Pin::new(&mut self.confirmation).poll(cx));
        if let Some(board) = &self.board {
            let took = self.sent.elapsed();
            board.with(|times| times.took.push(took));
        }
        Poll::Ready(told)
    }
}
