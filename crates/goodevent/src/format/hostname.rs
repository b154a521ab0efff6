//! Host names of ASCII, which may stand for others (Punycode, [RFC 3492](https://www.rfc-editor.org/rfc/rfc3492)).

/// Labels of letters, digits and inner hyphens, between dots.
pub(super) fn is_ascii_hostname(text: &str) -> bool {
    text.len() <= 253 && text.as_bytes().split(|byte| *byte == b'.').all(is_label)
}

fn is_label(bytes: &[u8]) -> bool {
    (1..=63).contains(&bytes.len())
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        && bytes[0] != b'-'
        && bytes[bytes.len() - 1] != b'-'
}

/// The same; a label with hyphens in third and fourth place has to be an A-label
/// ([RFC 5891 §4.2.3.1](https://www.rfc-editor.org/rfc/rfc5891#section-4.2.3.1)).
pub(super) fn is_hostname(text: &str) -> bool {
    let are_sound = || text.split('.').all(|label| is_a_label(label) || label.get(2..4) != Some("--"));
    is_ascii_hostname(text) && (!text.as_bytes().windows(2).any(|pair| pair == b"--") || are_sound())
}

fn is_a_label(label: &str) -> bool {
    let decoded = label.strip_prefix("xn--").and_then(decode);
    decoded.is_some_and(|label| is_unicode_label(&label))
}

#[cfg(feature = "idn")]
fn is_unicode_label(label: &str) -> bool {
    super::label::is_label(label)
}

#[cfg(not(feature = "idn"))]
fn is_unicode_label(_: &str) -> bool {
    true
}

/// Decodes Punycode (RFC 3492 §6.2).
fn decode(encoded: &str) -> Option<String> {
    const BASE: u32 = 36;
    let (basic, extended) = match encoded.rfind('-') {
        Some(at) if at > 0 => (&encoded[..at], &encoded[at + 1..]),
        _ => ("", encoded),
    };
    let mut label: Vec<char> = basic.chars().collect();
    let (mut code, mut insert_at, mut bias) = (128_u32, 0_u32, 72_u32);
    let mut digits = extended.bytes().peekable();
    while digits.peek().is_some() {
        let before = insert_at;
        let (mut weight, mut k) = (1_u32, BASE);
        loop {
            let digit = char::from(digits.next()?);
            let digit = match digit {
                '0'..='9' => u32::from(digit) - u32::from('0') + 26,
                _ => u32::from(digit.to_ascii_lowercase()).checked_sub(u32::from('a')).filter(|digit| *digit < 26)?,
            };
            insert_at = insert_at.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(1, 26);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(BASE - threshold)?;
            k += BASE;
        }
        let n_chars = u32::try_from(label.len()).ok()? + 1;
        bias = adapt(insert_at - before, n_chars, before == 0);
        code = code.checked_add(insert_at / n_chars)?;
        insert_at %= n_chars;
        label.insert(insert_at as usize, char::from_u32(code)?);
        insert_at += 1;
    }
    Some(label.into_iter().collect())
}

/// Bias adaptation (RFC 3492 §6.1).
fn adapt(delta: u32, n_chars: u32, is_first: bool) -> u32 {
    let mut delta = delta / if is_first { 700 } else { 2 };
    delta += delta / n_chars;
    let mut k = 0;
    while delta > 455 {
        delta /= 35;
        k += 36;
    }
    k + 36 * delta / (delta + 38)
}
