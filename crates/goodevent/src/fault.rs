//! Where and why a text is not JSON: the slow look behind a cursor's plain *no*.

use std::collections::BTreeSet;

use crate::cursor::{Cursor, Kind, MAX_DEPTH, No};

/// What is wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Offset of the byte where it shows.
    pub(crate) offset: usize,
    /// What is wrong there.
    pub(crate) reason: &'static str,
}

/// The first fault of `text`; `None` if it is a JSON text as [`Json::parse`](crate::json::Json::parse) has it.
pub(crate) fn find(text: &str) -> Option<Fault> {
    let mut c = Cursor::new(text);
    let outcome = value(&mut c, 1).and_then(|()| c.end().map_err(|No| fault(&c, "text behind the end of the value")));
    outcome.err()
}

fn fault(c: &Cursor<'_>, reason: &'static str) -> Fault {
    Fault { offset: c.offset(), reason }
}

fn value(c: &mut Cursor<'_>, depth: u32) -> Result<(), Fault> {
    let kind = c.kind().map_err(|No| fault(c, "a value is missing, or begins like none"))?;
    if depth > MAX_DEPTH && matches!(kind, Kind::Array | Kind::Object) {
        return Err(fault(c, "nested deeper than 128 levels"));
    }
    match kind {
        Kind::Null | Kind::Bool if c.take("null") || c.take("true") || c.take("false") => Ok(()),
        Kind::Null | Kind::Bool => Err(fault(c, "neither `null` nor `true` nor `false`")),
        Kind::Number => {
            let start = fault(c, "not a JSON number, or one that no double holds");
            c.number().map(drop).map_err(|No| start)
        }
        Kind::String => string(c).map(drop),
        Kind::Array => array(c, depth),
        Kind::Object => object(c, depth),
    }
}

fn string(c: &mut Cursor<'_>) -> Result<String, Fault> {
    match c.string() {
        Ok(text) => Ok(text.into_owned()),
        Err(No) if c.byte() == 0 => Err(fault(c, "a string that does not end, or has a raw control character")),
        Err(No) => Err(fault(c, "not a string, a raw control character in it, a wrong escape, or a lone surrogate")),
    }
}

fn array(c: &mut Cursor<'_>, depth: u32) -> Result<(), Fault> {
    c.advance(1);
    c.skip_space();
    if c.byte() == b']' {
        c.advance(1);
        return Ok(());
    }
    loop {
        value(c, depth + 1)?;
        if c.expect(b']').is_ok() {
            return Ok(());
        }
        c.expect(b',').map_err(|No| fault(c, "`,` or `]` is missing"))?;
    }
}

fn object(c: &mut Cursor<'_>, depth: u32) -> Result<(), Fault> {
    c.advance(1);
    c.skip_space();
    if c.byte() == b'}' {
        c.advance(1);
        return Ok(());
    }
    let mut names = BTreeSet::new();
    loop {
        c.skip_space();
        let repeated = fault(c, "a name that the object has already");
        if !names.insert(string(c)?) {
            return Err(repeated);
        }
        c.expect(b':').map_err(|No| fault(c, "`:` is missing"))?;
        value(c, depth + 1)?;
        if c.expect(b'}').is_ok() {
            return Ok(());
        }
        c.expect(b',').map_err(|No| fault(c, "`,` or `}` is missing"))?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Json;

    #[test]
    fn a_fault_is_found_exactly_where_parsing_fails() {
        let deep = "[".repeat(129) + &"]".repeat(129);
        for (text, offset) in [
            ("", 0),
            ("[1,]", 3),
            (r#"{"a":1,"a":2}"#, 7),
            (r#"{"a" 1}"#, 5),
            ("[1 2]", 3),
            ("nul", 0),
            ("1e999", 0),
            (r#""\ud800""#, 7),
            ("{} x", 3),
            (&deep, 128),
        ] {
            assert_eq!(find(text).map(|fault| fault.offset), Some(offset), "{text}");
            assert_eq!(Json::parse(text.as_bytes()), None, "{text}");
        }
        for text in ["[]", "{}", r#" {"a": [null, true, -1.5e3, "x"]} "#] {
            assert_eq!(find(text), None);
            assert!(Json::parse(text.as_bytes()).is_some());
        }
    }
}
