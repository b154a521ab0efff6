//! The steps that an evaluation of a message may take: the same for a decoder and for `goodevent validate`, so that both say
//! *undecided* of the same messages.

/// Steps for every message. The largest real ones take less than half of it.
const MAX_STEPS: u32 = 500_000;

/// Steps for each value of a message beside those.
const STEPS_A_VALUE: u32 = 8;

/// Steps that the description of a violation costs.
pub const STEPS_A_VIOLATION: u32 = 32;

/// Steps before verdicts are remembered: most evaluations are over by then.
pub const FEW_STEPS: u32 = 256;

/// Bytes of the engine of a pattern that has no automaton, such as `^\p{L}{1,255}$`: the same at run time as in the
/// toolchain, which rejects patterns that take more.
pub const MAX_PATTERN_BYTES: usize = 32 << 20;

/// The most steps for a message of so many values.
#[must_use]
pub fn max_steps(n_values: usize) -> u32 {
    let n_values = u32::try_from(n_values).unwrap_or(u32::MAX);
    MAX_STEPS.saturating_add(n_values.saturating_mul(STEPS_A_VALUE))
}
