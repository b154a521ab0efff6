//! Patterns that no automaton decides.

/// The reason for which a pattern is not an automaton.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsupported {
    /// Not a regular expression.
    Malformed,
    /// It refers back, which no automaton can.
    NotRegular,
    /// It has too many states.
    TooLarge,
    /// It refers back to a group where the engines disagree about what the group has.
    Peculiar,
    /// It is read over units of UTF-16, and no automaton decides it.
    Units,
    /// No automaton decides it, and the engine that backtracks is not compiled in.
    NoEngine,
}
