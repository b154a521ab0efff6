//! Whether a text is a pattern of ECMA-262 ([§22.2.1](https://tc39.es/ecma262/#sec-patterns)), as with the flag `u`;
//! a backslash may also stand before punctuation, as it may without the flag.

use std::{iter::Peekable, str::Chars};

/// Whether `text` is a pattern.
pub(super) fn is_pattern(text: &str) -> bool {
    let mut parser = Parser {
        chars: text.chars().peekable(),
        n_groups: 0,
        max_reference: 0,
        names: Vec::new(),
        references: Vec::new(),
    };
    parser.pattern().is_some()
        && parser.max_reference <= parser.n_groups
        && parser.references.iter().all(|name| parser.names.contains(name))
}

/// What stands before a quantifier.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    Atom,
    Other,
}

/// An open group: what it counts as when it closes, and the names in its alternatives.
struct Group {
    counts_as: Before,
    names: Vec<String>,
    names_before: Vec<String>,
}

struct Parser<'a> {
    chars: Peekable<Chars<'a>>,
    n_groups: u64,
    max_reference: u64,
    names: Vec<String>,
    references: Vec<String>,
}

impl Parser<'_> {
    fn take(&mut self, expected: char) -> Option<()> {
        self.chars.next_if_eq(&expected).map(drop)
    }

    fn pattern(&mut self) -> Option<()> {
        let group = |counts_as| Group { counts_as, names: Vec::new(), names_before: Vec::new() };
        let mut groups = vec![group(Before::Other)];
        let mut before = Before::Other;
        while let Some(char) = self.chars.next() {
            before = match char {
                '|' => {
                    let group = groups.last_mut()?;
                    group.names_before.append(&mut group.names);
                    Before::Other
                }
                '(' => {
                    let (counts_as, name) = self.group()?;
                    if let Some(name) = name {
                        if groups.iter().any(|group| group.names.contains(&name)) {
                            return None;
                        }
                        groups.last_mut()?.names.push(name.clone());
                        self.names.push(name);
                    }
                    groups.push(group(counts_as));
                    Before::Other
                }
                ')' => {
                    let closed = groups.pop()?;
                    let parent = groups.last_mut()?;
                    parent.names.extend(closed.names.into_iter().chain(closed.names_before));
                    closed.counts_as
                }
                '*' | '+' | '?' | '{' => {
                    if char == '{' {
                        self.range()?;
                    }
                    if before != Before::Atom {
                        return None;
                    }
                    let _lazy = self.take('?');
                    Before::Other
                }
                '}' | ']' => return None,
                '^' | '$' => Before::Other,
                '\\' => self.escape()?,
                '[' => {
                    self.class()?;
                    Before::Atom
                }
                _ => Before::Atom,
            };
        }
        (groups.len() == 1).then_some(())
    }

    /// What follows the parenthesis of a group.
    fn group(&mut self) -> Option<(Before, Option<String>)> {
        if self.take('?').is_none() {
            self.n_groups += 1;
            return Some((Before::Atom, None));
        }
        match self.chars.next()? {
            ':' => Some((Before::Atom, None)),
            '=' | '!' => Some((Before::Other, None)),
            '<' if self.chars.next_if(|next| matches!(next, '=' | '!')).is_some() => Some((Before::Other, None)),
            '<' => {
                self.n_groups += 1;
                Some((Before::Atom, Some(self.name()?)))
            }
            first => {
                self.modifiers(first)?;
                Some((Before::Atom, None))
            }
        }
    }

    /// `i`, `m` and `s`, each once, with a hyphen before those that are switched off.
    fn modifiers(&mut self, first: char) -> Option<()> {
        let mut seen = String::new();
        let mut next = first;
        while next != ':' {
            if !"ims-".contains(next) || seen.contains(next) {
                return None;
            }
            seen.push(next);
            next = self.chars.next()?;
        }
        (!seen.trim_matches('-').is_empty()).then_some(())
    }

    /// The numbers of `{2}`, `{2,}` or `{2,3}`.
    fn range(&mut self) -> Option<()> {
        let min = self.digits()?;
        if self.take(',').is_some() && self.chars.peek() != Some(&'}') {
            let max = self.digits()?;
            let (min, max) = (min.trim_start_matches('0'), max.trim_start_matches('0'));
            if (min.len(), min) > (max.len(), max) {
                return None;
            }
        }
        self.take('}')
    }

    fn digits(&mut self) -> Option<String> {
        let mut digits = String::new();
        while let Some(digit) = self.chars.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        (!digits.is_empty()).then_some(digits)
    }

    /// A name up to its angle bracket.
    fn name(&mut self) -> Option<String> {
        let mut name = String::new();
        loop {
            let char = match self.chars.next()? {
                '>' => return (!name.is_empty()).then_some(name),
                '\\' => {
                    self.take('u')?;
                    char::from_u32(self.unicode()?)?
                }
                char => char,
            };
            let may_begin = char.is_alphabetic() || matches!(char, '$' | '_');
            let may_follow = may_begin || char.is_alphanumeric() || matches!(char, '\u{200C}' | '\u{200D}');
            if !(may_begin || (may_follow && !name.is_empty())) {
                return None;
            }
            name.push(char);
        }
    }

    /// What follows a backslash outside of a class.
    fn escape(&mut self) -> Option<Before> {
        match self.chars.next()? {
            'b' | 'B' => return Some(Before::Other),
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => {}
            'p' | 'P' => self.property()?,
            'k' => {
                self.take('<')?;
                let name = self.name()?;
                self.references.push(name);
            }
            first @ '1'..='9' => {
                let more = self.digits().unwrap_or_default();
                self.max_reference = self.max_reference.max(format!("{first}{more}").parse().unwrap_or(u64::MAX));
            }
            char => drop(self.character(char)?),
        }
        Some(Before::Atom)
    }

    /// The code point of an escaped character.
    fn character(&mut self, char: char) -> Option<u32> {
        Some(match char {
            't' => 9,
            'n' => 10,
            'v' => 11,
            'f' => 12,
            'r' => 13,
            'c' => u32::from(self.chars.next().filter(char::is_ascii_alphabetic)?) % 32,
            '0' if !self.chars.peek().is_some_and(char::is_ascii_digit) => 0,
            'x' => self.hex(2)?,
            'u' => self.unicode()?,
            _ if !char.is_alphanumeric() => char.into(),
            _ => return None,
        })
    }

    fn hex(&mut self, n_digits: u32) -> Option<u32> {
        (0..n_digits).try_fold(0, |value, _| Some(value << 4 | self.chars.next()?.to_digit(16)?))
    }

    /// Four digits, a pair of surrogates in twice four, or digits in braces.
    fn unicode(&mut self) -> Option<u32> {
        if self.take('{').is_some() {
            let mut value: u32 = self.chars.next()?.to_digit(16)?;
            while self.take('}').is_none() {
                value = value.saturating_mul(16).saturating_add(self.chars.next()?.to_digit(16)?);
            }
            return (value <= 0x10_FFFF).then_some(value);
        }
        let high = self.hex(4)?;
        let mut ahead = Self {
            chars: self.chars.clone(),
            n_groups: 0,
            max_reference: 0,
            names: Vec::new(),
            references: Vec::new(),
        };
        if (0xD800..0xDC00).contains(&high)
            && ahead.take('\\').is_some()
            && ahead.take('u').is_some()
            && let Some(low) = ahead.hex(4).filter(|low| (0xDC00..0xE000).contains(low))
        {
            self.chars = ahead.chars;
            return Some(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
        }
        Some(high)
    }

    /// `{Name}` or `{Name=Value}`; which names there are is not looked at.
    fn property(&mut self) -> Option<()> {
        self.take('{')?;
        self.word()?;
        if self.take('=').is_some() {
            self.word()?;
        }
        self.take('}')
    }

    fn word(&mut self) -> Option<()> {
        let mut n_chars = 0;
        while self.chars.next_if(|char| char.is_ascii_alphanumeric() || *char == '_').is_some() {
            n_chars += 1;
        }
        (n_chars > 0).then_some(())
    }

    /// A class up to its bracket.
    fn class(&mut self) -> Option<()> {
        let _negation = self.take('^');
        loop {
            if self.take(']').is_some() {
                return Some(());
            }
            let first = self.class_atom()?;
            let mut ahead = self.chars.clone();
            let is_range = ahead.next() == Some('-') && ahead.next() != Some(']');
            if is_range {
                self.take('-')?;
                let last = self.class_atom()?;
                if first? > last? {
                    return None;
                }
            }
        }
    }

    /// A character of a class, or none for a set of them such as `\d`.
    fn class_atom(&mut self) -> Option<Option<u32>> {
        let char = self.chars.next()?;
        if char != '\\' {
            return Some(Some(char.into()));
        }
        Some(match self.chars.next()? {
            'b' => Some(8),
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => None,
            'p' | 'P' => {
                self.property()?;
                None
            }
            char => Some(self.character(char)?),
        })
    }
}
