//! Layout of tokens as readable text: lines of at most 120 columns, docs as `///`.
//!
//! A general formatter would parse the code again, which takes longer than the rest of the generation.

use goodevent_json::escape;
use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

const MAX_WIDTH: usize = 120;

/// The text of `tokens`.
pub(crate) fn to_text(tokens: TokenStream) -> String {
    let mut out = Out { text: String::new(), indent: 0, line_start: 0 };
    out.statements(&pieces(tokens));
    out.text
}

/// A token as text, or a group.
#[derive(Debug)]
enum Piece {
    /// Text, and whether a space comes before it when something stands there.
    Word(String),
    /// A line of documentation.
    Doc(String),
    /// `#[..]`, which begins a line.
    Attribute(String),
    Group {
        open: &'static str,
        close: &'static str,
        pieces: Vec<Piece>,
        flat: Option<String>,
    },
}

struct Out {
    text: String,
    indent: usize,
    line_start: usize,
}

impl Out {
    fn column(&self) -> usize {
        self.text.len() - self.line_start
    }

    fn newline(&mut self) {
        while self.text.ends_with(' ') {
            self.text.pop();
        }
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.line_start = self.text.len();
    }

    fn begin(&mut self) {
        if self.text.len() == self.line_start {
            self.text.extend(std::iter::repeat_n(' ', self.indent * 4));
        }
    }

    fn put(&mut self, text: &str, previous: Option<&str>) {
        self.begin();
        if self.column() > self.indent * 4 && previous.is_some_and(|previous| is_spaced(previous, text)) {
            self.text.push(' ');
        }
        self.text.push_str(text);
    }

