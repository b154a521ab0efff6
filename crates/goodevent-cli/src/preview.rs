//! A registry as it would be with changed files, before anything is written.

use goodevent_build::Loaded;
use goodevent_check::lint::{self, Options};
use goodevent_schema::{
    analyze,
    diagnostic::{Diagnostic, Level},
    source::{Source, Sources},
};

/// The errors that `files` would bring into the registry, with its texts as they would be.
///
/// With `options` the linter looks as well.
pub(crate) fn errors<P: AsRef<str>, T: AsRef<str>>(
    loaded: &Loaded,
    files: impl IntoIterator<Item = (P, T)>,
    options: Option<&Options<'_>>,
) -> Loaded {
    let before = found(&loaded.sources, options).1;
    let sources = with(&loaded.sources, files);
    let (registry, mut after) = found(&sources, options);
    let is_known = |own: &Diagnostic| before.iter().any(|old| (old.rule, &old.headline) == (own.rule, &own.headline));
    after.retain(|own| own.level == Level::Error && !is_known(own));
    Loaded { sources, registry, diagnostics: after }
}

fn found(sources: &Sources, options: Option<&Options<'_>>) -> (goodevent_schema::Registry, Vec<Diagnostic>) {
    let (registry, mut found) = analyze(sources);
    if let Some(options) = options {
        found = lint::lint(sources, &registry, found, options);
    }
    (registry, found)
}

/// The texts with `files` in place of, or beside, those that are there.
pub(crate) fn with<P: AsRef<str>, T: AsRef<str>>(
    sources: &Sources,
    files: impl IntoIterator<Item = (P, T)>,
) -> Sources {
    let mut sources = sources.clone();
    for (path, text) in files {
        let (path, bytes) = (path.as_ref(), text.as_ref().as_bytes());
        match sources.files.iter_mut().find(|file| file.uri.is_none() && file.path == path) {
            Some(file) => file.bytes = file.bytes.replaced(bytes),
            None => sources.files.push(Source { path: path.to_owned(), uri: None, bytes: bytes.into() }),
        }
    }
    sources.files.sort_by(|left, right| left.path.split('/').cmp(right.path.split('/')));
    sources
}
