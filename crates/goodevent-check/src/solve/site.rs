//! The one keyword that may fail.

use std::collections::BTreeSet;

use super::question::At;

/// The one keyword that a schema is not kept to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Site<'g> {
    pub(crate) at: At,
    pub(crate) keyword: &'static str,
    /// Of a keyword about several members the one.
    pub(crate) name: Option<&'g str>,
}

/// A way down to a site: what else may fail does not.
pub(super) struct Only<'g> {
    pub(super) site: Site<'g>,
    /// The schemas that the site is in, or below.
    pub(super) above: BTreeSet<At>,
    /// Whether all else has to hold, too.
    pub(super) is_alone: bool,
}
