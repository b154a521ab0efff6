//! What a handler says when it could not do its work.

use std::{error::Error, fmt, time::Duration};

/// Why a handler did not do its work, and what is to become of the message. Every error is one to try again.
#[derive(Debug)]
pub enum Failure {
    /// It may work another time.
    Retry(Box<dyn Error + Send + Sync>),
    /// It came too early: what it needs is not there yet. This does not count as an attempt.
    Defer(Duration),
    /// It will never work.
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

/// How often and when a message is tried again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Retry {
    /// Attempts until it is laid aside, the first one included.
    pub max_attempts: u32,
    /// Time before the second attempt; each further one waits twice as long as the one before.
    pub first: Duration,
    /// No attempt waits longer.
    pub longest: Duration,
    /// Where it waits.
    pub place: Place,
}

/// Where a message waits for its next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Here: later messages of the same key wait as well, so that their order stays.
    Here,
    /// At the broker: nobody waits for it, and later messages of its key may overtake it.
    Broker,
}

impl Default for Retry {
    /// Five attempts, the second after 200 ms, none after more than half a minute, in order.
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
    /// Time between an attempt that failed and the next one.
    #[must_use]
    pub fn pause(&self, attempt: u32) -> Duration {
        let factor = 2_u32.saturating_pow(attempt.saturating_sub(1).min(20));
        self.first.saturating_mul(factor).min(self.longest)
    }
}
