//! `goodevent.lock`: the digests of released contracts, one per line, so that none changes by accident.
//!
//! ```text
//! subscriptions/SubscriptionCreatedV1Event 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
//! ```
//!
//! Lines are sorted, so that two branches that release different contracts merge without conflict in most cases, and
//! with an obvious one in the others. Comments stay; one of them records the reason of an undone release.

use std::collections::BTreeMap;

use crate::{
    diagnostic::Diagnostic,
    source::{SourceId, Sources, Span},
};

/// Name of the file, at the root of the registry.
pub const FILE: &str = "goodevent.lock";

const HEADER: &str = "# Digests of released contracts, a line each, sorted. Made by goodevent; not to be edited.";

/// The released contracts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// By context and name: `subscriptions/SubscriptionCreatedV1Event`.
    pub entries: BTreeMap<String, Entry>,
    /// Comments, apart from the first line of the file, in their order.
    pub notes: Vec<String>,
}

/// A released contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Digest of its wire form, SHA-256 in hexadecimal digits.
    pub digest: String,
    /// The line.
    pub span: Span,
}

/// Reads the lock; a line that is none becomes a finding.
pub(crate) fn read(sources: &Sources, id: SourceId, found: &mut Vec<Diagnostic>) -> Lock {
    let mut lock = Lock::default();
    let mut at = 0;
    for line in sources[id].bytes.split_inclusive(|byte| *byte == b'\n') {
        let span = Span { source: id, start: at, end: at + line.trim_ascii_end().len() as u32 };
        at += line.len() as u32;
        let text = String::from_utf8_lossy(line.trim_ascii());
        if text.starts_with('#') && text != HEADER {
            lock.notes.push(text.to_string());
        }
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let entry = text.split_once(' ').filter(|(name, digest)| is_name(name) && is_digest(digest));
        let Some((name, digest)) = entry else {
            let help =
                "a line is a context, a slash, an event, a space and a digest; after a merge keep both sides, sorted";
            found.push(Diagnostic::error("malformed-lock", span, "not a valid line of the lock").help(help));
            continue;
        };
        let entry = Entry { digest: digest.to_owned(), span };
        if let Some(other) = lock.entries.insert(name.to_owned(), entry) {
            let finding = Diagnostic::error("malformed-lock", span, format!("`{name}` is locked twice"));
            found.push(finding.related(other.span, "the first entry").help("keep the one that was released first"));
        }
    }
    lock
}

fn is_name(text: &str) -> bool {
    text.split_once('/').is_some_and(|(context, name)| !context.is_empty() && !name.is_empty() && !name.contains('/'))
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
}

impl Lock {
    /// The lock as text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let notes = self.notes.iter().map(|note| format!("\n{note}"));
        let lines = self.entries.iter().map(|(name, entry)| format!("\n{name} {}", entry.digest));
        format!("{HEADER}{}\n", notes.chain(lines).collect::<String>())
    }

    /// Records in a comment that a release was undone, and the reason.
    pub fn note_withdrawal(&mut self, key: &str, day: &str, reason: &str) {
        let reason: Vec<&str> = reason.split(|char: char| char.is_control() || char.is_whitespace()).collect();
        let reason = reason.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        self.notes.push(format!("# The release of {key} was taken back on {day}: {reason}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    fn read_text(text: &str) -> (Lock, Vec<Diagnostic>) {
        let source = Source { path: FILE.to_owned(), uri: None, bytes: text.as_bytes().into() };
        let sources = Sources { root: String::new(), files: vec![source] };
        let mut found = Vec::new();
        let lock = read(&sources, SourceId(0), &mut found);
        (lock, found)
    }

    #[test]
    fn a_lock_is_read_as_it_is_written() {
        let digest = "0f".repeat(32);
        let (lock, found) = read_text(&format!("a/XHappenedV1Event {digest}\r\n\nb/YHappenedV1Event {digest}\n"));
        assert_eq!((lock.entries.len(), found), (2, Vec::new()));
        let (again, found) = read_text(&lock.to_text());
        assert_eq!(
            (again.entries.into_keys().collect::<Vec<_>>(), found),
            (lock.entries.into_keys().collect(), Vec::new())
        );
    }

    #[test]
    fn comments_stay_and_a_reason_is_one_line() {
        let mut lock = read_text("# mine\n# yours\n").0;
        lock.note_withdrawal("a/XHappenedV1Event", "2026-11-28", "the amount\n\u{1b}[31m has\t no currency ");
        let (again, found) = read_text(&lock.to_text());
        assert_eq!((&again, found.len()), (&lock, 0));
        let expected =
            "# The release of a/XHappenedV1Event was taken back on 2026-11-28: the amount [31m has no currency";
        assert_eq!(again.notes, ["# mine", "# yours", expected]);
        assert_eq!(again.to_text(), lock.to_text());
    }

    #[test]
    fn what_is_no_entry_is_told() {
        let digest = "0f".repeat(32);
        for text in ["<<<<<<< main", "a/X", &format!("X {digest}"), &format!("a/X {digest}\na/X {digest}"), "a/X 0F"] {
            assert_eq!(read_text(text).1.len(), 1, "{text}");
        }
    }
}
