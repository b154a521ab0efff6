//! `.goodevent-manifest`: the files that a run wrote into a folder, one per line with its digest, so that the next run
//! recognises its own files.
//!
//! ```text
//! 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 src/lib.rs
//! ```
//!
//! A path may occur twice, with two digests: while a run replaces files, and after a merge that kept both sides.
//! Another line names the registry of the files, so that two registries do not alternate in one folder. Other lines,
//! such as conflict markers, have no meaning.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
};

use goodevent_check::wire;
use goodevent_schema::output::fault;

use super::mark::with_plain_line_ends;
use crate::files::{self, MAX_OUTPUT_BYTES};

/// Name of the file.
pub(super) const FILE: &str = goodevent_schema::registry::MANIFEST;

const HEADER: &str = "# Files that goodevent wrote here, with their digests. Not to be edited.\n";

/// The beginning of the line that names the registry's folder.
const FROM: &str = "# From ";

/// The files that earlier runs wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    /// The registry that they were made of, by its path from the folder.
    pub(super) from: Option<String>,
    /// Digests by path.
    files: BTreeMap<String, BTreeSet<String>>,
}

impl Manifest {
    /// The manifest of a folder, if it has one.
    pub(super) fn read(folder: &Path) -> io::Result<Option<Self>> {
        match files::read_plain(&folder.join(FILE), MAX_OUTPUT_BYTES) {
            Ok(bytes) => Ok(Some(Self::parse(&String::from_utf8_lossy(&bytes)))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn parse(text: &str) -> Self {
        let mut manifest = Self::default();
        for line in text.lines() {
            if let Some(from) = line.strip_prefix(FROM) {
                manifest.from = Some(from.to_owned());
            }
            let entry = line.split_once(' ').filter(|(digest, path)| is_digest(digest) && fault(path).is_none());
            entry.into_iter().for_each(|(digest, path)| manifest.add(path, digest.to_owned()));
        }
        manifest
    }

    /// The manifest of files that are all written.
    pub(super) fn of<'f>(files: impl IntoIterator<Item = (&'f String, &'f String)>, from: Option<String>) -> Self {
        let mut manifest = Self { from, ..Self::default() };
        files.into_iter().for_each(|(path, text)| manifest.add(path, digest(text.as_bytes())));
        manifest
    }

    pub(super) fn add(&mut self, path: &str, digest: String) {
        self.files.entry(path.to_owned()).or_default().insert(digest);
    }

    pub(super) fn to_text(&self) -> String {
        let lines =
            self.files.iter().flat_map(|(path, digests)| digests.iter().map(move |own| format!("{own} {path}\n")));
        let from = self.from.iter().map(|from| format!("{FROM}{from}\n"));
        from.chain(lines).fold(HEADER.to_owned(), |text, line| text + &line)
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Tests if a run wrote this file. On some systems a name in other letters is the same file.
    pub(super) fn has(&self, path: &str, bytes: &[u8]) -> bool {
        let same = |other: &&String| other.eq_ignore_ascii_case(path);
        let digests = self.files.get(path).or_else(|| self.files.get(self.files.keys().find(same)?));
        digests.is_some_and(|digests| digests.contains(&digest(bytes)))
    }
}

/// Digest of a text, whichever line ends git gave it: a checkout may have `\r\n` for `\n`.
pub(super) fn digest(bytes: &[u8]) -> String {
    wire::sha256(&with_plain_line_ends(bytes))
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::mark::Files;

    #[test]
    fn a_manifest_is_read_as_it_is_written() {
        let files = Files::from([("a/x.rs".to_owned(), "x\n".to_owned()), ("lib.rs".to_owned(), "y\n".to_owned())]);
        let manifest = Manifest::of(&files, Some("../my schemas".to_owned()));
        for manifest in [&manifest, &Manifest::of(&files, None)] {
            let text = manifest.to_text();
            assert_eq!(&Manifest::parse(&text), manifest);
            assert_eq!(&Manifest::parse(&text.replace('\n', "\r\n")), manifest);
        }
        assert!(manifest.has("lib.rs", b"y\n") && manifest.has("lib.rs", b"y\r\n") && !manifest.has("lib.rs", b"y"));
    }

    #[test]
    fn both_sides_of_a_merge_count_and_nothing_leads_out() {
        let (one, other) = (digest(b"one"), digest(b"other"));
        let text = format!("<<<<<<< main\n{one} lib.rs\n=======\n{other} lib.rs\n>>>>>>> branch\n");
        let manifest = Manifest::parse(&text);
        assert!(manifest.has("lib.rs", b"one") && manifest.has("lib.rs", b"other"));
        for path in ["../lib.rs", "/lib.rs", "a/../../lib.rs", "C:\\lib.rs", "a\\b", "", "./lib.rs", "a//b"] {
            assert_eq!(Manifest::parse(&format!("{one} {path}\n")), Manifest::default(), "{path}");
        }
    }
}
