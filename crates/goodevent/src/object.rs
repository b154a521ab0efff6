//! Objects and arrays under the cursor.

use std::{borrow::Cow, collections::BTreeMap};

use crate::{
    check::Node,
    cursor::{Cursor, No},
    json::Json,
    text::{Text, TextRule},
};

/// The members of an object of known properties, in whatever order they come.
///
/// Producers mostly write members in the order of the schema. So the next key is guessed and compared as one slice,
/// comma and colon included; only if that fails it is parsed and looked up.
#[derive(Debug)]
pub struct Members {
    keys: &'static [&'static str],
    guess: usize,
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
    /// Goes into an object. Each of `keys` is a comma, the name as a JSON string, and a colon: `,"reason":`.
    ///
    /// # Errors
    /// [`No`] if no object is next.
    #[inline]
    pub fn open(c: &mut Cursor<'_>, keys: &'static [&'static str]) -> Result<Self, No> {
        c.enter(b'{')?;
        Ok(Self { keys, guess: 0, is_first: true })
    }

    /// The index of the next key; `None` behind the last member.
    ///
    /// # Errors
    /// [`No`] if the object goes on in no valid way, or the key is unknown.
    #[inline]
    pub fn next_known(&mut self, c: &mut Cursor<'_>) -> Result<Option<usize>, No> {
        if self.guess_is_right(c) {
            return Ok(Some(self.guess - 1));
        }
        match self.look_up(c)? {
            Some(Key::Known(key_idx)) => Ok(Some(key_idx)),
            Some(Key::Other(_)) => Err(No),
            None => Ok(None),
        }
    }

    /// The next key; `None` behind the last member.
    ///
    /// # Errors
    /// [`No`] if the object goes on in no valid way.
    #[inline]
    pub fn next<'a>(&mut self, c: &mut Cursor<'a>) -> Result<Option<Key<'a>>, No> {
        if self.guess_is_right(c) {
            return Ok(Some(Key::Known(self.guess - 1)));
        }
        self.look_up(c)
    }

    #[inline]
    fn guess_is_right(&mut self, c: &mut Cursor<'_>) -> bool {
        let Some(key) = self.keys.get(self.guess) else {
            return false;
        };
        let key = &key.as_bytes()[usize::from(self.is_first)..];
        let is_right = starts_with(c.rest(), key);
        if is_right {
            c.advance(key.len());
            self.guess += 1;
            self.is_first = false;
        }
        is_right
    }

    #[inline(never)]
    fn look_up<'a>(&mut self, c: &mut Cursor<'a>) -> Result<Option<Key<'a>>, No> {
        let Some(name) = next_name(c, &mut self.is_first)? else {
            return Ok(None);
        };
        let position = match &name {
            Cow::Borrowed(name) => {
                let is_it =
                    |key: &&str| key.len() == name.len() + 4 && key.as_bytes()[2..].starts_with(name.as_bytes());
                let (before, behind) = self.keys.split_at(self.guess.min(self.keys.len()));
                let ahead = behind.iter().position(is_it).map(|position| position + before.len());
                ahead.or_else(|| before.iter().position(is_it))
            }
            Cow::Owned(name) => self.keys.iter().position(|key| name_of(key) == *name),
        };
        Ok(Some(match position {
            Some(key_idx) => {
                self.guess = key_idx + 1;
                Key::Known(key_idx)
            }
            None => Key::Other(name),
        }))
    }
}

/// The name in a key such as `,"reason":`.
pub(crate) fn name_of(key: &'static str) -> Cow<'static, str> {
    Cursor::new(&key[1..]).string().unwrap_or_default()
}

/// The name of the next member, with its colon taken; `None` behind the last one, with the brace taken.
fn next_name<'a>(c: &mut Cursor<'a>, is_first: &mut bool) -> Result<Option<Cow<'a, str>>, No> {
    c.skip_space();
    if c.byte() == b'}' {
        c.advance(1);
        c.leave();
        return Ok(None);
    }
    if !*is_first {
        c.expect(b',')?;
    }
    *is_first = false;
    let name = c.string()?;
    c.expect(b':')?;
    Ok(Some(name))
}

/// `bytes.starts_with(key)` without a call: keys are short.
#[inline]
fn starts_with(bytes: &[u8], key: &[u8]) -> bool {
    let Some(bytes) = bytes.get(..key.len()) else {
        return false;
    };
    if let (Some(ours), Some(theirs)) = (bytes.last_chunk::<8>(), key.last_chunk::<8>()) {
        let ends_alike = u64::from_le_bytes(*ours) == u64::from_le_bytes(*theirs);
        let chunks = bytes.chunks_exact(8).zip(key.chunks_exact(8));
        return ends_alike && chunks.into_iter().all(|(ours, theirs)| ours == theirs);
    }
    bytes == key
}

