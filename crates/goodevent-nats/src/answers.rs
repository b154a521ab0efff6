//! Requests to the server whose replies share one subscription, so that many can be open at little cost.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_nats::{Client, HeaderMap, Subject, Subscriber, client::PublishErrorKind};
use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::{
    sync::{Notify, OnceCell, OwnedSemaphorePermit, oneshot},
    time::{Instant, MissedTickBehavior, interval},
};

/// At most so many answers are told of at once.
const N_AT_ONCE: usize = 256;
/// How often it is looked for questions that get no answer any more.
const LOOK: Duration = Duration::from_millis(50);

/// Answers to the questions of one publisher, or one source.
pub(crate) struct Answers {
    client: Client,
    desk: OnceCell<Desk>,
}

struct Desk {
    inbox: Subject,
    waiting: Arc<Waiting>,
    /// Its end is that of who asks.
    _alive: oneshot::Sender<()>,
}

#[derive(Default)]
struct Waiting {
    questions: Mutex<Questions>,
    /// There are questions again.
    is_asked: Notify,
}

#[derive(Default)]
struct Questions {
    n_asked: u64,
    open: HashMap<u64, Question>,
    is_closed: bool,
}

struct Question {
    told: oneshot::Sender<Option<async_nats::Message>>,
    until: Instant,
    /// The room that it takes until it is answered, whether or not somebody waits for that.
    _room: Option<OwnedSemaphorePermit>,
}

/// Resolves to an answer; to `None` if none came in time, to an error if the connection is closed.
pub(crate) type Answer = oneshot::Receiver<Option<async_nats::Message>>;

/// Why a question did not leave.
#[derive(Debug)]
pub(crate) enum NotAsked {
    /// The message cannot be sent.
    Refused(String),
    /// The server is unreachable.
    Unreachable(String),
}

impl fmt::Display for NotAsked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(why) | Self::Unreachable(why) => f.write_str(why),
        }
    }
}

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answers").finish_non_exhaustive()
    }
}

impl Answers {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, desk: OnceCell::new() }
    }

    /// Asks; questions leave in the order of the calls.
    pub(crate) async fn ask(
        &self,
        subject: Subject,
        headers: Option<HeaderMap>,
        payload: Bytes,
        timeout: Duration,
        room: Option<OwnedSemaphorePermit>,
    ) -> Result<Answer, NotAsked> {
        let late = |_| NotAsked::Unreachable(format!("nothing could be sent for {timeout:?}"));
        let desk = match self.desk.get() {
            Some(desk) => desk,
            None => {
                let opening = self.desk.get_or_try_init(|| Desk::open(&self.client));
                tokio::time::timeout(timeout, opening).await.map_err(late)??
            }
        };
        let (told, answer) = oneshot::channel();
        let number = desk.waiting.open(Question { told, until: Instant::now() + timeout, _room: room })?;
        let reply = format!("{}.{number}", desk.inbox);
        let client = &self.client;
        let asking = async move {
            match headers {
                Some(headers) => client.publish_with_reply_and_headers(subject, reply, headers, payload).await,
                None => client.publish_with_reply(subject, reply, payload).await,
            }
        };
        let why = match tokio::time::timeout(timeout, asking).await {
            Ok(Ok(())) => return Ok(answer),
            Ok(Err(error)) => match error.kind() {
                PublishErrorKind::MaxPayloadExceeded | PublishErrorKind::InvalidSubject => {
                    NotAsked::Refused(error.to_string())
                }
                _ => NotAsked::Unreachable(error.to_string()),
            },
            Err(elapsed) => late(elapsed),
        };
        desk.waiting.questions().open.remove(&number);
        Err(why)
    }
}

impl Desk {
    async fn open(client: &Client) -> Result<Self, NotAsked> {
        let inbox = Subject::from(client.new_inbox());
        let subscribing = client.subscribe(format!("{inbox}.*"));
        let answers = subscribing.await.map_err(|error| NotAsked::Unreachable(error.to_string()))?;
        let (alive, gone) = oneshot::channel();
        let waiting = Arc::<Waiting>::default();
        tokio::spawn(Arc::clone(&waiting).tell(answers, inbox.len() + 1, gone));
        Ok(Self { inbox, waiting, _alive: alive })
    }
}

impl Waiting {
    fn questions(&self) -> MutexGuard<'_, Questions> {
        self.questions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Registers a question under a number.
    fn open(&self, question: Question) -> Result<u64, NotAsked> {
        let mut questions = self.questions();
        if questions.is_closed {
            return Err(NotAsked::Unreachable("the connection is closed".to_owned()));
        }
        questions.n_asked += 1;
        let number = questions.n_asked;
        if questions.open.is_empty() {
            self.is_asked.notify_one();
        }
        questions.open.insert(number, question);
        Ok(number)
    }

    /// Tells who asked what comes in, until nobody can ask any more and all is told.
    async fn tell(self: Arc<Self>, answers: Subscriber, n_prefix: usize, mut gone: oneshot::Receiver<()>) {
        let mut answers = answers.ready_chunks(N_AT_ONCE);
        let mut look = interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut is_gone = false;
        loop {
            let is_idle = self.questions().open.is_empty();
            if is_idle && is_gone {
                return;
            }
            tokio::select! {
                biased;
                told = answers.next() => match told {
                    Some(answers) => self.answered(n_prefix, answers),
                    None => return self.close(),
                },
                _ = look.tick(), if !is_idle => self.give_up(),
                () = self.is_asked.notified(), if is_idle => {}
                _ = &mut gone, if !is_gone => is_gone = true,
            }
        }
    }

    fn answered(&self, n_prefix: usize, answers: Vec<async_nats::Message>) {
        let mut questions = self.questions();
        let number = |answer: &async_nats::Message| answer.subject.get(n_prefix..)?.parse::<u64>().ok();
        let of = |answer| Some((questions.open.remove(&number(&answer)?)?, answer));
        let known: Vec<(Question, async_nats::Message)> = answers.into_iter().filter_map(of).collect();
        drop(questions);
        for (Question { told, _room: room, .. }, answer) in known {
            // Room first: who is told may ask the next one. Who asked may not want to know.
            drop(room);
            let _ = told.send(Some(answer));
        }
    }

    fn give_up(&self) {
        let now = Instant::now();
        let mut questions = self.questions();
        let late: Vec<_> = questions.open.extract_if(|_, question| question.until <= now).collect();
        drop(questions);
        for (_, question) in late {
            let _ = question.told.send(None);
        }
    }

    fn close(&self) {
        let mut questions = self.questions();
        questions.is_closed = true;
        questions.open.clear();
    }
}
