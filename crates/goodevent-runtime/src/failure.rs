//! Failure outcomes of handlers.

use std::{any::Any, error::Error, fmt, time::Duration};

/// Failure of a handler, which determines how its message is settled. Any error converts into a retry.
#[derive(Debug)]
pub enum Failure {
    /// Retry later.
    Retry(Box<dyn Error + Send + Sync>),
    /// Redeliver later; does not count as an attempt.
    Defer(Duration),
    /// Dead-letter immediately.
    Reject(String),
}

impl<E: Error + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Retry(Box::new(error))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Retry(error) => error.fmt(f),
            Self::Defer(after) => write!(f, "it came too early, by {after:?} at least"),
            Self::Reject(why) => f.write_str(why),
        }
    }
}

/// Why a message that was read is not handled, in words.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// [`Failure::Retry`].
    Failed(String),
    /// [`Failure::Defer`].
    TooEarly(Duration),
    /// [`Failure::Reject`].
    Rejected(String),
    /// The handler panicked.
    Panicked(String),
    /// The handler was ended after this time.
    TimedOut(Duration),
}

impl Trouble {
    /// Converts the failure that a handler returned.
    pub(crate) fn of(failure: Failure) -> Self {
        match failure {
            Failure::Retry(error) => Self::Failed(error.to_string()),
            Failure::Defer(after) => Self::TooEarly(after),
            Failure::Reject(why) => Self::Rejected(why),
        }
    }

    /// Converts a panic, with its message if that is text.
    pub(crate) fn panicked(panic: &(dyn Any + Send)) -> Self {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Self::Panicked(text.unwrap_or("the handler panicked").to_owned())
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(why) | Self::Rejected(why) | Self::Panicked(why) => f.write_str(why),
            Self::TooEarly(after) => Failure::Defer(*after).fmt(f),
            Self::TimedOut(limit) => write!(f, "the handler took longer than {limit:?}"),
        }
    }
}

/// Number and delays of retries.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Retry {
    /// Attempts before the message is dead-lettered, including the first one.
    pub max_attempts: u32,
    /// Delay before the second attempt; each further delay doubles.
    pub first: Duration,
    /// Upper bound of the back-off.
    pub longest: Duration,
    /// Where the retry is scheduled.
    pub place: Place,
}

/// Where a message waits for its next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the router: later messages of the same key wait as well, which preserves their order. They count as open messages of
    /// the source: once waiting keys fill its `prefetch`, no message of another key arrives either. Choose
    /// [`Broker`](Self::Broker) where a key can fail for long and has many messages.
    Here,
    /// At the broker: no other message waits, and later messages of the same key may overtake it.
    Broker,
}

impl Default for Retry {
    /// Five attempts, the second after 200 ms, delays of at most 30 s, scheduled in the router.
    fn default() -> Self {
        Self {
            max_attempts: 5,
            first: Duration::from_millis(200),
            longest: Duration::from_secs(30),
            place: Place::Here,
        }
    }
}

impl Retry {
    /// Delay between a failed attempt and the next one.
    #[must_use]
    pub fn pause(&self, attempt: u32) -> Duration {
        let factor = 2_u32.saturating_pow(attempt.saturating_sub(1).min(20));
        self.first.saturating_mul(factor).min(self.longest)
    }
}
