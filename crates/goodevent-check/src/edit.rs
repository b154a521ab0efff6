//! Changes of a JSON text that keep the rest as it is: indentation, order, spaces.

use goodevent_schema::{
    diagnostic::Edit,
    source::{Sources, Span},
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
    let first_end = text.iter().position(|byte| *byte == b'\n');
    let has_returns = first_end.is_some_and(|end| text[..end].ends_with(b"\r"));
    edits.reverse();
    edits.sort_by_key(|edit| edit.span);
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        bytes.extend_from_slice(&text[at..start.max(at)]);
        match has_returns && edit.text.contains('\n') {
            true => bytes.extend_from_slice(edit.text.replace("\r\n", "\n").replace('\n', "\r\n").as_bytes()),
            false => bytes.extend_from_slice(edit.text.as_bytes()),
        }
        at = end.max(at);
    }
    bytes.extend_from_slice(&text[at..]);
    bytes
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
