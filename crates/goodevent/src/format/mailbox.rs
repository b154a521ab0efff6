//! Mailboxes ([RFC 5321 §4.1.2](https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2)).

use std::net::{Ipv4Addr, Ipv6Addr};

use super::hostname;

/// A mailbox of ASCII.
pub(super) fn is_email(text: &str) -> bool {
    split(text)
        .is_some_and(|(local, domain)| local.is_ascii() && is_local(local) && is_domain(domain, hostname::is_hostname))
}

/// A mailbox of any script: its structure is that of one of ASCII.
#[cfg(feature = "idn")]
pub(super) fn is_idn_email(text: &str) -> bool {
    let masked = |text: &str| text.chars().map(|char| if char.is_ascii() { char } else { 'a' }).collect::<String>();
    split(text).is_some_and(|(local, domain)| is_local(&masked(local)) && is_domain(domain, super::idn::is_hostname))
}

/// Local part and domain; of `Name <local@domain>`, too, which the reference validator takes for a mailbox.
fn split(text: &str) -> Option<(&str, &str)> {
    // To look for one character is cheap.
    let bracketed = text.as_bytes().contains(&b'<').then(|| text.rsplit_once(" <")).flatten();
    let address = match bracketed {
        Some((_, address)) => address.trim().strip_suffix('>')?,
        None => text,
    };
    address.rsplit_once('@')
}

/// Atoms between dots, or a quoted string.
fn is_local(text: &str) -> bool {
    let quoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    (1..=64).contains(&text.len())
        && match quoted {
            Some(quoted) => is_quoted(quoted.as_bytes()),
            None => text.as_bytes().split(|byte| *byte == b'.').all(is_atom),
        }
}

fn is_atom(atom: &[u8]) -> bool {
    !atom.is_empty() && atom.iter().all(|byte| is_atext(*byte))
}

/// `atext` ([RFC 5322 §3.2.3](https://www.rfc-editor.org/rfc/rfc5322#section-3.2.3)).
fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

fn is_quoted(text: &[u8]) -> bool {
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        let is_sound = match byte {
            b'\\' => bytes.next().is_some_and(u8::is_ascii_graphic),
            b' ' | b'\t' => true,
            b'"' => false,
            byte => byte.is_ascii_graphic(),
        };
        if !is_sound {
            return false;
        }
    }
    true
}

/// A host name, or an address in brackets.
fn is_domain(text: &str, is_hostname: impl Fn(&str) -> bool) -> bool {
    let Some(literal) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) else {
        return is_hostname(text);
    };
    match literal.split_at_checked(5) {
        Some((tag, address)) if tag.eq_ignore_ascii_case("IPv6:") => address.parse::<Ipv6Addr>().is_ok(),
        _ => literal.parse::<Ipv4Addr>().is_ok(),
    }
}
