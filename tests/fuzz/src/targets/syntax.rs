//! Any bytes as JSON: the parser of schemas, and the one of messages.

use goodevent_json::fault;
use goodevent_schema::{
    diagnostic::Diagnostic,
    source::{SourceId, Span},
    syntax::{self, Kind, Node},
};
use serde::de::IgnoredAny;

pub(super) fn run(data: &[u8]) {
    let (tree, found) = syntax::parse(SourceId(0), data);
    for finding in &found {
        check_place(finding.span, data);
        finding.related.iter().for_each(|(span, _)| check_place(*span, data));
    }
    let is_fault = |finding: &Diagnostic| finding.rule != "duplicate-member";
    let n_faults = found.iter().filter(|finding| is_fault(finding)).count();
    assert_eq!(n_faults, usize::from(tree.is_none()), "without a tree there is one fault: {found:?}");
    assert!(tree.is_some() || found.last().is_some_and(is_fault), "the fault comes last: {found:?}");
    let is_clean = found.is_empty();
    if let Some(tree) = &tree {
        check_tree(tree, tree, data, is_clean);
        if is_clean {
            assert!(serde_json::from_slice::<IgnoredAny>(data).is_ok(), "serde_json refuses it");
            check_text(tree);
        }
    }
    match fault::text(data, data.len()) {
        Ok(_) => assert!(is_clean, "it is a message, but no schema: {found:?}"),
        Err(unread) => assert!(!unread.to_string().is_empty()),
    }
}

/// A text that is printed is read as what was printed.
fn check_text(tree: &Node) {
    let text = tree.to_text();
    let (again, found) = syntax::parse(SourceId(0), text.as_bytes());
    let again = again.unwrap_or_else(|| panic!("{text} is not read: {found:?}"));
    assert!(found.is_empty(), "{text}: {found:?}");
    assert_eq!(again.to_value(), tree.to_value());
    assert_eq!(again.to_text(), text);
}

/// Every value lies within the one that holds it, and is found by its place.
fn check_tree(node: &Node, root: &Node, data: &[u8], is_clean: bool) {
    check_place(node.span, data);
    let pointer = root.pointer_to(node.span.start).expect("a value begins where it is");
    assert_eq!(root.at(node.span.start).map(|found| found.span), Some(node.span), "{pointer}");
    // Of a repeated name, a pointer leads to the first member.
    if is_clean {
        assert_eq!(root.pointer(&pointer).map(|found| found.span), Some(node.span), "{pointer}");
    }
    let inside = |span: Span| node.span.start < span.start && span.end < node.span.end;
    match &node.kind {
        Kind::Array(items) => items.iter().for_each(|item| {
            assert!(inside(item.span));
            check_tree(item, root, data, is_clean);
        }),
        Kind::Object(members) => members.iter().for_each(|member| {
            assert!(inside(member.key.span) && inside(member.value.span));
            assert!(member.key.span.end < member.value.span.start);
            check_tree(&member.value, root, data, is_clean);
        }),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {}
    }
}

fn check_place(span: Span, data: &[u8]) {
    let (start, end) = (span.start as usize, span.end as usize);
    assert!(start <= end && end <= data.len(), "{span:?} lies outside of {} bytes", data.len());
    if let Ok(text) = std::str::from_utf8(data) {
        assert!(text.is_char_boundary(start) && text.is_char_boundary(end), "{span:?} is within a character");
    }
}
