//! Registries made from inputs, and the checks that every registry passes.

use goodevent_build::render;
use goodevent_schema::{
    Registry, analyze,
    diagnostic::{Diagnostic, has_errors},
    ir::SchemaId,
    source::{Source, Sources, Span},
};

use crate::input::SEPARATOR;

/// A registry that was read, whatever is wrong with it.
pub(crate) struct Read {
    pub(crate) sources: Sources,
    pub(crate) registry: Registry,
    pub(crate) found: Vec<Diagnostic>,
}

/// The paths of the schemas of an input: an event, and types that it may refer to by `../types/A.json`.
const PATHS: [&str; 3] = ["orders/OrderPlacedV1Event.json", "types/A.json", "types/B.json"];

/// The files of an input with up to three schemas, the event first.
pub(crate) fn schemas(data: &[u8]) -> Sources {
    let parts = data.splitn(PATHS.len(), |byte| *byte == SEPARATOR);
    files(PATHS.into_iter().zip(parts))
}

/// A registry of files, in the order of their paths.
pub(crate) fn files<'f>(files: impl IntoIterator<Item = (&'f str, &'f [u8])>) -> Sources {
    let files = files.into_iter().map(|(path, bytes)| Source { path: path.to_owned(), uri: None, bytes: bytes.into() });
    let mut files: Vec<Source> = files.collect();
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Sources { root: "schemas".to_owned(), files }
}

impl Read {
    pub(crate) fn of(sources: Sources) -> Self {
        let (registry, found) = analyze(&sources);
        Self { sources, registry, found }
    }

    /// The registry of an input with up to three schemas, if it has no errors, and the schema of its event.
    pub(crate) fn without_errors(data: &[u8]) -> Option<(Self, SchemaId)> {
        let read = Self::of(schemas(data));
        let root = read.registry.contracts().next()?.root;
        (!has_errors(&read.found)).then_some((read, root))
    }
}

/// Every finding lies in its file, and every report can be made of them.
pub(crate) fn check_findings(found: &[Diagnostic], sources: &Sources) {
    for finding in found {
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
        let related = finding.related.iter().map(|(span, _)| *span);
        for span in [finding.span].into_iter().chain(related).chain(edits) {
            assert!(is_place(span, sources), "{span:?} is not a place: {finding:?}");
        }
        assert!(!finding.headline.is_empty(), "{finding:?}");
    }
    let human = render::human(found, sources, false);
    assert!(!human.contains(['\0', '\u{1b}']), "{human:?}");
    let xml = render::junit(found, sources);
    assert!(!xml.contains('\0') && xml.starts_with("<?xml"), "{xml:?}");
    // The terminal escapes controls in these.
    let _ = (render::concise(found, sources), render::github(found, sources), render::human(found, sources, true));
    for json in [render::json(found, sources), render::gitlab(found, sources), render::sarif(found, sources, &[])] {
        let parsed: Result<serde_json::Value, _> = serde_json::from_str(&json);
        assert!(parsed.is_ok(), "{json}");
    }
}

/// A range of whole characters in a file, or no place at all.
fn is_place(span: Span, sources: &Sources) -> bool {
    let Some(source) = sources.get(span.source) else { return span == Span::NOWHERE };
    let (start, end) = (span.start as usize, span.end as usize);
    let is_boundary = |text: &str| text.is_char_boundary(start) && text.is_char_boundary(end);
    start <= end && end <= source.bytes.len() && std::str::from_utf8(&source.bytes).map_or(true, is_boundary)
}