/// Fills the slot of a property.
///
/// # Errors
/// [`No`] if it is filled already: the name came twice.
#[inline]
pub fn put<T>(slot: &mut Option<T>, value: T) -> Result<(), No> {
    if slot.is_some() {
        return Err(No);
    }
    *slot = Some(value);
    Ok(())
}

/// Adds a member that the contract does not name.
///
/// # Errors
/// [`No`] if the name came before.
pub fn put_other<K: Ord, V>(members: &mut BTreeMap<K, V>, name: K, value: V) -> Result<(), No> {
    match members.insert(name, value) {
        None => Ok(()),
        Some(_) => Err(No),
    }
}

impl<'a> Cursor<'a> {
    /// An array of `min` to `max` items.
    ///
    /// # Errors
    /// [`No`] if there is none, or it has fewer or more.
    #[inline]
    pub fn array<T>(
        &mut self,
        min: usize,
        max: usize,
        mut item: impl FnMut(&mut Self) -> Result<T, No>,
    ) -> Result<Vec<T>, No> {
        self.enter(b'[')?;
        let mut items = Vec::new();
        self.skip_space();
        if self.byte() != b']' {
            loop {
                if items.len() == max {
                    return Err(No);
                }
                items.push(item(self)?);
                self.skip_space();
                if self.byte() != b',' {
                    break;
                }
                self.advance(1);
            }
        }
        self.expect(b']')?;
        self.leave();
        if items.len() < min { Err(No) } else { Ok(items) }
    }

    /// The bracket of a tuple, and with `,` and `]` the rest of it.
    ///
    /// # Errors
    /// [`No`] if it does not come next.
    pub fn tuple(&mut self, bracket: char) -> Result<(), No> {
        match bracket {
            '[' => self.enter(b'['),
            ',' => self.expect(b','),
            _ => {
                self.leave();
                self.expect(b']')
            }
        }
    }

    /// An object with members of one kind, whose names keep to `names`.
    ///
    /// # Errors
    /// [`No`] if there is none.
    pub fn map<S: Text<'a>, T>(
        &mut self,
        names: &TextRule,
        mut value: impl FnMut(&mut Self) -> Result<T, No>,
    ) -> Result<BTreeMap<S, T>, No> {
        self.enter(b'{')?;
        let mut members = BTreeMap::new();
        let mut is_first = true;
        while let Some(name) = next_name(self, &mut is_first)? {
            if !names.allows(&name) {
                return Err(No);
            }
            let value = value(self)?;
            put_other(&mut members, key(name), value)?;
        }
        Ok(members)
    }

    /// A value that `read` takes and that the schema holds for valid: what `read` does not see, the table does.
    ///
    /// # Errors
    /// [`No`] if either refuses.
    pub fn checked<T>(&mut self, node: &'static Node, read: impl FnOnce(&mut Self) -> Result<T, No>) -> Result<T, No> {
        let mut ahead = self.clone();
        let value = read(self)?;
        if node.is_valid(&ahead.json()?) { Ok(value) } else { Err(No) }
    }

    /// The index in `values` of the string member `tag` of the object that comes next; the cursor stays before it.
    ///
    /// # Errors
    /// [`No`] if there is no such object, or the tag is none of them.
    pub fn tag(&self, tag: &str, values: &[&str]) -> Result<usize, No> {
        let mut ahead = self.clone();
        ahead.enter(b'{')?;
        let mut is_first = true;
        while let Some(name) = next_name(&mut ahead, &mut is_first)? {
            if name == tag {
                ahead.skip_space();
                return ahead.one_of(values);
            }
            ahead.skip()?;
        }
        Err(No)
    }

    /// Passes over a value.
    fn skip(&mut self) -> Result<(), No> {
        match self.kind()? {
            crate::cursor::Kind::String => self.string().map(drop),
            crate::cursor::Kind::Object => {
                self.enter(b'{')?;
                let mut is_first = true;
                while next_name(self, &mut is_first)?.is_some() {
                    self.skip()?;
                }
                Ok(())
            }
            crate::cursor::Kind::Array => self.array(0, usize::MAX, Self::skip).map(drop),
            _ => self.json().map(drop),
        }
    }

    /// Any value.
    ///
    /// # Errors
    /// [`No`] if it is not JSON, or an object has a name twice.
    pub fn json(&mut self) -> Result<Json, No> {
        Json::decode_at(self)
    }
}

/// A member's name as a key of a map.
#[inline]
pub fn key<'a, S: Text<'a>>(name: Cow<'a, str>) -> S {
    match name {
        Cow::Borrowed(name) => S::from_borrowed(name),
        Cow::Owned(name) => S::from_owned(name),
    }
}
