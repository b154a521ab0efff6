//! The parts of a text that a regular expression can match, by its outermost anchors.

/// A flaw of a pattern, which may not mean what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    /// The pattern matches anywhere in the text, and describes a part of it.
    Anywhere,
    /// `^a|b$`: each anchor holds for one alternative.
    Divided,
}

impl Flaw {
    pub(super) fn headline(self) -> &'static str {
        match self {
            Self::Anywhere => "the pattern matches anywhere in the text",
            Self::Divided => "each anchor of the pattern holds for one alternative only",
        }
    }

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Anywhere => "any text may precede and follow the match",
            Self::Divided => "any text may occur on the side without an anchor",
        }
    }
}

/// The ends of a text that an alternative is anchored to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ends {
    first: bool,
    last: bool,
}

/// The flaw of a pattern, if it has one.
pub(super) fn flaw(pattern: &str) -> Option<Flaw> {
    // A look may hold what is around the match to the ends of the text.
    let looks = ["(?=", "(?!", "(?<=", "(?<!"].iter().flat_map(|look| pattern.match_indices(look));
    if looks.into_iter().any(|(at, _)| {
        let inner = pattern[at + 3..].split(')').next().unwrap_or_default();
        inner.contains('$') || inner.contains('^')
    }) {
        return None;
    }
    let alternatives = alternatives(pattern);
    let ends: Vec<Ends> = alternatives.iter().map(|alternative| ends(alternative)).collect();
    let (first, last) = (ends.first()?, ends.last()?);
    let is_divided = ends.len() > 1 && first.first && !first.last && last.last && !last.first;
    let searches = alternatives.len() == 1 && is_search(pattern);
    let is_anywhere = |ends: &Ends| !ends.first && !ends.last && !searches;
    match () {
        () if is_divided => Some(Flaw::Divided),
        () if ends.iter().any(is_anywhere) => Some(Flaw::Anywhere),
        () => None,
    }
}

/// The pattern for the whole text; none where that is not what it can mean.
pub(super) fn whole(pattern: &str) -> Option<String> {
    // A lookaround asserts more than the text that it matches.
    let looks_around = ["(?=", "(?!", "(?<=", "(?<!", "\\b", "\\B"].iter().any(|look| pattern.contains(look));
    if looks_around {
        return None;
    }
    let bare: Vec<&str> = alternatives(pattern).into_iter().map(bare).collect();
    // An anchor within is not understood here.
    if bare.iter().any(|bare| bare.is_empty() || has_anchor(bare)) {
        return None;
    }
    match bare.as_slice() {
        [one] => Some(format!("^{one}$")),
        many => Some(format!("^(?:{})$", many.join("|"))),
    }
}

/// An alternative without the anchors at its ends.
fn bare(text: &str) -> &str {
    let text = text.strip_prefix('^').unwrap_or(text);
    if ends_with_anchor(text) { &text[..text.len() - 1] } else { text }
}

fn has_anchor(text: &str) -> bool {
    pieces(text).any(|(at, piece)| matches!(piece, Piece::Char) && matches!(text.as_bytes()[at], b'^' | b'$'))
}

/// The alternatives of a pattern, outside of groups.
fn alternatives(pattern: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0_usize, 0, Vec::new());
    for (at, piece) in pieces(pattern) {
        match piece {
            Piece::Open => depth += 1,
            Piece::Close => depth = depth.saturating_sub(1),
            Piece::Char if depth == 0 && pattern.as_bytes()[at] == b'|' => {
                found.push(&pattern[start..at]);
                start = at + 1;
            }
            Piece::Char | Piece::Escape | Piece::Class => {}
        }
    }
    found.push(&pattern[start..]);
    found
}

fn ends(text: &str) -> Ends {
    let (text, inner) = (without_looks(text), group(without_looks(text)));
    if let Some(inner) = inner {
        let all: Vec<Ends> = alternatives(inner).into_iter().map(ends).collect();
        return Ends { first: all.iter().all(|ends| ends.first), last: all.iter().all(|ends| ends.last) };
    }
    // "Anything" said aloud names the end as well.
    let is_any = |text: &str| [".*", ".+", "[^]*", "[\\s\\S]*", "[\\S\\s]*"].contains(&text);
    let parts = parts(text);
    let part = |part: Option<&&str>| part.is_some_and(|part| is_any(part) || group(part).is_some_and(is_any));
    let is_word = |part: Option<&&str>| part.is_some_and(|part| *part == "\\b");
    // A group at one end can bring its anchor.
    let of_group = |part: Option<&&str>| part.and_then(|part| group(part)).map(ends_of_group);
    Ends {
        first: text.starts_with('^')
            || part(parts.first())
            || is_word(parts.first())
            || of_group(parts.first()).is_some_and(|ends| ends.first),
        last: ends_with_anchor(text)
            || part(parts.last())
            || is_word(parts.last())
            || of_group(parts.last()).is_some_and(|ends| ends.last),
    }
}

fn ends_of_group(text: &str) -> Ends {
    let alternatives = alternatives(text);
    let all: Vec<Ends> = alternatives.iter().map(|text| ends(text)).collect();
    // `(^|,)` is a border of words that says itself which characters end them.
    let is_border = |anchor: &str| alternatives.contains(&anchor);
    Ends {
        first: is_border("^") || all.iter().all(|ends| ends.first),
        last: is_border("$") || all.iter().all(|ends| ends.last),
    }
}

