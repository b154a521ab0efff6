//! The value of a JSON text at an offset: where a decoder stopped, or the one that a writer was about to write.

use goodevent_json::pointer;

use crate::{
    cursor::{Cursor, Kind, No},
    json::Json,
};

/// A value of a text.
#[derive(Debug, PartialEq)]
pub(crate) struct Located {
    /// Its JSON Pointer.
    pub(crate) pointer: String,
    /// The value.
    pub(crate) json: Json,
}

/// The innermost value that begins at or before `offset` and does not end before it; the whole if there is none.
pub(crate) fn at(text: &str, offset: usize) -> Option<Located> {
    let mut found = None;
    let mut c = Cursor::new(text);
    // The first hit ends the search.
    let _ = value(&mut c, &mut String::new(), offset, &mut found);
    found.or_else(|| Some(Located { pointer: String::new(), json: Json::parse(text.as_bytes())? }))
}

/// Goes through a value, inner ones first.
fn value(c: &mut Cursor<'_>, pointer: &mut String, offset: usize, found: &mut Option<Located>) -> Result<(), No> {
    let kind = c.kind()?;
    let begins_behind = c.offset() > offset;
    let mut ahead = c.ahead();
    match kind {
        Kind::Object => {
            c.enter(b'{')?;
            c.skip_space();
            while c.byte() != b'}' {
                let name = c.string()?;
                c.expect(b':')?;
                part(c, pointer, &name, offset, found)?;
            }
            c.leave();
            c.expect(b'}')?;
        }
        Kind::Array => {
            c.enter(b'[')?;
            c.skip_space();
            let mut item_idx = 0;
            while c.byte() != b']' {
                part(c, pointer, &item_idx.to_string(), offset, found)?;
                item_idx += 1;
            }
            c.leave();
            c.expect(b']')?;
        }
        _ => {
            c.json()?;
        }
    }
    if begins_behind || c.offset() < offset {
        return Ok(());
    }
    *found = Some(Located { pointer: pointer.clone(), json: ahead.json()? });
    Err(No)
}

fn part(
    c: &mut Cursor<'_>,
    pointer: &mut String,
    token: &str,
    offset: usize,
    found: &mut Option<Located>,
) -> Result<(), No> {
    let n_before = pointer.len();
    pointer::push(pointer, token);
    value(c, pointer, offset, found)?;
    pointer.truncate(n_before);
    c.skip_space();
    if c.byte() == b',' {
        c.advance(1);
        c.skip_space();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_leads_to_the_innermost_value() {
        let text = r#"{"a":[1,{"b/c":22}],"d":"x"}"#;
        for (offset, pointer) in [
            (0, ""),
            (5, "/a"),
            (6, "/a/0"),
            (7, "/a/0"),
            (8, "/a/1"),
            (17, "/a/1/b~1c"),
            (18, "/a/1"),
            (19, "/a"),
            (28, ""),
        ] {
            assert_eq!(at(text, offset).map(|located| located.pointer).as_deref(), Some(pointer), "{offset}");
        }
    }
}
