//! Schemas that apply beside a schema, and values of the registry that are instances of it.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_schema::ir::{Graph, Keywords, SchemaId, Value};

use crate::solve::Values;

/// Questions that are asked about the values of a registry. A `oneOf` of n constants has n², and an answer decides only
/// whether a fix is offered.
const MAX_STEPS: usize = 1_000_000;

/// The kind of keyword by which a schema applies another one to the same instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    /// `allOf` or a reference: the instance must be valid for both.
    And,
    /// A branch of `anyOf`.
    Any,
    /// A branch of `oneOf`.
    One,
    Then,
    Else,
    /// `dependentSchemas`: applies if the instance has the property.
    Dependent,
    /// `if` or `not`: the instance may fail.
    Question,
}

/// The schemas that a schema applies to the same instance.
pub(super) fn in_place(keywords: &Keywords) -> impl Iterator<Item = (Way, SchemaId)> + '_ {
    let applied = &keywords.applied;
    let with = |way: Way| move |id: &SchemaId| (way, *id);
    let condition = applied.condition.iter().flat_map(|condition| {
        let branches = [(Way::Then, condition.then), (Way::Else, condition.otherwise)];
        let branches = branches.into_iter().filter_map(|(way, branch)| Some((way, branch?)));
        branches.chain([(Way::Question, condition.condition)])
    });
    let dependent = keywords.object.dependent_schemas.iter().map(|rule| (Way::Dependent, rule.schema));
    (applied.all_of.iter().map(with(Way::And)))
        .chain(keywords.reference.iter().map(|target| (Way::And, target.value)))
        .chain(applied.any_of.iter().map(with(Way::Any)))
        .chain(applied.one_of.iter().map(with(Way::One)))
        .chain(condition)
        .chain(dependent)
        .chain(applied.not.map(|not| (Way::Question, not)))
}

/// The schemas of a registry that meet on an instance.
pub(super) struct Reach<'r> {
    graph: &'r Graph,
    /// The schemas that apply a schema to the same instance.
    above: BTreeMap<SchemaId, Vec<(Way, SchemaId)>>,
    /// Schemas that `if`, `not` or `contains` lead to.
    questions: BTreeSet<SchemaId>,
    /// Values of `examples`, `default`, `const` and `enum` that a schema decides about; `None` if there are too many
    /// to follow.
    values: Option<BTreeMap<SchemaId, Vec<&'r Value>>>,
}

impl<'r> Reach<'r> {
    pub(super) fn new(graph: &'r Graph, is_own: impl Fn(SchemaId) -> bool) -> Self {
        let mut above: BTreeMap<SchemaId, Vec<(Way, SchemaId)>> = BTreeMap::new();
        for (id, schema) in (0..).map(SchemaId).zip(&graph.schemas) {
            in_place(&schema.keywords).for_each(|(way, below)| above.entry(below).or_default().push((way, id)));
        }
        let asked = |ways: &Vec<(Way, SchemaId)>| ways.iter().any(|(way, _)| *way == Way::Question);
        let asked = above.iter().filter(|(_, ways)| asked(ways)).map(|(id, _)| *id);
        let contained = graph.schemas.iter().filter_map(|schema| schema.keywords.array.contains.as_ref());
        let asked: Vec<SchemaId> = asked.chain(contained.map(|contains| contains.schema)).collect();
        let mut reach = Self { graph, above, questions: BTreeSet::new(), values: None };
        let mut questions = BTreeSet::new();
        for id in asked {
            if questions.insert(id) {
                reach.descend(id, &mut questions);
            }
        }
        reach.questions = questions;
        let mut walk =
            Walk { judge: Values::new(graph), seen: BTreeSet::new(), values: BTreeMap::new(), n_left: MAX_STEPS };
        for (id, schema) in (0..).map(SchemaId).zip(&graph.schemas).filter(|(id, _)| is_own(*id)) {
            let shown = schema.docs.examples.iter().chain(schema.docs.default.as_deref()).map(|shown| &shown.value);
            shown.for_each(|value| walk.visit(id, value));
            let keywords = &schema.keywords;
            let listed = keywords.enumeration.iter().flat_map(|list| &list.value).chain(keywords.constant.as_deref());
            let listed: Vec<&Value> = listed.map(|listed| &listed.value).collect();
            if !listed.is_empty() {
                let tops = reach.paths(id).into_iter().map(|path| *path.last().expect("a path has an end"));
                let tops: BTreeSet<SchemaId> = tops.collect();
                tops.into_iter().for_each(|top| listed.iter().for_each(|value| walk.visit(top, value)));
            }
        }
        reach.values = (walk.n_left > 0).then_some(walk.values);
        reach
    }

