//! Cooperative shutdown.

use tokio::sync::watch;

/// Cooperative shutdown signal shared by clones; once triggered it stays triggered.
#[derive(Debug, Clone)]
pub struct Stop(watch::Sender<bool>);

impl Default for Stop {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Stop {
    /// Creates a signal that is not triggered.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Triggers the signal.
    pub fn ask(&self) {
        self.0.send_replace(true);
    }

    /// Resolves when the signal is triggered.
    pub async fn asked(&self) {
        // The sender is in `self`, so that waiting can't fail.
        let _ = self.0.subscribe().wait_for(|is_asked| *is_asked).await;
    }

    /// Whether the signal is triggered.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        *self.0.borrow()
    }
}
