//! Exit codes.

use std::process::ExitCode;

/// Result of a run, which becomes the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The run succeeded and reported no findings: exit code 0.
    Fine,
    /// The run reported findings: exit code 1.
    Findings,
    /// The command failed: exit code 2.
    Failed,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Fine => Self::from(0),
            Outcome::Findings => Self::from(1),
            Outcome::Failed => Self::from(2),
        }
    }
}
