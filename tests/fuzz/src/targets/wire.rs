//! The digest of any schemas without errors: the same for the same schema in another spelling.

use goodevent_check::wire;
use goodevent_json::string;
use goodevent_schema::{
    source::SourceId,
    syntax::{Kind, Node, parse},
};

use crate::{
    input::SEPARATOR,
    registry::{Read, schemas},
};

pub(super) fn run(data: &[u8]) {
    let Some((read, root)) = Read::without_errors(data) else { return };
    let digest = wire::digest(&read.registry.schemas.graph, root);
    assert!(digest.len() == 64 && digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{digest}");
    assert_eq!(wire::digest(&read.registry.schemas.graph, root), digest, "another run gives another digest");
    let sources = schemas(data);
    for spelling in Spelling::ALL {
        let texts: Vec<String> = sources
            .files
            .iter()
            .map(|file| {
                let tree = parse(SourceId(0), &file.bytes).0.expect("it has no errors");
                let mut text = String::new();
                spelling.write(&tree, &mut text);
                text
            })
            .collect();
        let text = texts.join(&char::from(SEPARATOR).to_string());
        let Some((again, root)) = Read::without_errors(text.as_bytes()) else {
            panic!("it has errors in another spelling: {text}");
        };
        assert_eq!(wire::digest(&again.registry.schemas.graph, root), digest, "{spelling:?}: {text}");
    }
}

/// A spelling of a schema that keeps its meaning.
#[derive(Debug, Clone, Copy)]
enum Spelling {
    /// Without white space.
    Compact,
    /// With white space wherever it may stand.
    Spaced,
    /// With the members of each object in reverse order.
    Reversed,
}

impl Spelling {
    const ALL: [Self; 3] = [Self::Compact, Self::Spaced, Self::Reversed];

    fn write(self, node: &Node, out: &mut String) {
        let space = if matches!(self, Self::Spaced) { "\n\t" } else { "" };
        match &node.kind {
            Kind::Array(items) => {
                out.push('[');
                for (nth, item) in items.iter().enumerate() {
                    out.push_str(if nth > 0 { "," } else { "" });
                    out.push_str(space);
                    self.write(item, out);
                }
                out.push_str(space);
                out.push(']');
            }
            Kind::Object(members) => {
                out.push('{');
                let mut members: Vec<_> = members.iter().collect();
                if matches!(self, Self::Reversed) {
                    members.reverse();
                }
                for (nth, member) in members.into_iter().enumerate() {
                    out.push_str(if nth > 0 { "," } else { "" });
                    out.push_str(space);
                    out.push_str(&string::quote(&member.key.value));
                    out.push_str(space);
                    out.push(':');
                    self.write(&member.value, out);
                }
                out.push_str(space);
                out.push('}');
            }
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => out.push_str(&node.to_text()),
        }
    }
}
