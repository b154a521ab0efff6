//! The outcome of an attempt, and how it is reported to the broker.

use std::time::Duration;

use goodevent::Json;

use super::{
    builder::{Router, Unknown},
    handler::Attempt,
};
use crate::{
    broker::{BrokerError, Received, Settle},
    failure::{Place, Trouble},
    message::Message,
    observe,
    refusal::{Reason, Refusal},
};

/// How an attempt ended.
pub(super) enum End<R> {
    /// The message is handled, and the broker is to be told.
    Done(R),
    /// The broker has been told what becomes of the message.
    Settled,
    /// The message waits here for its next attempt.
    Pause {
        /// The message, with the number of its next attempt.
        received: Received<R>,
        /// So long.
        pause: Duration,
    },
}

impl<S: Clone + Send + Sync + 'static> Router<S> {
    /// Makes an attempt at a message, or finishes one that was begun.
    pub(super) async fn handle<R: Settle>(&self, received: Received<R>, begun: Option<Attempt>) -> End<R> {
        let Received { message, attempt, receipt } = received;
        let refusal = |reason, detail| Refusal { reason, pointer: String::new(), detail, attempts: attempt };
        let Some(handler) = self.handler(&message) else {
            log_lost(match self.unknown {
                Unknown::Ignore => receipt.ack().await,
                Unknown::DeadLetter | Unknown::Fail => {
                    let (reason, detail) = without_handler(&message);
                    dead_letter(&message, receipt, refusal(reason, detail)).await
                }
            });
            return End::Settled;
        };
        let Attempt { start, progress } = begun.unwrap_or_else(|| handler.begin(&self.state, &message, attempt));
        let progress = match progress {
            Ok(progress) => progress,
            Err(error) => {
                log_lost(dead_letter(&message, receipt, Refusal::of(&error, attempt)).await);
                return End::Settled;
            }
        };
        let injected = match &self.chaos {
            Some(chaos) => chaos.before_handling(&message).await.map_err(Trouble::of),
            None => Ok(()),
        };
        let outcome = match injected {
            Ok(()) => progress.outcome(start, handler.handling.limit.unwrap_or(self.limit)).await,
            Err(trouble) => Err(trouble),
        };
        handler.count(&message, start.elapsed(), outcome.is_ok());
        let Err(trouble) = outcome else { return End::Done(receipt) };
        observe::troubled(&handler.contract, &trouble);
        let reason = match trouble {
            Trouble::TooEarly(after) => {
                log_lost(receipt.retry(&message, after, attempt).await);
                return End::Settled;
            }
            Trouble::Rejected(_) => Reason::Rejected,
            Trouble::Failed(_) => Reason::Failed,
            Trouble::Panicked(_) => Reason::Panicked,
            Trouble::TimedOut(_) => Reason::TimedOut,
        };
        let (detail, retry) = (trouble.to_string(), handler.handling.retry.unwrap_or(self.retry));
        if reason == Reason::Rejected || attempt >= retry.max_attempts {
            log_lost(dead_letter(&message, receipt, refusal(reason, detail)).await);
            return End::Settled;
        }
        let pause = retry.pause(attempt);
        tracing::info!(event = handler.contract.event_type, attempt, detail, ?pause, "trying again");
        observe::retried(&handler.contract);
        match retry.place {
            Place::Here => End::Pause { received: Received { message, attempt: attempt + 1, receipt }, pause },
            Place::Broker => {
                log_lost(receipt.retry(&message, pause, attempt + 1).await);
                End::Settled
            }
        }
    }
}

fn without_handler(message: &Message) -> (Reason, String) {
    let detail = match message.find_type() {
        Some(event_type) => format!("no handler for `{event_type}`"),
        None => "the message has no type".to_owned(),
    };
    let is_typed = !message.event_type.is_empty() || Json::parse(&message.body).is_some();
    (if is_typed { Reason::UnknownType } else { Reason::NotJson }, detail)
}

async fn dead_letter<R: Settle>(message: &Message, receipt: R, refusal: Refusal) -> Result<(), BrokerError> {
    tracing::warn!(
        event = message.event_type,
        reason = refusal.reason.name(),
        pointer = refusal.pointer,
        detail = refusal.detail,
        "dead-lettered"
    );
    observe::dead_lettered(refusal.reason);
    receipt.dead_letter(message, &refusal).await
}

/// What the broker was not told comes again; that is all there is to do about it.
pub(super) fn log_lost(settled: Result<(), BrokerError>) {
    if let Err(error) = settled {
        tracing::warn!(error = error.chain(), "the message will be redelivered");
    }
}
