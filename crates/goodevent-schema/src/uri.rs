//! References resolved against base URIs ([RFC 3986 §5](https://www.rfc-editor.org/rfc/rfc3986#section-5)).

use goodevent_json::percent;

/// Splits off the fragment.
pub(crate) fn split_fragment(uri: &str) -> (&str, &str) {
    uri.split_once('#').unwrap_or((uri, ""))
}

/// The target of `reference` as seen from `base`, both without fragment.
pub(crate) fn resolve(base: &str, reference: &str) -> String {
    if reference.is_empty() {
        return base.to_owned();
    }
    if has_scheme(reference) {
        return normalise(reference);
    }
    let (scheme, rest) = base.split_once(':').unwrap_or(("", base));
    let Some(rest) = rest.strip_prefix("//") else {
        // A URN or the like has no hierarchy to go along.
        return reference.to_owned();
    };
    if let Some(authority) = reference.strip_prefix("//") {
        return normalise(&format!("{scheme}://{authority}"));
    }
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let path = path.split('?').next().unwrap_or(path);
    let merged = match reference.as_bytes().first() {
        Some(b'/') => reference.to_owned(),
        Some(b'?') => format!("{path}{reference}"),
        _ => format!("{}/{reference}", path.rsplit_once('/').map_or("", |(folder, _)| folder)),
    };
    normalise(&format!("{scheme}://{authority}{merged}"))
}

/// The reference that leads from `base` to `target`; `None` if they are not of one authority.
pub(crate) fn relative(base: &str, target: &str) -> Option<String> {
    let authority = base.find("://")? + "://".len();
    let root = authority + base[authority..].find('/')? + 1;
    let target: Vec<&str> = target.strip_prefix(&base[..root])?.split('/').collect();
    let folders = base[root..].split('/').count() - 1;
    let both = base[root..].split('/').zip(&target).take(folders.min(target.len() - 1));
    let n_common = both.take_while(|(own, other)| own == *other).count();
    Some("../".repeat(folders - n_common) + &target[n_common..].join("/"))
}

pub(crate) fn has_scheme(reference: &str) -> bool {
    reference.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    })
}

/// Removes `.` and `..` from the path.
fn normalise(uri: &str) -> String {
    let Some((scheme, rest)) = uri.split_once("://") else {
        return uri.to_owned();
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (path, query) = path.split_at(path.find('?').unwrap_or(path.len()));
    let mut parts: Vec<&str> = Vec::new();
    let n_parts = path.split('/').count();
    for (part_idx, part) in path.split('/').enumerate().skip(1) {
        match part {
            "." | ".." => {
                if part == ".." {
                    parts.pop();
                }
                if part_idx + 1 == n_parts {
                    parts.push("");
                }
            }
            _ => parts.push(part),
        }
    }
    let slash = if parts.is_empty() { "" } else { "/" };
    format!("{scheme}://{authority}{slash}{}{query}", parts.join("/"))
}

/// A URI in one of its spellings: what may not stand in one is percent-encoded, what need not be is not, and case counts
/// where it does ([RFC 3986 §6.2.2](https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2)).
pub(crate) fn canonical(uri: &str) -> String {
    let (start, path) = match uri.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
            (format!("{}://{}", scheme.to_ascii_lowercase(), authority.to_ascii_lowercase()), path)
        }
        None => (String::new(), uri),
    };
    let mut canonical = start;
    let mut rest = path;
    while let Some(char) = rest.chars().next() {
        let n_bytes = match percent::first(rest.as_bytes()) {
            Some(byte) if is_unreserved(byte) => {
                canonical.push(char::from(byte));
                3
            }
            Some(byte) => {
                canonical.push_str(&format!("%{byte:02X}"));
                3
            }
            None => {
                push_legal(&mut canonical, char);
                char.len_utf8()
            }
        };
        rest = &rest[n_bytes..];
    }
    canonical
}

