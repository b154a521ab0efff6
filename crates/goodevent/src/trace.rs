//! The activity of a message ([W3C Trace Context](https://www.w3.org/TR/trace-context/#traceparent-header)).

use std::{
    fmt,
    hash::{BuildHasher as _, RandomState},
    ops::Range,
    str::FromStr,
};

/// A `traceparent`: `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01`.
///
/// ```
/// use goodevent::trace::TraceParent;
///
/// let parent: TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".parse()?;
/// assert!(parent.is_sampled());
/// assert_eq!(parent.child().trace_id(), parent.trace_id());
/// # Ok::<(), goodevent::trace::MalformedTraceParent>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceParent {
    trace_id: u128,
    parent_id: u64,
    flags: u8,
}

/// A text is not a `traceparent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MalformedTraceParent;

impl fmt::Display for MalformedTraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a traceparent is version, trace id, parent id and flags in lower-case hex, with hyphens between")
    }
}

impl std::error::Error for MalformedTraceParent {}

impl TraceParent {
    /// The beginning of a new trace, sampled.
    #[must_use]
    pub fn new_root() -> Self {
        let trace_id = u128::from(random()) << 64 | u128::from(random());
        Self { trace_id: trace_id.max(1), parent_id: random().max(1), flags: 1 }
    }

    /// The next activity of the same trace.
    #[must_use]
    pub fn child(&self) -> Self {
        Self { parent_id: random().max(1), ..*self }
    }

    /// The whole trace.
    #[must_use]
    pub fn trace_id(&self) -> u128 {
        self.trace_id
    }

    /// The activity in the trace.
    #[must_use]
    pub fn parent_id(&self) -> u64 {
        self.parent_id
    }

    /// Whether the caller recorded the trace.
    #[must_use]
    pub fn is_sampled(&self) -> bool {
        self.flags & 1 == 1
    }
}

/// Sixty-four bits that nobody foresees: the standard library seeds its hash maps with them.
fn random() -> u64 {
    RandomState::new().hash_one(0)
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A message carries it twice, so that it is worth a few lines not to go through the machinery of `fmt`.
        let mut text = *b"00-00000000000000000000000000000000-0000000000000000-00";
        put_hex(&mut text[3..35], self.trace_id);
        put_hex(&mut text[36..52], u128::from(self.parent_id));
        put_hex(&mut text[53..], u128::from(self.flags));
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

/// The last digits of a number, two for each byte that there is room for.
pub(crate) fn put_hex(room: &mut [u8], number: u128) {
    let digit = |value: u8| b"0123456789abcdef"[usize::from(value)];
    for (pair, byte) in room.rchunks_exact_mut(2).zip(number.to_le_bytes()) {
        pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 0xF)]);
    }
}

/// The values of digits in lower case; `NONE` for all other bytes.
const DIGITS: [u8; 256] = {
    let mut values = [NONE; 256];
    let mut digit = 0;
    while digit < 16 {
        values[b"0123456789abcdef"[digit] as usize] = digit as u8;
        digit += 1;
    }
    values
};
const NONE: u8 = 0xFF;

/// At most sixteen digits. Nobody foresees them, so that no branch depends on any.
fn hex(digits: &[u8]) -> Option<u64> {
    let (number, seen) = digits.iter().fold((0_u64, 0_u8), |(number, seen), digit| {
        let value = DIGITS[usize::from(*digit)];
        (number << 4 | u64::from(value & 0xF), seen | value)
    });
    (seen < 16).then_some(number)
}

impl FromStr for TraceParent {
    type Err = MalformedTraceParent;

    fn from_str(text: &str) -> Result<Self, MalformedTraceParent> {
        let text = text.as_bytes();
        let hex = |range: Range<usize>| text.get(range).and_then(hex).ok_or(MalformedTraceParent);
        let has_hyphens = [2, 35, 52].into_iter().all(|at| text.get(at) == Some(&b'-'));
        let version = hex(0..2)?;
        // A later version may say more behind another hyphen (§3.2.4).
        let has_end = text.len() == 55 || (version > 0 && text.get(55) == Some(&b'-'));
        let trace_id = u128::from(hex(3..19)?) << 64 | u128::from(hex(19..35)?);
        let (parent_id, flags) = (hex(36..52)?, hex(53..55)? as u8);
        let is_valid = has_hyphens && has_end && version != 0xFF && trace_id != 0 && parent_id != 0;
        if is_valid { Ok(Self { trace_id, parent_id, flags }) } else { Err(MalformedTraceParent) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_well_formed_texts_are_read() {
        let text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assert_eq!(text.parse::<TraceParent>().expect("the text is well-formed").to_string(), text);
        for refused in [
            "",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333é-01",
        ] {
            assert_eq!(refused.parse::<TraceParent>(), Err(MalformedTraceParent), "{refused}");
        }
        assert!("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more".parse::<TraceParent>().is_ok());
        assert_ne!(TraceParent::new_root(), TraceParent::new_root());
    }
}
