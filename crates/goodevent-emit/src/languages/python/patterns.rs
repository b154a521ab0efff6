//! Patterns as the engine of Python reads them, where that engine decides them in linear time.
//!
//! [`pattern::translate`] prints a pattern in words that mean the same in every engine. Of these, a pattern that is anchored
//! at its start, and in which the next character always decides how to continue, never makes an engine try a character twice.

use goodevent_schema::pattern;

use crate::{emitter, languages::patterns::automaton};

/// A pattern of the standard library, or else an automaton.
#[derive(Debug)]
pub(super) enum Decided {
    Regex(String),
    Automaton(String),
}

/// Longer patterns are not examined.
const MAX_CHARS: usize = 20_000;

/// What decides a pattern of ECMA-262.
///
/// # Errors
/// If no automaton decides it, and the engine of Python reads it differently.
pub(super) fn decided(source: &str) -> Result<Decided, emitter::Error> {
    let translated = pattern::translate(source);
    let nodes = translated.as_deref().ok().filter(|text| text.len() <= MAX_CHARS).and_then(read);
    if let Some(node) = nodes.as_ref().filter(|node| is_deterministic(node)) {
        return Ok(Decided::Regex(print(node, "\\A")));
    }
    if let Some(automaton) = automaton(source) {
        return Ok(Decided::Automaton(automaton));
    }
    match translated.ok().and_then(|text| read(&text)) {
        // A group around it: the pattern may begin anywhere.
        Some(node) => Ok(Decided::Regex(format!("(?:{})", print(&node, "\\A")))),
        None => Err(format!("Python has no pattern with the meaning of `{source}`").into()),
    }
}

/// A part of a translated pattern.
#[derive(Debug, PartialEq)]
enum Node {
    /// The ranges of a set, and its text.
    Set(Vec<(u32, u32)>, String),
    Cat(Vec<Node>),
    Or(Vec<Node>),
    Repeat(Box<Node>, u32, Option<u32>, bool),
    /// The opening of a group, `(` or `(?:` for instance, and its content.
    Group(&'static str, Box<Node>),
    Start,
    End,
    Back(String),
}

struct Reader<'a> {
    rest: &'a str,
}

fn read(text: &str) -> Option<Node> {
    let mut reader = Reader { rest: text };
    let node = reader.alternatives()?;
    reader.rest.is_empty().then_some(node)
}

