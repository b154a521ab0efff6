//! Findings that files allow themselves, and the look-up of the suppression that covers a finding, among many of both.
//!
//! Suppressions name values of one document, so that one of two values contains the other, or they are disjoint.

use std::{borrow::Cow, collections::BTreeMap};

use goodevent_json::pointer;
use goodevent_schema::{
    Registry, calendar,
    facts::Allowed,
    source::{SourceId, Span},
    syntax::Node,
};

/// The findings that files allow themselves.
pub(super) fn all(registry: &Registry) -> BTreeMap<SourceId, &[Allowed]> {
    let events = registry.contracts().map(|contract| (contract.source, contract.facts.allow.as_slice()));
    let types = registry.allowed.iter().map(|(source, allowed)| (*source, allowed.as_slice()));
    events.chain(types).collect()
}

/// Whether a suppression counts: it has a reason, and is not over.
pub(super) fn is_in_force(allowed: &Allowed, today: &str) -> bool {
    // Days in this form are in the order of their text.
    let is_over = |until: &str| !calendar::is_day(until) || until < today;
    !allowed.reason.trim().is_empty() && !allowed.until.as_deref().is_some_and(is_over)
}

/// A suppression by its number in the file, and its place: a JSON Pointer, or the whole file.
pub(super) struct Entry<'a> {
    pub(super) number: usize,
    pub(super) rule: &'a str,
    pub(super) at: Option<&'a str>,
}

/// The suppressions of a file, by rule.
#[derive(Default)]
pub(super) struct Suppressions<'a>(BTreeMap<&'a str, OfRule>);

#[derive(Default)]
struct OfRule {
    /// The first one that names no place.
    everywhere: Option<usize>,
    /// In the order of their beginnings, a place before those within it.
    places: Vec<Place>,
}

struct Place {
    start: u32,
    end: u32,
    /// The first suppression of this place, or of one around it.
    first: usize,
    /// The place around it.
    around: Option<usize>,
}

impl<'a> Suppressions<'a> {
    /// The suppressions of a file; `tree` is `None` if the file is not JSON. A pointer that leads nowhere covers nothing.
    pub(super) fn of(tree: Option<&Node>, entries: impl IntoIterator<Item = Entry<'a>>) -> Self {
        let mut all = Self::default();
        let mut named = Vec::new();
        for Entry { number, rule, at } in entries {
            let own = all.0.entry(rule).or_default();
            match at {
                None => own.everywhere = Some(own.everywhere.map_or(number, |first| first.min(number))),
                // The empty pointer names the whole document, which has no member name, and covers nothing.
                Some(pointer) => named.extend(pointer.strip_prefix('/').map(|tokens| (tokens, (rule, number)))),
            }
        }
        if let Some(tree) = tree {
            find(tree, named, &mut |(rule, number), start, end| {
                let places = &mut all.0.entry(rule).or_default().places;
                places.push(Place { start, end, first: number, around: None });
            });
        }
        all.0.values_mut().for_each(OfRule::nest);
        all
    }

    /// The first suppression that covers a finding of a rule at a place of the document.
    pub(super) fn first(&self, rule: &str, span: Span) -> Option<usize> {
        let own = self.0.get(rule)?;
        own.everywhere.into_iter().chain(own.at(span)).min()
    }
}

impl OfRule {
    /// Orders the places, and says which one lies in which.
    fn nest(&mut self) {
        self.places.sort_by_key(|place| (place.start, std::cmp::Reverse(place.end), place.first));
        let mut open: Vec<usize> = Vec::new();
        for at in 0..self.places.len() {
            let (start, end) = (self.places[at].start, self.places[at].end);
            while open.last().is_some_and(|outer| self.places[*outer].end <= start || self.places[*outer].end < end) {
                open.pop();
            }
            let around = open.last().copied();
            let first = around.map(|outer| self.places[outer].first);
            self.places[at].around = around;
            self.places[at].first = self.places[at].first.min(first.unwrap_or(usize::MAX));
            open.push(at);
        }
    }

