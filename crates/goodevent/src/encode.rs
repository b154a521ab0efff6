//! Encoding: values to bytes.

use std::{borrow::Cow, collections::BTreeMap, ops::Range};

use goodevent_json::{
    fault::{MAX_DEPTH, MAX_EVENT_BYTES},
    string,
};

use crate::{
    check::{self, Node},
    cursor::plain_len,
    json::{Json, print_f64},
    number::NumberRule,
    text::{Any, Formatted, Rule},
    words::Words,
};

/// A type that can be written as JSON, validated on the way.
pub trait Encode {
    /// Writes the value. An invalid value is written as well, and sets a flag in the writer.
    fn write(&self, w: &mut Writer) {
        if w.open('{') {
            self.write_members(w);
            w.close('}');
        }
    }

    /// Writes the members of an object; all that one has to implement.
    fn write_members(&self, _: &mut Writer) {}
}

/// Writes compact JSON, and remembers whether all of it was valid.
#[derive(Debug)]
pub struct Writer {
    out: Vec<u8>,
    fault: Option<Fault>,
    depth: u32,
    /// Where the payload of an envelope is, once it is written.
    payload: Range<usize>,
}

/// The first thing that was written though it is not valid.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fault {
    /// Offset at which it is, or begins.
    pub(crate) offset: usize,
    /// The number that JSON has no text for.
    pub(crate) not_finite: Option<f64>,
    /// Whether it lies in too many arrays and objects.
    pub(crate) is_too_deep: bool,
}

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

impl Writer {
    /// Creates an empty writer.
    #[must_use]
    pub fn new() -> Self {
        Self { out: Vec::with_capacity(512), fault: None, depth: 0, payload: 0..0 }
    }

