//! Nothing in place of the engine that backtracks.

use std::sync::Arc;

use super::unsupported::Unsupported;

/// A compiled pattern: there is none.
#[derive(Debug)]
pub enum Engine {}

impl Engine {
    /// Whether `text` matches; `None` if that takes too long to decide.
    pub(super) fn is_match(&self, _: &str) -> Option<bool> {
        match *self {}
    }
}

/// No engine.
pub(super) fn backtracking(_: &str) -> Result<Arc<Engine>, Option<Unsupported>> {
    Err(Some(Unsupported::NoEngine))
}
