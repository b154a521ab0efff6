//! Identity of a schema while it is read: the span of its text.

use crate::{source::SourceId, syntax::Node};

/// A node by its place: no two begin at the same byte of a text.
pub(crate) type Key = (SourceId, u32);

pub(crate) fn key(node: &Node) -> Key {
    (node.span.source, node.span.start)
}
