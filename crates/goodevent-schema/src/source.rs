//! Source texts and spans.

use std::path::Path;

use crate::content::Content;

/// Number of a [`Source`] in its [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// A range of bytes in a source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text.
    pub source: SourceId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// No span: the finding concerns the registry as a whole.
    pub const NOWHERE: Self = Self { source: SourceId(u32::MAX), start: 0, end: 0 };
}

/// A value with its span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// The place.
    pub span: Span,
}

/// One file of a registry, as bytes; the parser checks the encoding.
#[derive(Debug, Clone)]
pub struct Source {
    /// Path below the registry's folder, with `/` between its parts.
    pub path: String,
    /// Base URI of a document that is not a file of the registry; such a document only serves as the target of references.
    pub uri: Option<String>,
    /// Content.
    pub bytes: Content,
}

/// All files of a registry, in the order of their paths.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Path of the registry's folder as the user typed it, for messages: `schemas`.
    pub root: String,
    /// The files.
    pub files: Vec<Source>,
}

impl std::ops::Index<SourceId> for Sources {
    type Output = Source;

    fn index(&self, id: SourceId) -> &Source {
        &self.files[id.0 as usize]
    }
}

impl Sources {
    /// The text of this number; `None` if a place is [`NOWHERE`](Span::NOWHERE).
    #[must_use]
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.files.get(id.0 as usize)
    }

    /// These files, followed by those of the baseline registry at `revision` (a folder, an archive or a git revision), for
    /// spans in both.
    #[must_use]
    pub fn followed_by(&self, before: &Self, revision: &str) -> Self {
        let root = &before.root;
        let is_folder = Path::new(root).starts_with(revision);
        let folder = match revision.strip_suffix(root.as_str()) {
            _ if is_folder => root.clone(),
            Some(revision) if revision.ends_with(':') => format!("{revision}{root}"),
            _ => format!("{revision}:{root}"),
        };
        let old = before.files.iter().map(|file| {
            let path = match &file.uri {
                Some(uri) => format!("{revision}:{uri}"),
                None => format!("{folder}/{}", file.path),
            };
            Source { uri: Some(path), ..file.clone() }
        });
        Self { root: self.root.clone(), files: self.files.iter().cloned().chain(old).collect() }
    }

    /// A span in files that follow these, as in [`followed_by`](Self::followed_by).
    #[must_use]
    pub fn following(&self, place: Span) -> Span {
        Span { source: SourceId(place.source.0.saturating_add(self.files.len() as u32)), ..place }
    }

    /// Every file with its number.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        (0..).map(SourceId).zip(&self.files)
    }
}
