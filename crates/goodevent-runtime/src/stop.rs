//! Asking a service to end.

use tokio::sync::watch;

/// Asks all who hold a clone to end; asked once, it stays asked.
#[derive(Debug, Clone)]
pub struct Stop(watch::Sender<bool>);

impl Default for Stop {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Stop {
    /// One that nobody asked yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks.
    pub fn ask(&self) {
        self.0.send_replace(true);
    }

    /// Resolves when somebody asked.
    pub async fn asked(&self) {
        // The sender is in `self`, so that waiting can't fail.
        let _ = self.0.subscribe().wait_for(|is_asked| *is_asked).await;
    }

    /// Whether somebody asked.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        *self.0.borrow()
    }
}
