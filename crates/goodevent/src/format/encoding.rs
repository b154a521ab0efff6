//! Encodings of binary data as text ([RFC 4648](https://www.rfc-editor.org/rfc/rfc4648)), in their strict forms.

/// An encoding of `contentEncoding`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentEncoding {
    /// Hexadecimal digits (RFC 4648 §8), in either case.
    Base16,
    /// RFC 4648 §6, padded.
    Base32,
    /// RFC 4648 §7, padded.
    Base32Hex,
    /// RFC 4648 §4, padded.
    Base64,
    /// RFC 4648 §5, padded.
    Base64Url,
}

impl ContentEncoding {
    /// Whether `text` is such an encoding of some bytes.
    #[must_use]
    pub fn is_valid(self, text: &str) -> bool {
        self.decode(text).is_some()
    }

    /// The bytes that `text` encodes.
    #[must_use]
    pub fn decode(self, text: &str) -> Option<Vec<u8>> {
        let (n_bits, group) = match self {
            Self::Base16 => (4, 2),
            Self::Base32 | Self::Base32Hex => (5, 8),
            Self::Base64 | Self::Base64Url => (6, 4),
        };
        if !text.len().is_multiple_of(group) {
            return None;
        }
        let digits = if self == Self::Base16 { text } else { text.trim_end_matches('=') };
        let n_padding = text.len() - digits.len();
        let n_spare_bits = digits.len() * n_bits % 8;
        // Padding fills the last group, which holds at least a byte, and no more bits than are needed.
        if n_padding >= group || n_spare_bits >= n_bits {
            return None;
        }
        let (mut bytes, mut bits, mut n_pending) = (Vec::with_capacity(digits.len()), 0_u32, 0);
        for digit in digits.bytes() {
            bits = bits << n_bits | self.value(digit)?;
            n_pending += n_bits;
            if n_pending >= 8 {
                n_pending -= 8;
                bytes.push((bits >> n_pending) as u8);
                bits &= (1 << n_pending) - 1;
            }
        }
        (bits == 0).then_some(bytes)
    }

    fn value(self, digit: u8) -> Option<u32> {
        let from = |first: u8, value: u8| u32::from(digit - first + value);
        Some(match (self, digit) {
            (Self::Base16 | Self::Base32Hex | Self::Base64 | Self::Base64Url, b'0'..=b'9') => match self {
                Self::Base64 | Self::Base64Url => from(b'0', 52),
                _ => from(b'0', 0),
            },
            (Self::Base16, b'A'..=b'F') | (Self::Base32Hex, b'A'..=b'V') => from(b'A', 10),
            (Self::Base16, b'a'..=b'f') => from(b'a', 10),
            (Self::Base32, b'2'..=b'7') => from(b'2', 26),
            (Self::Base32 | Self::Base64 | Self::Base64Url, b'A'..=b'Z') => from(b'A', 0),
            (Self::Base64 | Self::Base64Url, b'a'..=b'z') => from(b'a', 26),
            (Self::Base64, b'+') | (Self::Base64Url, b'-') => 62,
            (Self::Base64, b'/') | (Self::Base64Url, b'_') => 63,
            _ => return None,
        })
    }

    /// The encoding as the keyword `contentEncoding` names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Base16 => "base16",
            Self::Base32 => "base32",
            Self::Base32Hex => "base32hex",
            Self::Base64 => "base64",
            Self::Base64Url => "base64url",
        }
    }
}
