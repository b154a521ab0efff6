//! Decoding: bytes to values.

use std::{borrow::Cow, collections::BTreeMap};

use crate::{
    cursor::{Cursor, MAX_INPUT_BYTES, No},
    json::{Json, Number},
};

/// A type that can be read from a message in one pass, valid or not at all.
///
/// Generated code implements it; reading a type needs only the bytes at the cursor.
pub trait Decode<'a>: Sized {
    /// Reads the next value.
    ///
    /// # Errors
    /// [`No`] if it is not valid.
    fn read(c: &mut Cursor<'a>) -> Result<Self, No>;
}

/// Reads a whole message of at most 1 MiB.
///
/// # Errors
/// [`No`] if it is too large, not UTF-8, not JSON, or not valid.
#[inline]
pub fn read<'a, T: Decode<'a>>(bytes: &'a [u8]) -> Result<T, No> {
    read_within(bytes, MAX_INPUT_BYTES)
}

/// Reads a whole message of at most `max_bytes`.
///
/// # Errors
/// [`No`] if it is too large, not UTF-8, not JSON, or not valid.
#[inline]
pub fn read_within<'a, T: Decode<'a>>(bytes: &'a [u8], max_bytes: usize) -> Result<T, No> {
    if bytes.len() > max_bytes {
        return Err(No);
    }
    let text = simdutf8::basic::from_utf8(bytes).map_err(|_| No)?;
    let mut c = Cursor::new(text);
    let value = T::read(&mut c);
    if c.is_exhausted() {
        return read_thoroughly(text);
    }
    // Not `value?` and `Ok`, which would move the value.
    if c.end().is_ok() { value } else { Err(No) }
}

/// Reads a message thoroughly, as if reading in one go had exceeded its budget: for tests that compare both modes.
///
/// # Errors
/// [`No`] if it is not JSON, or not valid.
#[doc(hidden)]
#[cold]
pub fn read_thoroughly<'a, T: Decode<'a>>(text: &'a str) -> Result<T, No> {
    let mut c = Cursor::thorough(text).ok_or(No)?;
    let value = T::read(&mut c)?;
    c.end()?;
    Ok(value)
}

impl<'a> Cursor<'a> {
    /// Reads the next value as the requested type.
    ///
    /// # Errors
    /// [`No`] if it is not valid.
    #[inline]
    pub fn value<T: Decode<'a>>(&mut self) -> Result<T, No> {
        T::read(self)
    }
}

impl<'a> Decode<'a> for bool {
    #[inline]
    fn read(c: &mut Cursor<'a>) -> Result<Self, No> {
        if c.take("true") {
            return Ok(true);
        }
        if c.take("false") { Ok(false) } else { Err(No) }
    }
}

impl<'a> Decode<'a> for () {
    fn read(c: &mut Cursor<'a>) -> Result<Self, No> {
        if c.null() { Ok(()) } else { Err(No) }
    }
}

impl<'a> Decode<'a> for Json {
    fn read(c: &mut Cursor<'a>) -> Result<Self, No> {
        c.json()
    }
}

impl<'a> Decode<'a> for Number {
    fn read(c: &mut Cursor<'a>) -> Result<Self, No> {
        c.number()
    }
}

impl<'a> Decode<'a> for String {
    fn read(c: &mut Cursor<'a>) -> Result<Self, No> {
        c.string().map(Cow::into_owned)
    }
}

impl<'a> Decode<'a> for Cow<'a, str> {
    fn read(c: &mut Cursor<'a>) -> Result<Self, No> {
        c.string()
    }
}

impl<'a, T: Decode<'a>> Decode<'a> for Box<T> {
    fn read(c: &mut Cursor<'a>) -> Result<Self, No> {
        T::read(c).map(Self::new)
    }
}

/// Values of open objects that the contract does not describe.
pub type Extra = BTreeMap<String, Json>;