    /// Items, statements, fields, variants or arms: each on lines of its own.
    fn statements(&mut self, pieces: &[Piece]) {
        let mut previous: Option<&str> = None;
        // In `impl<S> ::path`, the path does not belong to the bracket before it.
        let mut is_impl = false;
        // Commas between angle brackets end no line.
        let mut n_angles = 0_usize;
        for (piece_idx, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Doc(line) => {
                    self.newline();
                    self.begin();
                    self.text.push_str("///");
                    self.text.push_str(line);
                    self.newline();
                    previous = None;
                }
                Piece::Attribute(text) => {
                    self.newline();
                    self.begin();
                    self.text.push_str(text);
                    self.text.push(' ');
                    previous = None;
                }
                Piece::Word(text) => {
                    let is_path = is_impl && n_angles == 0 && previous == Some(">") && text == "::";
                    self.put(text, if is_path { Some("impl") } else { previous });
                    previous = Some(text);
                    is_impl = text == "impl" || (is_impl && text != "for" && text != "::");
                    match text.as_str() {
                        "<" => n_angles += 1,
                        ">" => n_angles = n_angles.saturating_sub(1),
                        _ => {}
                    }
                    if text == ";" || (text == "," && n_angles == 0) {
                        self.newline();
                        previous = None;
                    }
                }
                Piece::Group { .. } => {
                    self.group(piece, previous);
                    previous = Some(close_of(piece));
                    let is_block = matches!(piece, Piece::Group { open: "{", .. });
                    let goes_on = matches!(pieces.get(piece_idx + 1), Some(Piece::Word(next)) if matches!(next.as_str(), "," | ";" | "." | "?" | "else"));
                    if is_block && !goes_on {
                        self.newline();
                        previous = None;
                    }
                }
            }
        }
        self.newline();
    }

    fn group<'p>(&mut self, piece: &'p Piece, previous: Option<&'p str>) {
        let Piece::Group { open, close, pieces, flat } = piece else {
            return;
        };
        if let Some(flat) = flat
            && (self.column() + flat.len() < MAX_WIDTH || flat.len() < 3)
        {
            self.put(flat, previous);
            return;
        }
        self.put(open, previous);
        if *open != "{" && self.hug(pieces, close) {
            return;
        }
        self.newline();
        self.indent += 1;
        if *open == "{" && !is_list(pieces) {
            self.statements(pieces);
        } else {
            self.list(pieces);
        }
        self.indent -= 1;
        self.begin();
        self.text.push_str(close);
    }

    /// Elements that fit on the line up to a group that ends the last of them: only that group gets lines of its own.
    fn hug(&mut self, pieces: &[Piece], close: &str) -> bool {
        let (pieces, comma) = match pieces {
            // It makes a tuple of what would be an expression in brackets.
            [pieces @ .., Piece::Word(comma)] if comma == "," => (pieces, ","),
            pieces => (pieces, ""),
        };
        let is_long = |piece: &Piece| matches!(piece, Piece::Group { pieces, .. } if !pieces.is_empty());
        let Some(first_group) = pieces.iter().position(is_long).filter(|_| pieces.last().is_some_and(is_long)) else {
            return false;
        };
        if flat_of(&pieces[..first_group]).is_none_or(|head| self.column() + head.len() >= MAX_WIDTH - 1) {
            return false;
        }
        // What stands between two groups follows the bracket of the first.
        let n_groups = pieces.iter().filter(|piece| is_long(piece)).count();
        let are_all_long = pieces.iter().filter(|piece| is_long(piece)).all(|piece| self.needs_lines(piece));
        if n_groups > 1 && !are_all_long {
            return false;
        }
        let mut previous = None;
        for piece in pieces {
            match piece {
                Piece::Word(text) | Piece::Doc(text) | Piece::Attribute(text) => self.put(text, previous),
                Piece::Group { .. } => self.group(piece, previous),
            }
            previous = Some(close_of(piece));
        }
        self.text.push_str(comma);
        self.text.push_str(close);
        true
    }

    /// Whether a group does not even fit on a line of its own.
    fn needs_lines(&self, piece: &Piece) -> bool {
        let width = MAX_WIDTH - 4 * (self.indent + 1);
        !matches!(piece, Piece::Group { flat: Some(flat), .. } if flat.len() < width)
    }

    /// Elements behind each other, in lines that are filled.
    fn list(&mut self, pieces: &[Piece]) {
        let mut previous: Option<&str> = None;
        for element in pieces.split_inclusive(|piece| matches!(piece, Piece::Word(text) if text == "," || text == ";"))
        {
            // One that needs several lines does not begin at the end of one.
            let width = flat_of(element).map_or(MAX_WIDTH / 2, |flat| flat.len());
            if self.column() > self.indent * 4 && self.column() + width + 1 > MAX_WIDTH {
                self.newline();
                previous = None;
            }
            for piece in element {
                match piece {
                    Piece::Word(text) | Piece::Doc(text) | Piece::Attribute(text) => self.put(text, previous),
                    Piece::Group { .. } => self.group(piece, previous),
                }
                previous = Some(close_of(piece));
            }
        }
        self.newline();
    }
}

/// Whether the pieces between braces are the fields of a value, or arms that are short.
fn is_list(pieces: &[Piece]) -> bool {
    match pieces {
        [Piece::Word(_), Piece::Word(second), ..] if second == ":" => true,
        [Piece::Word(_), Piece::Word(second), ..] if second == "=>" => {
            pieces.iter().all(|piece| !matches!(piece, Piece::Group { flat: None, .. }))
        }
        _ => false,
    }
}

fn close_of(piece: &Piece) -> &str {
    match piece {
        Piece::Word(text) | Piece::Doc(text) | Piece::Attribute(text) => text,
        Piece::Group { close, .. } => close,
    }
}

/// The pieces on one line, unless they need more.
fn flat_of(pieces: &[Piece]) -> Option<String> {
    let mut text = String::new();
    let mut previous: Option<&str> = None;
    for piece in pieces {
        let next = match piece {
            Piece::Word(next) => next,
            Piece::Group { flat: Some(flat), .. } => flat,
            Piece::Attribute(next) => next,
            _ => return None,
        };
        if previous.is_some_and(|previous| is_spaced(previous, next)) {
            text.push(' ');
        }
        text.push_str(next);
        if text.len() > MAX_WIDTH {
            return None;
        }
        previous = Some(close_of(piece));
    }
    Some(text)
}

