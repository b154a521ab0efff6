//! Sets of known words: the names of properties, the values of an enum.

/// Words, and a hash table of them that is made when the code is compiled.
///
/// A word is known by its first bytes, which are read from a message in one step and without a branch.
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
    /// The beginning of each word.
    prefixes: &'static [[u64; 2]],
    /// Indices of words, at a place that follows from the word's beginning, or behind it.
    slots: &'static [u16],
}

/// Makes [`Words`] of literals.
#[macro_export]
macro_rules! words {
    ($($word:expr),* $(,)?) => {{
        const WORDS: &[&str] = &[$($word),*];
        const PREFIXES: &[[u64; 2]] = &$crate::words::Words::prefixes::<{ WORDS.len() }>(WORDS);
        const SLOTS: &[u16] = &$crate::words::Words::slots::<{ $crate::words::Words::n_slots(WORDS) }>(WORDS);
        $crate::words::Words::new(WORDS, PREFIXES, SLOTS)
    }};
}

/// Number of bytes that a prefix has at most.
const N_PREFIX: usize = 16;

/// A slot without a word.
const EMPTY: u16 = u16::MAX;

/// A larger set has no table, which would take the compiler long to make.
const MAX_HASHED: usize = 1024;

impl Words {
    /// What [`words!`](crate::words!) puts together.
    #[must_use]
    pub const fn new(words: &'static [&'static str], prefixes: &'static [[u64; 2]], slots: &'static [u16]) -> Self {
        Self { words, prefixes, slots }
    }

    /// The beginnings of `words`.
    #[must_use]
    pub const fn prefixes<const N: usize>(words: &[&str]) -> [[u64; 2]; N] {
        let mut prefixes = [[0; 2]; N];
        let mut word_idx = 0;
        while word_idx < N {
            prefixes[word_idx] = prefix(words[word_idx].as_bytes());
            word_idx += 1;
        }
        prefixes
    }

    /// Number of slots that `words` get: three of four stay empty, so that a look-up mostly ends at once.
    #[must_use]
    pub const fn n_slots(words: &[&str]) -> usize {
        if words.len() > MAX_HASHED { 0 } else { (4 * words.len()).next_power_of_two() }
    }

    /// The table of `words`. Those that have escapes in a message are not in it.
    #[must_use]
    pub const fn slots<const N: usize>(words: &[&str]) -> [u16; N] {
        let mut slots = [EMPTY; N];
        let mut word_idx = 0;
        while N > 0 && word_idx < words.len() {
            let word = words[word_idx].as_bytes();
            if is_plain(word) {
                let mut slot = hash(prefix(word)) % N;
                while slots[slot] != EMPTY {
                    slot = (slot + 1) % N;
                }
                slots[slot] = word_idx as u16;
            }
            word_idx += 1;
        }
        slots
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
        match self.look_up(prefix(bytes), |known| known == bytes) {
            None if self.slots.is_empty() || !is_plain(bytes) => self.words.iter().position(|known| *known == word),
            word_idx => word_idx,
        }
    }

    /// The index and length of the word that `text` begins with, a quotation mark behind it.
    ///
    /// It may miss one, which [`find`](Self::find) does not.
    #[inline]
    pub(crate) fn ahead(&self, text: &[u8]) -> Option<(usize, usize)> {
        let ([low, high], []) = text.first_chunk::<16>()?.as_chunks::<8>() else { return None };
        let (low, high) = (u64::from_le_bytes(*low), u64::from_le_bytes(*high));
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
            // An empty slot has an index that no word has.
            let word_idx = usize::from(*self.slots.get(slot)?);
            if *self.prefixes.get(word_idx)? == prefix && is_it(self.words[word_idx].as_bytes()) {
                return Some(word_idx);
            }
            slot = (slot + 1) & mask;
        }
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

/// The first bytes of a word and the quotation mark behind it, the first one lowest.
const fn prefix(word: &[u8]) -> [u64; 2] {
    let mut prefix = [0; 2];
    let mut byte_idx = 0;
    while byte_idx <= word.len() && byte_idx < N_PREFIX {
        let byte = if byte_idx < word.len() { word[byte_idx] } else { b'"' };
        prefix[byte_idx / 8] |= (byte as u64) << (8 * (byte_idx % 8));
        byte_idx += 1;
    }
    prefix
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
    fn a_set_without_a_table_is_searched() {
        static WORDS: Words = Words::new(&["a", "b"], &[], &[]);
        assert_eq!((WORDS.find("b"), WORDS.find("c")), (Some(1), None));
    }
}
