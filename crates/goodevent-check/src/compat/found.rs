//! A difference between two versions of a schema: as it is found, and as a change with its verdicts.

use std::rc::Rc;

use goodevent_schema::{ir::SchemaId, source::Span};

use super::prove::{Verdict, Version, at};
use crate::solve::Site;

/// One change of a contract.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Description of the change in one line that stands alone.
    pub headline: String,
    /// Span in the old version, if there is one.
    pub old: Option<Span>,
    /// Span in the new version, if there is one.
    pub new: Option<Span>,
    /// Whether it only concerns a constant that identifies the version.
    pub names_itself: bool,
    /// Whether new consumers can read old messages.
    pub backward: Verdict,
    /// Whether old consumers can read new messages.
    pub forward: Verdict,
}

/// A schema of one of the two versions.
pub(super) type Place = (Version, SchemaId);

/// A difference at one place of the payload, and the keywords that may fail for it.
pub(super) struct Found<'r> {
    pub(super) headline: String,
    pub(super) old: Option<Span>,
    pub(super) new: Option<Span>,
    /// Keywords of the old version, and of the new one.
    pub(super) sites: [Option<Site<'r>>; 2],
    /// The schemas from the root to the place, references included, in the old version and in the new one.
    pub(super) paths: [Rc<[SchemaId]>; 2],
}

/// A keyword of a schema, or what it says of one name.
pub(super) fn site<'r>(place: Place, keyword: &'static str, name: Option<&'r str>) -> Option<Site<'r>> {
    Some(Site { at: at(place), keyword, name })
}