/// A reference as RFC 3986 spells it: what may not stand in one is percent-encoded, and the rest stays as it is.
pub(crate) fn encoded(reference: &str) -> String {
    let (address, fragment) = split_fragment(reference);
    let encode = |text: &str, encoded: &mut String| {
        for (at, char) in text.char_indices() {
            match char {
                '%' if percent::first(&text.as_bytes()[at..]).is_some() => encoded.push('%'),
                char => push_legal(encoded, char),
            }
        }
    };
    let mut encoded = String::new();
    let is_relative = !has_scheme(address);
    let first = address.split(['/', '?']).next().unwrap_or_default();
    if is_relative && first.contains(':') {
        // What stands before a colon would be a scheme.
        encoded.push_str("./");
    }
    match address.split_once("//").filter(|(scheme, _)| scheme.is_empty() || !is_relative && scheme.ends_with(':')) {
        // A host may be an address in brackets.
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
            encoded.push_str(&format!("{scheme}//{authority}"));
            encode(path, &mut encoded);
        }
        None => encode(address, &mut encoded),
    }
    if reference.len() > address.len() {
        encoded.push('#');
        encode(fragment, &mut encoded);
    }
    encoded
}

/// The path of a file as that of a URI: nothing in it separates but `/`.
pub(crate) fn of_path(path: &str) -> String {
    let mut uri = String::new();
    for char in path.chars() {
        match char {
            '%' | '?' => uri.push_str(&format!("%{:02X}", u32::from(char))),
            char => push_legal(&mut uri, char),
        }
    }
    uri
}

/// Whether a text is a URI, with a scheme.
pub(crate) fn is_absolute(text: &str) -> bool {
    has_scheme(text) && is_reference(text)
}

/// Whether a text is a reference as [RFC 3986 §4.1](https://www.rfc-editor.org/rfc/rfc3986#section-4.1) has it.
pub(crate) fn is_reference(text: &str) -> bool {
    let (whole, fragment) = text.split_once('#').unwrap_or((text, ""));
    let (whole, query) = whole.split_once('?').unwrap_or((whole, ""));
    let scheme = whole.split_once(':').filter(|_| has_scheme(whole));
    let rest = scheme.map_or(whole, |(_, rest)| rest);
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            (Some(authority), path)
        }
        None => (None, rest),
    };
    let has_colon = path.split('/').next().is_some_and(|first| first.contains(':'));
    authority.is_none_or(is_authority)
        && (scheme.is_some() || authority.is_some() || !has_colon)
        && is_made_of(path, ":@/")
        && is_made_of(query, ":@/?")
        && is_made_of(fragment, ":@/?")
}

/// Whether a part of a URI has no characters but those of names, these, and percent-encoded ones.
fn is_made_of(part: &str, others: &str) -> bool {
    let mut bytes = part.bytes();
    while let Some(byte) = bytes.next() {
        let is_legal = match byte {
            b'%' => [bytes.next(), bytes.next()].iter().all(|digit| digit.is_some_and(|byte| byte.is_ascii_hexdigit())),
            _ => is_unreserved(byte) || b"!$&'()*+,;=".contains(&byte) || others.as_bytes().contains(&byte),
        };
        if !is_legal {
            return false;
        }
    }
    true
}

fn is_authority(authority: &str) -> bool {
    let (user, place) = authority.split_once('@').unwrap_or(("", authority));
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let is_placed = match place.strip_prefix('[') {
        Some(place) => place.split_once(']').is_some_and(|(host, port)| {
            let future = host.strip_prefix(['v', 'V']).and_then(|host| host.split_once('.'));
            let is_future = future.is_some_and(|(version, host)| {
                let is_version = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_hexdigit());
                is_version && !host.is_empty() && !host.contains('%') && is_made_of(host, ":")
            });
            let is_end = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
            is_end && (is_future || host.parse::<std::net::Ipv6Addr>().is_ok())
        }),
        None => {
            let (host, port) = place.split_once(':').unwrap_or((place, ""));
            is_made_of(host, "") && is_port(port)
        }
    };
    is_made_of(user, ":") && is_placed
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Adds a character of a path, a query or a fragment, percent-encoded if it may not stand there.
fn push_legal(uri: &mut String, char: char) {
    let is_legal = u8::try_from(char).is_ok_and(is_unreserved) || "/?:@!$&'()*+,;=".contains(char);
    if is_legal {
        return uri.push(char);
    }
    char.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| uri.push_str(&format!("%{byte:02X}")));
}

