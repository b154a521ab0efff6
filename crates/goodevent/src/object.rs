//! Members of an object under the cursor.

use std::{borrow::Cow, collections::BTreeMap};

use crate::{
    cursor::{Cursor, No},
    text::Text,
    words::Words,
};

/// The members of an object.
///
/// Producers usually write members in the order of the schema. [`begin`](Self::begin) and [`follows`](Self::follows)
/// therefore compare the next key in that order as one slice, colon included; [`next`](Self::next) finds members in
/// another order.
#[derive(Debug)]
pub struct Members {
    is_first: bool,
}

/// The key of a member.
#[derive(Debug)]
pub enum Key<'a> {
    /// A known property, by its index.
    Known(usize),
    /// Another name.
    Other(Cow<'a, str>),
}

impl Members {
    /// Opens an object.
    ///
    /// # Errors
    /// [`No`] if no object is next.
    #[inline]
    pub fn open(c: &mut Cursor<'_>) -> Result<Self, No> {
        c.enter(b'{')?;
        Ok(Self { is_first: true })
    }

    /// Consumes the first key if it is `key`, such as `"reason":`.
    #[inline]
    pub fn begin(&mut self, c: &mut Cursor<'_>, key: &str) -> bool {
        self.is_first = !c.take_bytes(key.as_bytes());
        !self.is_first
    }

    /// Consumes the next key if it is `key`, such as `,"reason":`.
    #[inline]
    pub fn follows(&self, c: &mut Cursor<'_>, key: &str) -> bool {
        c.take_bytes(key.as_bytes())
    }

    /// The index of the next key in `names`; `None` after the last member.
    ///
    /// # Errors
    /// [`No`] if the object continues in an invalid way, or the key is unknown.
    pub fn next_known(&mut self, c: &mut Cursor<'_>, names: &Words) -> Result<Option<usize>, No> {
        match self.next(c, names)? {
            Some(Key::Known(key_idx)) => Ok(Some(key_idx)),
            Some(Key::Other(_)) => Err(No),
            None => Ok(None),
        }
    }

    /// The next key; `None` after the last member.
    ///
    /// # Errors
    /// [`No`] if the object continues in an invalid way.
    #[inline]
    pub fn next<'a>(&mut self, c: &mut Cursor<'a>, names: &Words) -> Result<Option<Key<'a>>, No> {
        if !goes_on(c, &mut self.is_first)? {
            return Ok(None);
        }
        let key = match c.word(names) {
            Some(key_idx) => Key::Known(key_idx),
            None => spelled_key(c, names)?,
        };
        c.expect(b':')?;
        Ok(Some(key))
    }
}

#[inline(never)]
fn spelled_key<'a>(c: &mut Cursor<'a>, names: &Words) -> Result<Key<'a>, No> {
    let name = c.string()?;
    Ok(names.find(&name).map_or(Key::Other(name), Key::Known))
}

/// Whether another member comes: goes behind the comma before it, or behind the brace.
#[inline]
fn goes_on(c: &mut Cursor<'_>, is_first: &mut bool) -> Result<bool, No> {
    c.skip_space();
    if c.byte() == b'}' {
        c.advance(1);
        c.leave();
        return Ok(false);
    }
    if !*is_first {
        c.expect(b',')?;
    }
    *is_first = false;
    Ok(true)
}

/// The name of the next member, with its colon taken; `None` behind the last one, with the brace taken.
pub(crate) fn next_name<'a>(c: &mut Cursor<'a>, is_first: &mut bool) -> Result<Option<Cow<'a, str>>, No> {
    if !goes_on(c, is_first)? {
        return Ok(None);
    }
    let name = c.string()?;
    c.expect(b':')?;
    Ok(Some(name))
}

/// Fills the slot of a property; `false` if there is no value, or the name is repeated.
#[inline]
pub fn put<T>(slot: &mut Option<T>, value: Result<T, No>) -> bool {
    match value {
        Ok(value) if slot.is_none() => {
            *slot = Some(value);
            true
        }
        _ => false,
    }
}

/// Adds a member that the contract does not name; `false` if there is no value, or the name is repeated.
pub fn put_other<K: Ord, V>(members: &mut BTreeMap<K, V>, name: K, value: Result<V, No>) -> bool {
    value.is_ok_and(|value| members.insert(name, value).is_none())
}

/// Gives a closure that reads a known member the required signature.
#[inline]
pub fn reader<'a, F: FnMut(&mut Cursor<'a>, usize) -> bool>(read: F) -> F {
    read
}

/// Gives a closure that reads another member the required signature.
#[inline]
pub fn other_reader<'a, F: FnMut(&mut Cursor<'a>, Cow<'a, str>) -> bool>(read: F) -> F {
    read
}

/// A member's name as a key of a map.
#[inline]
pub fn key<'a, S: Text<'a>>(name: Cow<'a, str>) -> S {
    match name {
        Cow::Borrowed(name) => S::from_borrowed(name),
        Cow::Owned(name) => S::from_owned(name),
    }
}
