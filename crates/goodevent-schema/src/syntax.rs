//! JSON texts ([RFC 8259](https://www.rfc-editor.org/rfc/rfc8259)) as trees with spans.
//!
//! Stricter than the RFC where parsers disagree: a repeated name, a lone surrogate and a byte order mark are errors. Nesting
//! is limited, so that every later walk over a tree has a bounded stack.

use std::sync::Arc;

use goodevent_json::pointer;
use smol_str::SmolStr;

pub use crate::content::MAX_FILE_BYTES;
use crate::{
    diagnostic::Diagnostic,
    source::{SourceId, Span, Spanned},
    value::{self, Number},
};

/// Upper bound of nesting.
pub const MAX_DEPTH: usize = 256;

/// Upper bound of the values of a file: objects, arrays, strings, numbers and literals. Trees take more memory than text.
pub const MAX_VALUES: usize = 250_000;

/// A value with its span. Cloning is cheap, because parts are shared.
#[derive(Debug, Clone)]
pub struct Node {
    /// The whole value.
    pub span: Span,
    /// Kind of the value.
    pub kind: Kind,
}

/// A JSON value.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Kind {
    Null,
    Bool(bool),
    /// As it is written.
    Number(SmolStr),
    /// Unescaped.
    String(SmolStr),
    Array(Arc<[Node]>),
    Object(Arc<[Member]>),
}

/// A member of an object.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its name, unescaped; the place includes the quotes.
    pub key: Spanned<SmolStr>,
    /// Its value.
    pub value: Node,
}

impl Node {
    /// The member `name` of an object.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.member(name).map(|member| &member.value)
    }

    /// The member `name` of an object, with its key.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members().iter().find(|member| member.key.value == name)
    }

    /// The members of an object; none of anything else.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        match &self.kind {
            Kind::Object(members) => members,
            _ => &[],
        }
    }

    /// The items of an array; none of anything else.
    #[must_use]
    pub fn items(&self) -> &[Node] {
        match &self.kind {
            Kind::Array(items) => items,
            _ => &[],
        }
    }

    /// Span of the opening bracket of an object or array, which may be long, or of the whole of another value.
    #[must_use]
    pub fn opening(&self) -> Span {
        match self.kind {
            Kind::Object(_) | Kind::Array(_) => Span { end: self.span.start + 1, ..self.span },
            _ => self.span,
        }
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a boolean.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self.kind {
            Kind::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The child that a token of a JSON Pointer names ([RFC 6901](https://www.rfc-editor.org/rfc/rfc6901)).
    #[must_use]
    pub fn child(&self, token: &str) -> Option<&Node> {
        match &self.kind {
            Kind::Object(_) => self.get(&pointer::unescape(token)),
            Kind::Array(items) => items.get(token.parse::<usize>().ok()?),
            _ => None,
        }
    }

    /// The value at a JSON Pointer below this one.
    #[must_use]
    pub fn pointer(&self, pointer: &str) -> Option<&Node> {
        let mut tokens = pointer.split('/');
        tokens.next().filter(|first| first.is_empty())?;
        tokens.try_fold(self, Node::child)
    }

    /// The value that begins at an offset of the text, if one does.
    #[must_use]
    pub fn at(&self, start: u32) -> Option<&Node> {
        self.way_to(start, |_| {})
    }

    /// The JSON Pointer to the value that begins at an offset of the text, if one does.
    #[must_use]
    pub fn pointer_to(&self, start: u32) -> Option<String> {
        let mut pointer = String::new();
        self.way_to(start, |token| pointer::push(&mut pointer, token))?;
        Some(pointer)
    }

    /// The value that begins at an offset, and the names and numbers on the way to it.
    fn way_to(&self, start: u32, mut step: impl FnMut(&str)) -> Option<&Node> {
        let mut node = self;
        while node.span.start != start {
            // The last child that does not begin behind it holds it.
            node = match &node.kind {
                Kind::Array(items) => {
                    let nth = items.partition_point(|item| item.span.start <= start).checked_sub(1)?;
                    step(&nth.to_string());
                    &items[nth]
                }
                Kind::Object(members) => {
                    let n_before = members.partition_point(|member| member.value.span.start <= start);
                    let member = &members[n_before.checked_sub(1)?];
                    step(&member.key.value);
                    &member.value
                }
                _ => return None,
            };
        }
        Some(node)
    }

    /// The value without spans.
    #[must_use]
    pub fn to_value(&self) -> value::Value {
        match &self.kind {
            Kind::Null => value::Value::Null,
            Kind::Bool(value) => value::Value::Bool(*value),
            Kind::Number(text) => value::Value::Number(Number(text.clone())),
            Kind::String(text) => value::Value::String(text.clone()),
            Kind::Array(items) => value::Value::Array(items.iter().map(Node::to_value).collect()),
            Kind::Object(members) => {
                let members = members.iter().map(|member| (member.key.value.clone(), member.value.to_value()));
                value::Value::Object(members.collect())
            }
        }
    }

    /// The value as a `serde_json::Value`.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match &self.kind {
            Kind::Null => serde_json::Value::Null,
            Kind::Bool(value) => serde_json::Value::Bool(*value),
            Kind::Number(text) => nearest(text).into(),
            Kind::String(text) => serde_json::Value::String(text.to_string()),
            Kind::Array(items) => serde_json::Value::Array(items.iter().map(Node::to_json).collect()),
            Kind::Object(members) => {
                let members = members.iter().map(|member| (member.key.value.to_string(), member.value.to_json()));
                serde_json::Value::Object(members.collect())
            }
        }
    }

    /// The value as compact JSON text, members in the order of the source.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.to_value().to_string()
    }
}

