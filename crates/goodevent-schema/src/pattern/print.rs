//! Patterns as the engines of Rust read them.

use std::fmt::Write as _;

use super::{
    parse::{Node, Parsed},
    set::Set,
    unsupported::Unsupported,
};

/// The pattern in the few words that mean the same in every engine, which all match characters.
pub(super) fn print(parsed: &Parsed) -> Result<String, Unsupported> {
    let mut groups = Vec::new();
    referred(&parsed.node, &mut groups);
    let mut printer = Printer { text: String::new(), groups, is_unicode: parsed.is_unicode };
    if !printer.groups.is_empty() && !back_references_are_plain(&parsed.node) {
        return Err(Unsupported::Peculiar);
    }
    if !parsed.is_unicode && tells_units_apart(&parsed.node, printer.groups.is_empty()) {
        return Err(Unsupported::Units);
    }
    printer.node(&parsed.node)?;
    Ok(printer.text)
}

/// Whether the pattern could match a unit of UTF-16 that is a half of a character: then characters are not what it is about.
/// Any number of any units is as many characters, unless a group may end between the halves.
fn tells_units_apart(node: &Node, is_free: bool) -> bool {
    const HALVES: (u32, u32) = (0xD800, 0xDFFF);
    match node {
        Node::Empty | Node::Start | Node::End | Node::Back(_) => false,
        Node::Set(set) => set.ranges().iter().any(|(first, last)| *first <= HALVES.1 && HALVES.0 <= *last),
        Node::Repeat { node, min: 0, max: None, .. } if is_free => match &**node {
            Node::Set(set) if set.ranges().iter().any(|(first, last)| *first <= HALVES.0 && HALVES.1 <= *last) => false,
            node => tells_units_apart(node, is_free),
        },
        Node::Cat(parts) | Node::Or(parts) => parts.iter().any(|part| tells_units_apart(part, is_free)),
        Node::Repeat { node, .. } | Node::Look { node, .. } | Node::Group(_, node) => tells_units_apart(node, is_free),
    }
}

/// The groups that are referred to.
fn referred(node: &Node, groups: &mut Vec<u32>) {
    match node {
        Node::Back(back) => groups.extend(back),
        Node::Cat(parts) | Node::Or(parts) => parts.iter().for_each(|part| referred(part, groups)),
        Node::Repeat { node, .. } | Node::Look { node, .. } | Node::Group(_, node) => referred(node, groups),
        Node::Empty | Node::Set(_) | Node::Start | Node::End => {}
    }
}

/// Whether no reference can meet a group at a time when engines disagree about what it has: one that has not taken part,
/// or took part in an earlier round of a repetition, or is read from right to left, or is open.
fn back_references_are_plain(node: &Node) -> bool {
    let mut known = Vec::new();
    plain(node, &mut known)
}

/// `known` has the groups that have taken part for sure in front of `node`, and behind it on return.
fn plain(node: &Node, known: &mut Vec<u32>) -> bool {
    match node {
        Node::Empty | Node::Set(_) | Node::Start | Node::End => true,
        Node::Back(groups) => groups.len() == 1 && known.contains(&groups[0]),
        Node::Cat(parts) => parts.iter().all(|part| plain(part, known)),
        Node::Or(ways) => ways.iter().all(|way| plain(way, &mut known.clone())),
        Node::Group(number, node) => {
            let is_plain = plain(node, known);
            known.push(*number);
            is_plain
        }
        Node::Repeat { node, min, .. } => {
            // Each round sees the groups of its own only: those of the one before are forgotten.
            let mut within = known.clone();
            let is_plain = plain(node, &mut within);
            if *min > 0 {
                *known = within;
            }
            is_plain
        }
        Node::Look { is_ahead: true, holds, node } => {
            let mut within = known.clone();
            let is_plain = plain(node, &mut within);
            if *holds {
                *known = within;
            }
            is_plain
        }
        Node::Look { is_ahead: false, node, .. } => {
            let mut groups = Vec::new();
            referred(node, &mut groups);
            groups.is_empty()
        }
    }
}

/// Whether what matches has no characters.
fn is_empty(node: &Node) -> bool {
    match node {
        Node::Empty | Node::Look { .. } | Node::Start | Node::End => true,
        Node::Set(_) | Node::Back(_) => false,
        Node::Cat(parts) | Node::Or(parts) => parts.iter().all(is_empty),
        Node::Repeat { node, max, .. } => *max == Some(0) || is_empty(node),
        Node::Group(_, node) => is_empty(node),
    }
}

