//! The grammar of ECMA-262 patterns ([§22.2.1](https://tc39.es/ecma262/#sec-patterns)): with the flag `u`, else without
//! it as [Annex B.1.2](https://tc39.es/ecma262/#sec-regular-expressions-patterns) has it.

use super::{
    class,
    reader::{Malformed, Parser, Result},
    set::{LINE_TERMINATORS, Set},
};

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// Nothing; always there.
    Empty,
    /// One character, or one unit of UTF-16, out of a set.
    Set(Set),
    Cat(Vec<Node>),
    Or(Vec<Node>),
    Repeat {
        node: Box<Node>,
        min: u32,
        max: Option<u32>,
        is_lazy: bool,
    },
    /// Whether what lies ahead, or behind, matches.
    Look {
        is_ahead: bool,
        holds: bool,
        node: Box<Node>,
    },
    /// The start of the text.
    Start,
    /// The end of the text.
    End,
    /// A group that captures, and its number.
    Group(u32, Box<Node>),
    /// The text that one of these groups captured, or nothing.
    Back(Vec<u32>),
}

impl Node {
    /// Number of characters that are asked for, each round of a repetition counted.
    pub(super) fn n_places(&self) -> u64 {
        self.count(&|_| 1)
    }

    /// The same, each character by the ranges of its set: `\p{L}` has hundreds.
    pub(super) fn n_ranges(&self) -> u64 {
        self.count(&|set| set.ranges().len() as u64)
    }

    fn count(&self, of_set: &impl Fn(&Set) -> u64) -> u64 {
        match self {
            Self::Empty | Self::Start | Self::End => 0,
            Self::Set(set) => of_set(set),
            Self::Back(_) => 1,
            Self::Cat(parts) | Self::Or(parts) => {
                parts.iter().map(|part| part.count(of_set)).fold(0, u64::saturating_add)
            }
            Self::Repeat { node, min, max, .. } => {
                let n_rounds = max.unwrap_or(*min).max(1);
                node.count(of_set).saturating_mul(n_rounds.into())
            }
            Self::Look { node, .. } | Self::Group(_, node) => node.count(of_set),
        }
    }
}

/// A pattern that was read.
#[derive(Debug, Clone)]
pub(super) struct Parsed {
    pub(super) node: Node,
    /// Whether it is one with the flag `u`; otherwise its characters are units of UTF-16.
    pub(super) is_unicode: bool,
    /// Whether other engines may read it in another way.
    pub(super) is_peculiar: bool,
}

/// Groups nest no deeper.
const MAX_DEPTH: usize = 120;

/// Reads a pattern with the flag `u`, or without it if it is an error with it.
pub(super) fn parse(pattern: &str) -> Result<Parsed> {
    Parser::new(pattern, true).parse().or_else(|_| Parser::new(pattern, false).parse())
}

impl Parser {
    fn literal(&self, char: u32) -> Node {
        Node::Set(self.cased(Set::one(char)))
    }

    fn parse(mut self) -> Result<Parsed> {
        self.count_groups()?;
        let node = self.disjunction()?;
        match self.at == self.chars.len() {
            true => Ok(Parsed { node, is_unicode: self.is_unicode, is_peculiar: self.is_peculiar }),
            false => Err(Malformed),
        }
    }

    /// Groups are referred to before they are read, and their number decides what `\1` is.
    fn count_groups(&mut self) -> Result<()> {
        let mut is_in_class = false;
        while let Some(char) = self.peek() {
            self.at += 1;
            match char {
                '\\' => self.at += 1,
                '[' => is_in_class = true,
                ']' => is_in_class = false,
                '(' if !is_in_class => {
                    let is_named = self.peek() == Some('?')
                        && self.peek_at(1) == Some('<')
                        && !matches!(self.peek_at(2), Some('=' | '!'));
                    if self.peek() != Some('?') {
                        self.n_groups += 1;
                    } else if is_named {
                        self.n_groups += 1;
                        self.at += 2;
                        let name = self.name()?;
                        self.names.push((name, self.n_groups));
                    }
                }
                _ => {}
            }
        }
        self.at = 0;
        Ok(())
    }

