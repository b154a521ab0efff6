//! Troubles on purpose: what a service does when its messages fail is to be seen before they do.

use std::{
    env, fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::{
    failure::Failure,
    message::Message,
    transport::{Publish, PublishError},
};

/// Troubles for handlers, by [`Router::chaos`](crate::Router::chaos), and for publishers, by [`around`](Self::around).
#[derive(Debug)]
pub struct Chaos {
    failing: f64,
    refused: f64,
    delay: Duration,
    protected: Vec<String>,
    state: Mutex<u64>,
}

/// Chaos was asked for where it is not allowed, or in words that say nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChaosError(String);

impl fmt::Display for ChaosError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ChaosError {}

impl Chaos {
    /// None yet. The same seed makes the same troubles.
    ///
    /// # Errors
    /// In a release build, unless `GOODEVENT_CHAOS_IN_RELEASE=1` says that it is meant.
    pub fn new(seed: u64) -> Result<Self, ChaosError> {
        let is_meant = env::var("GOODEVENT_CHAOS_IN_RELEASE").is_ok_and(|value| value == "1");
        if !cfg!(debug_assertions) && !is_meant {
            let why = "this is a release build: set GOODEVENT_CHAOS_IN_RELEASE=1 if chaos is meant";
            return Err(ChaosError(why.to_owned()));
        }
        let (failing, refused, delay) = (0.0, 0.0, Duration::ZERO);
        Ok(Self { failing, refused, delay, protected: Vec::new(), state: Mutex::new(seed) })
    }

    /// What `GOODEVENT_CHAOS` says, if it says anything: `failing=0.1,refused=0.05,delay-ms=20,protected=orders.paid`.
    ///
    /// # Errors
    /// If it can't be read, or chaos is not allowed here.
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
                    "GOODEVENT_CHAOS says `{part}`: expected failing, refused (shares), delay-ms or protected"
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

    /// So large a share of messages fails: as if the handler had failed, or the broker had gone away while they were
    /// published, half of them before it had them and half before it said so.
    #[must_use]
    pub fn failing(self, share: f64) -> Self {
        Self { failing: share, ..self }
    }

    /// So large a share of messages is refused for ever.
    #[must_use]
    pub fn refused(self, share: f64) -> Self {
        Self { refused: share, ..self }
    }

    /// Every message waits.
    #[must_use]
    pub fn delay(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// Messages of this routing key have no troubles.
    #[must_use]
    pub fn protecting(mut self, routing_key: impl Into<String>) -> Self {
        self.protected.push(routing_key.into());
        self
    }

    /// The way to a broker with these troubles on it.
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

    /// The next number from 0 to 1 (xorshift, whose quality is enough to make trouble).
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

/// What goes wrong with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Refused,
    /// It fails before anything was done.
    Before,
    /// It fails after all was done.
    After,
}

/// A way to a broker on which messages get into trouble.
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
