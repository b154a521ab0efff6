//! The characters of a pattern, one by one, and what decides how they are read.

use super::set::{DIGITS, LAST_POINT, LAST_UNIT, SPACE, Set, WORD};

/// The fault of a text that is not a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Malformed;

pub(super) type Result<T> = std::result::Result<T, Malformed>;

/// The flags of ES2025's modifiers.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Flags {
    pub(super) ignores_case: bool,
    pub(super) is_multiline: bool,
    pub(super) has_dot_all: bool,
}

pub(super) struct Parser {
    /// Code points with the flag `u`, else units of UTF-16.
    pub(super) chars: Vec<u32>,
    pub(super) at: usize,
    pub(super) is_unicode: bool,
    pub(super) flags: Flags,
    pub(super) is_peculiar: bool,
    /// Names of all groups that have one, with their numbers.
    pub(super) names: Vec<(String, u32)>,
    pub(super) n_groups: u32,
    pub(super) n_open: u32,
    /// Names of groups that may take part together with what is read.
    pub(super) alive: Vec<String>,
    pub(super) depth: usize,
}

impl Parser {
    pub(super) fn new(pattern: &str, is_unicode: bool) -> Self {
        let chars = match is_unicode {
            true => pattern.chars().map(u32::from).collect(),
            false => pattern.encode_utf16().map(u32::from).collect(),
        };
        Self {
            chars,
            at: 0,
            is_unicode,
            flags: Flags::default(),
            is_peculiar: !is_unicode,
            names: Vec::new(),
            n_groups: 0,
            n_open: 0,
            alive: Vec::new(),
            depth: 0,
        }
    }

    /// The last character there can be.
    pub(super) fn last(&self) -> u32 {
        if self.is_unicode { LAST_POINT } else { LAST_UNIT }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.peek_at(0)
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<char> {
        // A surrogate stands for nothing in the grammar.
        self.chars.get(self.at + ahead).map(|char| char::from_u32(*char).unwrap_or('\u{FFFD}'))
    }

    pub(super) fn next(&mut self) -> Option<u32> {
        let char = self.chars.get(self.at).copied();
        self.at += usize::from(char.is_some());
        char
    }

    pub(super) fn eat(&mut self, expected: char) -> bool {
        let is_there = self.peek() == Some(expected);
        self.at += usize::from(is_there);
        is_there
    }

    pub(super) fn expect(&mut self, expected: char) -> Result<()> {
        self.eat(expected).then_some(()).ok_or(Malformed)
    }

    /// With what is the same but for case, if that is ignored.
    pub(super) fn cased(&self, set: Set) -> Set {
        match (self.flags.ignores_case, self.is_unicode) {
            (false, _) => set,
            (true, true) => set.case_folded(),
            (true, false) => set.upper_cased(),
        }
    }

    /// `\w`, which has more characters where case is ignored.
    pub(super) fn word(&self) -> Set {
        let word = Set::new(WORD);
        if self.is_unicode { self.cased(word) } else { word }
    }

    /// `\d`, `\s`, `\w` by their letters.
    pub(super) fn named(&self, letter: char) -> Option<Set> {
        match letter.to_ascii_lowercase() {
            'd' => Some(Set::new(DIGITS)),
            's' => Some(Set::new(SPACE)),
            'w' => Some(self.word()),
            _ => None,
        }
    }
}
