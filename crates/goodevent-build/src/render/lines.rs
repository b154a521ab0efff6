//! Lines and columns of a file, found without a scan of the whole file for each position.

use std::{cell::RefCell, collections::VecDeque, rc::Rc, sync::Arc};

/// A position for people: lines and columns from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

/// The offsets at which lines begin, and the number of characters before some offsets.
pub(super) struct Lines {
    bytes: Arc<[u8]>,
    /// Of every line the first byte.
    starts: Vec<usize>,
    /// Characters before every block of bytes.
    chars: Vec<usize>,
}

/// Bytes between the places whose characters are counted beforehand.
const BLOCK: usize = 1_024;

/// The lines of a file. Findings come file by file, and point into a few others, such as the version before: those of the last
/// files are kept.
pub(super) fn lines(bytes: &Arc<[u8]>) -> Rc<Lines> {
    const MANY: usize = 4;
    thread_local! {
        static LAST: RefCell<VecDeque<Rc<Lines>>> = const { RefCell::new(VecDeque::new()) };
    }
    LAST.with_borrow_mut(|last| {
        let known = last.iter().position(|lines| Arc::ptr_eq(&lines.bytes, bytes)).and_then(|at| last.remove(at));
        last.push_front(known.unwrap_or_else(|| Rc::new(Lines::of(bytes))));
        last.truncate(MANY);
        last[0].clone()
    })
}

impl Lines {
    fn of(bytes: &Arc<[u8]>) -> Self {
        let breaks = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
        let counts = bytes.chunks(BLOCK).scan(0, |n, block| {
            let before = *n;
            *n += n_chars(block);
            Some(before)
        });
        Self { bytes: bytes.clone(), starts: [0].into_iter().chain(breaks).collect(), chars: counts.collect() }
    }

    /// The place of a byte, or of the end.
    pub(super) fn place(&self, at: usize) -> Place {
        let at = at.min(self.bytes.len());
        let line = self.starts.partition_point(|start| *start <= at);
        Place { line, column: self.n_chars_before(at) - self.n_chars_before(self.starts[line - 1]) + 1 }
    }

    /// The bytes of a line, without its end.
    pub(super) fn range(&self, line: usize) -> std::ops::Range<usize> {
        let end = self.starts.get(line).map_or(self.bytes.len(), |next| next - 1);
        self.starts[line - 1]..end
    }

    fn n_chars_before(&self, at: usize) -> usize {
        let block = (at / BLOCK).min(self.chars.len().saturating_sub(1));
        self.chars.get(block).copied().unwrap_or(0) + n_chars(&self.bytes[block * BLOCK..at])
    }
}

/// Characters that begin among these bytes.
fn n_chars(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_that_one_counts() {
        let text = "{\n  \"é\": \"日本\",\n\n".repeat(500) + &"語".repeat(2_000);
        let own = lines(&text.as_bytes().into());
        for (at, _) in text.char_indices().step_by(7).chain([(text.len(), ' ')]) {
            let before = &text[..at];
            let line_start = before.rfind('\n').map_or(0, |at| at + 1);
            let expected =
                Place { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 };
            assert_eq!(own.place(at), expected, "{at}");
            let line_end = text[at..].find('\n').map_or(text.len(), |end| at + end);
            assert_eq!(own.range(expected.line), line_start..line_end);
        }
    }
}
