//! The schemas that an evaluation is inside of.

use super::{
    Check, Node,
    ledger::{self, Keyword, Ledger},
};
use crate::json::Json;

/// Where an evaluation stands: the resources that it came through, innermost first
/// ([JSON Schema Core 7.1](https://json-schema.org/draft/2020-12/json-schema-core#section-7.1)), and what it knows already.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'s> {
    resource: u32,
    outer: Option<&'s Scope<'s>>,
    /// Number of the chain of resources.
    pub(super) chain: u32,
    depth: u32,
    pub(super) ledger: &'s Ledger,
    /// The personal data, and the length of the pointer to the payload that they are in.
    pub(super) personal: Option<(&'static [&'static str], usize)>,
}

/// Schemas within one another; each takes up stack.
const MAX_DEPTH: u32 = 1_200;

/// The schema resource that a node belongs to.
fn resource(node: &Node) -> u32 {
    match node.first() {
        Some(Check::Resource(resource)) => *resource,
        _ => 0,
    }
}

impl<'s> Scope<'s> {
    pub(super) fn root(node: &Node, ledger: &'s Ledger) -> Self {
        let resource = resource(node);
        Self { resource, outer: None, chain: ledger.chain(0, resource), depth: 0, ledger, personal: None }
    }

    /// The scope inside of `node`.
    pub(super) fn enter(&'s self, node: &Node) -> Self {
        let depth = self.depth + 1;
        let own = resource(node);
        // The outermost one counts, so that a resource which is entered again changes nothing.
        if std::iter::successors(Some(self), |scope| scope.outer).any(|scope| scope.resource == own) {
            return Self { depth, ..*self };
        }
        Self { resource: own, outer: Some(self), chain: self.ledger.chain(self.chain, own), depth, ..*self }
    }

    /// Takes a step; `false` if that is one too many, after which there is no other.
    pub(super) fn may_go_on(&self) -> bool {
        if self.depth > MAX_DEPTH {
            self.ledger.exhaust();
        }
        self.ledger.take(1)
    }

    /// The schema of the outermost resource that is among `anchors`.
    pub(super) fn target(&self, anchors: &[(u32, &'static Node)], fallback: &'static Node) -> &'static Node {
        let of = |resource: u32| anchors.iter().find(|(anchored, _)| *anchored == resource).map(|(_, node)| *node);
        let scopes = std::iter::successors(Some(self), |scope| scope.outer);
        scopes.filter_map(|scope| of(scope.resource)).last().unwrap_or(fallback)
    }

    /// A keyword of a schema at a value, with what must not be shown of that.
    pub(super) fn keyword(&self, check: &Check, instance: &Json) -> Keyword {
        let personal = self.personal.map(|(marks, from)| (marks.as_ptr(), from));
        (ledger::question(std::slice::from_ref(check), instance, self.chain), personal)
    }
}
