//! The steps that an evaluation of a message may take: the same for a decoder and for `goodevent validate`, so that both say
//! *undecided* of the same messages.

/// Steps for every message. The largest real ones take less than half of it.
const MAX_STEPS: u32 = 250_000;

/// Steps for each value of a message beside those.
const STEPS_A_VALUE: u32 = 8;

/// Steps that the description of a violation costs.
pub const STEPS_A_VIOLATION: u32 = 32;

/// The most violations of alternatives of which is said what is wrong with the nearest one. Alternatives lie within each other,
/// and a message needs one of these.
pub const MAX_EXPLAINED: u32 = 400;

/// The most violations by which an alternative is compared with others.
pub const MAX_REASONS: usize = 16;

/// Steps of a verdict that is worth being remembered: one of fewer is found faster than it is looked up among many.
pub const FEW_STEPS: u32 = 16;

/// Bytes of the engine of a pattern that has no automaton, such as `^\p{L}{1,255}$`: the same at run time as in the
/// toolchain, which rejects patterns that take more.
pub const MAX_PATTERN_BYTES: usize = 32 << 20;

/// The most steps for a message of so many values.
#[must_use]
pub fn max_steps(n_values: usize) -> u32 {
    let n_values = u32::try_from(n_values).unwrap_or(u32::MAX);
    MAX_STEPS.saturating_add(n_values.saturating_mul(STEPS_A_VALUE))
}
