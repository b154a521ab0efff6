//! Sets of known words: the names of properties, the values of an enum.

/// Words with a hash table that is computed at compile time.
///
/// A word is identified by its first bytes, which are read from a message in one step and without a branch.
///
/// ```
/// use goodevent::words::Words;
///
/// static REASONS: Words = goodevent::words!["fraud", "customerRequest"];
/// assert_eq!(REASONS.find("customerRequest"), Some(1));
/// assert_eq!(REASONS.find("boredom"), None);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Words {
    words: &'static [&'static str],
    /// The [`prefix`] of each word.
    prefixes: &'static [[u8; N_PREFIX]],
    /// One more than the index of a word, at the place that the [`hash`] of its prefix says, or the next one that is
    /// free; 0 where there is none.
    slots: &'static [u8],
}

/// Creates [`Words`] from literals.
///
/// The compiler computes the table if none follows the semicolon; generated code passes one to save compile time.
#[macro_export]
macro_rules! words {
    ($($word:expr),* $(,)?) => {{
        const WORDS: &[&str] = &[$($word),*];
        const TABLE: &$crate::words::Table<{ WORDS.len() }, { $crate::words::n_slots(WORDS.len()) }> =
            &$crate::words::Table::new(WORDS);
        TABLE.words(WORDS)
    }};
    ($($word:expr),*; $table:literal) => {
        $crate::words::Words::new(&[$($word),*], $table)
    };
}

/// Number of bytes that a prefix has at most.
const N_PREFIX: usize = 16;

/// A larger set has no table.
const MAX_HASHED: usize = 255;

impl Words {
    /// Words with their table: their prefixes, and then their slots.
    ///
    /// # Panics
    /// If the prefixes of some words are missing.
    #[must_use]
    pub const fn new(words: &'static [&'static str], table: &'static [u8]) -> Self {
        let (prefixes, slots) = table.split_at(N_PREFIX * words.len());
        Self { words, prefixes: prefixes.as_chunks().0, slots }
    }

    /// The words, in their order.
    #[must_use]
    pub const fn all(&self) -> &'static [&'static str] {
        self.words
    }

    /// The index of `word`.
    #[must_use]
    pub fn find(&self, word: &str) -> Option<usize> {
        let bytes = word.as_bytes();
        match self.look_up(halves(&prefix(bytes)), |known| known == bytes) {
            None if self.slots.is_empty() || !is_plain(bytes) => self.words.iter().position(|known| *known == word),
            word_idx => word_idx,
        }
    }

    /// The index and length of the word that `text` begins with, a quotation mark behind it.
    ///
    /// It may miss one, which [`find`](Self::find) does not.
    #[inline]
    pub(crate) fn ahead(&self, text: &[u8]) -> Option<(usize, usize)> {
        let [low, high] = halves(text.first_chunk()?);
        let (low_quotes, high_quotes) = (quotes(low), quotes(high));
        let is_short = low_quotes != 0;
        let high = if is_short { 0 } else { high & up_to_lowest(high_quotes) };
        let prefix = [low & up_to_lowest(low_quotes), high];
        if is_short || high_quotes != 0 {
            // The length does not wait for the look-up.
            let n_low = low_quotes.trailing_zeros() / 8;
            let n_bytes = if is_short { n_low } else { 8 + high_quotes.trailing_zeros() / 8 } as usize;
            let word_idx = self.look_up(prefix, |known| known.len() == n_bytes)?;
            return Some((word_idx, n_bytes));
        }
        let word_idx = self.look_up(prefix, |known| {
            text.get(known.len()) == Some(&b'"')
                && known.get(N_PREFIX..).is_some_and(|end| text[N_PREFIX..].starts_with(end))
        })?;
        Some((word_idx, self.words[word_idx].len()))
    }

    /// The index of the word that begins with `prefix` and that `is_it`.
    #[inline]
    fn look_up(&self, prefix: [u64; 2], is_it: impl Fn(&'static [u8]) -> bool) -> Option<usize> {
        let mask = self.slots.len().wrapping_sub(1);
        let mut slot = hash(prefix) & mask;
        loop {
            let word_idx = usize::from(*self.slots.get(slot)?).checked_sub(1)?;
            if halves(self.prefixes.get(word_idx)?) == prefix && is_it(self.words[word_idx].as_bytes()) {
                return Some(word_idx);
            }
            slot = (slot + 1) & mask;
        }
    }
}

/// Hash table of [`Words`].
#[derive(Debug)]
pub struct Table<const N: usize, const N_SLOTS: usize> {
    prefixes: [[u8; N_PREFIX]; N],
    slots: [u8; N_SLOTS],
}

/// Number of slots for words: three of four stay empty, so that a look-up usually ends at once.
#[must_use]
pub const fn n_slots(n_words: usize) -> usize {
    if n_words > MAX_HASHED { 0 } else { (4 * n_words).next_power_of_two() }
}

