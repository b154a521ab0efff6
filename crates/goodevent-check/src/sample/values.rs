//! The choice of values.

/// The values that payloads have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// Boundary values and rare characters are frequent, because faults are likely there.
    Edge,
    /// As services send them: examples of the contract, dates of this century, words.
    Ordinary,
}
