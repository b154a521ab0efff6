//! The schemas that an evaluation is inside of.

use goodevent_schema::ir::{ResourceId, SchemaId};

use super::context::Cx;

/// The dynamic scope of an evaluation: the resources that it entered, innermost first.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    resource: ResourceId,
    outer: Option<&'s Scope<'s>>,
    /// Number of the chain of resources.
    pub(super) chain: u32,
    depth: u32,
}

/// Schemas within one another; each takes up stack.
const MAX_DEPTH: u32 = 1_200;

impl<'s> Scope<'s> {
    pub(super) fn root(cx: &Cx<'_>, id: SchemaId) -> Self {
        Self { resource: cx.graph[id].resource, outer: None, chain: 0, depth: 0 }
    }

    /// The scope inside of a schema.
    pub(super) fn enter(&'s self, cx: &Cx<'_>, id: SchemaId) -> Self {
        let depth = self.depth + 1;
        let own = cx.graph[id].resource;
        // The outermost one counts, so that a resource which is entered again changes nothing.
        if std::iter::successors(Some(self), |scope| scope.outer).any(|scope| scope.resource == own) {
            return Self { depth, ..*self };
        }
        Self { resource: own, outer: Some(self), chain: cx.ledger.chain(self.chain, own), depth }
    }

    /// Takes a step; `false` if that is one too many, after which there is no other.
    pub(super) fn may_go_on(&self, cx: &Cx<'_>) -> bool {
        if self.depth > MAX_DEPTH {
            cx.ledger.exhaust();
        }
        cx.ledger.take(1)
    }

    /// The schema of the outermost resource that is among `anchors`.
    pub(super) fn target(&self, anchors: &[(ResourceId, SchemaId)], fallback: SchemaId) -> SchemaId {
        let of = |resource: ResourceId| anchors.iter().find(|(anchored, _)| *anchored == resource).map(|(_, id)| *id);
        let scopes = std::iter::successors(Some(self), |scope| scope.outer);
        scopes.filter_map(|scope| of(scope.resource)).last().unwrap_or(fallback)
    }
}
