//! Edits of a JSON text that preserve indentation, order and spaces of the rest.

use std::{borrow::Cow, collections::BTreeMap};

use goodevent_schema::{
    diagnostic::Edit,
    source::{SourceId, Sources, Span},
    syntax::{Member, Node},
};
use serde_json::Value;

/// Adds a member behind the others of an object.
pub(crate) fn insert_member(sources: &Sources, object: &Node, name: &str, value: &Value) -> Edit {
    let members = object.members();
    let indent = members.last().and_then(|last| indent_of(sources, last.key.span));
    let text = format!("{}: {}", Value::from(name), indented(value, indent.as_deref()));
    match (members.last(), indent) {
        (Some(last), Some(indent)) => insert(last.value.span, format!(",\n{indent}{text}")),
        (Some(last), None) => insert(last.value.span, format!(", {text}")),
        (None, _) => Edit { span: object.span, text: format!("{{ {text} }}") },
    }
}

/// Gives a member another value, or adds it behind the others.
pub(crate) fn set_member(sources: &Sources, object: &Node, name: &str, value: &Value) -> Edit {
    match object.get(name) {
        Some(own) => replace(own, value),
        None => insert_member(sources, object, name, value),
    }
}

/// Adds an item behind the others of an array.
pub(crate) fn append_item(sources: &Sources, array: &Node, value: &Value) -> Edit {
    let last = array.items().last().map(|last| last.span);
    match (last, last.and_then(|last| indent_of(sources, last))) {
        (Some(last), Some(indent)) => insert(last, format!(",\n{indent}{value}")),
        (Some(last), None) => insert(last, format!(", {value}")),
        (None, _) => Edit { span: array.span, text: format!("[{value}]") },
    }
}

/// Removes a member, and one of the commas beside it.
pub(crate) fn remove_member(object: &Node, name: &str) -> Option<Edit> {
    Some(remove_nth(object, object.members().iter().position(|member| member.key.value == name)?))
}

/// The same, of the member at a position.
pub(crate) fn remove_nth(object: &Node, at: usize) -> Edit {
    let members = object.members();
    let before = at.checked_sub(1).map(|before| place(&members[before]));
    remove(before, place(&members[at]), members.get(at + 1).map(place))
}

/// A member with its name.
fn place(Member { key, value }: &Member) -> Span {
    Span { end: value.span.end, ..key.span }
}

/// Removes members that stand side by side or apart, each run of them with one of the commas beside it.
pub(crate) fn remove_members(object: &Node, names: &[&str]) -> Vec<Edit> {
    let members = object.members();
    let mut edits = Vec::new();
    let mut at = 0;
    while at < members.len() {
        let n_run = members[at..].iter().take_while(|member| names.contains(&member.key.value.as_str())).count();
        if n_run > 0 {
            // The run as one member.
            let run = Span { end: members[at + n_run - 1].value.span.end, ..members[at].key.span };
            let before = at.checked_sub(1).map(|before| place(&members[before]));
            edits.push(remove(before, run, members.get(at + n_run).map(place)));
        }
        at += n_run.max(1);
    }
    edits
}

/// Removes an item, and one of the commas beside it.
pub(crate) fn remove_item(array: &Node, at: usize) -> Edit {
    let items = array.items();
    let before = at.checked_sub(1).map(|before| items[before].span);
    remove(before, items[at].span, items.get(at + 1).map(|next| next.span))
}

/// Writes something else in place of a value.
pub(crate) fn replace(node: &Node, value: &Value) -> Edit {
    Edit { span: node.span, text: value.to_string() }
}

/// A text with changes, whose lines end as the first one does. Of those at one place the last one comes first.
pub(crate) fn apply(text: &[u8], mut edits: Vec<&Edit>) -> Vec<u8> {
    let has_returns = has_returns(text);
    edits.reverse();
    edits.sort_by_key(|edit| edit.span);
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        bytes.extend_from_slice(&text[at..start.max(at)]);
        bytes.extend_from_slice(written(edit, has_returns).as_bytes());
        at = end.max(at);
    }
    bytes.extend_from_slice(&text[at..]);
    bytes
}

