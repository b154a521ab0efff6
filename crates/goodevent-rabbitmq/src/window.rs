//! Messages that wait for their confirmations, and returned messages.
//!
//! The broker returns an unroutable message before it confirms it, but the client attaches the returned message to the
//! next confirmation, which can belong to another message. Messages are therefore judged in batches: when one of them
//! is confirmed, all earlier confirmed ones are examined as well, and returned messages are matched with the addresses
//! of all.

use std::{
    collections::VecDeque,
    future::Future,
    mem,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Wake, Waker},
};

use goodevent_runtime::PublishError;
use lapin::{Channel, ChannelState, Confirmation, Error, ErrorKind};
use tokio::sync::{Notify, OwnedSemaphorePermit, oneshot};

use crate::wire::Address;

/// A message on its way, polled until it is confirmed.
pub(crate) type Confirming = Pin<Box<dyn Future<Output = Result<Confirmation, Error>> + Send>>;

/// Who waits to know what became of a message.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) address: Address,
    pub(crate) n_bytes: usize,
    pub(crate) told: oneshot::Sender<Result<(), PublishError>>,
    /// The room that it takes.
    pub(crate) place: OwnedSemaphorePermit,
}

impl Waiting {
    pub(crate) fn tell(self, outcome: Result<(), PublishError>) {
        // Room first: who is told may send the next one.
        drop(self.place);
        // Who sent it may not want to know.
        let _ = self.told.send(outcome);
    }
}

/// Numbers of the messages that something happened to, in the order in which it happened.
#[derive(Debug, Default)]
struct Woken {
    slots: Mutex<VecDeque<usize>>,
    notify: Notify,
}

impl Woken {
    fn slots(&self) -> MutexGuard<'_, VecDeque<usize>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct SlotWaker {
    nth: usize,
    woken: Arc<Woken>,
}

impl Wake for SlotWaker {
    fn wake(self: Arc<Self>) {
        self.woken.slots().push_back(self.nth);
        self.woken.notify.notify_one();
    }
}

struct Slot {
    waker: Waker,
    open: Option<Open>,
}

struct Open {
    waiting: Waiting,
    confirming: Confirming,
    channel: Arc<Channel>,
    was_closed: bool,
}

/// What the broker said of a message.
struct Done {
    waiting: Waiting,
    outcome: Result<Confirmation, Error>,
}

/// All messages that wait.
#[derive(Default)]
pub(crate) struct Window {
    slots: Vec<Slot>,
    free: Vec<usize>,
    n_open: usize,
    woken: Arc<Woken>,
    done: Vec<Done>,
    /// Addresses of what came back and is not told yet.
    returned: Vec<Address>,
    /// Confirmed, with the return of another message: their own one may still be to come.
    unclear: Vec<Waiting>,
}

impl Window {
    pub(crate) fn is_empty(&self) -> bool {
        self.n_open == 0
    }

    /// Sends a message. The first poll is what puts it in line.
    pub(crate) fn open(&mut self, waiting: Waiting, channel: Arc<Channel>, confirming: Confirming) {
        let nth = self.free.pop().unwrap_or_else(|| {
            let nth = self.slots.len();
            let waker = Waker::from(Arc::new(SlotWaker { nth, woken: Arc::clone(&self.woken) }));
            self.slots.push(Slot { waker, open: None });
            nth
        });
        self.n_open += 1;
        self.slots[nth].open = Some(Open { waiting, confirming, channel, was_closed: false });
        self.poll(nth);
        if !self.done.is_empty() {
            self.woken.notify.notify_one();
        }
    }

    /// Resolves when there is something to collect.
    pub(crate) fn woken(&self) -> impl Future<Output = ()> + Send + use<> {
        let woken = Arc::clone(&self.woken);
        async move { woken.notify.notified().await }
    }

    /// Tells all that is known by now.
    pub(crate) fn collect(&mut self) {
        // The end of this loop is what the judgement rests on: whoever was confirmed before one that was seen has been seen.
        loop {
            let next = self.woken.slots().pop_front();
            let Some(nth) = next else { break };
            self.poll(nth);
        }
        self.judge();
    }

