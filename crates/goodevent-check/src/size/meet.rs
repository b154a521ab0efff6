//! Common constraints of several schemas on one instance.

use std::collections::{BTreeSet, HashMap};

use goodevent_schema::{
    ir::{Graph, Keywords, SchemaId, Types},
    keyword::Keyword,
};

use super::automaton;

/// Schemas that all apply to one instance, with everything they refer to in place, and one way chosen wherever an
/// instance has the choice between several.
#[derive(Clone)]
pub(crate) struct Meet<'g> {
    graph: &'g Graph,
    /// The schema whose `oneOf` does not count.
    union: Option<SchemaId>,
    seen: BTreeSet<SchemaId>,
    /// The keywords, to be held all of them.
    pub(super) schemas: Vec<(SchemaId, &'g Keywords)>,
    /// JSON types that are left.
    pub(crate) types: Types,
    /// Unions among which no choice was made yet.
    choices: Vec<Vec<Vec<SchemaId>>>,
    /// Unions that were left alone, for there are too many.
    pub(super) left: Vec<Vec<Vec<SchemaId>>>,
    /// Whether a keyword was not looked at, so that not all that seems valid is.
    pub(super) is_vague: bool,
    /// Whether no instance is left.
    is_empty: bool,
    /// Whether `unevaluatedProperties` or `unevaluatedItems` depend on what was chosen: all that can hold at once counts.
    is_evaluated: bool,
}

/// More combinations of choices than this are not looked at one by one.
const MAX_WAYS: usize = 256;

/// A union of more branches than this is not looked at in all its subsets.
const MAX_SUBSETS: usize = 5;

impl<'g> Meet<'g> {
    /// All ways in which an instance can be valid for every one of `goals`.
    pub(crate) fn ways(graph: &'g Graph, goals: &[SchemaId]) -> Vec<Self> {
        Self::ways_without(graph, goals, None)
    }

    /// The same, as if the schema `union` had no `oneOf`.
    pub(crate) fn ways_without(graph: &'g Graph, goals: &[SchemaId], union: Option<SchemaId>) -> Vec<Self> {
        let mut meet = Self {
            graph,
            union,
            seen: BTreeSet::new(),
            schemas: Vec::new(),
            types: Types::ALL,
            choices: Vec::new(),
            left: Vec::new(),
            is_vague: false,
            is_empty: false,
            is_evaluated: looks_at_evaluated(graph, goals),
        };
        goals.iter().for_each(|goal| meet.add(*goal));
        let mut ways = Vec::new();
        let mut n_steps = 0;
        meet.choose(&mut ways, &mut n_steps);
        ways
    }

    fn add(&mut self, id: SchemaId) {
        let schema = &self.graph[id];
        if !self.seen.insert(id) || schema.always == Some(true) {
            return;
        }
        let keywords = &schema.keywords;
        self.is_empty |= schema.always == Some(false);
        self.schemas.push((id, keywords));
        self.types = keywords.types.iter().fold(self.types, |types, own| types.intersection(own.value));
        let is_union = self.union == Some(id);
        self.is_vague |= keywords.all().any(|keyword| is_left_out(keyword) && !(is_union && keyword.name() == "oneOf"));
        keywords.reference.iter().for_each(|reference| self.add(reference.value));
        if let Some(dynamic) = &keywords.applied.dynamic_reference {
            match dynamic.is_alone() {
                true => self.add(dynamic.target),
                false => self.is_vague = true,
            }
        }
        keywords.applied.all_of.iter().for_each(|part| self.add(*part));
        if !keywords.applied.any_of.is_empty() {
            self.choices.push(match self.is_evaluated && keywords.applied.any_of.len() <= MAX_SUBSETS {
                true => subsets(&keywords.applied.any_of),
                false => keywords.applied.any_of.iter().map(|branch| vec![*branch]).collect(),
            });
        }
        if !keywords.applied.one_of.is_empty() && self.union != Some(id) {
            let branches = exclusive(self.graph, &keywords.applied.one_of);
            self.is_empty |= branches.is_empty();
            self.choices.push(branches.into_iter().map(|branch| vec![branch]).collect());
        }
        if let Some(condition) = &keywords.applied.condition {
            let holds = [Some(condition.condition), condition.then].into_iter().flatten().collect();
            self.choices.push(vec![holds, condition.otherwise.into_iter().collect()]);
        }
        if self.is_evaluated {
            let dependent = keywords.object.dependent_schemas.iter().map(|rule| vec![Vec::new(), vec![rule.schema]]);
            self.choices.extend(dependent);
        }
    }

