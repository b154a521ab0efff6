//! Cooperative shutdown.

use std::time::Duration;

use tokio::sync::watch;

/// Less than the half minute that container platforms give a process by default.
const LIMIT: Duration = Duration::from_secs(25);

/// Cooperative shutdown signal shared by clones; once triggered it stays triggered.
#[derive(Debug, Clone)]
pub struct Shutdown {
    signal: watch::Sender<bool>,
    limit: Duration,
}

impl Default for Shutdown {
    fn default() -> Self {
        Self { signal: watch::Sender::new(false), limit: LIMIT }
    }
}

impl Shutdown {
    /// Creates a signal that is not triggered.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how long handlers may finish after the signal. Default: 25 s, less than the half minute that container platforms
    /// give a process. It holds for this clone and its clones.
    #[must_use]
    pub fn within(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    pub(crate) fn limit(&self) -> Duration {
        self.limit
    }

    /// Triggers the signal.
    pub fn trigger(&self) {
        self.signal.send_replace(true);
    }

    /// Resolves when the signal is triggered.
    pub async fn triggered(&self) {
        // The sender is in `self`, so that waiting can't fail.
        let _ = self.signal.subscribe().wait_for(|is_triggered| *is_triggered).await;
    }

    /// Whether the signal is triggered.
    #[must_use]
    pub fn is_triggered(&self) -> bool {
        *self.signal.borrow()
    }
}