    /// The first suppression of a place that holds a span.
    fn at(&self, span: Span) -> Option<usize> {
        let last = self.places.partition_point(|place| place.start <= span.start).checked_sub(1)?;
        let ways = std::iter::successors(Some(last), |at| self.places[*at].around);
        ways.map(|at| &self.places[at]).find(|place| span.end <= place.end).map(|place| place.first)
    }
}

/// Calls `found` with each value that a pointer leads to, from its name on, in one walk over the document.
fn find<T: Copy>(node: &Node, named: Vec<(&str, T)>, found: &mut impl FnMut(T, u32, u32)) {
    let mut by_token: BTreeMap<Cow<'_, str>, Vec<(Option<&str>, T)>> = BTreeMap::new();
    for (tokens, value) in named {
        let (token, rest) = tokens.split_once('/').map_or((tokens, None), |(token, rest)| (token, Some(rest)));
        by_token.entry(pointer::unescape(token)).or_default().push((rest, value));
    }
    let mut enter = |child: &Node, start: u32, group: Vec<(Option<&str>, T)>| {
        let mut below = Vec::new();
        for (rest, value) in group {
            match rest {
                None => found(value, start, child.span.end),
                Some(rest) => below.push((rest, value)),
            }
        }
        if !below.is_empty() {
            find(child, below, found);
        }
    };
    for member in node.members() {
        if let Some(group) = by_token.remove(member.key.value.as_str()) {
            enter(&member.value, member.key.span.start, group);
        }
    }
    for (token, group) in by_token {
        if let Some(item) = token.parse().ok().and_then(|nth: usize| node.items().get(nth)) {
            enter(item, item.span.start, group);
        }
    }
}

#[cfg(test)]
mod tests {
    use goodevent_schema::syntax;

    use super::*;

    fn check(document: &str, entries: &[(&str, Option<&str>)], finding: &str, expected: Option<usize>) {
        let (tree, _) = syntax::parse(SourceId(0), document.as_bytes());
        let start = document.find(finding).expect("the finding is in the document") as u32;
        let span = Span { source: SourceId(0), start, end: start + finding.len() as u32 };
        let entries = entries.iter().zip(0..).map(|((rule, at), number)| Entry { number, rule, at: *at });
        assert_eq!(Suppressions::of(tree.as_ref(), entries).first("r", span), expected, "{finding} in {document}");
    }

    #[test]
    fn the_first_suppression_of_a_place_around_the_finding_covers_it() {
        let document = r#"{"a": {"b": [10, {"c": 20}], "b/d": 30}, "e": 40}"#;
        check(document, &[("r", None)], "40", Some(0));
        check(document, &[("s", None), ("r", Some("/a/b/1/c")), ("r", Some("/a/b/1"))], "20", Some(1));
        check(document, &[("r", Some("/a/b/1/c")), ("r", Some("/a/b")), ("r", Some("/a"))], "10", Some(1));
        check(document, &[("r", Some("/a/b/1/c")), ("r", Some("/a/b/1")), ("r", Some("/a"))], "10", Some(2));
        check(document, &[("r", Some("/a")), ("r", Some("/a/b~1d"))], "30", Some(0));
        check(document, &[("r", Some("/a/b~1d"))], "\"b/d\"", Some(0));
        check(document, &[("r", Some("/a/b~1d")), ("r", Some("/a/b/d")), ("r", Some(""))], "40", None);
        check(document, &[("r", Some("/a/b/2")), ("r", Some("a")), ("r", Some("/a/x"))], "10", None);
    }

    #[test]
    fn many_findings_of_many_suppressions_are_looked_up() {
        let n = 20_000;
        let document = format!("{{{}}}", (0..n).map(|at| format!("\"p{at}\": [{at}]")).collect::<Vec<_>>().join(","));
        let (tree, _) = syntax::parse(SourceId(0), document.as_bytes());
        let pointers: Vec<String> = (0..n).rev().map(|at| format!("/p{at}/0")).collect();
        let entries = pointers.iter().zip(0..).map(|(at, number)| Entry { number, rule: "r", at: Some(at) });
        let tree = tree.expect("it is JSON");
        let allowed = Suppressions::of(Some(&tree), entries);
        for (member, at) in tree.members().iter().zip(0..) {
            assert_eq!(allowed.first("r", member.value.items()[0].span), Some(n - 1 - at));
        }
    }
}