fn group_piece(group: &Group) -> Vec<Piece> {
    let pieces = pieces(group.stream());
    let (open, close) = match group.delimiter() {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::None => return pieces,
    };
    let is_end = |piece: &Piece| matches!(piece, Piece::Word(text) if text == ";");
    let has_statements = open == "{" && pieces.iter().rev().skip(1).any(is_end);
    let flat = flat_of(&pieces).filter(|_| !has_statements).map(|inner| match (open, inner.is_empty()) {
        ("{", false) => format!("{{ {} }}", inner.trim_end_matches(',')),
        _ => format!("{open}{inner}{close}"),
    });
    vec![Piece::Group { open, close, pieces, flat }]
}

fn pieces(tokens: TokenStream) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) => pieces.extend(group_piece(&group)),
            TokenTree::Ident(ident) => pieces.push(Piece::Word(ident.to_string())),
            TokenTree::Literal(literal) => pieces.push(Piece::Word(literal.to_string())),
            TokenTree::Punct(punct) if punct.as_char() == '#' && matches!(tokens.peek(), Some(TokenTree::Group(_))) => {
                if let Some(TokenTree::Group(group)) = tokens.next() {
                    attribute(&group, &mut pieces);
                }
            }
            TokenTree::Punct(punct) if punct.as_char() == '|' && begins_closure(pieces.last()) => {
                let is_bar = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '|');
                let parameters: TokenStream = tokens.by_ref().take_while(|token| !is_bar(token)).collect();
                let parameters = flat_of(&self::pieces(parameters)).unwrap_or_default();
                pieces.push(Piece::Word(format!("|{parameters}|")));
            }
            TokenTree::Punct(punct) => {
                let mut text = String::from(punct.as_char());
                let mut spacing = punct.spacing();
                while spacing == Spacing::Joint {
                    match tokens.peek() {
                        Some(TokenTree::Punct(next)) if is_operator(&text, next.as_char()) => {
                            text.push(next.as_char());
                            spacing = next.spacing();
                            tokens.next();
                        }
                        Some(TokenTree::Ident(lifetime)) if text == "'" => {
                            text.push_str(&lifetime.to_string());
                            tokens.next();
                            break;
                        }
                        _ => break,
                    }
                }
                pieces.push(Piece::Word(text));
            }
        }
    }
    pieces
}

fn begins_closure(previous: Option<&Piece>) -> bool {
    matches!(previous, None | Some(Piece::Word(_)))
        && previous.is_none_or(|previous| matches!(close_of(previous), "," | "="))
}

fn is_operator(text: &str, next: char) -> bool {
    matches!(
        (text, next),
        (":", ':')
            | ("-" | "=", '>')
            | ("=" | "!" | "<" | ">" | "|" | "+", '=')
            | ("&", '&')
            | ("|", '|')
            | ("." | "..", '.' | '=')
    )
}

/// `#[doc = ".."]` becomes lines of documentation.
fn attribute(group: &Group, pieces: &mut Vec<Piece>) {
    let mut tokens = group.stream().into_iter();
    let is_doc = matches!(tokens.next(), Some(TokenTree::Ident(name)) if name == "doc");
    let is_value = matches!(tokens.next(), Some(TokenTree::Punct(equals)) if equals.as_char() == '=');
    if let (true, true, Some(TokenTree::Literal(literal))) = (is_doc, is_value, tokens.next()) {
        let text = unquoted(&literal.to_string());
        pieces.extend(text.lines().map(|line| {
            // rustc refuses characters in comments that reorder what stands there.
            let line = escape::line(line.trim_end());
            let line = line.as_ref();
            Piece::Doc(if line.is_empty() || line.starts_with(' ') { line.to_owned() } else { format!(" {line}") })
        }));
        return;
    }
    let inner = flat_of(&self::pieces(group.stream())).unwrap_or_default();
    pieces.push(Piece::Attribute(format!("#[{inner}]")));
}