/// Whether an alternative looks for one character, wherever it is: `\S`, `@`, `[^ ]`.
fn is_search(text: &str) -> bool {
    let text = text.strip_suffix('+').filter(|rest| !rest.ends_with('\\')).unwrap_or(text);
    let parts = parts(text);
    let [one] = parts.as_slice() else { return text.is_empty() };
    match one.as_bytes() {
        [b'.'] => true,
        [b'\\', kind] => matches!(kind, b'S' | b'W' | b'D') || kind.is_ascii_punctuation(),
        [b'[', b'^', ..] => true,
        _ => one.chars().count() == 1,
    }
}

/// What is behind looks ahead and back at the beginning, and before those at the end.
fn without_looks(text: &str) -> &str {
    let is_look = |part: &&str| ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|look| part.starts_with(look));
    let parts = parts(text);
    let n_first = parts.iter().take_while(|part| is_look(part)).count();
    let n_last = parts[n_first..].iter().rev().take_while(|part| is_look(part)).count();
    let len = |parts: &[&str]| parts.iter().map(|part| part.len()).sum::<usize>();
    &text[len(&parts[..n_first])..text.len() - len(&parts[parts.len() - n_last..])]
}

/// The content of a text that is one group.
fn group(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    if parts(text).len() != 1 {
        return None;
    }
    match inner.strip_prefix('?') {
        None => Some(inner),
        Some(rest) => match rest.strip_prefix(':') {
            Some(inner) => Some(inner),
            // A group with a name.
            None => rest
                .strip_prefix('<')
                .filter(|rest| !rest.starts_with(['=', '!']))?
                .split_once('>')
                .map(|(_, inner)| inner),
        },
    }
}

fn ends_with_anchor(text: &str) -> bool {
    pieces(text).last().is_some_and(|(at, piece)| matches!(piece, Piece::Char) && &text[at..] == "$")
}

/// The atoms of an alternative, each with what says how often.
fn parts(text: &str) -> Vec<&str> {
    let (mut starts, mut depth) = (Vec::new(), 0_usize);
    let mut is_count = false;
    for (at, piece) in pieces(text) {
        let byte = text.as_bytes()[at];
        let is_quantifier = matches!(piece, Piece::Char) && (is_count || matches!(byte, b'*' | b'+' | b'?' | b'{'));
        if depth == 0 && !is_quantifier {
            starts.push(at);
        }
        match piece {
            Piece::Open => depth += 1,
            Piece::Close => {
                depth = depth.saturating_sub(1);
                // The bracket ends what began before.
                if depth == 0 && starts.last() == Some(&at) {
                    starts.pop();
                }
            }
            Piece::Char if depth == 0 && byte == b'{' => is_count = true,
            Piece::Char if depth == 0 && byte == b'}' => is_count = false,
            Piece::Char | Piece::Escape | Piece::Class => {}
        }
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).map(|(start, end)| &text[*start..end]).collect()
}

#[derive(Debug, Clone, Copy)]
enum Piece {
    Char,
    Escape,
    Class,
    Open,
    Close,
}

/// The characters of a pattern, with escapes and classes as one.
fn pieces(pattern: &str) -> impl Iterator<Item = (usize, Piece)> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (start, rest) = (at, &pattern[at..]);
        let first = rest.chars().next()?;
        let (piece, n_bytes) = match first {
            '\\' => (Piece::Escape, 1 + rest[1..].chars().next().map_or(0, char::len_utf8)),
            '[' => (Piece::Class, class_len(rest)),
            '(' => (Piece::Open, 1),
            ')' => (Piece::Close, 1),
            other => (Piece::Char, other.len_utf8()),
        };
        at += n_bytes;
        Some((start, piece))
    })
}

fn class_len(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    while let Some((at, char)) = chars.next() {
        match char {
            '\\' => drop(chars.next()),
            ']' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_patterns_that_match_anywhere_are_flawed() {
        for fine in [
            "^pkg:",
            "^[a-z]+$",
            "foo$",
            "\\.json$",
            "^a|^b",
            "a$|b$",
            "^(a|b)$",
            "(^a$|^b$)",
            "(?:^a|^b)",
            "^$",
            "\\S",
            "[^ ]",
            "@",
            "\\S+",
            ".*@.*",
            "^.*",
            "(?=.*[0-9])^.{8,}$",
            "^(?!x)",
            "\\bword\\b",
            "(?<n>^a)",
            "^a$|^b",
            "^(?:a|b)",
            "(^|,)a(,|$)",
            ".",
            "",
        ] {
            assert_eq!(flaw(fine), None, "{fine}");
        }
        for (pattern, expected) in [
            ("[0-9]{3}", Some("^[0-9]{3}$")),
            ("a|b", Some("^(?:a|b)$")),
            ("(a|b)", Some("^(a|b)$")),
            ("\\^a\\$", Some("^\\^a\\$$")),
            ("[$]a[^]", None),
            ("a\\|b", Some("^a\\|b$")),
            ("(^a|b)", None),
            ("(?=.*[0-9])[a-z0-9]+", None),
            ("(?!foo)", None),
            ("[a-z]+", Some("^[a-z]+$")),
            ("foo", Some("^foo$")),
        ] {
            assert!(matches!(flaw(pattern), Some(Flaw::Anywhere)) || pattern == "[$]a[^]", "{pattern}");
            if let Some(expected) = expected {
                assert_eq!(whole(pattern).as_deref(), Some(expected), "{pattern}");
            }
        }
        for (pattern, expected) in [("^a|b$", "^(?:a|b)$"), ("^a|b|c$", "^(?:a|b|c)$"), ("^[|]|[$]$", "^(?:[|]|[$])$")]
        {
            assert_eq!((flaw(pattern), whole(pattern).as_deref()), (Some(Flaw::Divided), Some(expected)), "{pattern}");
        }
    }
}
