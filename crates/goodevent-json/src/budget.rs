//! The budget of steps for the evaluation of a message: the same for decoders and `goodevent validate`, so that both
//! report *undecided* for the same messages.

/// Steps for every message. The largest real ones take less than half of it.
const MAX_STEPS: u32 = 250_000;

/// Steps for each value of a message beside those.
const STEPS_A_VALUE: u32 = 8;

/// Steps that the description of a violation costs.
pub const STEPS_A_VIOLATION: u32 = 32;

/// Upper bound of violations of alternatives that are explained by their nearest alternative. Alternatives are nested,
/// and a message needs one of these.
pub const MAX_EXPLAINED: u32 = 400;

/// Upper bound of violations in the comparison of alternatives.
pub const MAX_REASONS: usize = 16;

/// Steps of a verdict that is worth being remembered: one of fewer is found faster than it is looked up among many.
pub const FEW_STEPS: u32 = 16;

/// Bytes of the engine of a pattern that has no automaton, such as `^\p{L}{1,255}$`: the same at run time as in the
/// toolchain, which rejects patterns that take more.
pub const MAX_PATTERN_BYTES: usize = 32 << 20;

/// Upper bound of steps for a message with this number of values.
#[must_use]
pub fn max_steps(n_values: usize) -> u32 {
    let n_values = u32::try_from(n_values).unwrap_or(u32::MAX);
    MAX_STEPS.saturating_add(n_values.saturating_mul(STEPS_A_VALUE))
}
