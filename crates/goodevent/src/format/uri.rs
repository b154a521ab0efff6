//! URIs, IRIs and templates of them.

use std::net::Ipv6Addr;

/// The grammar of URIs, or of IRIs, which differ in the characters that may stand raw.
#[derive(Debug)]
pub(super) struct Grammar {
    is_unicode: bool,
}

/// [RFC 3986](https://www.rfc-editor.org/rfc/rfc3986).
pub(super) const ASCII: Grammar = Grammar { is_unicode: false };

/// [RFC 3987](https://www.rfc-editor.org/rfc/rfc3987).
pub(super) const UNICODE: Grammar = Grammar { is_unicode: true };

/// `unreserved / sub-delims`, as a bit of each byte.
const PLAIN: u8 = 1;
const COLON: u8 = 2;
const AT: u8 = 4;
const SLASH: u8 = 8;
const QUESTION: u8 = 16;

const CLASSES: [u8; 128] = {
    let mut classes = [0; 128];
    let mut byte = 0;
    while byte < 128_u8 {
        classes[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => PLAIN,
            b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' => PLAIN,
            b':' => COLON,
            b'@' => AT,
            b'/' => SLASH,
            b'?' => QUESTION,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

impl Grammar {
    /// A scheme, and what it says.
    pub(super) fn is_absolute(&self, text: &str) -> bool {
        scheme(text).is_some_and(|rest| self.is_rest(rest))
    }

    /// The same, or a reference relative to one.
    pub(super) fn is_reference(&self, text: &str) -> bool {
        match scheme(text) {
            Some(rest) => self.is_rest(rest),
            // What has a colon before its first slash would read as a scheme.
            None => {
                let first = text.split(['/', '?', '#']).next().unwrap_or_default();
                (text.starts_with("//") || !first.contains(':')) && self.is_rest(text)
            }
        }
    }

    /// Authority, path, query and fragment.
    fn is_rest(&self, text: &str) -> bool {
        let (text, fragment) = text.split_once('#').map_or((text, ""), |(text, fragment)| (text, fragment));
        let (text, query) = text.split_once('?').map_or((text, ""), |(text, query)| (text, query));
        let path = match text.strip_prefix("//") {
            Some(text) => {
                let (authority, path) = text.split_at(text.find('/').unwrap_or(text.len()));
                if !self.is_authority(authority) {
                    return false;
                }
                path
            }
            None => text,
        };
        self.are(path, PLAIN | COLON | AT | SLASH, false)
            && self.are(query, PLAIN | COLON | AT | SLASH | QUESTION, true)
            && self.are(fragment, PLAIN | COLON | AT | SLASH | QUESTION, false)
    }

    /// `[ userinfo "@" ] host [ ":" port ]`.
    fn is_authority(&self, text: &str) -> bool {
        let (user, rest) = text.split_once('@').unwrap_or(("", text));
        if !self.are(user, PLAIN | COLON, false) {
            return false;
        }
        let (is_host, port) = match rest.strip_prefix('[') {
            Some(literal) => match literal.split_once(']') {
                Some((address, port)) => (is_address(address), port),
                None => return false,
            },
            None => {
                let (host, port) = rest.split_at(rest.find(':').unwrap_or(rest.len()));
                (self.are(host, PLAIN, false), port)
            }
        };
        let port = port.strip_prefix(':').or(port.is_empty().then_some(""));
        is_host && port.is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// Whether all characters are of `class`, percent-encoded, or raw where the grammar allows.
    fn are(&self, text: &str, class: u8, is_query: bool) -> bool {
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if byte < 128 && CLASSES[usize::from(byte)] & class != 0 {
                at += 1;
            } else if byte == b'%' {
                if !bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) {
                    return false;
                }
                at += 3;
            } else if self.is_unicode && byte >= 128 {
                let Some(char) = text[at..].chars().next().filter(|char| is_raw(*char, is_query)) else {
                    return false;
                };
                at += char.len_utf8();
            } else {
                return false;
            }
        }
        true
    }
}

/// What is behind a scheme and its colon.
fn scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once(':')?;
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    is_scheme.then_some(rest)
}

/// An address in brackets: of IPv6, or of a version to come.
fn is_address(text: &str) -> bool {
    let Some(future) = text.strip_prefix(['v', 'V']) else {
        return text.parse::<Ipv6Addr>().is_ok();
    };
    future.split_once('.').is_some_and(|(version, address)| {
        !version.is_empty()
            && version.bytes().all(|byte| byte.is_ascii_hexdigit())
            && !address.is_empty()
            && address.bytes().all(|byte| byte < 128 && CLASSES[usize::from(byte)] & (PLAIN | COLON) != 0)
    })
}

/// `ucschar`, and in a query `iprivate` (RFC 3987 §2.2).
fn is_raw(char: char, is_query: bool) -> bool {
    match u32::from(char) {
        0xA0..=0xD7FF | 0xF900..=0xFDCF | 0xFDF0..=0xFFEF => true,
        0xE000..=0xF8FF | 0xF_0000..=0xF_FFFD | 0x10_0000..=0x10_FFFD => is_query,
        code @ 0x1_0000..=0xE_FFFD => code & 0xFFFF <= 0xFFFD && !(0xE_0000..0xE_1000).contains(&code),
        _ => false,
    }
}

/// Literals and expressions in braces (RFC 6570 §2).
pub(super) fn is_template(mut text: &[u8]) -> bool {
    while let Some((&byte, rest)) = text.split_first() {
        text = match byte {
            b'{' => match rest.iter().position(|byte| *byte == b'}') {
                Some(end) if is_expression(&rest[..end]) => &rest[end + 1..],
                _ => return false,
            },
            b'%' => match rest {
                [high, low, rest @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => rest,
                _ => return false,
            },
            0..=b' ' | b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'|' | b'}' | 0x7F => return false,
            _ => rest,
        };
    }
    true
}

/// An operator, and variables between commas.
fn is_expression(text: &[u8]) -> bool {
    let variables = match text.split_first() {
        Some((operator, variables)) if b"+#./;?&=,!@|".contains(operator) => variables,
        _ => text,
    };
    variables.split(|byte| *byte == b',').all(is_variable)
}

/// A name with dots, and a modifier: `*`, or a length of up to four digits.
fn is_variable(text: &[u8]) -> bool {
    let name = if let Some(name) = text.strip_suffix(b"*") {
        name
    } else if let Some(at) = text.iter().position(|byte| *byte == b':') {
        let length = &text[at + 1..];
        let is_length =
            matches!(length, [b'1'..=b'9', ..]) && length.len() <= 4 && length.iter().all(u8::is_ascii_digit);
        if !is_length {
            return false;
        }
        &text[..at]
    } else {
        text
    };
    name.split(|byte| *byte == b'.').all(|mut part| {
        let is_empty = part.is_empty();
        loop {
            part = match part {
                [] => return !is_empty,
                [b'%', high, low, rest @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => rest,
                [byte, rest @ ..] if byte.is_ascii_alphanumeric() || *byte == b'_' => rest,
                _ => return false,
            };
        }
    })
}