/// The text of a string literal as `proc_macro2` prints it.
fn unquoted(literal: &str) -> String {
    let inner = literal.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(literal);
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            text.push(char);
            continue;
        }
        match chars.next() {
            Some('n') => text.push('\n'),
            Some('t' | 'r' | '0') => text.push(' '),
            Some('u') => {
                let digits: String = chars.by_ref().skip(1).take_while(|char| *char != '}').collect();
                text.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
            }
            Some('x') => text.extend(chars.nth(1).map(|_| ' ')),
            Some(char) => text.push(char),
            None => {}
        }
    }
    text
}

fn is_keyword(text: &str) -> bool {
    const KEYWORDS: [&str; 15] = [
        "as", "dyn", "else", "for", "if", "impl", "in", "let", "match", "mut", "pub", "return", "static", "use",
        "while",
    ];
    KEYWORDS.contains(&text)
}

/// Whether a space goes between two tokens.
fn is_spaced(previous: &str, next: &str) -> bool {
    let is_word = |char: char| char.is_alphanumeric() || char == '_' || char == '"' || char == '\'';
    let (last, first) = (previous.chars().last().unwrap_or(' '), next.chars().next().unwrap_or(' '));
    match (previous, next) {
        (_, "," | ";" | "." | "?" | ":" | ".." | "..=") | ("." | "::" | "&" | "#" | "!" | ".." | "..=" | "*", _) => {
            false
        }
        (
            "," | ";" | ":" | "=" | "=>" | "->" | "&&" | "||" | "==" | "!=" | "<=" | ">=" | "|=" | "+=" | "+" | "|",
            _,
        ) => true,
        (_, "=" | "=>" | "->" | "&&" | "||" | "==" | "!=" | "<=" | ">=" | "|=" | "+=" | "+" | "|") => true,
        (_, "::") => is_keyword(previous),
        ("<" | "(" | "[" | "-", _) | (_, ">" | ")" | "]" | "<" | "!") => false,
        (">", _) => is_word(first) || first == '{',
        (_, "&" | "*" | "-") => is_word(last) || last == '}',
        _ if last == '|' => true,
        _ if first == '(' || first == '[' => is_keyword(previous),
        _ if first == '{' => true,
        _ if last == '}' || last == ')' || last == ']' => is_word(first),
        _ => is_word(last) && is_word(first),
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn code_reads_as_if_written() {
        let tokens = quote! {
            #[doc = "Why it ended.\n\nIn a word."]
            #[derive(Debug, Clone)]
            pub struct Foo<S = String> { #[doc = " The id."] pub id: S, pub tags: Vec<Option<S>> }
            impl<'a, S: ::goodevent::Text<'a>> Foo<S> {
                fn read(c: &mut Cursor<'a>) -> Result<Self, No> {
                    let mut f0 = None;
                    while let Some(key) = members.next(c)? {
                        match key { 0 => put(&mut f0, c.text(&R0)?)?, _ => put(&mut f1, c.array(0, 5, |c| c.value())?)? }
                    }
                    Ok(Self { id: f0.ok_or(No)? })
                }
            }
        };
        let expected = "\
/// Why it ended.
///
/// In a word.
#[derive(Debug, Clone)] pub struct Foo<S = String> {
    /// The id.
    pub id: S,
    pub tags: Vec<Option<S>>
}
impl<'a, S: ::goodevent::Text<'a>> Foo<S> {
    fn read(c: &mut Cursor<'a>) -> Result<Self, No> {
        let mut f0 = None;
        while let Some(key) = members.next(c)? {
            match key { 0 => put(&mut f0, c.text(&R0)?)?, _ => put(&mut f1, c.array(0, 5, |c| c.value())?)? }
        }
        Ok(Self { id: f0.ok_or(No)? })
    }
}
";
        assert_eq!(to_text(tokens), expected);
    }
}
