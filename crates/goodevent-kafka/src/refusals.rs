//! Rejected logins, which librdkafka reports as events while it retries.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use rdkafka::error::{KafkaError, RDKafkaErrorCode};

/// It tries again, and is refused again, sooner than this.
const FRESH: Duration = Duration::from_secs(10);

/// The last time that a login was refused, and why.
#[derive(Debug, Default)]
pub(crate) struct Refusals(Mutex<Option<(Instant, String)>>);

impl Refusals {
    /// Notes what a client heard on the side.
    pub(crate) fn hear(&self, error: &KafkaError, reason: &str) {
        if is_refusal(error) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), reason.to_owned()));
        }
    }

    /// Why we are not let in; `None` if nobody said so lately.
    pub(crate) fn latest(&self) -> Option<String> {
        let heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard.as_ref().filter(|(at, _)| at.elapsed() < FRESH).map(|(_, why)| why.clone())
    }
}

pub(crate) fn is_refusal(error: &KafkaError) -> bool {
    use RDKafkaErrorCode::{Authentication, SaslAuthenticationFailed};
    matches!(error.rdkafka_error_code(), Some(Authentication | SaslAuthenticationFailed))
}
