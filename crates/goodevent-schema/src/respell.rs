//! Documents with other texts at some places.

use std::{collections::BTreeMap, ops::RangeInclusive};

use smol_str::SmolStr;

use crate::{
    source::{SourceId, Span},
    syntax::Node,
};

/// The text of a document with other texts at some places, as the reference validator takes it.
pub(crate) fn respelled(tree: &Node, texts: &BTreeMap<Span, SmolStr>) -> serde_json::Value {
    let mut json = tree.to_json();
    for (span, text) in texts.range(within(tree.span.source)) {
        let place = tree.pointer_to(span.start).and_then(|pointer| json.pointer_mut(&pointer));
        place.into_iter().for_each(|place| *place = serde_json::Value::String(text.to_string()));
    }
    json
}

/// All places of a document.
pub(crate) fn within(source: SourceId) -> RangeInclusive<Span> {
    Span { source, start: 0, end: 0 }..=Span { source, start: u32::MAX, end: u32::MAX }
}
