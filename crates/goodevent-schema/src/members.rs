//! Members of large objects by name, for repeated look-ups.

use std::collections::HashMap;

use goodevent_json::pointer;
use smol_str::SmolStr;

use crate::{
    key::{Key, key},
    syntax::Node,
};

/// The positions of the members of objects with many of them.
#[derive(Debug, Default)]
pub(crate) struct Members {
    positions: HashMap<Key, HashMap<SmolStr, usize>>,
}

impl Members {
    /// The child that a token of a JSON Pointer names.
    pub(crate) fn child<'n>(&mut self, node: &'n Node, token: &str) -> Option<&'n Node> {
        const MANY: usize = 32;
        let members = node.members();
        if members.len() <= MANY {
            return node.child(token);
        }
        let positions = self.positions.entry(key(node)).or_insert_with(|| {
            let mut positions = HashMap::new();
            for (at, member) in members.iter().enumerate() {
                positions.entry(member.key.value.clone()).or_insert(at);
            }
            positions
        });
        positions.get(&*pointer::unescape(token)).map(|at| &members[*at].value)
    }
}
