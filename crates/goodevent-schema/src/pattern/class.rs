//! Classes and escapes of characters ([ECMA-262 §22.2.1](https://tc39.es/ecma262/#prod-CharacterClass)).

use super::{
    reader::{Malformed, Parser, Result},
    set::Set,
};

/// A class behind its opening bracket, up to the closing one.
pub(super) fn class(parser: &mut Parser) -> Result<Set> {
    let is_negated = parser.eat('^');
    let mut ranges = Vec::new();
    let is_empty = parser.peek() == Some(']');
    while !parser.eat(']') {
        // Other engines read operations on sets, nested classes and some hyphens here.
        parser.is_peculiar |= matches!(parser.peek(), Some('[' | '&' | '~'));
        parser.is_peculiar |= parser.peek() == Some('-') && parser.peek_at(1) != Some(']');
        let first = atom(parser)?;
        let is_range = parser.peek() == Some('-') && !matches!(parser.peek_at(1), None | Some(']'));
        if !is_range {
            ranges.extend_from_slice(first.set().ranges());
            continue;
        }
        parser.at += 1;
        let last = atom(parser)?;
        match (&first, &last) {
            (Atom::Char(first), Atom::Char(last)) if first <= last => ranges.push((*first, *last)),
            (Atom::Char(_), Atom::Char(_)) => return Err(Malformed),
            _ if parser.is_unicode => return Err(Malformed),
            // A set is no end of a range: the hyphen stands for itself.
            _ => {
                ranges.extend_from_slice(first.set().ranges());
                ranges.extend_from_slice(last.set().ranges());
                ranges.push(('-'.into(), '-'.into()));
            }
        }
    }
    parser.is_peculiar |= is_empty;
    let set = parser.cased(Set::new(ranges));
    Ok(if is_negated { set.negated(parser.last()) } else { set })
}

enum Atom {
    Char(u32),
    Set(Set),
}

impl Atom {
    fn set(&self) -> Set {
        match self {
            Self::Char(char) => Set::one(*char),
            Self::Set(set) => set.clone(),
        }
    }
}

fn atom(parser: &mut Parser) -> Result<Atom> {
    if !parser.eat('\\') {
        return parser.next().map(Atom::Char).ok_or(Malformed);
    }
    match set(parser)? {
        Some(set) => Ok(Atom::Set(set)),
        None => character(parser, true).map(Atom::Char),
    }
}

/// `d`, `s`, `w` and `p{…}` and their contraries, behind the backslash.
pub(super) fn set(parser: &mut Parser) -> Result<Option<Set>> {
    let Some(letter) = parser.peek() else { return Err(Malformed) };
    let set = match letter {
        'd' | 'D' | 's' | 'S' | 'w' | 'W' => {
            parser.at += 1;
            parser.named(letter)
        }
        'p' | 'P' if parser.is_unicode => {
            parser.at += 1;
            parser.is_peculiar = true;
            Some(property(parser)?)
        }
        _ => None,
    };
    let set = set.map(|set| if letter.is_ascii_uppercase() { set.negated(parser.last()) } else { set });
    Ok(set.map(|set| parser.cased(set)))
}

fn property(parser: &mut Parser) -> Result<Set> {
    let word = |parser: &mut Parser| {
        let mut word = String::new();
        while let Some(char) = parser.peek().filter(|char| char.is_ascii_alphanumeric() || *char == '_') {
            parser.at += 1;
            word.push(char);
        }
        word
    };
    parser.expect('{')?;
    let name = word(parser);
    let value = parser.eat('=').then(|| word(parser));
    parser.expect('}')?;
    Set::of_property(&name, value.as_deref()).ok_or(Malformed)
}