/// Files with changes.
pub(crate) fn edited<'e>(sources: &Sources, edits: impl Iterator<Item = &'e Edit>) -> Sources {
    let mut sources = sources.clone();
    for (source, edits) in by_source(edits) {
        let bytes = &mut sources.files[source.0 as usize].bytes;
        *bytes = bytes.replaced(apply(bytes, edits));
    }
    sources
}

fn by_source<'e>(edits: impl Iterator<Item = &'e Edit>) -> BTreeMap<SourceId, Vec<&'e Edit>> {
    let mut by_source: BTreeMap<SourceId, Vec<&Edit>> = BTreeMap::new();
    edits.for_each(|edit| by_source.entry(edit.span.source).or_default().push(edit));
    by_source
}

/// Whether lines end with a carriage return and a line feed, as the first one does.
fn has_returns(text: &[u8]) -> bool {
    text.iter().position(|byte| *byte == b'\n').is_some_and(|end| text[..end].ends_with(b"\r"))
}

/// The text of an edit among such lines.
fn written(edit: &Edit, has_returns: bool) -> Cow<'_, str> {
    match has_returns && edit.text.contains('\n') {
        true => edit.text.replace("\r\n", "\n").replace('\n', "\r\n").into(),
        false => edit.text.as_str().into(),
    }
}

/// Where the places of an edited text were before.
pub(crate) struct Moved(BTreeMap<SourceId, Vec<Piece>>);

/// An edit: where its text ends now, and where what it replaced was.
struct Piece {
    start: i64,
    end: i64,
    old_start: i64,
    old_end: i64,
}

impl Moved {
    /// By these edits of `sources`.
    pub(crate) fn of<'e>(sources: &Sources, edits: impl Iterator<Item = &'e Edit>) -> Self {
        let pieces = |source: SourceId, mut edits: Vec<&Edit>| {
            let has_returns = has_returns(&sources[source].bytes);
            edits.sort_by_key(|edit| edit.span);
            let mut shift = 0;
            let piece = |edit: &Edit| {
                let (old_start, old_end) = (i64::from(edit.span.start), i64::from(edit.span.end));
                let start = old_start + shift;
                let end = start + written(edit, has_returns).len() as i64;
                shift = end - old_end;
                Piece { start, end, old_start, old_end }
            };
            edits.into_iter().map(piece).collect()
        };
        Self(by_source(edits).into_iter().map(|(source, edits)| (source, pieces(source, edits))).collect())
    }

    /// The place before the edits; that of an edit for a place in its text.
    pub(crate) fn back(&self, span: Span) -> Span {
        let pieces = self.0.get(&span.source).map_or(&[][..], Vec::as_slice);
        let old = |at: u32| {
            let at = i64::from(at);
            let n_before = pieces.partition_point(|piece| piece.start <= at);
            let old = match n_before.checked_sub(1).map(|last| &pieces[last]) {
                None => at,
                Some(piece) if at < piece.end => piece.old_start,
                Some(piece) => at - piece.end + piece.old_end,
            };
            u32::try_from(old).unwrap_or_default()
        };
        Span { start: old(span.start), end: old(span.end), ..span }
    }
}

fn remove(before: Option<Span>, own: Span, next: Option<Span>) -> Edit {
    let span = match (before, next) {
        (Some(before), _) => Span { start: before.end, ..own },
        (None, Some(next)) => Span { end: next.start, ..own },
        (None, None) => own,
    };
    Edit { span, text: String::new() }
}

fn insert(behind: Span, text: String) -> Edit {
    Edit { span: Span { start: behind.end, ..behind }, text }
}

/// What stands before a place on its line, if nothing but space does.
fn indent_of(sources: &Sources, place: Span) -> Option<String> {
    let bytes = &sources[place.source].bytes[..place.start as usize];
    let start = bytes.iter().rposition(|byte| !matches!(byte, b' ' | b'\t'))?;
    (bytes[start] == b'\n').then(|| String::from_utf8_lossy(&bytes[start + 1..]).into_owned())
}

/// A value over several lines if it has parts and there is room.
fn indented(value: &Value, indent: Option<&str>) -> String {
    match (value, indent) {
        (Value::Array(items), Some(indent)) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            let text = format!("{value:#}");
            text.replace('\n', &format!("\n{indent}"))
        }
        _ => value.to_string(),
    }
}