impl<const N: usize, const N_SLOTS: usize> Table<N, N_SLOTS> {
    /// Creates the table of `words`. Words with escapes in a message have no slot.
    #[must_use]
    pub const fn new(words: &[&str]) -> Self {
        let mut table = Self { prefixes: [[0; N_PREFIX]; N], slots: [0; N_SLOTS] };
        let mut word_idx = 0;
        while N_SLOTS > 0 && word_idx < N {
            let word = words[word_idx].as_bytes();
            table.prefixes[word_idx] = prefix(word);
            if is_plain(word) {
                let mut slot = hash(halves(&prefix(word))) % N_SLOTS;
                while table.slots[slot] != 0 {
                    slot = (slot + 1) % N_SLOTS;
                }
                table.slots[slot] = word_idx as u8 + 1;
            }
            word_idx += 1;
        }
        table
    }

    /// The words of the table.
    #[must_use]
    pub const fn words(&'static self, words: &'static [&'static str]) -> Words {
        Words { words, prefixes: &self.prefixes, slots: &self.slots }
    }
}

/// Whether a string has no escapes.
const fn is_plain(word: &[u8]) -> bool {
    let mut byte_idx = 0;
    while byte_idx < word.len() {
        if matches!(word[byte_idx], b'"' | b'\\' | 0..0x20) {
            return false;
        }
        byte_idx += 1;
    }
    true
}

/// The first bytes of a word and the quotation mark behind it, then zeros.
const fn prefix(word: &[u8]) -> [u8; N_PREFIX] {
    let mut prefix = [0; N_PREFIX];
    let mut byte_idx = 0;
    while byte_idx <= word.len() && byte_idx < N_PREFIX {
        prefix[byte_idx] = if byte_idx < word.len() { word[byte_idx] } else { b'"' };
        byte_idx += 1;
    }
    prefix
}

/// The two halves of a prefix, the first byte lowest.
#[inline]
const fn halves(prefix: &[u8; N_PREFIX]) -> [u64; 2] {
    let prefix = u128::from_le_bytes(*prefix);
    [prefix as u64, (prefix >> 64) as u64]
}

/// The top bit of each byte that is a quotation mark; only the lowest is sure to be right.
#[inline]
fn quotes(chunk: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    let from_quote = chunk ^ (ONES * b'"' as u64);
    from_quote.wrapping_sub(ONES) & !from_quote & (ONES << 7)
}

/// The bits up to the lowest one of `bits`, or all if there is none.
#[inline]
fn up_to_lowest(bits: u64) -> u64 {
    bits ^ bits.wrapping_sub(1)
}

#[inline]
const fn hash([low, high]: [u64; 2]) -> usize {
    ((low ^ high.rotate_left(23)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 44) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_found_and_no_other() {
        static NONE: Words = words![];
        static SOME: Words = words![
            "",
            "a",
            "ab",
            "ba",
            "abc",
            "abcd",
            "abcde",
            "createdAtUtc",
            "created",
            "createdByUtc",
            "expectedTotalCount",
            "expectedOtherCount",
            "expectedTotalNumber",
            "fifteen-letters",
            "sixteen--letters",
            "é",
            "ée"
        ];
        assert_eq!(NONE.find(""), None);
        for (word_idx, word) in SOME.all().iter().enumerate() {
            assert_eq!(SOME.find(word), Some(word_idx), "{word}");
            assert_eq!(SOME.find(&format!("{word}x")), None);
            assert_eq!(
                SOME.ahead(format!("{word}\": [1, 2, 3, 4, 5]").as_bytes()),
                Some((word_idx, word.len())),
                "{word}"
            );
            assert_eq!(SOME.ahead(format!("{word}x\": [1, 2, 3, 4, 5]").as_bytes()), None, "{word}");
        }
    }

    #[test]
    fn words_with_escapes_are_found_but_not_ahead() {
        static WORDS: Words = words!["a\"b", "a", "\\", "aaaaaaaaaaaaaaaaaaaaaaaa\"b"];
        for (word_idx, word) in WORDS.all().iter().enumerate() {
            assert_eq!(WORDS.find(word), Some(word_idx), "{word}");
        }
        assert_eq!(WORDS.ahead(b"a\"b\": [1, 2, 3, 4, 5]"), Some((1, 1)));
        assert_eq!(WORDS.ahead(b"aaaaaaaaaaaaaaaaaaaaaaaa\"b\": [1, 2, 3, 4, 5]"), None);
    }

    #[test]
    fn a_table_can_be_given() {
        const WORDS: [&str; 2] = ["reason", "fraud"];
        static TABLE: Table<2, 8> = Table::new(&WORDS);
        let table = [TABLE.prefixes.as_flattened(), &TABLE.slots].concat().leak();
        let words = Words::new(&["reason", "fraud"], table);
        assert_eq!((words.find("fraud"), words.find("reason"), words.find("")), (Some(1), Some(0), None));
    }

    #[test]
    fn a_set_without_a_table_is_searched() {
        static WORDS: Words = Words { words: &["a", "b"], prefixes: &[], slots: &[] };
        assert_eq!((WORDS.find("b"), WORDS.find("c")), (Some(1), None));
    }
}