/// An escaped character, behind the backslash.
pub(super) fn character(parser: &mut Parser, is_in_class: bool) -> Result<u32> {
    let Some(char) = parser.peek() else { return Err(Malformed) };
    let at = parser.at;
    parser.at += 1;
    Ok(match char {
        't' => 9,
        'n' => 10,
        'v' => 11,
        'f' => 12,
        'r' => 13,
        'b' if is_in_class => {
            parser.is_peculiar = true;
            8
        }
        '-' if is_in_class => char.into(),
        'c' => {
            parser.is_peculiar = true;
            let is_control = |next: &char| {
                next.is_ascii_alphabetic()
                    || (is_in_class && !parser.is_unicode && (next.is_ascii_digit() || *next == '_'))
            };
            match parser.peek().filter(is_control) {
                Some(letter) => {
                    parser.at += 1;
                    u32::from(letter) % 32
                }
                None if parser.is_unicode => return Err(Malformed),
                // The backslash stands for itself, and so does what follows.
                None => {
                    parser.at = at;
                    '\\'.into()
                }
            }
        }
        '0' if !parser.peek().is_some_and(|next| next.is_ascii_digit()) => {
            parser.is_peculiar = true;
            0
        }
        '0'..='9' if parser.is_unicode => return Err(Malformed),
        '0'..='9' => {
            parser.at = at;
            octal(parser)
        }
        'x' => match hex(parser, 2) {
            Some(value) => value,
            None => own(parser, char)?,
        },
        'u' => {
            let value = unicode(parser, false).map_or_else(|| own(parser, char), Ok)?;
            // Others take no surrogates, not even in pairs.
            parser.is_peculiar |= matches!(value, 0xD800..0xE000 | 0x10000..);
            value
        }
        char => {
            parser.at = at;
            let value = parser.next().ok_or(Malformed)?;
            if !"^$\\.*+?()[]{}|/".contains(char) {
                own(parser, char)?;
            }
            value
        }
    })
}

/// A character that stands for itself though it is escaped, which only others than letters do, and without the flag.
///
/// Annex B has letters too. But who writes `\Z` or `\h` means what other engines do.
fn own(parser: &Parser, char: char) -> Result<u32> {
    match parser.is_unicode || char.is_ascii_alphabetic() {
        true => Err(Malformed),
        false => Ok(char.into()),
    }
}

/// Up to three octal digits that make at most 255; 8 and 9 stand for themselves.
pub(super) fn octal(parser: &mut Parser) -> u32 {
    let mut value = 0;
    let mut n_digits = 0;
    while let Some(digit) = parser.peek().and_then(|char| char.to_digit(8)) {
        if n_digits == 3 || value * 8 + digit > 0o377 {
            break;
        }
        value = value * 8 + digit;
        n_digits += 1;
        parser.at += 1;
    }
    match n_digits {
        0 => parser.next().unwrap_or_default(),
        _ => value,
    }
}

/// So many hexadecimal digits; nothing is read if they are not there.
fn hex(parser: &mut Parser, n_digits: usize) -> Option<u32> {
    let digits = (0..n_digits).map(|nth| parser.peek_at(nth)?.to_digit(16));
    let value = digits.collect::<Option<Vec<u32>>>()?.into_iter().fold(0, |value, digit| value << 4 | digit);
    parser.at += n_digits;
    Some(value)
}

/// The code point behind `\u`: four digits, a pair of surrogates in twice four, or digits in braces.
pub(super) fn unicode(parser: &mut Parser, is_name: bool) -> Option<u32> {
    let is_wide = parser.is_unicode || is_name;
    let at = parser.at;
    if is_wide && parser.eat('{') {
        let mut value: u32 = 0;
        let mut n_digits = 0;
        while !parser.eat('}') {
            value = value.saturating_mul(16).saturating_add(parser.peek()?.to_digit(16)?);
            parser.at += 1;
            n_digits += 1;
        }
        return (n_digits > 0 && value <= 0x10_FFFF).then_some(value);
    }
    let high = hex(parser, 4).or_else(|| {
        parser.at = at;
        None
    })?;
    let behind = parser.at;
    if is_wide
        && (0xD800..0xDC00).contains(&high)
        && parser.eat('\\')
        && parser.eat('u')
        && let Some(low) = hex(parser, 4).filter(|low| (0xDC00..0xE000).contains(low))
    {
        return Some(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
    }
    parser.at = behind;
    Some(high)
}