    /// The values that the registry writes down of which the schema decides whether they are valid; `None` if there are
    /// too many to know.
    pub(super) fn values(&self, id: SchemaId) -> Option<&[&'r Value]> {
        Some(self.values.as_ref()?.get(&id).map(Vec::as_slice).unwrap_or_default())
    }

    /// The ways up from a schema, over all that apply it to the same instance, to one that no other applies; at most
    /// a few, and none through a question.
    pub(super) fn paths(&self, id: SchemaId) -> Vec<Vec<SchemaId>> {
        const MANY: usize = 8;
        const MAX_STEPS: usize = 1_000;
        let (mut open, mut paths, mut n_steps) = (vec![vec![id]], Vec::new(), 0);
        while let Some(path) = open.pop().filter(|_| paths.len() < MANY && n_steps < MAX_STEPS) {
            n_steps += 1;
            let last = *path.last().expect("a path has an end");
            let above = self.above.get(&last).map(Vec::as_slice).unwrap_or_default();
            let above: Vec<&(Way, SchemaId)> = above.iter().filter(|(_, next)| !path.contains(next)).collect();
            if above.is_empty() {
                paths.push(path);
                continue;
            }
            for (_, next) in above.iter().take(MANY).filter(|(way, _)| *way != Way::Question) {
                open.push(path.iter().copied().chain([*next]).collect());
            }
        }
        paths
    }

    /// The members that all objects have which the registry shows as instances of a schema; `None` if it shows none. Of
    /// too many to know none is taken for sure.
    pub(super) fn shown_members(&self, id: SchemaId) -> Option<BTreeSet<&'r str>> {
        let Some(values) = self.values(id) else { return Some(BTreeSet::new()) };
        let objects = values.iter().filter_map(|value| match value {
            Value::Object(members) => Some(members.iter().map(|(name, _)| name.as_str()).collect::<BTreeSet<&str>>()),
            _ => None,
        });
        objects.reduce(|all, own| all.intersection(&own).copied().collect())
    }

    /// Whether a schema only asks a question about an instance, somewhere.
    pub(super) fn is_question(&self, id: SchemaId) -> bool {
        self.questions.contains(&id)
    }

    /// The schemas that can hold for an instance of `id` beside it: those above, and what those apply, but for the
    /// branches between which and `id` the instance chooses.
    pub(super) fn beside(&self, id: SchemaId) -> BTreeSet<SchemaId> {
        self.within(id, usize::MAX).unwrap_or_default()
    }

    /// The same; `None` if many schemas have to be looked at for that. Each part of a large `allOf` has all others
    /// beside it.
    pub(super) fn few_beside(&self, id: SchemaId) -> Option<BTreeSet<SchemaId>> {
        const MANY: usize = 1_000;
        self.within(id, MANY)
    }

    /// The schemas beside `id`, unless that takes more than `n_left` steps.
    fn within(&self, id: SchemaId, mut n_left: usize) -> Option<BTreeSet<SchemaId>> {
        let mut beside = BTreeSet::new();
        let mut queue = vec![id];
        let mut climbed = BTreeSet::from([id]);
        self.descend(id, &mut beside);
        while let Some(below) = queue.pop() {
            for (way, above) in self.above.get(&below).into_iter().flatten() {
                beside.insert(*above);
                for (other_way, other) in in_place(&self.graph[*above].keywords) {
                    n_left = n_left.checked_sub(1)?;
                    let is_choice = match way {
                        Way::Any => other_way == Way::Any,
                        Way::One => other_way == Way::One,
                        Way::Then => other_way == Way::Else,
                        Way::Else => other_way == Way::Then,
                        Way::And | Way::Dependent | Way::Question => false,
                    };
                    if other != below && !is_choice && beside.insert(other) {
                        self.descend(other, &mut beside);
                    }
                }
                if climbed.insert(*above) {
                    queue.push(*above);
                }
            }
        }
        beside.remove(&id);
        Some(beside)
    }

    /// The schemas that `id` applies to its instances, and those that these apply.
    pub(super) fn below(&self, id: SchemaId) -> BTreeSet<SchemaId> {
        let mut below = BTreeSet::new();
        self.descend(id, &mut below);
        below.remove(&id);
        below
    }

    fn descend(&self, id: SchemaId, found: &mut BTreeSet<SchemaId>) {
        let mut queue = vec![id];
        while let Some(id) = queue.pop() {
            queue.extend(
                in_place(&self.graph[id].keywords).map(|(_, below)| below).filter(|below| found.insert(*below)),
            );
        }
    }
}