    fn choose(mut self, ways: &mut Vec<Self>, n_steps: &mut usize) {
        *n_steps += 1;
        if self.is_empty || self.types.is_empty() {
            return;
        }
        let Some(choice) = self.choices.pop() else {
            ways.push(self);
            return;
        };
        if *n_steps + choice.len() > MAX_WAYS {
            self.is_vague = true;
            // A branch that asks for nothing bounds nothing.
            if choice.iter().all(|branch| !branch.is_empty()) {
                self.left.push(choice);
            }
            return self.choose(ways, n_steps);
        }
        for branch in choice {
            let mut way = self.clone();
            branch.into_iter().for_each(|schema| way.add(schema));
            way.choose(ways, n_steps);
        }
    }

    /// Whether there are unions of which no branch is chosen, since there are too many branches.
    pub(crate) fn has_open_choices(&self) -> bool {
        !self.left.is_empty()
    }

    /// The same with one branch of each union that is left, which `pick` chooses by its number; `None` if the branches
    /// exclude each other.
    pub(crate) fn settled(&self, mut pick: impl FnMut(usize) -> usize) -> Option<Self> {
        let mut way = self.clone();
        way.choices = std::mem::take(&mut way.left);
        while let Some(mut choice) = way.choices.pop() {
            // A branch that its types exclude is not worth a try.
            while !choice.is_empty() {
                let mut next = way.clone();
                choice.swap_remove(pick(choice.len())).into_iter().for_each(|schema| next.add(schema));
                if !next.is_empty && !next.types.is_empty() {
                    way = next;
                    break;
                }
            }
            if way.is_empty || way.types.is_empty() {
                return None;
            }
        }
        Some(way)
    }

    /// The keywords of all schemas.
    pub(crate) fn keywords(&self) -> impl Iterator<Item = &'g Keywords> + Clone + '_ {
        self.schemas.iter().map(|(_, keywords)| *keywords)
    }

    /// The schemas that apply.
    pub(crate) fn schemas(&self) -> impl Iterator<Item = SchemaId> + '_ {
        self.schemas.iter().map(|(id, _)| *id)
    }

    /// Whether what is evaluated elsewhere is all known here.
    pub(super) fn knows_evaluated(&self) -> bool {
        let unions = self.keywords().map(|keywords| keywords.applied.any_of.len());
        self.left.is_empty()
            && unions.max().unwrap_or(0) <= MAX_SUBSETS
            && self.keywords().all(|keywords| keywords.applied.dynamic_reference.is_none())
    }
}

/// The requirements on members by the schemas that apply to one object.
pub(crate) struct Members<'g> {
    /// The properties that they name, with the number of the schema that does.
    named: HashMap<&'g str, Vec<(usize, SchemaId)>>,
    /// Those that ask something of members that they do not name.
    rest: Vec<(usize, &'g Keywords)>,
}

/// The schemas that the value of a member has to conform to.
pub(crate) struct MemberGoals {
    pub(crate) schemas: Vec<SchemaId>,
    /// Whether a pattern of names is no automaton, so that there may be more to keep to.
    pub(crate) is_vague: bool,
}

impl<'g> Members<'g> {
    pub(crate) fn of(way: &Meet<'g>) -> Self {
        let mut members = Self { named: HashMap::new(), rest: Vec::new() };
        for (nth, keywords) in way.keywords().enumerate() {
            let object = &keywords.object;
            for own in &object.properties {
                members.named.entry(own.name.value.as_str()).or_default().push((nth, own.schema));
            }
            if !object.pattern_properties.is_empty() || object.additional_properties.is_some() {
                members.rest.push((nth, keywords));
            }
        }
        members
    }