/// A JSON Pointer as the fragment of a URI ([RFC 6901 §6](https://www.rfc-editor.org/rfc/rfc6901#section-6)).
pub(crate) fn in_fragment(pointer: &str) -> String {
    let mut fragment = String::new();
    for byte in pointer.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'~' | b'-' | b'.' | b'_' | b'$' => {
                fragment.push(char::from(byte));
            }
            byte => fragment.push_str(&format!("%{byte:02X}")),
        }
    }
    fragment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_reference_leads_there() {
        for (base, target, expected) in [
            ("registry:///a/b.json", "registry:///a/c.json", "c.json"),
            ("registry:///a/b.json", "registry:///types/c.json", "../types/c.json"),
            ("registry:///b.json", "registry:///types/c.json", "types/c.json"),
            ("registry:///a/x/b.json", "registry:///a/y/z/c.json", "../y/z/c.json"),
            ("registry:///a/b.json", "registry:///a", "../a"),
        ] {
            assert_eq!(relative(base, target).as_deref(), Some(expected));
            assert_eq!(resolve(base, expected), target);
        }
        assert_eq!(relative("registry:///b.json", "https://example.org/b.json"), None);
    }

    #[test]
    fn one_target_has_one_spelling() {
        for (uri, expected) in [
            ("https://Example.org/Größe x", "https://example.org/Gr%C3%B6%C3%9Fe%20x"),
            ("https://example.org/Gr%c3%b6%c3%9fe%20x", "https://example.org/Gr%C3%B6%C3%9Fe%20x"),
            ("https://example.org/%7Ea%2Fb", "https://example.org/~a%2Fb"),
            ("https://[::1]/a[0]", "https://[::1]/a%5B0%5D"),
            ("urn:x:a|b", "urn:x:a%7Cb"),
            ("a%", "a%25"),
        ] {
            assert_eq!(canonical(uri), expected);
            assert_eq!(canonical(expected), expected);
        }
        for (reference, expected) in [
            ("#/$defs/Map<string|int>", "#/$defs/Map%3Cstring%7Cint%3E"),
            ("#/$defs/a%25b", "#/$defs/a%25b"),
            ("types/a b.json#/$defs/é#", "types/a%20b.json#/$defs/%C3%A9%23"),
            ("https://[::1]/a[0]#", "https://[::1]/a%5B0%5D#"),
            ("#/100%", "#/100%25"),
            ("^pkg:", "./%5Epkg:"),
            (" https://example.org/a", "./%20https://example.org/a"),
            ("types/a:b", "types/a:b"),
            ("//[::1]/a b", "//[::1]/a%20b"),
        ] {
            assert_eq!(encoded(reference), expected);
            assert_eq!(encoded(expected), expected);
        }
        assert_eq!(of_path("a/b#c?d%20.json"), "a/b%23c%3Fd%2520.json");
    }

    #[test]
    fn references_resolve_as_the_rfc_says() {
        for (base, reference, expected) in [
            ("http://a/b/c/d;p?q", "g", "http://a/b/c/g"),
            ("http://a/b/c/d", "./g/", "http://a/b/c/g/"),
            ("http://a/b/c/d", "../../../g", "http://a/g"),
            ("http://a/b/c/d", "/g", "http://a/g"),
            ("http://a/b/c/d", "//h/x", "http://h/x"),
            ("http://a", "g", "http://a/g"),
            ("http://a/b/c/d", "urn:x:y", "urn:x:y"),
            ("urn:uuid:1", "", "urn:uuid:1"),
            ("registry:///orders/X.json", "types/Y.json", "registry:///orders/types/Y.json"),
            ("registry:///orders/X.json", "../types/Y.json", "registry:///types/Y.json"),
        ] {
            assert_eq!(resolve(base, reference), expected, "{reference} at {base}");
        }
    }
}