struct Printer {
    text: String,
    /// The groups that are referred to, if there are any: then all groups count.
    groups: Vec<u32>,
    is_unicode: bool,
}

impl Printer {
    fn node(&mut self, node: &Node) -> Result<(), Unsupported> {
        match node {
            Node::Empty => {}
            Node::Set(set) => self.set(set),
            Node::Cat(parts) => {
                for part in parts {
                    match part {
                        Node::Or(_) => self.wrapped("(?:", part)?,
                        _ => self.node(part)?,
                    }
                }
            }
            Node::Or(ways) => {
                for (nth, way) in ways.iter().enumerate() {
                    self.text.push_str(if nth > 0 { "|" } else { "" });
                    self.node(way)?;
                }
            }
            // Engines refuse to repeat what takes no characters, and there is no need to.
            Node::Repeat { node, min, .. } if is_empty(node) => {
                if *min > 0 {
                    self.wrapped("(?:", node)?;
                }
            }
            Node::Repeat { node, min, max, is_lazy } => {
                match **node {
                    Node::Set(_) | Node::Group(..) => self.node(node)?,
                    _ => self.wrapped("(?:", node)?,
                }
                let bounds = match (min, max) {
                    (0, None) => "*".to_owned(),
                    (1, None) => "+".to_owned(),
                    (0, Some(1)) => "?".to_owned(),
                    (min, None) => format!("{{{min},}}"),
                    (min, Some(max)) if min == max => format!("{{{min}}}"),
                    (min, Some(max)) => format!("{{{min},{max}}}"),
                };
                self.text.push_str(&bounds);
                self.text.push_str(if *is_lazy { "?" } else { "" });
            }
            Node::Look { is_ahead, holds, node } => {
                let opening = match (is_ahead, holds) {
                    (true, true) => "(?=",
                    (true, false) => "(?!",
                    (false, true) => "(?<=",
                    (false, false) => "(?<!",
                };
                self.wrapped(opening, node)?;
            }
            Node::Start => self.text.push('^'),
            Node::End => self.text.push('$'),
            Node::Group(_, node) => self.wrapped(if self.groups.is_empty() { "(?:" } else { "(" }, node)?,
            Node::Back(groups) => {
                // The next character is never another digit of the number.
                for group in groups {
                    write!(self.text, "(?:\\{group})").expect("a string takes what is written");
                }
            }
        }
        Ok(())
    }

    fn wrapped(&mut self, opening: &str, node: &Node) -> Result<(), Unsupported> {
        self.text.push_str(opening);
        self.node(node)?;
        self.text.push(')');
        Ok(())
    }

    fn set(&mut self, set: &Set) {
        let mut ranges = set.scalars();
        // Any number of any units.
        if !self.is_unicode && set.has(0xD800) && set.has(0xDFFF) {
            ranges.push(('\u{10000}', char::MAX));
        }
        if let [(first, last)] = ranges[..]
            && first == last
        {
            return self.char(first, "^$\\.*+?()[]{}|/");
        }
        let has_last = ranges.last().is_some_and(|(_, last)| *last == char::MAX);
        let of = |ranges: &[(char, char)]| {
            Set::new(ranges.iter().map(|(first, last)| (u32::from(*first), u32::from(*last))))
        };
        let shown = match has_last || ranges.is_empty() {
            true => of(&ranges).negated(char::MAX.into()).scalars(),
            false => ranges,
        };
        if shown.is_empty() {
            return self.text.push_str("[\\u{0}-\\u{10FFFF}]");
        }
        self.text.push_str(if has_last || set.scalars().is_empty() { "[^" } else { "[" });
        for (first, last) in shown {
            self.char(first, "");
            if first < last {
                self.text.push('-');
                self.char(last, "");
            }
        }
        self.text.push(']');
    }

    /// A character; of ASCII only letters and digits stand as they are, and those of `escaped` behind a backslash.
    fn char(&mut self, char: char, escaped: &str) {
        match char {
            char if escaped.contains(char) => self.text.extend(['\\', char]),
            char if char.is_ascii_alphanumeric() || (!escaped.is_empty() && char.is_ascii_graphic()) => {
                self.text.push(char);
            }
            char => write!(self.text, "\\u{{{:X}}}", u32::from(char)).expect("a string takes what is written"),
        }
    }
}
