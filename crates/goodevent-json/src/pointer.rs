//! JSON Pointers ([RFC 6901](https://www.rfc-editor.org/rfc/rfc6901)).
//!
//! A pointer is a text of tokens, each after a slash: `/lines/0/a~1b` leads to the member `a/b` of the first item of
//! `lines`, and the empty text to the whole value.

use std::borrow::Cow;

/// The name that a token stands for.
#[must_use]
pub fn unescape(token: &str) -> Cow<'_, str> {
    match token.contains('~') {
        true => token.replace("~1", "/").replace("~0", "~").into(),
        false => token.into(),
    }
}

/// The names that a pointer consists of, each unescaped; none for a text that is not a pointer.
pub fn names(pointer: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let tokens = pointer.strip_prefix('/').map(|tokens| tokens.split('/'));
    tokens.into_iter().flatten().map(unescape)
}

/// Appends a name to a pointer.
pub fn push(pointer: &mut String, name: &str) {
    pointer.push('/');
    for char in name.chars() {
        match char {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            _ => pointer.push(char),
        }
    }
}

/// The pointer to a part of the value that `pointer` leads to.
#[must_use]
pub fn join(pointer: &str, name: &str) -> String {
    let mut joined = String::with_capacity(pointer.len() + 1 + name.len());
    joined.push_str(pointer);
    push(&mut joined, name);
    joined
}

/// The pointer that consists of these names.
pub fn of<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> String {
    names.into_iter().fold(String::new(), |mut pointer, name| {
        push(&mut pointer, name.as_ref());
        pointer
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        for expected in [&[][..], &[""], &["a", "0"], &["a/b", "~", "~1", "~01", "é ", "/~"]] {
            let pointer = of(expected);
            assert_eq!(names(&pointer).collect::<Vec<_>>(), expected, "{pointer}");
        }
        assert_eq!(join("/a", "b/~"), "/a/b~1~0");
        assert_eq!(names("a/b").count(), 0, "a pointer begins with a slash");
    }
}
