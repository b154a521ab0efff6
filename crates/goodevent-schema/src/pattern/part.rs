//! Some of the texts that a pattern matches, where all of them are too many for an automaton.

use super::{parse::Node, set::Set};

/// As many more rounds than the fewest are left of a repetition.
const MORE_ROUNDS: u32 = 16;

/// The characters that are left of a set that has any of them.
const PLAIN: (u32, u32) = (0x20, 0x7E);

/// Fewer texts, of fewer characters and in fewer rounds: each of them matches the whole as well.
pub(super) fn of(node: &Node) -> Node {
    let all = |parts: &[Node]| parts.iter().map(of).collect();
    match node {
        Node::Set(set) => Node::Set(plain(set)),
        Node::Cat(parts) => Node::Cat(all(parts)),
        Node::Or(parts) => Node::Or(all(parts)),
        Node::Repeat { node, min, max, is_lazy } => {
            let max = max.map(|max| max.min(min.saturating_add(MORE_ROUNDS)));
            Node::Repeat { node: Box::new(of(node)), min: *min, max, is_lazy: *is_lazy }
        }
        Node::Group(number, node) => Node::Group(*number, Box::new(of(node))),
        // With less that must not match, there would be more that does.
        Node::Look { .. } | Node::Empty | Node::Start | Node::End | Node::Back(_) => node.clone(),
    }
}

fn plain(set: &Set) -> Set {
    let within = |(first, last): &(u32, u32)| (PLAIN.0.max(*first), PLAIN.1.min(*last));
    let plain: Vec<(u32, u32)> = set.ranges().iter().map(within).filter(|(first, last)| first <= last).collect();
    match plain.is_empty() {
        true => Set::new(set.ranges().iter().take(1).copied()),
        false => Set::new(plain),
    }
}