/// Follows values through the schemas that decide about them.
struct Walk<'r> {
    judge: Values<'r>,
    seen: BTreeSet<(SchemaId, *const Value)>,
    values: BTreeMap<SchemaId, Vec<&'r Value>>,
    /// Questions about a value that may still be asked.
    n_left: usize,
}

impl<'r> Walk<'r> {
    fn visit(&mut self, id: SchemaId, value: &'r Value) {
        let mut queue = vec![(id, value)];
        while let Some((id, value)) = queue.pop() {
            if self.n_left == 0 {
                return;
            }
            if !self.seen.insert((id, std::ptr::from_ref(value))) {
                continue;
            }
            self.values.entry(id).or_default().push(value);
            let keywords = &self.judge.graph()[id].keywords;
            for (way, below) in in_place(keywords) {
                self.n_left = self.n_left.saturating_sub(1);
                let may_hold = match way {
                    _ if self.n_left == 0 => return,
                    Way::And => true,
                    Way::Question => false,
                    // A branch that the value is not valid for is not the one that it chose.
                    Way::Any | Way::One | Way::Then | Way::Else | Way::Dependent => {
                        self.judge.is_valid(below, value) != Some(false)
                    }
                };
                if may_hold {
                    queue.push((below, value));
                }
            }
            match value {
                Value::Array(items) => {
                    let array = &keywords.array;
                    let of = |at: usize| array.prefix_items.get(at).copied().or(array.items);
                    queue.extend(items.iter().enumerate().filter_map(|(at, item)| Some((of(at)?, item))));
                    queue.extend(
                        array.contains.iter().flat_map(|contains| items.iter().map(|item| (contains.schema, item))),
                    );
                }
                Value::Object(members) => {
                    for (name, value) in members {
                        queue.extend(self.of_member(keywords, name).into_iter().map(|schema| (schema, value)));
                    }
                }
                _ => {}
            }
        }
    }

    /// The schemas of a member.
    fn of_member(&mut self, keywords: &Keywords, name: &str) -> Vec<SchemaId> {
        let object = &keywords.object;
        let own = object.properties.iter().filter(|own| own.name.value == name).map(|own| own.schema);
        let mut found: Vec<SchemaId> = own.collect();
        for own in &object.pattern_properties {
            if self.judge.matches(&own.name.value, name) != Some(false) {
                found.push(own.schema);
            }
        }
        if found.is_empty() {
            found.extend(object.additional_properties);
        }
        found
    }
}
