//! Back-off of reconnection attempts.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);

/// Back-off between attempts to reach a broker: 100 ms, doubling up to 5 s.
///
/// ```
/// use goodevent_runtime::Pauses;
///
/// let mut pauses = Pauses::default();
/// let millis: Vec<u128> = (0..8).map(|_| pauses.grow().as_millis()).collect();
/// assert_eq!(millis, [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
/// ```
#[derive(Debug, Default)]
pub struct Pauses(u32);

impl Pauses {
    /// Returns the next delay.
    pub fn grow(&mut self) -> Duration {
        let pause = FIRST.saturating_mul(2_u32.saturating_pow(self.0));
        self.0 = (self.0 + 1).min(20);
        pause.min(LONGEST)
    }
}
