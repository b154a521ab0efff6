//! JSON Pointers.

/// Tokens behind slashes, in which a tilde stands before 0 or 1 only.
pub(super) fn is_absolute(text: &[u8]) -> bool {
    (text.is_empty() || text[0] == b'/') && has_sound_escapes(text)
}

/// A number of levels up, and `#` or a pointer from there.
pub(super) fn is_relative(text: &[u8]) -> bool {
    let n_digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at(n_digits);
    let is_number = n_digits == 1 || (n_digits > 1 && digits[0] != b'0');
    is_number && (rest == b"#" || is_absolute(rest))
}

fn has_sound_escapes(text: &[u8]) -> bool {
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        if *byte == b'~' && !matches!(bytes.next(), Some(b'0' | b'1')) {
            return false;
        }
    }
    true
}