    /// Whether everything written is valid.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.fault.is_none()
    }

    /// The first thing that is not valid.
    pub(crate) fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// Returns the written text.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// The payload of an envelope.
    pub(crate) fn payload(&mut self, payload: &impl Encode) {
        let n_before = self.out.len();
        // A payload that is not valid has no id: what is wrong with it comes before what is wrong around it.
        let around = self.fault.take();
        payload.write(self);
        self.fault = self.fault.or(around);
        self.payload = n_before..self.out.len();
    }

    /// Where the payload of an envelope is; empty if there is no envelope.
    #[inline]
    pub(crate) fn place_of_payload(&self) -> Range<usize> {
        self.payload.clone()
    }

    #[inline]
    pub(crate) fn require(&mut self, holds: bool) {
        if !holds {
            self.mark(None, false);
        }
    }

    #[cold]
    fn mark(&mut self, not_finite: Option<f64>, is_too_deep: bool) {
        let offset = self.out.len();
        self.fault.get_or_insert(Fault { offset, not_finite, is_too_deep });
    }

    /// Writes text that is already JSON.
    #[inline]
    pub fn raw(&mut self, json: &str) {
        self.out.extend_from_slice(json.as_bytes());
    }

    /// Writes a comma, a name and a colon, such as `,"reason":`, and the first quotation mark of a string value.
    #[inline]
    pub fn key(&mut self, key: &str) -> &mut Self {
        self.raw(key);
        self
    }

    /// Writes a [`key`](Self::key) that can be the first of the object, and then has no comma.
    #[inline]
    pub fn next_key(&mut self, key: &str) -> &mut Self {
        let is_first = self.out.last() == Some(&b'{');
        self.out.extend_from_slice(&key.as_bytes()[usize::from(is_first)..]);
        self
    }

    /// Opens an object or array; writes `null` instead if it is nested too deep.
    #[inline]
    pub fn open(&mut self, bracket: char) -> bool {
        self.depth += 1;
        let fits = self.depth <= MAX_DEPTH;
        if fits {
            self.out.push(bracket as u8);
        } else {
            self.mark(None, true);
            self.raw("null");
            self.depth -= 1;
        }
        fits
    }

    /// Closes an object or array.
    #[inline]
    pub fn close(&mut self, bracket: char) {
        self.depth -= 1;
        self.out.push(bracket as u8);
    }

    /// `true` or `false`.
    #[inline]
    pub fn bool(&mut self, value: bool) {
        self.raw(if value { "true" } else { "false" });
    }

    /// Writes an integer that must be within bounds.
    #[inline]
    pub fn i64(&mut self, value: i64, min: i64, max: i64) {
        self.require(min <= value && value <= max);
        self.raw(itoa::Buffer::new().format(value));
    }

    /// Writes an integer that must be within bounds.
    #[inline]
    pub fn u64(&mut self, value: u64, min: u64, max: u64) {
        self.require(min <= value && value <= max);
        self.raw(itoa::Buffer::new().format(value));
    }

    /// Writes an integer of 128 bits that must be within bounds.
    pub fn i128(&mut self, value: i128, min: i128, max: i128) {
        self.require(min <= value && value <= max);
        self.raw(itoa::Buffer::new().format(value));
    }

    /// Writes an integer of 128 bits that must be within bounds.
    pub fn u128(&mut self, value: u128, min: u128, max: u128) {
        self.require(min <= value && value <= max);
        self.raw(itoa::Buffer::new().format(value));
    }

    /// Writes a number that must satisfy `rule` and be finite. An integer of 64 bits is written as one, so that a value
    /// has one text whatever type holds it.
    pub fn f64(&mut self, value: f64, rule: &NumberRule) {
        if !value.is_finite() {
            self.mark(Some(value), false);
            return self.raw("null");
        }
        self.require(rule.allows(value));
        print_f64(value, |text| self.raw(text));
    }

    /// A string.
    #[inline]
    pub fn string(&mut self, text: &str) {
        self.out.push(b'"');
        self.rest_of_string(text);
    }

    /// A string whose quotation mark at the beginning is there.
    fn rest_of_string(&mut self, text: &str) {
        self.out.reserve(text.len() + 1);
        let n_plain = plain_len(text.as_bytes());
        self.out.extend_from_slice(&text.as_bytes()[..n_plain]);
        if n_plain < text.len() {
            self.escape(&text.as_bytes()[n_plain..]);
        }
        self.out.push(b'"');
    }

    /// Writes a string that must satisfy `rule`; its first quotation mark is the end of the [`key`](Self::key) before
    /// it.
    #[inline]
    pub fn text(&mut self, text: impl AsRef<str>, rule: impl Rule) {
        self.require(rule.allows(text.as_ref()));
        self.rest_of_string(text.as_ref());
    }

    /// Writes a [`text`](Self::text) whose rule excludes characters that need an escape.
    #[inline]
    pub fn plain(&mut self, text: impl AsRef<str>, rule: impl Rule) {
        let text = text.as_ref();
        if !rule.allows(text) {
            self.require(false);
            return self.rest_of_string(text);
        }
        self.out.reserve(text.len() + 1);
        self.out.extend_from_slice(text.as_bytes());
        self.out.push(b'"');
    }

    /// Writes a value of the type that a format is mapped to, whose text must satisfy `rule`.
    pub fn formatted(&mut self, value: &impl Formatted, rule: impl Rule) {
        self.text(value.format(), rule);
    }

    #[cold]
    fn escape(&mut self, mut rest: &[u8]) {
        while let Some((byte, behind)) = rest.split_first() {
            string::push_escape(&mut self.out, *byte);
            let n_plain = plain_len(behind);
            self.out.extend_from_slice(&behind[..n_plain]);
            rest = &behind[n_plain..];
        }
    }

    /// Writes an array that must have `min` to `max` items.
    #[inline]
    pub fn array<T>(&mut self, items: &[T], min: usize, max: usize, mut item: impl FnMut(&mut Self, &T)) {
        self.require((min..=max).contains(&items.len()));
        if !self.open('[') {
            return;
        }
        let start = self.out.len();
        for (item_idx, value) in items.iter().enumerate() {
            if item_idx == 1 {
                // The others will be about as long as the first.
                let n_bytes = (self.out.len() - start).saturating_mul(items.len());
                self.out.reserve(n_bytes.min(MAX_EVENT_BYTES));
            }
            if item_idx > 0 {
                self.out.push(b',');
            }
            item(self, value);
        }
        self.close(']');
    }

    /// Writes an object with members of one kind, whose names must satisfy `names`.
    pub fn map<K: AsRef<str>, T>(
        &mut self,
        members: &BTreeMap<K, T>,
        names: impl Rule,
        value: impl FnMut(&mut Self, &T),
    ) {
        if !self.open('{') {
            return;
        }
        self.members(members, names, value);
        self.close('}');
    }

    /// Writes further members of an object, whose names must differ from the known `names`.
    pub fn others<K: AsRef<str>, T>(
        &mut self,
        members: &BTreeMap<K, T>,
        names: &Words,
        value: impl FnMut(&mut Self, &T),
    ) {
        self.require(!members.keys().any(|name| names.find(name.as_ref()).is_some()));
        self.members(members, Any, value);
    }

    fn members<K: AsRef<str>, T>(
        &mut self,
        members: &BTreeMap<K, T>,
        names: impl Rule,
        mut value: impl FnMut(&mut Self, &T),
    ) {
        for (name, member) in members {
            if self.out.last() != Some(&b'{') {
                self.out.push(b',');
            }
            self.key("\"").text(name, &names);
            self.out.push(b':');
            value(self, member);
        }
    }

    /// Writes a value that must be valid for the schema: the table validates constraints that `write` ignores.
    pub fn checked(&mut self, node: &'static Node, write: impl FnOnce(&mut Self)) {
        let start = self.out.len();
        write(self);
        if self.is_valid() {
            let is_valid = Json::parse(&self.out[start..]).is_some_and(|json| check::is_valid(node, &json));
            self.require(is_valid);
        }
    }

    /// Writes a value.
    #[inline]
    pub fn value(&mut self, value: &impl Encode) {
        value.write(self);
    }
}