    pub(crate) fn goals(&self, name: &str) -> MemberGoals {
        let named = self.named.get(name).map(Vec::as_slice).unwrap_or_default();
        let mut goals = MemberGoals { schemas: named.iter().map(|(_, id)| *id).collect(), is_vague: false };
        for (nth, keywords) in &self.rest {
            let mut is_known = named.iter().any(|(own, _)| own == nth);
            for pattern in &keywords.object.pattern_properties {
                match automaton(&pattern.name.value) {
                    Some(automaton) if automaton.is_match(name) => {
                        is_known = true;
                        goals.schemas.push(pattern.schema);
                    }
                    Some(_) => {}
                    // It may match, and then the others do not count.
                    None => (is_known, goals.is_vague) = (true, true),
                }
            }
            if !is_known {
                goals.schemas.extend(keywords.object.additional_properties);
            }
        }
        goals
    }
}

/// Whether not all that a keyword excludes is excluded here.
fn is_left_out(keyword: Keyword<'_>) -> bool {
    match keyword {
        Keyword::OneOf(_)
        | Keyword::Not(_)
        | Keyword::If(_)
        | Keyword::Contains(_)
        | Keyword::ContentMediaType(_)
        | Keyword::UnevaluatedProperties(_)
        | Keyword::UnevaluatedItems(_)
        | Keyword::DependentRequired(_)
        | Keyword::DependentSchemas(_) => true,
        Keyword::Type(_)
        | Keyword::Enum(_)
        | Keyword::Const(_)
        | Keyword::Minimum(_)
        | Keyword::Maximum(_)
        | Keyword::ExclusiveMinimum(_)
        | Keyword::ExclusiveMaximum(_)
        | Keyword::MultipleOf(_)
        | Keyword::MinLength(_)
        | Keyword::MaxLength(_)
        | Keyword::Pattern(_)
        | Keyword::Format(_)
        | Keyword::ContentEncoding(_)
        | Keyword::PrefixItems(_)
        | Keyword::Items(_)
        | Keyword::MinItems(_)
        | Keyword::MaxItems(_)
        | Keyword::UniqueItems(_)
        | Keyword::Properties(_)
        | Keyword::PatternProperties(_)
        | Keyword::AdditionalProperties(_)
        | Keyword::PropertyNames(_)
        | Keyword::Required(_)
        | Keyword::MinProperties(_)
        | Keyword::MaxProperties(_)
        | Keyword::AllOf(_)
        | Keyword::AnyOf(_)
        | Keyword::Ref(_)
        // It is looked at where its target is known.
        | Keyword::DynamicRef(_) => false,
    }
}

/// The branches of a `oneOf` of which one can be valid alone: none that is there twice.
fn exclusive(graph: &Graph, branches: &[SchemaId]) -> Vec<SchemaId> {
    let mut n_of: HashMap<SchemaId, usize> = HashMap::new();
    branches.iter().for_each(|branch| *n_of.entry(graph.target(*branch)).or_default() += 1);
    branches.iter().copied().filter(|branch| n_of[&graph.target(*branch)] == 1).collect()
}

/// All combinations of branches that can hold at once.
fn subsets(branches: &[SchemaId]) -> Vec<Vec<SchemaId>> {
    (1..1_u32 << branches.len())
        .map(|set| {
            let chosen = branches.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1);
            chosen.map(|(_, branch)| *branch).collect()
        })
        .collect()
}

/// Whether a schema that applies to the same instance looks at what others evaluate.
fn looks_at_evaluated(graph: &Graph, goals: &[SchemaId]) -> bool {
    let mut seen: BTreeSet<SchemaId> = goals.iter().copied().collect();
    let mut queue = goals.to_vec();
    while let Some(id) = queue.pop() {
        let keywords = &graph[id].keywords;
        if keywords.array.unevaluated_items.is_some() || keywords.object.unevaluated_properties.is_some() {
            return true;
        }
        queue.extend(keywords.in_place().filter(|next| seen.insert(*next)));
    }
    false
}
