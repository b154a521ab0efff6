//! Arrays, tuples and maps under the cursor, and tags of objects.

use std::collections::BTreeMap;

use super::position::{Cursor, Kind, No};
use crate::{
    object::{key, next_name, put_other},
    text::{Rule, Text},
    words::Words,
};

impl<'a> Cursor<'a> {
    /// Reads an array of `min` to `max` items.
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
                // By four rather than two: items are large, and moved each time.
                if items.len() == items.capacity() {
                    items.reserve((items.len() * 3).clamp(1, max - items.len()));
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

    /// Reads an array of the items that `items` reads, with a [`comma`](Self::comma) between two of them.
    ///
    /// # Errors
    /// [`No`] if there is none.
    pub fn tuple<T>(&mut self, items: impl FnOnce(&mut Self) -> Result<T, No>) -> Result<T, No> {
        self.enter(b'[')?;
        let items = items(self)?;
        self.leave();
        self.expect(b']')?;
        Ok(items)
    }

    /// Reads the comma between two items of a tuple.
    ///
    /// # Errors
    /// [`No`] if it is not next.
    pub fn comma(&mut self) -> Result<(), No> {
        self.expect(b',')
    }

    /// Reads an object with members of one kind, whose names satisfy `names`.
    ///
    /// # Errors
    /// [`No`] if there is none.
    pub fn map<S: Text<'a>, T>(
        &mut self,
        names: impl Rule,
        mut value: impl FnMut(&mut Self) -> Result<T, No>,
    ) -> Result<BTreeMap<S, T>, No> {
        self.enter(b'{')?;
        let mut members = BTreeMap::new();
        let mut is_first = true;
        while let Some(name) = next_name(self, &mut is_first)? {
            if !names.allows(&name) {
                return Err(No);
            }
            let value = value(self);
            if !put_other(&mut members, key(name), value) {
                return Err(No);
            }
        }
        Ok(members)
    }

    /// The index in `values` of the string member `tag` of the next object; the cursor stays before the object.
    ///
    /// # Errors
    /// [`No`] if there is no such object, the tag is not one of them, or the message exceeds its budget.
    pub fn tag(&mut self, tag: &str, values: &Words) -> Result<usize, No> {
        let mut ahead = self.ahead();
        let tag = ahead.find_tag(tag, values);
        // Those of objects within objects are looked for again and again if they come last.
        self.spend(ahead.offset() - self.offset());
        if self.is_exhausted() { Err(No) } else { tag }
    }

    fn find_tag(&mut self, tag: &str, values: &Words) -> Result<usize, No> {
        self.enter(b'{')?;
        let mut is_first = true;
        while let Some(name) = next_name(self, &mut is_first)? {
            if name == tag {
                self.skip_space();
                return self.one_of(values);
            }
            self.skip()?;
        }
        Err(No)
    }

    /// Passes over a value.
    fn skip(&mut self) -> Result<(), No> {
        match self.kind()? {
            Kind::String => self.string().map(drop),
            Kind::Object => {
                self.enter(b'{')?;
                let mut is_first = true;
                while next_name(self, &mut is_first)?.is_some() {
                    self.skip()?;
                }
                Ok(())
            }
            Kind::Array => self.array(0, usize::MAX, Self::skip).map(drop),
            _ => self.json().map(drop),
        }
    }
}