impl Encode for bool {
    #[inline]
    fn write(&self, w: &mut Writer) {
        w.bool(*self);
    }
}

impl Encode for () {
    fn write(&self, w: &mut Writer) {
        w.raw("null");
    }
}

impl Encode for String {
    fn write(&self, w: &mut Writer) {
        w.string(self);
    }
}

impl Encode for Cow<'_, str> {
    fn write(&self, w: &mut Writer) {
        w.string(self);
    }
}

impl<T: Encode> Encode for Box<T> {
    fn write(&self, w: &mut Writer) {
        T::write(self, w);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_escaped_as_little_as_can_be() {
        let mut w = Writer::new();
        w.string("plain é \u{1f600} \"quoted\" back\\slash \n \u{1} end");
        let text = String::from_utf8(w.into_bytes()).expect("a writer writes UTF-8");
        assert_eq!(text, "\"plain é \u{1f600} \\\"quoted\\\" back\\\\slash \\n \\u0001 end\"");
    }

    #[test]
    fn integers_have_one_text() {
        for (value, text) in [
            (1.0, "1"),
            (-2.0, "-2"),
            (1e17, "100000000000000000"),
            (1e19, "10000000000000000000"),
            (-1e19, "-1e+19"),
            (1e20, "1e+20"),
            (0.5, "0.5"),
            (-0.0, "-0.0"),
        ] {
            let mut w = Writer::new();
            w.f64(value, &NumberRule::ANY);
            assert!(w.is_valid());
            assert_eq!(w.into_bytes(), text.as_bytes());
        }
    }

    #[test]
    fn what_is_no_json_marks_the_writer() {
        let mut w = Writer::new();
        w.f64(f64::NAN, &NumberRule::ANY);
        assert!(!w.is_valid());
    }
}
