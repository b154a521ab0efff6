//! Links among the files of a registry: a contract counts once, at the path of its file.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    diagnostic::Diagnostic,
    paths::is_event_path,
    source::{Source, SourceId, Sources, Span},
};

/// The files that are there a second time, through links.
pub(crate) struct Copies<'s> {
    /// Contexts with links to contracts, and the first of these.
    first: BTreeMap<&'s str, SourceId>,
    /// Contexts without a contract of their own. Their settings and types say nothing.
    contexts: BTreeSet<&'s str>,
}

impl<'s> Copies<'s> {
    pub(crate) fn of(sources: &'s Sources) -> Self {
        let mut first = BTreeMap::new();
        let mut own = BTreeSet::new();
        for (id, source) in sources.iter().filter(|(_, source)| is_event_path(&source.path)) {
            match is_link_to_contract(source) {
                true => drop(first.entry(context_of(source)).or_insert(id)),
                false => drop(own.insert(context_of(source))),
            }
        }
        let contexts = first.keys().copied().filter(|context| !own.contains(context)).collect();
        Self { first, contexts }
    }

    /// Whether a file says nothing: it is a link to a contract, or in a folder of such links. References may lead to it.
    pub(crate) fn has(&self, source: &Source) -> bool {
        is_link_to_contract(source) || (source.path.contains('/') && self.contexts.contains(context_of(source)))
    }

    /// A finding for each context with links to contracts.
    pub(crate) fn findings(&self, sources: &Sources) -> Vec<Diagnostic> {
        let finding = |(context, id): (&&str, &SourceId)| {
            let (path, place) = (&sources[*id].path, Span { source: *id, start: 0, end: 0 });
            let link = sources[*id].bytes.link().unwrap_or_default();
            let what = if self.contexts.contains(context) { context } else { path.as_str() };
            let headline = format!("`{what}` is a link, which does not create a second contract of `{link}`");
            Diagnostic::warning("unread-file", place, headline)
                .help("remove the link; a contract belongs to one context; put types of several contexts into `types/`")
        };
        self.first.iter().map(finding).collect()
    }
}

fn is_link_to_contract(source: &Source) -> bool {
    is_event_path(&source.path) && source.bytes.link().is_some_and(is_event_path)
}

fn context_of(source: &Source) -> &str {
    source.path.split('/').next().unwrap_or_default()
}