    fn disjunction(&mut self) -> Result<Node> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Malformed);
        }
        let n_alive = self.alive.len();
        let mut finished = Vec::new();
        let mut ways = Vec::new();
        loop {
            ways.push(self.alternative()?);
            finished.extend(self.alive.drain(n_alive..));
            if !self.eat('|') {
                break;
            }
        }
        self.alive.extend(finished);
        self.depth -= 1;
        Ok(if ways.len() == 1 { ways.remove(0) } else { Node::Or(ways) })
    }

    fn alternative(&mut self) -> Result<Node> {
        let mut terms = Vec::new();
        while !matches!(self.peek(), None | Some('|' | ')')) {
            terms.push(self.term()?);
        }
        Ok(match terms.len() {
            0 => Node::Empty,
            1 => terms.remove(0),
            _ => Node::Cat(terms),
        })
    }

    fn term(&mut self) -> Result<Node> {
        let Some(char) = self.peek() else { return Err(Malformed) };
        let (node, may_repeat) = match char {
            '^' => (self.line(false), false),
            '$' => (self.line(true), false),
            '(' => self.group()?,
            '.' => {
                self.at += 1;
                let set = match self.flags.has_dot_all {
                    true => Set::default(),
                    false => Set::new(LINE_TERMINATORS),
                };
                (Node::Set(set.negated(self.last())), true)
            }
            '[' => {
                self.at += 1;
                (Node::Set(class::class(self)?), true)
            }
            '\\' => self.escape()?,
            '*' | '+' | '?' => return Err(Malformed),
            '{' if self.is_unicode || self.is_range() => return Err(Malformed),
            '}' | ']' if self.is_unicode => return Err(Malformed),
            _ => {
                let char = self.next().ok_or(Malformed)?;
                (self.literal(char), true)
            }
        };
        match self.quantifier()? {
            Some(_) if !may_repeat => Err(Malformed),
            Some((min, max)) => {
                let is_lazy = self.eat('?');
                Ok(Node::Repeat { node: Box::new(node), min, max, is_lazy })
            }
            None => Ok(node),
        }
    }

    /// `^` or `$`.
    fn line(&mut self, is_ahead: bool) -> Node {
        self.at += 1;
        let edge = if is_ahead { Node::End } else { Node::Start };
        if !self.flags.is_multiline {
            return edge;
        }
        let terminator = Node::Set(Set::new(LINE_TERMINATORS));
        Node::Or(vec![edge, Node::Look { is_ahead, holds: true, node: Box::new(terminator) }])
    }

    /// Whether a quantifier in braces stands here.
    fn is_range(&mut self) -> bool {
        let at = self.at;
        let is_range = matches!(self.range(), Ok(Some(_)) | Err(Malformed));
        self.at = at;
        is_range
    }

    /// `{2}`, `{2,}` or `{2,3}`; nothing is read if none of them is there.
    fn range(&mut self) -> Result<Option<(u32, Option<u32>)>> {
        let at = self.at;
        let mut read = || {
            self.expect('{').ok()?;
            let min = self.decimal()?;
            let max = match self.eat(',') {
                true if self.peek() == Some('}') => None,
                true => Some(self.decimal()?),
                false => Some(min.clone()),
            };
            self.expect('}').ok()?;
            Some((min, max))
        };
        let Some((min, max)) = read() else {
            self.at = at;
            return Ok(None);
        };
        if max.as_ref().is_some_and(|max| (max.len(), max) < (min.len(), &min)) {
            return Err(Malformed);
        }
        let number = |digits: String| digits.parse().unwrap_or(u32::MAX);
        Ok(Some((number(min), max.map(number))))
    }

    /// Digits without zeros in front.
    fn decimal(&mut self) -> Option<String> {
        let mut digits = String::new();
        while let Some(digit) = self.peek().filter(char::is_ascii_digit) {
            self.at += 1;
            digits.push(digit);
        }
        let is_there = !digits.is_empty();
        is_there
            .then(|| digits.trim_start_matches('0').to_owned())
            .map(|digits| if digits.is_empty() { "0".to_owned() } else { digits })
    }

    fn quantifier(&mut self) -> Result<Option<(u32, Option<u32>)>> {
        let plain = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => {
                let range = self.range()?;
                return if range.is_none() && self.is_unicode { Err(Malformed) } else { Ok(range) };
            }
            _ => return Ok(None),
        };
        self.at += 1;
        Ok(Some(plain))
    }

    /// A group, and whether it may be repeated.
    fn group(&mut self) -> Result<(Node, bool)> {
        self.expect('(')?;
        let flags = self.flags;
        let mut number = None;
        let mut look = None;
        if !self.eat('?') {
            number = Some(self.open());
        } else if self.eat(':') {
        } else if self.eat('=') {
            look = Some((true, true));
        } else if self.eat('!') {
            look = Some((true, false));
        } else if self.eat('<') {
            if self.eat('=') {
                look = Some((false, true));
            } else if self.eat('!') {
                look = Some((false, false));
            } else {
                let name = self.name()?;
                if self.alive.contains(&name) {
                    return Err(Malformed);
                }
                self.alive.push(name);
                number = Some(self.open());
            }
        } else {
            self.modifiers()?;
        }
        let node = Box::new(self.disjunction()?);
        self.expect(')')?;
        self.flags = flags;
        Ok(match (number, look) {
            (Some(number), _) => (Node::Group(number, node), true),
            (None, Some((is_ahead, holds))) => {
                // Without the flag, what looks ahead may be repeated.
                (Node::Look { is_ahead, holds, node }, is_ahead && !self.is_unicode)
            }
            (None, None) => (*node, true),
        })
    }

    fn open(&mut self) -> u32 {
        self.n_open += 1;
        self.n_open
    }

    /// `i`, `m` and `s`, each once, with a hyphen before those that are switched off.
    fn modifiers(&mut self) -> Result<()> {
        self.is_peculiar = true;
        let mut seen = String::new();
        let mut is_on = true;
        while !self.eat(':') {
            let Some(char) = self.peek().filter(|char| "ims-".contains(*char) && !seen.contains(*char)) else {
                return Err(Malformed);
            };
            self.at += 1;
            seen.push(char);
            match char {
                'i' => self.flags.ignores_case = is_on,
                'm' => self.flags.is_multiline = is_on,
                's' => self.flags.has_dot_all = is_on,
                _ => is_on = false,
            }
        }
        (!seen.trim_matches('-').is_empty()).then_some(()).ok_or(Malformed)
    }

    /// The name of a group, up to its angle bracket.
    fn name(&mut self) -> Result<String> {
        let mut name = String::new();
        loop {
            let char = match self.next().ok_or(Malformed)? {
                0x3E => return if name.is_empty() { Err(Malformed) } else { Ok(name) },
                0x5C => {
                    self.expect('u')?;
                    class::unicode(self, true).ok_or(Malformed)?
                }
                high @ 0xD800..0xDC00 if self.chars.get(self.at).is_some_and(|low| (0xDC00..0xE000).contains(low)) => {
                    let low = self.next().ok_or(Malformed)?;
                    0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)
                }
                char => char,
            };
            let char = char::from_u32(char).ok_or(Malformed)?;
            let may_begin = char.is_alphabetic() || matches!(char, '$' | '_');
            let may_follow = may_begin || char.is_alphanumeric() || matches!(char, '\u{200C}' | '\u{200D}');
            if !(may_begin || (may_follow && !name.is_empty())) {
                return Err(Malformed);
            }
            name.push(char);
        }
    }

    /// An escape outside of a class, and whether it may be repeated.
    fn escape(&mut self) -> Result<(Node, bool)> {
        self.expect('\\')?;
        let node = match self.peek().ok_or(Malformed)? {
            edge @ ('b' | 'B') => {
                self.at += 1;
                self.is_peculiar = true;
                return Ok((self.word_edge(edge == 'b'), false));
            }
            'k' if self.is_unicode || !self.names.is_empty() => {
                self.at += 1;
                self.expect('<')?;
                let name = self.name()?;
                let groups: Vec<u32> =
                    self.names.iter().filter(|(own, _)| *own == name).map(|(_, group)| *group).collect();
                if groups.is_empty() || self.flags.ignores_case {
                    return Err(Malformed);
                }
                self.is_peculiar = true;
                Node::Back(groups)
            }
            '1'..='9' => {
                let at = self.at;
                let number = self.decimal().and_then(|digits| digits.parse().ok()).unwrap_or(u32::MAX);
                match number <= self.n_groups {
                    true if self.flags.ignores_case => return Err(Malformed),
                    true => {
                        self.is_peculiar = true;
                        Node::Back(vec![number])
                    }
                    false if self.is_unicode => return Err(Malformed),
                    false => {
                        self.at = at;
                        let char = class::octal(self);
                        self.literal(char)
                    }
                }
            }
            _ => match class::set(self)? {
                Some(set) => Node::Set(set),
                None => {
                    let char = class::character(self, false)?;
                    self.literal(char)
                }
            },
        };
        Ok((node, true))
    }

    /// `\b` or `\B`.
    fn word_edge(&self, is_edge: bool) -> Node {
        let look = |is_ahead, holds| Node::Look { is_ahead, holds, node: Box::new(Node::Set(self.word())) };
        let both = |behind, ahead| Node::Cat(vec![look(false, behind), look(true, ahead)]);
        Node::Or(vec![both(true, !is_edge), both(false, is_edge)])
    }
}
