//! Fault injection: test the behaviour of a service under failures.

use std::{
    env, fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::{
    broker::{Publish, PublishError},
    failure::Failure,
    message::Message,
};

/// Faults for handlers, through [`Router::chaos`](crate::Router::chaos), and for publishers, through
/// [`around`](Self::around).
#[derive(Debug)]
pub struct Chaos {
    failing: f64,
    refused: f64,
    delay: Duration,
    protected: Vec<String>,
    state: Mutex<u64>,
}

/// Chaos is not allowed here, or its settings are malformed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChaosError(String);

impl fmt::Display for ChaosError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ChaosError {}

impl Chaos {
    /// Creates chaos without faults. The same seed causes the same faults.
    ///
    /// # Errors
    /// In a release build without `GOODEVENT_CHAOS_IN_RELEASE=1`.
    pub fn new(seed: u64) -> Result<Self, ChaosError> {
        let is_meant = env::var("GOODEVENT_CHAOS_IN_RELEASE").is_ok_and(|value| value == "1");
        if !cfg!(debug_assertions) && !is_meant {
            let why = "this is a release build: set GOODEVENT_CHAOS_IN_RELEASE=1 if chaos is meant";
            return Err(ChaosError(why.to_owned()));
        }
        let (failing, refused, delay) = (0.0, 0.0, Duration::ZERO);
        Ok(Self { failing, refused, delay, protected: Vec::new(), state: Mutex::new(seed) })
    }

    /// Reads the variable `GOODEVENT_CHAOS`, if it is set: `failing=0.1,refused=0.05,delay-ms=20,protected=orders.paid`.
    ///
    /// # Errors
    /// If the variable is malformed, or chaos is not allowed here.
    pub fn from_env() -> Result<Option<Self>, ChaosError> {
        match env::var("GOODEVENT_CHAOS") {
            Ok(text) if !text.trim().is_empty() => Self::parse(&text).map(Some),
            _ => Ok(None),
        }
    }

    fn parse(text: &str) -> Result<Self, ChaosError> {
        let mut chaos = Self::new(0)?;
        for part in text.split(',') {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let wrong = || {
                ChaosError(format!(
                    "GOODEVENT_CHAOS has `{part}`: expected failing, refused (shares), delay-ms or protected"
                ))
            };
            let share =
                || value.trim().parse::<f64>().ok().filter(|share| (0.0..=1.0).contains(share)).ok_or_else(wrong);
            match name.trim() {
                "failing" => chaos.failing = share()?,
                "refused" => chaos.refused = share()?,
                "delay-ms" => chaos.delay = Duration::from_millis(value.trim().parse().map_err(|_| wrong())?),
                "protected" => chaos.protected.push(value.trim().to_owned()),
                _ => return Err(wrong()),
            }
        }
        Ok(chaos)
    }

    /// Sets the share of messages that fail: as if the handler had failed, or the connection to the broker had been lost
    /// during publishing, for half of them before the broker had the message, for half before the confirmation.
    #[must_use]
    pub fn failing(self, share: f64) -> Self {
        Self { failing: share, ..self }
    }

    /// Sets the share of messages that are rejected for good.
    #[must_use]
    pub fn refused(self, share: f64) -> Self {
        Self { refused: share, ..self }
    }

    /// Delays every message.
    #[must_use]
    pub fn delay(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// Excludes messages of this routing key.
    #[must_use]
    pub fn protecting(mut self, routing_key: impl Into<String>) -> Self {
        self.protected.push(routing_key.into());
        self
    }

    /// Wraps a transport with these faults.
    pub fn around<P: Publish>(self, transport: P) -> Troubled<P> {
        Troubled { transport, chaos: Arc::new(self) }
    }

    pub(crate) async fn before_handling(&self, message: &Message) -> Result<(), Failure> {
        match self.trouble(message).await {
            Some(Trouble::Refused) => Err(Failure::Reject(REFUSED.to_owned())),
            Some(Trouble::Before | Trouble::After) => Err(Failure::Retry(FAILED.into())),
            None => Ok(()),
        }
    }

    async fn trouble(&self, message: &Message) -> Option<Trouble> {
        if self.protected.contains(&message.routing_key) {
            return None;
        }
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        match self.share() - self.refused {
            share if share < 0.0 => Some(Trouble::Refused),
            share if share < self.failing / 2.0 => Some(Trouble::Before),
            share if share < self.failing => Some(Trouble::After),
            _ => None,
        }
    }

    /// Next number from 0 to 1 (xorshift, whose quality suffices for faults).
    fn share(&self) -> f64 {
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = *state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed ^= mixed >> 27;
        (mixed >> 11) as f64 / (1_u64 << 53) as f64
    }
}

const REFUSED: &str = "rejected by chaos";
const FAILED: &str = "failed by chaos";

/// Fault of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Refused,
    /// Fails before the work.
    Before,
    /// Fails after the work.
    After,
}

/// A transport with injected faults.
#[derive(Debug, Clone)]
pub struct Troubled<P> {
    transport: P,
    chaos: Arc<Chaos>,
}

impl<P: Publish> Publish for Troubled<P> {
    type Confirmation = Pin<Box<dyn Future<Output = Result<(), PublishError>> + Send>>;

    async fn send(&self, message: Message) -> Result<Self::Confirmation, PublishError> {
        let failed = || PublishError::Unreachable(FAILED.to_owned());
        match self.chaos.trouble(&message).await {
            Some(Trouble::Refused) => Err(PublishError::Refused(REFUSED.to_owned())),
            Some(Trouble::Before) => Err(failed()),
            Some(Trouble::After) => {
                let confirmation = self.transport.send(message).await?;
                Ok(Box::pin(async move { confirmation.await.and(Err(failed())) }))
            }
            None => Ok(Box::pin(self.transport.send(message).await?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_or_refused() {
        let chaos = Chaos::parse("failing=0.25, refused=0.1,delay-ms=5,protected=a.b").expect("it is well-formed");
        assert_eq!((chaos.failing, chaos.refused, chaos.delay), (0.25, 0.1, Duration::from_millis(5)));
        assert_eq!(chaos.protected, ["a.b"]);
        for wrong in ["failing=2", "failing", "dealy-ms=3", "delay-ms=x"] {
            assert!(Chaos::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn shares_are_kept() {
        let chaos = Chaos::new(1).expect("tests may");
        let n_below = (0..10_000).filter(|_| chaos.share() < 0.2).count();
        assert!((1_800..2_200).contains(&n_below), "{n_below}");
    }
}