/// The nearest number that a double holds: one beyond all doubles stays a number, and as large as can be.
fn nearest(text: &str) -> serde_json::Number {
    text.parse().unwrap_or_else(|_| {
        let largest = if text.starts_with('-') { f64::MIN } else { f64::MAX };
        serde_json::Number::from_f64(largest).expect("the largest double is finite")
    })
}

/// Parses a text. Without a tree, the last finding is the fault that ends the text; repeated names are findings in any case.
#[must_use]
pub fn parse(source: SourceId, bytes: &[u8]) -> (Option<Node>, Vec<Diagnostic>) {
    let Parsed { tree, found, .. } = parse_counting(source, bytes);
    (tree, found)
}

/// A parsed text.
pub(crate) struct Parsed {
    pub(crate) tree: Option<Node>,
    /// What is wrong with the text.
    pub(crate) found: Vec<Diagnostic>,
    /// The values in it.
    pub(crate) n_values: usize,
}

/// Parses a text as [`parse`] does, and counts its values.
pub(crate) fn parse_counting(source: SourceId, bytes: &[u8]) -> Parsed {
    let refused = |found| Parsed { tree: None, found: vec![found], n_values: 0 };
    let span = |start: usize, end: usize| Span { source, start: offset(start), end: offset(end) };
    if bytes.len() > MAX_FILE_BYTES {
        let headline = format!("the file is larger than {} MiB", MAX_FILE_BYTES >> 20);
        let found = Diagnostic::error("file-too-large", span(0, 0), headline).help(KEEP_OUT);
        return refused(found);
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.valid_up_to();
            let end = at + error.error_len().unwrap_or(bytes.len() - at);
            let found = Diagnostic::error("not-utf8", span(at, end), "the file is not UTF-8")
                .label("not a character")
                .help("save the file as UTF-8");
            return refused(found);
        }
    };
    let mut parser = Parser { source, text, at: 0, n_values: 0, found: Vec::new() };
    let tree = match parser.document() {
        Ok(node) => Some(node),
        Err(fault) => {
            parser.found.push(*fault);
            None
        }
    };
    Parsed { tree, found: parser.found, n_values: parser.n_values }
}

/// The remedy for a file that is too large.
const KEEP_OUT: &str = "split it, or keep data out of the registry";

/// Files are smaller than 4 GiB: [`MAX_FILE_BYTES`].
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

type Fault = Box<Diagnostic>;

struct Parser<'a> {
    source: SourceId,
    text: &'a str,
    at: usize,
    n_values: usize,
    found: Vec<Diagnostic>,
}