impl Reader<'_> {
    fn take(&mut self, prefix: &str) -> bool {
        let rest = self.rest.strip_prefix(prefix);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn char(&mut self) -> Option<char> {
        let char = self.rest.chars().next()?;
        self.rest = &self.rest[char.len_utf8()..];
        Some(char)
    }

    fn alternatives(&mut self) -> Option<Node> {
        let mut branches = vec![self.sequence()?];
        while self.take("|") {
            branches.push(self.sequence()?);
        }
        if branches.len() == 1 { branches.pop() } else { Some(Node::Or(branches)) }
    }

    fn sequence(&mut self) -> Option<Node> {
        let mut parts = Vec::new();
        while !self.rest.is_empty() && !self.rest.starts_with(['|', ')']) {
            let atom = self.atom()?;
            parts.push(self.repeated(atom)?);
        }
        Some(Node::Cat(parts))
    }

    fn atom(&mut self) -> Option<Node> {
        if self.take("^") {
            return Some(Node::Start);
        }
        if self.take("$") {
            return Some(Node::End);
        }
        if self.take("[") {
            return self.set();
        }
        // The engine of Python looks behind by a fixed number of characters only.
        for opening in ["(?:", "(?=", "(?!", "("] {
            if !self.rest.starts_with("(?<") && self.take(opening) {
                let inner = self.alternatives()?;
                return self.take(")").then(|| Node::Group(opening, Box::new(inner)));
            }
        }
        if self.rest.starts_with('\\') && self.rest[1..].starts_with(|char: char| char.is_ascii_digit()) {
            self.take("\\");
            return Some(Node::Back(self.digits()));
        }
        let char = self.literal()?;
        Some(Node::Set(vec![(char.into(), char.into())], escaped(char)))
    }

    fn literal(&mut self) -> Option<char> {
        if self.take("\\u{") {
            let (digits, rest) = self.rest.split_once('}')?;
            self.rest = rest;
            return char::from_u32(u32::from_str_radix(digits, 16).ok()?);
        }
        let char = self.char()?;
        if char == '\\' { self.char().filter(|char| !char.is_ascii_alphanumeric()) } else { Some(char) }
    }

    fn set(&mut self) -> Option<Node> {
        let is_negated = self.take("^");
        let mut ranges = Vec::new();
        let mut text = String::from(if is_negated { "[^" } else { "[" });
        while !self.take("]") {
            let first = self.literal()?;
            text.push_str(&escaped(first));
            let last = if self.take("-") {
                let last = self.literal()?;
                text.push('-');
                text.push_str(&escaped(last));
                last
            } else {
                first
            };
            ranges.push((u32::from(first), u32::from(last)));
        }
        text.push(']');
        ranges.sort_unstable();
        Some(Node::Set(if is_negated { negated(&ranges) } else { ranges }, text))
    }

    fn digits(&mut self) -> String {
        let n_digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.rest.split_at(n_digits);
        self.rest = rest;
        digits.to_owned()
    }

    fn repeated(&mut self, atom: Node) -> Option<Node> {
        let bounds = if self.take("*") {
            (0, None)
        } else if self.take("+") {
            (1, None)
        } else if self.take("?") {
            (0, Some(1))
        } else if self.take("{") {
            let min: u32 = self.digits().parse().ok()?;
            let max = match self.take(",") {
                false => Some(min),
                true if self.rest.starts_with('}') => None,
                true => Some(self.digits().parse().ok()?),
            };
            self.take("}").then_some((min, max))?
        } else {
            return Some(atom);
        };
        let is_lazy = self.take("?");
        Some(Node::Repeat(Box::new(atom), bounds.0, bounds.1, is_lazy))
    }
}

fn negated(ranges: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut gaps = Vec::new();
    let mut next = 0;
    for (first, last) in ranges {
        if next < *first {
            gaps.push((next, first - 1));
        }
        next = next.max(last + 1);
    }
    gaps.push((next, u32::from(char::MAX)));
    gaps
}

/// A character as Python's engine reads it, within a class and outside.
fn escaped(char: char) -> String {
    match u32::from(char) {
        _ if char.is_ascii_alphanumeric() => char.to_string(),
        0x20..0x7f => format!("\\{char}"),
        code @ 0..0x1_0000 => format!("\\u{code:04x}"),
        code => format!("\\U{code:08x}"),
    }
}

fn print(node: &Node, start: &str) -> String {
    let of = |node: &Node| print(node, start);
    match node {
        Node::Set(_, text) => text.clone(),
        Node::Cat(parts) => parts.iter().map(of).collect(),
        Node::Or(branches) => branches.iter().map(of).collect::<Vec<_>>().join("|"),
        Node::Repeat(inner, min, max, is_lazy) => {
            let bounds = match (min, max) {
                (0, None) => "*".to_owned(),
                (1, None) => "+".to_owned(),
                (0, Some(1)) => "?".to_owned(),
                (min, None) => format!("{{{min},}}"),
                (min, Some(max)) if min == max => format!("{{{min}}}"),
                (min, Some(max)) => format!("{{{min},{max}}}"),
            };
            format!("{}{bounds}{}", of(inner), if *is_lazy { "?" } else { "" })
        }
        Node::Group(opening, inner) => format!("{opening}{})", of(inner)),
        Node::Start => start.to_owned(),
        Node::End => "\\Z".to_owned(),
        Node::Back(group) => format!("\\{group}"),
    }
}

/// The places of a pattern that a character can take, and which can follow which (Glushkov's construction).
#[derive(Default)]
struct Places<'n> {
    sets: Vec<&'n [(u32, u32)]>,
    follow: Vec<Vec<usize>>,
}

/// The places that a part begins and ends with, and whether it can be empty.
struct Ends {
    first: Vec<usize>,
    last: Vec<usize>,
    is_empty: bool,
}

/// Patterns with more places are not examined.
const MAX_PLACES: usize = 200;