    fn poll(&mut self, nth: usize) {
        let slot = &mut self.slots[nth];
        let Some(open) = &mut slot.open else { return };
        let Poll::Ready(outcome) = open.confirming.as_mut().poll(&mut Context::from_waker(&slot.waker)) else { return };
        if let Some(Open { waiting, .. }) = slot.open.take() {
            self.free.push(nth);
            self.n_open -= 1;
            self.done.push(Done { waiting, outcome });
        }
    }

    /// Tells those whose channel is closed now and was when this was asked before: the client tells all who wait on a channel
    /// that ends, but forgets the one that comes at that moment.
    pub(crate) fn give_up_lost(&mut self) {
        self.collect();
        for (nth, slot) in self.slots.iter_mut().enumerate() {
            let is_lost = |open: &mut Open| {
                let is_closed = !open.channel.status().connected();
                mem::replace(&mut open.was_closed, is_closed)
            };
            if let Some(Open { waiting, .. }) = slot.open.take_if(is_lost) {
                self.free.push(nth);
                self.n_open -= 1;
                let outcome = Err(ErrorKind::InvalidChannelState(ChannelState::Closed, "basic.publish").into());
                self.done.push(Done { waiting, outcome });
            }
        }
        self.judge();
    }

    fn judge(&mut self) {
        let done = mem::take(&mut self.done);
        let is_empty_handed = |own: &Done| matches!(own.outcome, Ok(Confirmation::Ack(None)));
        // Nothing that came back is on its way any more when one is confirmed empty-handed, or none is left.
        let all_came = self.is_empty() || done.iter().any(is_empty_handed);
        let failed = done.iter().find_map(|own| own.outcome.as_ref().err().map(ToString::to_string));
        for own in &done {
            if let Ok(Confirmation::Ack(Some(message)) | Confirmation::Nack(Some(message))) = &own.outcome {
                self.returned.push(Address::of(&message.delivery));
            }
        }
        for waiting in mem::take(&mut self.unclear) {
            match (self.take_returned(&waiting.address), &failed) {
                (true, _) => tell_unroutable(waiting),
                (false, Some(why)) => waiting.tell(Err(PublishError::Unreachable(why.clone()))),
                (false, None) if all_came => waiting.tell(Ok(())),
                (false, None) => self.unclear.push(waiting),
            }
        }
        for Done { waiting, outcome } in done {
            if !self.returned.is_empty() && self.take_returned(&waiting.address) {
                tell_unroutable(waiting);
                continue;
            }
            match outcome {
                Ok(Confirmation::Ack(None)) => waiting.tell(Ok(())),
                Ok(Confirmation::Ack(Some(_))) if self.is_empty() && failed.is_none() => waiting.tell(Ok(())),
                Ok(Confirmation::Ack(Some(_))) => self.unclear.push(waiting),
                Ok(Confirmation::Nack(_)) => {
                    waiting.tell(Err(PublishError::Refused("the broker could not store it".to_owned())));
                }
                Ok(Confirmation::NotRequested) => {
                    waiting.tell(Err(PublishError::Refused("the channel confirms nothing".to_owned())));
                }
                Err(error) => {
                    let why = not_published(&error, &waiting);
                    waiting.tell(Err(why));
                }
            }
        }
        if self.is_empty() {
            self.returned.clear();
        }
    }

    fn take_returned(&mut self, address: &Address) -> bool {
        let place = self.returned.iter().position(|own| own == address);
        place.map(|place| self.returned.swap_remove(place)).is_some()
    }
}

fn tell_unroutable(waiting: Waiting) {
    let Address { topic, routing_key, .. } = waiting.address.clone();
    waiting.tell(Err(PublishError::Unroutable { topic, routing_key }));
}

/// One message that the broker does not take closes the channel, and all that wait there get the same error.
fn not_published(error: &Error, waiting: &Waiting) -> PublishError {
    if let ErrorKind::ProtocolError(own) = error.kind() {
        let text = own.get_message().as_str();
        let Address { topic, routing_key, .. } = waiting.address.clone();
        let names_topic = text.contains(&format!("'{topic}'"));
        let names_size = text.contains(&format!("size {} ", waiting.n_bytes));
        match own.get_id() {
            404 if names_topic => return PublishError::Unroutable { topic, routing_key },
            403 if names_topic => return PublishError::Refused(text.to_owned()),
            311 | 406 if names_size => return PublishError::Refused(text.to_owned()),
            _ => {}
        }
    }
    PublishError::Unreachable(error.to_string())
}
