//! Splits the bytes of an input into the parts that a target needs.

/// Separates the parts of an input: the record separator of ASCII, which stands in neither JSON nor TOML as it is.
pub const SEPARATOR: u8 = 0x1E;

/// The first `N` parts of an input. Missing parts are empty; the last part is the rest of the input.
pub(crate) fn parts<const N: usize>(data: &[u8]) -> [&[u8]; N] {
    let mut parts = data.splitn(N, |byte| *byte == SEPARATOR);
    [(); N].map(|()| parts.next().unwrap_or_default())
}

/// The choice that the first byte of an input makes, and the rest of the input.
pub(crate) fn choose<'d, 'c, T>(data: &'d [u8], choices: &'c [T]) -> (&'c T, &'d [u8]) {
    let (first, rest) = data.split_first().map_or((0, data), |(first, rest)| (usize::from(*first), rest));
    (&choices[first % choices.len()], rest)
}

/// A part as text; what is not UTF-8 is replaced.
pub(crate) fn text(part: &[u8]) -> String {
    String::from_utf8_lossy(part).into_owned()
}
