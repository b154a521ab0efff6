//! Percent-encoded text ([RFC 3986 §2.1](https://www.rfc-editor.org/rfc/rfc3986#section-2.1)).

/// The byte that a text begins with, if it begins with one that is encoded: `%41` is `A`.
#[must_use]
pub fn first(text: &[u8]) -> Option<u8> {
    // `from_str_radix` alone takes a sign as well.
    let hex = text.strip_prefix(b"%")?.get(..2).filter(|hex| hex.iter().all(u8::is_ascii_hexdigit))?;
    u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()
}

/// The text that is encoded. A percent sign without two hexadecimal digits stands for itself, and bytes that are not UTF-8
/// are replaced.
#[must_use]
pub fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        let decoded = first(rest);
        bytes.push(decoded.unwrap_or(byte));
        rest = if decoded.is_some() { &behind[2..] } else { behind };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_encoded_stays() {
        for (encoded, expected) in [("a%25b%2Fc%", "a%b/c%"), ("%+1%C3%bc%", "%+1ü%"), ("%ff", "\u{fffd}"), ("", "")] {
            assert_eq!(decode(encoded), expected);
        }
    }
}
