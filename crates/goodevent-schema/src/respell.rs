//! Other texts at some places of documents.

use std::ops::RangeInclusive;

use crate::source::{SourceId, Span};

/// All places of a document.
pub(crate) fn within(source: SourceId) -> RangeInclusive<Span> {
    Span { source, start: 0, end: 0 }..=Span { source, start: u32::MAX, end: u32::MAX }
}
