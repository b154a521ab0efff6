//! Back-off of attempts to reach a broker.

use std::{future::Future, time::Duration};

use super::{BrokerError, BrokerErrorKind};

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);

/// Back-off between attempts to reach a broker: 100 ms, doubling up to 5 s. Every broker uses it.
///
/// ```
/// use goodevent_runtime::Backoff;
///
/// let mut backoff = Backoff::default();
/// let millis: Vec<u128> = (0..8).map(|_| backoff.next_delay().as_millis()).collect();
/// assert_eq!(millis, [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
/// ```
#[derive(Debug, Default)]
pub struct Backoff {
    n_failed: u32,
}

impl Backoff {
    /// Delay after this number of failed attempts, for clients that count them.
    #[must_use]
    pub fn after(n_failed: u32) -> Duration {
        let factor = 2_u32.saturating_pow(n_failed.saturating_sub(1).min(20));
        FIRST.saturating_mul(factor).min(LONGEST)
    }

    /// Records a failed attempt, and returns the delay before the next one.
    pub fn next_delay(&mut self) -> Duration {
        self.n_failed = self.n_failed.saturating_add(1);
        Self::after(self.n_failed)
    }

    /// Starts from the shortest delay, because an attempt succeeded.
    pub fn reset(&mut self) {
        self.n_failed = 0;
    }

    /// Repeats `attempt` until the broker is reachable, however long that takes. `queue` is for the log.
    ///
    /// # Errors
    /// The first error of a kind other than [`BrokerErrorKind::Unreachable`].
    pub async fn until_reachable<T, A>(queue: &str, mut attempt: impl FnMut() -> A + Send) -> Result<T, BrokerError>
    where
        A: Future<Output = Result<T, BrokerError>> + Send,
    {
        let mut backoff = Self::default();
        loop {
            match attempt().await {
                Err(error) if error.kind() == BrokerErrorKind::Unreachable => {
                    let delay = backoff.next_delay();
                    tracing::warn!(queue, error = error.chain(), ?delay, "waiting for the broker");
                    tokio::time::sleep(delay).await;
                }
                settled => return settled,
            }
        }
    }
}
