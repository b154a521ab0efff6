//! Inputs of the linter besides the registry.

use crate::compat::Snapshot;

/// Inputs of a run besides the registry.
#[derive(Debug, Clone, Default)]
pub struct Options<'r> {
    /// Current date, `YYYY-MM-DD`, for suppressions and sunsets.
    pub today: String,
    /// Whether warnings are errors.
    pub deny_warnings: bool,
    /// Whether findings in `goodevent.baseline` are reported.
    pub ignores_baseline: bool,
    /// Whether to compute expensive fixes.
    pub wants_fixes: bool,
    /// Baseline registry, for rules about changes.
    pub before: Option<Snapshot<'r>>,
}