/// Whether the pattern begins at the start, and the next character always decides how it continues.
fn is_deterministic(node: &Node) -> bool {
    let Node::Cat(parts) = node else { return false };
    let [Node::Start, rest @ ..] = parts.as_slice() else { return false };
    let rest = rest.strip_suffix(&[Node::End]).unwrap_or(rest);
    let mut places = Places::default();
    let Some(ends) = places.sequence(rest) else { return false };
    let mut choices = places.follow.iter().chain([&ends.first]);
    choices.all(|choice| are_disjoint(&places, choice))
}

fn are_disjoint(places: &Places<'_>, choice: &[usize]) -> bool {
    let mut ranges: Vec<(u32, u32)> = choice.iter().flat_map(|place| places.sets[*place].iter().copied()).collect();
    ranges.sort_unstable();
    ranges.windows(2).all(|pair| pair[0].1 < pair[1].0)
}

impl<'n> Places<'n> {
    fn ends(&mut self, node: &'n Node) -> Option<Ends> {
        match node {
            Node::Set(ranges, _) => {
                let place = self.sets.len();
                self.sets.push(ranges);
                self.follow.push(Vec::new());
                (place < MAX_PLACES).then(|| Ends { first: vec![place], last: vec![place], is_empty: false })
            }
            Node::Cat(parts) => self.sequence(parts),
            Node::Or(branches) => {
                let mut all = Ends { first: Vec::new(), last: Vec::new(), is_empty: false };
                for branch in branches {
                    let own = self.ends(branch)?;
                    // Two empty branches are two ways of the same.
                    if own.is_empty && all.is_empty {
                        return None;
                    }
                    all.first.extend(own.first);
                    all.last.extend(own.last);
                    all.is_empty |= own.is_empty;
                }
                Some(all)
            }
            Node::Repeat(inner, min, max, _) => {
                let own = self.ends(inner)?;
                if own.is_empty {
                    return None;
                }
                if *max != Some(1) {
                    self.connect(&own.last, &own.first);
                }
                Some(Ends { is_empty: *min == 0, ..own })
            }
            Node::Group("(?:", inner) => self.ends(inner),
            Node::Group(..) | Node::Start | Node::End | Node::Back(_) => None,
        }
    }

    fn sequence(&mut self, parts: &'n [Node]) -> Option<Ends> {
        let mut all = Ends { first: Vec::new(), last: Vec::new(), is_empty: true };
        for part in parts {
            let own = self.ends(part)?;
            self.connect(&all.last, &own.first);
            if all.is_empty {
                all.first.extend(&own.first);
            }
            if own.is_empty {
                all.last.extend(own.last);
            } else {
                all.last = own.last;
            }
            all.is_empty &= own.is_empty;
        }
        Some(all)
    }

    fn connect(&mut self, from: &[usize], to: &[usize]) {
        for place in from {
            self.follow[*place].extend(to);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_patterns_without_choices_run_in_the_engine_of_python() {
        for (pattern, expected) in [
            ("^OCT-[0-9]{8}$", Some(r"\AOCT\-[0-9]{8}\Z")),
            ("^[a-z]+(?:\\.[a-z]+)*$", Some(r"\A[a-z]+(?:\.[a-z]+)*\Z")),
            ("^(?:a|b)?c$", Some(r"\A(?:a|b)?c\Z")),
            (r"^\d+ [^,]*$", Some(r"\A[0-9]+\ [^\,]*\Z")),
            ("^(a+)+$", None),
            ("^(a{1,2}){1,2}$", None),
            ("^a*a$", None),
            ("^(?:a|ab)$", None),
            ("^(?:a?)*$", None),
            ("[a-z]*$", None),
            ("^a|b$", None),
        ] {
            let found = match decided(pattern).unwrap() {
                Decided::Regex(regex) => Some(regex),
                Decided::Automaton(_) => None,
            };
            assert_eq!(found.as_deref(), expected, "{pattern}");
        }
    }

    #[test]
    fn what_no_automaton_decides_runs_if_it_means_the_same() {
        assert!(matches!(decided(r"^(a|b)\1$").unwrap(), Decided::Regex(regex) if regex == r"(?:\A(a|b)(?:\1)\Z)"));
        assert!(decided(r"(?<=(a)\1*)b").is_err());
    }
}