impl Parser<'_> {
    fn span(&self, start: usize) -> Span {
        Span { source: self.source, start: offset(start), end: offset(self.at) }
    }

    /// An error at the next character.
    fn fault(&self, headline: impl Into<String>, help: &'static str) -> Fault {
        let length = self.text[self.at..].chars().next().map_or(0, char::len_utf8);
        let span = Span { source: self.source, start: offset(self.at), end: offset(self.at + length) };
        let label = match self.text[self.at..].chars().next() {
            Some(char) => format!("found {char:?}"),
            None => "the file ends here".to_owned(),
        };
        Box::new(Diagnostic::error("malformed-json", span, headline).label(label).help(help))
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn document(&mut self) -> Result<Node, Fault> {
        if self.text.starts_with('\u{feff}') {
            return Err(self.fault("the file begins with a byte order mark", "save the file as UTF-8 without one"));
        }
        let node = self.value(0)?;
        self.skip_space();
        if self.at < self.text.len() {
            return Err(self.fault("expected the end of the file behind the value", "a file holds one JSON value"));
        }
        Ok(node)
    }

    fn value(&mut self, depth: usize) -> Result<Node, Fault> {
        self.skip_space();
        if depth > MAX_DEPTH {
            let headline = format!("nested deeper than {MAX_DEPTH} levels");
            return Err(self.fault(headline, "flatten the schema: name its parts in `$defs` and refer to them"));
        }
        let start = self.at;
        self.n_values += 1;
        if self.n_values > MAX_VALUES {
            let headline = format!("the file has more than {MAX_VALUES} values");
            let found = Diagnostic::error("file-too-large", self.span(start), headline);
            return Err(Box::new(found.label("those behind are too many").help(KEEP_OUT)));
        }
        let kind =
            match self.byte() {
                Some(b'{') => self.object(depth)?,
                Some(b'[') => self.array(depth)?,
                Some(b'"') => Kind::String(self.string()?),
                Some(b'-' | b'0'..=b'9') => self.number()?,
                Some(b'a'..=b'z') => self.word()?,
                _ => return Err(self.fault(
                    "expected a value",
                    "a value is an object, an array, a string in double quotes, a number, `true`, `false` or `null`",
                )),
            };
        Ok(Node { span: self.span(start), kind })
    }

    fn word(&mut self) -> Result<Kind, Fault> {
        let rest = &self.text[self.at..];
        let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let kind = match &rest[..length] {
            "null" => Kind::Null,
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            word => return Err(self.fault(format!("`{word}` is not a JSON value"), "put strings in double quotes")),
        };
        self.at += length;
        Ok(kind)
    }

    fn number(&mut self) -> Result<Kind, Fault> {
        let start = self.at;
        let digits = |parser: &mut Self| {
            let first = parser.at;
            while matches!(parser.byte(), Some(b'0'..=b'9')) {
                parser.at += 1;
            }
            parser.at - first
        };
        let wrong = "a number is written like -12, 0.5 or 1e6";
        self.at += usize::from(self.byte() == Some(b'-'));
        let whole = self.at;
        match digits(self) {
            0 => return Err(self.fault("expected a digit", wrong)),
            n_digits if n_digits > 1 && self.text.as_bytes()[whole] == b'0' => {
                self.at = whole;
                return Err(self.fault("a number may not begin with 0", wrong));
            }
            _ => {}
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            if digits(self) == 0 {
                return Err(self.fault("expected a digit behind the point", wrong));
            }
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.byte(), Some(b'+' | b'-')));
            if digits(self) == 0 {
                return Err(self.fault("expected a digit in the exponent", wrong));
            }
        }
        Ok(Kind::Number(self.text[start..self.at].into()))
    }

    fn string(&mut self) -> Result<SmolStr, Fault> {
        self.at += 1;
        // What stands before the first escape, which few strings have.
        let mut string = String::new();
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            let n_plain = rest.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20)).count();
            let plain = &self.text[self.at..self.at + n_plain];
            self.at += n_plain;
            if self.byte() == Some(b'"') {
                self.at += 1;
                return Ok(if string.is_empty() { plain.into() } else { (string + plain).into() });
            }
            string.push_str(plain);
            match self.byte() {
                Some(b'\\') => {
                    let char = self.escape()?;
                    string.push(char);
                }
                Some(_) => {
                    return Err(self.fault(
                        "a string may not hold a raw control character",
                        "write it as an escape: \\n, \\t or \\u0000",
                    ));
                }
                None => return Err(self.fault("expected `\"` at the end of the string", "close the string")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Fault> {
        self.at += 1;
        let char = match self.byte() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(self.fault("unknown escape", "a backslash in a string is written as \\\\")),
        };
        self.at += 1;
        Ok(char)
    }

    fn unicode(&mut self) -> Result<char, Fault> {
        let start = self.at - 1;
        let high = self.unit()?;
        let mut code = high;
        if (0xD800..0xDC00).contains(&high) && self.text[self.at..].starts_with("\\u") {
            self.at += 1;
            let low = self.unit()?;
            if (0xDC00..0xE000).contains(&low) {
                code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            }
        }
        char::from_u32(code).ok_or_else(|| {
            let headline = "unpaired surrogate: it is half of a character";
            Box::new(Diagnostic::error("malformed-json", self.span(start), headline).help("write the character itself"))
        })
    }

    fn unit(&mut self) -> Result<u32, Fault> {
        self.at += 1;
        let digits =
            self.text.get(self.at..self.at + 4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let unit =
            unit.ok_or_else(|| self.fault("expected four hexadecimal digits behind \\u", "write it like \\u00e9"))?;
        self.at += 4;
        Ok(unit)
    }

    fn array(&mut self, depth: usize) -> Result<Kind, Fault> {
        self.at += 1;
        let mut items = Vec::new();
        self.skip_space();
        if self.byte() == Some(b']') {
            self.at += 1;
            return Ok(Kind::Array(items.into()));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.closes(b']', "`,` or `]`")? {
                return Ok(Kind::Array(items.into()));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Kind, Fault> {
        self.at += 1;
        let mut members: Vec<Member> = Vec::new();
        self.skip_space();
        if self.byte() == Some(b'}') {
            self.at += 1;
            return Ok(Kind::Object(members.into()));
        }
        loop {
            self.skip_space();
            let start = self.at;
            if self.byte() != Some(b'"') {
                return Err(
                    self.fault("expected a name in double quotes", "remove a comma before `}`, or quote the name")
                );
            }
            let name = self.string()?;
            let key = Spanned { value: name, span: self.span(start) };
            self.skip_space();
            if self.byte() != Some(b':') {
                return Err(
                    self.fault(format!("expected `:` behind the name \"{}\"", key.value), "write \"name\": value")
                );
            }
            self.at += 1;
            let value = self.value(depth + 1)?;
            members.push(Member { key, value });
            if self.closes(b'}', "`,` or `}`")? {
                self.note_repeated(&members);
                return Ok(Kind::Object(members.into()));
            }
        }
    }

    fn note_repeated(&mut self, members: &[Member]) {
        let mut keys: Vec<&Spanned<SmolStr>> = members.iter().map(|member| &member.key).collect();
        keys.sort_by(|left, right| left.value.cmp(&right.value).then(left.span.cmp(&right.span)));
        for pair in keys.windows(2).filter(|pair| pair[0].value == pair[1].value) {
            let headline = format!("the name \"{}\" occurs twice in one object", pair[1].value);
            let found = Diagnostic::error("duplicate-member", pair[1].span, headline)
                .label("again here")
                .related(pair[0].span, "first here")
                .help("readers differ in which one they take: remove one");
            self.found.push(found);
        }
    }

    /// Takes a comma, or the closing bracket, which it tells.
    fn closes(&mut self, bracket: u8, expected: &str) -> Result<bool, Fault> {
        self.skip_space();
        let byte = self.byte();
        if byte != Some(bracket) && byte != Some(b',') {
            return Err(self.fault(format!("expected {expected}"), "values are separated by commas"));
        }
        self.at += 1;
        Ok(byte == Some(bracket))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, start: u32, headline: &str) {
        let (_, found) = parse(SourceId(0), text.as_bytes());
        let summary: Vec<(u32, &str)> = found.iter().map(|found| (found.span.start, found.headline.as_str())).collect();
        assert_eq!(summary, [(start, headline)], "{text}");
    }

    #[test]
    fn faults_are_named_where_they_are() {
        check("{\"a\": 1,}", 8, "expected a name in double quotes");
        check("[1 2]", 3, "expected `,` or `]`");
        check("{\"a\" 1}", 5, "expected `:` behind the name \"a\"");
        check("[01]", 1, "a number may not begin with 0");
        check("[1.]", 3, "expected a digit behind the point");
        check("\"\\ud800\"", 1, "unpaired surrogate: it is half of a character");
        check("\"\\x\"", 2, "unknown escape");
        check("\"a", 2, "expected `\"` at the end of the string");
        check("{} {}", 3, "expected the end of the file behind the value");
        check("nul", 0, "`nul` is not a JSON value");
        check("", 0, "expected a value");
        check("\u{feff}{}", 0, "the file begins with a byte order mark");
        check("{\"a\": 1, \"a\": 2}", 9, "the name \"a\" occurs twice in one object");
        check(&"[".repeat(10_000), 257, "nested deeper than 256 levels");
    }

    #[test]
    fn a_file_has_a_bounded_number_of_values() {
        let list = |n_values: usize| format!("[{}0]", "0,".repeat(n_values - 1));
        let (tree, found) = parse(SourceId(0), list(MAX_VALUES - 1).as_bytes());
        assert_eq!((tree.map(|tree| tree.items().len()), found), (Some(MAX_VALUES - 1), Vec::new()));
        // The list itself is a value.
        check(&list(MAX_VALUES), MAX_VALUES as u32 * 2 - 1, "the file has more than 250000 values");
    }

    #[test]
    fn bytes_that_are_no_text_are_named() {
        let (node, found) = parse(SourceId(0), b"{\"a\": \"\xff\"}");
        assert!(node.is_none());
        assert_eq!((found[0].rule, found[0].span.start, found[0].span.end), ("not-utf8", 7, 8));
    }

    #[test]
    fn trees_know_places_and_values() {
        let text = r#"{"a": [true, null, "\u00e9\ud83d\ude00"], "b": -1.5e3}"#;
        let (node, found) = parse(SourceId(0), text.as_bytes());
        let node = node.expect("the text is JSON");
        assert!(found.is_empty());
        let string = node.pointer("/a/2").expect("the pointer resolves");
        assert_eq!(string.as_str(), Some("é😀"));
        assert_eq!(&text[string.span.start as usize..string.span.end as usize], r#""\u00e9\ud83d\ude00""#);
        assert_eq!(node.to_text(), r#"{"a":[true,null,"é😀"],"b":-1.5e3}"#);
    }
}
