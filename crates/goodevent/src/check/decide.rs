//! Decisions about parts of a message, within a budget.

use super::{Node, evaluate::is_valid_by, explain, ledger::Ledger};
use crate::json::Json;

/// Whether `instance` is valid for `node`, the Rust types hold its numbers (asked only if some type might not), and
/// `max_steps` suffice to decide it; and the number of steps. Verdicts are remembered in `ledger`, which is about one message.
pub(crate) fn decide(
    node: &Node,
    instance: &Json,
    ledger: &Ledger,
    max_steps: usize,
    has_wide_number: bool,
) -> (bool, usize) {
    ledger.begin(u32::try_from(max_steps).unwrap_or(u32::MAX));
    let is_held = || !has_wide_number || explain::has_none(node, instance, ledger);
    (is_valid_by(node, instance, ledger) && is_held(), ledger.n_taken())
}
