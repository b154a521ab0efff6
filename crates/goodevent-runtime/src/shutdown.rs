//! Cooperative shutdown.

use tokio::sync::watch;

/// Cooperative shutdown signal shared by clones; once triggered it stays triggered.
#[derive(Debug, Clone)]
pub struct Shutdown(watch::Sender<bool>);

impl Default for Shutdown {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Shutdown {
    /// Creates a signal that is not triggered.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Triggers the signal.
    pub fn trigger(&self) {
        self.0.send_replace(true);
    }

    /// Resolves when the signal is triggered.
    pub async fn triggered(&self) {
        // The sender is in `self`, so that waiting can't fail.
        let _ = self.0.subscribe().wait_for(|is_triggered| *is_triggered).await;
    }

    /// Whether the signal is triggered.
    #[must_use]
    pub fn is_triggered(&self) -> bool {
        *self.0.borrow()
    }
}
