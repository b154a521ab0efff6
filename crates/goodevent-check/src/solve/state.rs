//! What is left to be found: the choices that are open, and what the keywords say that were chosen.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
};

use goodevent_schema::ir::{
    ArrayKeywords, ContentEncoding, Draft, Format, Keywords, Number, NumberKeywords, ObjectKeywords, Property, Schema,
    SchemaId, TextKeywords, Types, Value,
};

use super::{
    Answer, At, Goal, Solver, TOO_DEEP,
    evaluate::all,
    first,
    spelling::spellings,
    unequal::{Listed, Taken},
};

/// A set of kinds of values: the types of JSON, of which numbers are three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kinds(pub(super) u8);

impl Kinds {
    pub(super) const NULL: Self = Self(1);
    pub(super) const BOOLEAN: Self = Self(2);
    /// Integers, written so.
    pub(super) const INTEGER: Self = Self(4);
    /// Numbers that are no integers.
    pub(super) const FRACTION: Self = Self(8);
    pub(super) const STRING: Self = Self(16);
    pub(super) const ARRAY: Self = Self(32);
    pub(super) const OBJECT: Self = Self(64);
    /// Integers written with a fraction, such as `1.0`, which draft 4 takes for no integers.
    pub(super) const WHOLE: Self = Self(128);
    const NUMBER: Self = Self(4 | 8 | 128);
    const ALL: Self = Self(255);

    fn of(types: Types, draft: Draft) -> Self {
        let kinds = [
            (Types::NULL, Self::NULL),
            (Types::BOOLEAN, Self::BOOLEAN),
            (Types::INTEGER, if draft == Draft::Draft4 { Self::INTEGER } else { Self(4 | 128) }),
            (Types::NUMBER, Self::NUMBER),
            (Types::STRING, Self::STRING),
            (Types::ARRAY, Self::ARRAY),
            (Types::OBJECT, Self::OBJECT),
        ];
        Self(kinds.into_iter().filter(|(own, _)| types.contains(*own)).fold(0, |all, (_, kind)| all | kind.0))
    }

    pub(super) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Names of members.
#[derive(Debug, Clone)]
pub(super) enum Names<'g> {
    One(&'g str),
    Matching(&'g str),
    /// All but those, which are in their order, and those that match.
    But(Vec<&'g str>, Vec<&'g str>),
}

impl Names<'_> {
    /// Whether the others are among these, as far as is seen at once.
    fn has_all(&self, others: &Self) -> bool {
        match (self, others) {
            (Self::One(own), Self::One(other)) | (Self::Matching(own), Self::Matching(other)) => own == other,
            (Self::But(names, patterns), Self::But(more, more_patterns)) => {
                names.iter().all(|name| more.binary_search(name).is_ok())
                    && patterns.iter().all(|pattern| more_patterns.contains(pattern))
            }
            (Self::But(names, patterns), Self::One(other)) => {
                patterns.is_empty() && names.binary_search(other).is_err()
            }
            _ => false,
        }
    }
}

/// Places of items.
#[derive(Debug, Clone, Copy)]
pub(super) enum Places {
    One(usize),
    From(usize),
}

impl Places {
    /// Whether the others are among these.
    fn has_all(self, others: Self) -> bool {
        match (self, others) {
            (Self::One(own), Self::One(other)) => own == other,
            (Self::From(from), Self::One(other) | Self::From(other)) => other >= from,
            (Self::One(_), Self::From(_)) => false,
        }
    }
}

/// What a keyword says of values of its kind.
#[derive(Debug, Clone)]
pub(super) enum Said<'g> {
    Minimum(&'g Number),
    Maximum(&'g Number),
    Above(&'g Number),
    Below(&'g Number),
    MultipleOf(&'g Number),
    MinLength(u64),
    MaxLength(u64),
    Pattern(&'g str),
    Format(Format, Draft),
    Encoding(ContentEncoding),
    JsonText,
    MinItems(u64),
    MaxItems(u64),
    Unique,
    Items(Places, At),
    Contains(At, u64, Option<u64>),
    /// Of what a schema leaves unevaluated.
    RestItems(At, At),
    MinMembers(u64),
    MaxMembers(u64),
    Present(&'g str),
    Members(Names<'g>, At),
    MemberNames(At),
    /// If the first is there, the others are.
    Implies(&'g str, Vec<&'g str>),
    RestMembers(At, At),
}

impl Said<'_> {
    fn keyword(&self) -> &'static str {
        match self {
            Self::Minimum(_) => "minimum",
            Self::Maximum(_) => "maximum",
            Self::Above(_) => "exclusiveMinimum",
            Self::Below(_) => "exclusiveMaximum",
            Self::MultipleOf(_) => "multipleOf",
            Self::MinLength(_) => "minLength",
            Self::MaxLength(_) => "maxLength",
            Self::Pattern(_) => "pattern",
            Self::Format(..) => "format",
            Self::Encoding(_) => "contentEncoding",
            Self::JsonText => "contentMediaType",
            Self::MinItems(_) => "minItems",
            Self::MaxItems(_) => "maxItems",
            Self::Unique => "uniqueItems",
            Self::Items(Places::One(_), _) => "prefixItems",
            Self::Items(Places::From(_), _) => "items",
            Self::Contains(..) => "contains",
            Self::RestItems(..) => "unevaluatedItems",
            Self::MinMembers(_) => "minProperties",
            Self::MaxMembers(_) => "maxProperties",
            Self::Present(_) => "required",
            Self::Members(Names::One(_), _) => "properties",
            Self::Members(Names::Matching(_), _) => "patternProperties",
            Self::Members(Names::But(..), _) => "additionalProperties",
            Self::MemberNames(_) => "propertyNames",
            Self::Implies(..) => "dependentRequired",
            Self::RestMembers(..) => "unevaluatedProperties",
        }
    }

    fn kinds(&self) -> Kinds {
        match self {
            Self::Minimum(_) | Self::Maximum(_) | Self::Above(_) | Self::Below(_) | Self::MultipleOf(_) => {
                Kinds::NUMBER
            }
            Self::MinLength(_)
            | Self::MaxLength(_)
            | Self::Pattern(_)
            | Self::Format(..)
            | Self::Encoding(_)
            | Self::JsonText => Kinds::STRING,
            Self::MinItems(_)
            | Self::MaxItems(_)
            | Self::Unique
            | Self::Items(..)
            | Self::Contains(..)
            | Self::RestItems(..) => Kinds::ARRAY,
            Self::MinMembers(_)
            | Self::MaxMembers(_)
            | Self::Present(_)
            | Self::Members(..)
            | Self::MemberNames(_)
            | Self::Implies(..)
            | Self::RestMembers(..) => Kinds::OBJECT,
        }
    }
}

/// One part of an alternative.
#[derive(Debug, Clone)]
enum Step<'g> {
    Goal(Goal),
    Only(Kinds),
    Says(Said<'g>, bool),
    OneOf(Rc<Listed<'g>>),
    NoneOf(Rc<Listed<'g>>),
    /// Nobody knows.
    Unknown(&'static str),
}

/// One way to go, of which all is so.
type Way<'g> = Vec<Step<'g>>;

/// As many ways are looked at in the time of a step.
const WAYS_A_STEP: u64 = 1_024;

/// What is left to be found.
#[derive(Clone)]
pub(super) struct State<'g> {
    /// The question.
    pub(super) goals: Rc<[Goal]>,
    pub(super) kinds: Kinds,
    /// Schemas of which it is settled whether they hold.
    decided: BTreeMap<At, bool>,
    /// The same by what they say.
    forms: BTreeMap<Rc<str>, bool>,
    /// What is to be chosen, each from several ways: shared, since states are copied at each step.
    choices: Vec<Rc<[Rc<[Step<'g>]>]>>,
    /// What was said, and whether it is so.
    pub(super) said: Vec<(Said<'g>, bool)>,
    /// Values of which the instance is one.
    one_of: Option<Rc<Listed<'g>>>,
    /// Values of which it is none.
    pub(super) none_of: Vec<Rc<Listed<'g>>>,
    /// The same, found on the way.
    pub(super) unlike: Rc<Taken>,
    /// Why no answer to this can be *none*, or *found*.
    unknown: Option<&'static str>,
}

impl<'g> State<'g> {
    pub(super) fn new(goals: &[Goal]) -> Self {
        Self {
            goals: goals.into(),
            kinds: Kinds::ALL,
            decided: BTreeMap::new(),
            forms: BTreeMap::new(),
            choices: Vec::new(),
            said: Vec::new(),
            one_of: None,
            none_of: Vec::new(),
            unlike: Rc::default(),
            unknown: None,
        }
    }

    /// How much there is to copy.
    fn size(&self) -> u64 {
        (self.decided.len() + self.forms.len() + self.said.len() + self.choices.len()) as u64
    }

    /// Whether it is settled that a schema holds.
    pub(super) fn holds(&self, at: At) -> Option<bool> {
        self.decided.get(&at).copied()
    }

    /// The schemas in the place of a schema that say what is evaluated there: those that are applied and hold
    /// ([JSON Schema Core 10.3](https://json-schema.org/draft/2020-12/json-schema-core#section-10.3)). `None` if that is
    /// not settled.
    pub(super) fn evaluating(&self, at: At, keywords: &Keywords) -> Option<Vec<SchemaId>> {
        let applied = &keywords.applied;
        if applied.dynamic_reference.is_some() {
            return None;
        }
        let holds = |id: SchemaId| self.holds(At { id, ..at });
        let lists = [&applied.all_of, &applied.any_of, &applied.one_of].into_iter().flatten().copied();
        let mut candidates: Vec<SchemaId> = lists.chain(keywords.reference.iter().map(|target| target.value)).collect();
        if let Some(condition) = &applied.condition {
            let branch = if holds(condition.condition)? { condition.then } else { condition.otherwise };
            candidates.push(condition.condition);
            candidates.extend(branch);
        }
        for dependent in &keywords.object.dependent_schemas {
            let is_it =
                |(said, _): &&(Said<'g>, bool)| matches!(said, Said::Present(name) if *name == dependent.name.value);
            let (_, is_present) = self.said.iter().find(is_it)?;
            candidates.extend(is_present.then_some(dependent.schema));
        }
        let mut evaluating = Vec::new();
        for id in candidates {
            if holds(id)? {
                evaluating.push(id);
            }
        }
        Some(evaluating)
    }

    /// Takes up a goal; false if it contradicts another.
    pub(super) fn add(&mut self, solver: &mut Solver<'g>, goal: Goal) -> bool {
        if let Some(decided) = self.decided.insert(goal.at, goal.holds) {
            return decided == goal.holds;
        }
        // What is not taken up leaves more than there is, so that nothing may be found.
        let unknown = self.unknown.or(Some("it nests too deep"));
        let taken = solver.nested(None, |solver| Some(self.take_up(solver, goal)));
        if taken.is_none() {
            self.unknown = unknown;
        }
        taken.unwrap_or(true)
    }

    fn take_up(&mut self, solver: &mut Solver<'g>, goal: Goal) -> bool {
        let Goal { at, holds } = goal;
        let schema = solver.schema(at);
        if let Some(always) = schema.always {
            return always == holds;
        }
        let form = solver.form(at);
        // Two that say the same can't differ; what they say in detail need not be understood for that.
        if self.forms.insert(form, holds).is_some_and(|decided| decided != holds) {
            return false;
        }
        let mut parts = parts(solver, at, schema);
        solver.n_spent += parts.len() as u64;
        if solver.loose.contains(&at) {
            parts.retain(|part| !matches!(part, Part::Values(..)));
        }
        if let Some(only) = solver.only.as_ref().filter(|only| !holds && only.above.contains(&at)) {
            let (mut failing, mut others): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| only.keeps(at, part));
            if only.is_alone {
                // One of them fails, and all others hold.
                others.extend(failing.drain(1.min(failing.len())..));
                if !others.into_iter().all(|part| part.holding(solver, self)) {
                    return false;
                }
            }
            parts = failing;
        }
        match holds {
            true => parts.into_iter().all(|part| part.holding(solver, self)),
            false => {
                let ways: Vec<Way<'g>> = parts.into_iter().flat_map(Part::failing).collect();
                self.choose(solver, ways)
            }
        }
    }

    fn choose(&mut self, solver: &mut Solver<'g>, mut ways: Vec<Way<'g>>) -> bool {
        match ways.len() {
            0 => false,
            1 => ways.remove(0).into_iter().all(|step| self.take(solver, step)),
            _ => {
                self.choices.push(ways.into_iter().map(Rc::from).collect());
                true
            }
        }
    }

    fn take(&mut self, solver: &mut Solver<'g>, step: Step<'g>) -> bool {
        match step {
            Step::Goal(goal) => self.add(solver, goal),
            Step::Only(kinds) => {
                self.kinds = Kinds(self.kinds.0 & kinds.0);
                self.kinds.0 != 0
            }
            Step::Says(said, is_so) => {
                if let Said::RestItems(owner, _) | Said::RestMembers(owner, _) = said {
                    self.settle(solver, owner);
                }
                self.said.push((said, is_so));
                true
            }
            Step::OneOf(values) => {
                // Two lists leave what the evaluation of the shorter one's values leaves.
                let is_shorter = self.one_of.as_ref().is_none_or(|known| values.values.len() < known.values.len());
                self.one_of = if is_shorter { Some(values) } else { self.one_of.take() };
                true
            }
            Step::NoneOf(values) => {
                self.none_of.push(values);
                true
            }
            Step::Unknown(why) => {
                self.unknown = Some(why);
                true
            }
        }
    }

    /// Has it settled which schemas in the place of `owner` hold, since that says what they evaluate.
    fn settle(&mut self, solver: &Solver<'g>, owner: At) {
        let (mut queue, mut seen) = (vec![owner.id], BTreeSet::new());
        while let Some(id) = queue.pop() {
            for id in solver.graphs[owner.side][id].keywords.in_place().filter(|id| seen.insert(*id)) {
                let way = |holds| Rc::from([Step::Goal(Goal { at: At { id, ..owner }, holds })]);
                if !self.decided.contains_key(&At { id, ..owner }) {
                    self.choices.push([way(true), way(false)].into());
                }
                queue.push(id);
                if self.choices.len() > 64 {
                    self.unknown = Some("too many schemas evaluate the same value");
                    return;
                }
            }
        }
    }
}

/// A keyword.
enum Part<'g> {
    Types(Kinds),
    Values(&'static str, Rc<Listed<'g>>),
    Says(Said<'g>),
    All(Vec<At>),
    Any(Vec<At>),
    One(Vec<At>),
    Not(At),
    If(At, Option<At>, Option<At>),
    /// If the member is there, the schema holds.
    Depends(&'g str, At),
    /// A keyword, and why nobody knows what it says.
    Unknown(&'static str, &'static str),
}

/// Of a `oneOf` each branch alone is tried, and each pair of them; of one with more branches nothing is known.
const MAX_BRANCHES: usize = 1_500;

/// The one keyword that a schema is not kept to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Site<'g> {
    pub(crate) at: At,
    pub(crate) keyword: &'static str,
    /// Of a keyword about several members the one.
    pub(crate) name: Option<&'g str>,
}

/// A way down to a site: what else may fail does not.
pub(super) struct Only<'g> {
    pub(super) site: Site<'g>,
    /// The schemas that the site is in, or below.
    pub(super) above: BTreeSet<At>,
    /// Whether all else has to hold, too.
    pub(super) is_alone: bool,
}

impl<'g> Only<'g> {
    fn keeps(&self, at: At, part: &Part<'g>) -> bool {
        let is_above = |at: &At| self.above.contains(at);
        let (keyword, name, leads) = match part {
            Part::Types(_) => ("type", None, false),
            Part::Values(keyword, _) => (*keyword, None, false),
            Part::Says(said) => {
                let target = match said {
                    Said::Items(_, at) | Said::Contains(at, ..) | Said::RestItems(_, at) => Some(at),
                    Said::Members(_, at) | Said::MemberNames(at) | Said::RestMembers(_, at) => Some(at),
                    _ => None,
                };
                let name = match said {
                    Said::Present(name) | Said::Implies(name, _) | Said::Members(Names::One(name), _) => Some(*name),
                    _ => None,
                };
                (said.keyword(), name, target.is_some_and(is_above))
            }
            Part::All(all) => ("allOf", None, all.iter().any(is_above)),
            Part::Any(any) => ("anyOf", None, any.iter().any(is_above)),
            Part::One(one) => ("oneOf", None, one.iter().any(is_above)),
            Part::Not(not) => ("not", None, is_above(not)),
            Part::If(condition, then, otherwise) => {
                ("if", None, [Some(condition), then.as_ref(), otherwise.as_ref()].into_iter().flatten().any(is_above))
            }
            Part::Depends(name, at) => ("dependentSchemas", Some(*name), is_above(at)),
            Part::Unknown(keyword, _) => (*keyword, None, true),
        };
        let is_site = at == self.site.at && keyword == self.site.keyword;
        leads || (is_site && (self.site.name.is_none() || self.site.name == name))
    }
}

fn goal(at: At, holds: bool) -> Step<'static> {
    Step::Goal(Goal { at, holds })
}

impl<'g> Part<'g> {
    /// What follows if the keyword is kept to.
    fn holding(self, solver: &mut Solver<'g>, state: &mut State<'g>) -> bool {
        let ways: Vec<Way<'g>> = match self {
            Self::Types(kinds) => vec![vec![Step::Only(kinds)]],
            Self::Values(_, values) => vec![vec![Step::OneOf(values)]],
            Self::Says(said) => vec![vec![Step::Says(said, true)]],
            Self::All(all) => vec![all.into_iter().map(|at| goal(at, true)).collect()],
            Self::Any(any) => any.into_iter().map(|at| vec![goal(at, true)]).collect(),
            Self::One(one) => {
                let way = |chosen: &At| one.iter().map(|at| goal(*at, at == chosen)).collect();
                one.iter().map(way).collect()
            }
            Self::Not(not) => vec![vec![goal(not, false)]],
            Self::If(condition, then, otherwise) => {
                let branch = |holds: bool, branch: Option<At>| {
                    [goal(condition, holds)].into_iter().chain(branch.map(|branch| goal(branch, true))).collect()
                };
                vec![branch(true, then), branch(false, otherwise)]
            }
            Self::Depends(name, at) => vec![
                vec![Step::Only(Kinds::ALL.without(Kinds::OBJECT))],
                vec![Step::Only(Kinds::OBJECT), Step::Says(Said::Present(name), false)],
                vec![goal(at, true)],
            ],
            Self::Unknown(_, why) => vec![vec![Step::Unknown(why)]],
        };
        state.choose(solver, ways)
    }

    /// The ways not to keep to it.
    fn failing(self) -> Vec<Way<'g>> {
        match self {
            Self::Types(kinds) => vec![vec![Step::Only(Kinds::ALL.without(kinds))]],
            Self::Values(_, values) => vec![vec![Step::NoneOf(values)]],
            Self::Says(said) => {
                let only = Step::Only(said.kinds());
                match said {
                    Said::Implies(name, others) => others
                        .into_iter()
                        .map(|other| {
                            let says = |name, is_so| Step::Says(Said::Present(name), is_so);
                            vec![only.clone(), says(name, true), says(other, false)]
                        })
                        .collect(),
                    said => vec![vec![only, Step::Says(said, false)]],
                }
            }
            Self::All(all) => all.into_iter().map(|at| vec![goal(at, false)]).collect(),
            Self::Any(any) => vec![any.into_iter().map(|at| goal(at, false)).collect()],
            Self::One(one) => {
                let none = one.iter().map(|at| goal(*at, false)).collect();
                let pairs = one.iter().enumerate().flat_map(|(nth, left)| {
                    one[nth + 1..].iter().map(move |right| vec![goal(*left, true), goal(*right, true)])
                });
                [none].into_iter().chain(pairs).collect()
            }
            Self::Not(not) => vec![vec![goal(not, true)]],
            Self::If(condition, then, otherwise) => {
                let way = |holds, branch| vec![goal(condition, holds), goal(branch, false)];
                then.map(|then| way(true, then)).into_iter().chain(otherwise.map(|other| way(false, other))).collect()
            }
            Self::Depends(name, at) => {
                vec![vec![Step::Only(Kinds::OBJECT), Step::Says(Said::Present(name), true), goal(at, false)]]
            }
            Self::Unknown(_, why) => vec![vec![Step::Unknown(why)]],
        }
    }
}

/// The keywords of a schema.
fn parts<'g>(solver: &mut Solver<'g>, at: At, schema: &'g Schema) -> Vec<Part<'g>> {
    let keywords = &schema.keywords;
    let on = |id: SchemaId| At { id, ..at };
    let all = |ids: &[SchemaId]| ids.iter().map(|id| on(*id)).collect::<Vec<At>>();
    let mut parts = Vec::new();
    parts.extend(keywords.types.as_ref().map(|types| Part::Types(Kinds::of(types.value, schema.draft))));
    parts.extend(keywords.enumeration.as_ref().map(|values| Part::Values("enum", solver.listed(at, &values.value))));
    parts.extend(
        keywords.constant.as_ref().map(|constant| Part::Values("const", Rc::new(Listed::new(vec![&constant.value])))),
    );
    parts.extend(said(at, schema).into_iter().map(Part::Says));
    parts.extend(
        keywords
            .object
            .dependent_schemas
            .iter()
            .map(|Property { name, schema }| Part::Depends(&name.value, on(*schema))),
    );
    let applied = &keywords.applied;
    parts.extend(Some(all(&applied.all_of)).filter(|all| !all.is_empty()).map(Part::All));
    parts.extend(keywords.reference.as_ref().map(|target| Part::All(vec![on(target.value)])));
    parts.extend(Some(all(&applied.any_of)).filter(|any| !any.is_empty()).map(Part::Any));
    parts.extend(match applied.one_of.len() {
        0 => None,
        1..=MAX_BRANCHES => Some(Part::One(all(&applied.one_of))),
        _ => Some(Part::Unknown("oneOf", "a `oneOf` has too many branches")),
    });
    parts.extend(applied.not.map(|not| Part::Not(on(not))));
    parts.extend(
        applied
            .condition
            .as_ref()
            .map(|condition| Part::If(on(condition.condition), condition.then.map(on), condition.otherwise.map(on))),
    );
    parts.extend(applied.dynamic_reference.as_ref().map(|dynamic| match dynamic.is_alone() {
        true => Part::All(vec![on(dynamic.target)]),
        false => Part::Unknown("$dynamicRef", "a dynamic reference has several targets"),
    }));
    parts
}

fn said<'g>(at: At, schema: &'g Schema) -> Vec<Said<'g>> {
    let keywords = &schema.keywords;
    let on = |id: SchemaId| At { id, ..at };
    // Every keyword is named, so that none is forgotten.
    let NumberKeywords { minimum, maximum, exclusive_minimum, exclusive_maximum, multiple_of } = &*keywords.number;
    let TextKeywords { min_length, max_length, pattern, format, content_encoding, content_json } = &*keywords.text;
    let ArrayKeywords { prefix_items, items, contains, min_items, max_items, unique_items, unevaluated_items } =
        &*keywords.array;
    let ObjectKeywords {
        properties,
        pattern_properties,
        additional_properties,
        property_names,
        required,
        min_properties,
        max_properties,
        dependent_required,
        // Schemas for the same instance.
        dependent_schemas: _,
        unevaluated_properties,
    } = &*keywords.object;
    let mut said = Vec::new();
    said.extend(minimum.as_ref().map(|bound| Said::Minimum(&bound.value)));
    said.extend(maximum.as_ref().map(|bound| Said::Maximum(&bound.value)));
    said.extend(exclusive_minimum.as_ref().map(|bound| Said::Above(&bound.value)));
    said.extend(exclusive_maximum.as_ref().map(|bound| Said::Below(&bound.value)));
    said.extend(multiple_of.as_ref().map(|divisor| Said::MultipleOf(&divisor.value)));

    said.extend(min_length.as_ref().map(|min| Said::MinLength(min.value)));
    said.extend(max_length.as_ref().map(|max| Said::MaxLength(max.value)));
    said.extend(pattern.as_ref().map(|pattern| Said::Pattern(&pattern.value)));
    said.extend(format.as_ref().map(|format| Said::Format(format.value, schema.draft)));
    said.extend(content_encoding.as_ref().map(|encoding| Said::Encoding(encoding.value)));
    said.extend(content_json.map(|_| Said::JsonText));

    said.extend(min_items.as_ref().map(|min| Said::MinItems(min.value)));
    said.extend(max_items.as_ref().map(|max| Said::MaxItems(max.value)));
    said.extend(unique_items.map(|_| Said::Unique));
    let prefix = prefix_items.iter().enumerate();
    said.extend(prefix.map(|(place, item)| Said::Items(Places::One(place), on(*item))));
    said.extend(items.map(|items| Said::Items(Places::From(prefix_items.len()), on(items))));
    said.extend(contains.as_ref().map(|part| Said::Contains(on(part.schema), part.min, part.max)));
    said.extend(unevaluated_items.map(|items| Said::RestItems(at, on(items))));

    said.extend(min_properties.as_ref().map(|min| Said::MinMembers(min.value)));
    said.extend(max_properties.as_ref().map(|max| Said::MaxMembers(max.value)));
    said.extend(required.iter().map(|name| Said::Present(&name.value)));
    said.extend(properties.iter().map(|own| Said::Members(Names::One(&own.name.value), on(own.schema))));
    said.extend(pattern_properties.iter().map(|own| Said::Members(Names::Matching(&own.name.value), on(own.schema))));
    said.extend(additional_properties.map(|rest| {
        let mut names: Vec<&str> = properties.iter().map(|own| own.name.value.as_str()).collect();
        names.sort_unstable();
        let patterns = pattern_properties.iter().map(|own| own.name.value.as_str()).collect();
        Said::Members(Names::But(names, patterns), on(rest))
    }));
    said.extend(property_names.map(|names| Said::MemberNames(on(names))));
    said.extend(
        dependent_required.iter().map(|(name, others)| {
            Said::Implies(&name.value, others.iter().map(|other| other.value.as_str()).collect())
        }),
    );
    said.extend(unevaluated_properties.map(|rest| Said::RestMembers(at, on(rest))));
    said
}

impl<'g> Solver<'g> {
    /// Tries each way.
    pub(super) fn search(&mut self, state: State<'g>) -> Answer {
        self.nested(TOO_DEEP, |solver| solver.ways(state))
    }

    fn ways(&mut self, mut state: State<'g>) -> Answer {
        // Each way takes a copy of all that is open.
        let n_ways: usize = state.choices.iter().map(|ways| ways.len()).sum();
        if !self.steps(1 + state.choices.len() as u64 / 16 + n_ways as u64 / WAYS_A_STEP) {
            return Answer::Unknown("there are too many branches");
        }
        let n_open = state.size();
        let choices = std::mem::take(&mut state.choices);
        self.n_spent += state.said.len() as u64 / 16;
        let known = Known::of(&state.said);
        let mut left = Vec::new();
        for choice in choices {
            let is_open = |at: &usize| !self.is_refuted(&state, &known, &choice[*at]);
            let open: Vec<usize> = (0..choice.len()).filter(is_open).collect();
            if open.is_empty() {
                return Answer::None;
            }
            if !open.iter().any(|at| is_settled(&state, &known, &choice[*at])) {
                left.push(match open.len() == choice.len() {
                    true => choice,
                    false => open.into_iter().map(|at| choice[at].clone()).collect(),
                });
            }
        }
        state.choices = left;
        // The choice with the fewest ways first.
        let choice = (0..state.choices.len()).min_by_key(|at| state.choices[*at].len());
        let Some(choice) = choice else { return self.settled(&state) };
        let ways = state.choices.swap_remove(choice);
        let mut unknown = None;
        for way in ways.iter() {
            self.n_spent += n_open / 16;
            let mut next = state.clone();
            if !way.iter().all(|step| next.take(self, step.clone())) {
                continue;
            }
            match self.search(next) {
                Answer::Found(found) => return Answer::Found(found),
                Answer::None => {}
                Answer::Unknown(why) => unknown = unknown.or(Some(why)),
            }
            if self.n_left == 0 {
                return Answer::Unknown("there are too many branches");
            }
        }
        unknown.map_or(Answer::None, Answer::Unknown)
    }

    /// Whether a way can't be gone any more, as far as is seen at once.
    fn is_refuted(&mut self, state: &State<'g>, known: &Known<'_, 'g>, way: &[Step<'g>]) -> bool {
        way.iter().any(|step| match step {
            Step::Only(kinds) => !state.kinds.has(*kinds),
            Step::Goal(goal) => {
                let decided = state.decided.get(&goal.at).copied();
                decided.or_else(|| state.forms.get(&self.form(goal.at)).copied()).is_some_and(|own| own != goal.holds)
            }
            Step::Says(Said::Present(name), is_so) => known.is_present(name, !is_so),
            // All that is known of the member already, and that it is not as it is said.
            Step::Says(Said::Members(names, at), false) => {
                let is_absent = matches!(names, Names::One(name) if known.is_present(name, false));
                is_absent || self.can_not_be(known.members(names), *at)
            }
            Step::Says(Said::Items(places, at), false) => self.can_not_be(known.items(*places), *at),
            Step::Says(..) | Step::OneOf(_) | Step::NoneOf(_) | Step::Unknown(_) => false,
        })
    }

    /// Whether nothing for which the known schemas hold fails another one.
    fn can_not_be(&mut self, known: Vec<At>, failing: At) -> bool {
        let goals = known.into_iter().map(|at| Goal { at, holds: true });
        let goals: Vec<Goal> = goals.chain([Goal { at: failing, holds: false }]).collect();
        goals.len() > 1 && self.inner(goals) == Answer::None
    }

    /// One way, without choices.
    fn settled(&mut self, state: &State<'g>) -> Answer {
        let answer = match &state.one_of {
            Some(values) => self.one_of(state, values),
            None => self.of_kinds(state),
        };
        match (answer, state.unknown) {
            (Answer::Found(_), Some(why)) => Answer::Unknown(why),
            (answer, _) => answer,
        }
    }

    /// One of the values that are listed.
    fn one_of(&mut self, state: &State<'g>, listed: &Listed<'g>) -> Answer {
        /// So many values are given to the validator, which has a budget for each.
        const FEW: usize = 16;
        let mut unknown = None;
        for value in &listed.values {
            if state.unlike.has(value) {
                continue;
            }
            let (spellings, are_all) =
                if self.has_spellings { spellings(value) } else { (vec![(*value).clone()], true) };
            if !are_all {
                unknown = Some("a listed value has many spellings");
            }
            for value in spellings {
                // What is said beside the goals.
                if let Value::String(text) = &value
                    && self.fits(state, text) == Some(false)
                {
                    continue;
                }
                let is_few = listed.values.len() <= FEW;
                let mut holds = |at: At| {
                    self.evaluate(at, &value).or_else(|| if is_few { self.executed(at, &value) } else { None })
                };
                match all(state.goals.iter().map(|goal| Some(holds(goal.at)? == goal.holds))) {
                    Some(true) => return Answer::Found(Rc::new(value)),
                    Some(false) => {}
                    None => unknown = Some("a listed value could not be judged"),
                }
            }
        }
        unknown.map_or(Answer::None, Answer::Unknown)
    }

    fn of_kinds(&mut self, state: &State<'g>) -> Answer {
        let mut answers = Vec::new();
        // What reads best first.
        for kind in [
            Kinds::STRING,
            Kinds::INTEGER,
            Kinds::BOOLEAN,
            Kinds::NULL,
            Kinds::FRACTION,
            Kinds::OBJECT,
            Kinds::ARRAY,
            Kinds::WHOLE,
        ] {
            if !state.kinds.has(kind) {
                continue;
            }
            self.n_spent += state.said.len() as u64 / 16;
            let answer = match kind {
                Kinds::STRING => self.text(state),
                Kinds::NULL => plain(state, [Value::Null]),
                Kinds::BOOLEAN => plain(state, [Value::Bool(true), Value::Bool(false)]),
                Kinds::OBJECT => self.object(state),
                Kinds::ARRAY => self.array(state),
                kind => self.number(state, kind),
            };
            if matches!(answer, Answer::Found(_)) {
                return answer;
            }
            answers.push(answer);
        }
        first(answers.into_iter())
    }
}

/// What was said of members and items, by their names and places: where thousands were, each is asked about.
struct Known<'s, 'g> {
    /// Whether the member is said to be there, and not to be there.
    present: HashMap<&'g str, [bool; 2]>,
    /// The schemas of members of one name, and of others.
    named: HashMap<&'g str, Vec<At>>,
    others: Vec<(&'s Names<'g>, At)>,
    /// The schemas of items at one place, and of others.
    placed: HashMap<usize, Vec<At>>,
    from: Vec<(usize, At)>,
}

impl<'s, 'g> Known<'s, 'g> {
    fn of(all: &'s [(Said<'g>, bool)]) -> Self {
        let (present, named, placed) = (HashMap::new(), HashMap::new(), HashMap::new());
        let mut known = Self { present, named, others: Vec::new(), placed, from: Vec::new() };
        for said in all {
            match said {
                (Said::Present(name), is_so) => known.present.entry(*name).or_default()[usize::from(!is_so)] = true,
                (Said::Members(Names::One(name), at), true) => known.named.entry(*name).or_default().push(*at),
                (Said::Members(names, at), true) => known.others.push((names, *at)),
                (Said::Items(Places::One(place), at), true) => known.placed.entry(*place).or_default().push(*at),
                (Said::Items(Places::From(from), at), true) => known.from.push((*from, *at)),
                _ => {}
            }
        }
        known
    }

    fn is_present(&self, name: &str, is_so: bool) -> bool {
        self.present.get(name).is_some_and(|said| said[usize::from(!is_so)])
    }

    /// The schemas that hold for all members of these names.
    fn members(&self, names: &Names<'g>) -> Vec<At> {
        let others = self.others.iter().filter(|(own, _)| own.has_all(names)).map(|(_, at)| *at);
        let own = match names {
            Names::One(name) => self.named.get(name).map(Vec::as_slice).unwrap_or_default(),
            Names::Matching(_) | Names::But(..) => &[],
        };
        own.iter().copied().chain(others).collect()
    }

    /// The schemas that hold for all items at these places.
    fn items(&self, places: Places) -> Vec<At> {
        let own = match places {
            Places::One(place) => self.placed.get(&place).map(Vec::as_slice).unwrap_or_default(),
            Places::From(_) => &[],
        };
        let others = self.from.iter().filter(|(from, _)| Places::From(*from).has_all(places)).map(|(_, at)| *at);
        own.iter().copied().chain(others).collect()
    }
}

/// Whether a way is gone already.
fn is_settled(state: &State<'_>, known: &Known<'_, '_>, way: &[Step<'_>]) -> bool {
    way.iter().all(|step| match step {
        Step::Only(kinds) => state.kinds.without(*kinds).0 == 0,
        Step::Goal(goal) => state.decided.get(&goal.at) == Some(&goal.holds),
        Step::Says(Said::Present(name), is_so) => known.is_present(name, *is_so),
        Step::Says(..) | Step::OneOf(_) | Step::NoneOf(_) | Step::Unknown(_) => false,
    })
}

/// One of the values that is not excluded.
fn plain<const N: usize>(state: &State<'_>, values: [Value; N]) -> Answer {
    let is_left = |value: &Value| is_left(state, value);
    values.into_iter().find(is_left).map_or(Answer::None, |value| Answer::Found(Rc::new(value)))
}

/// Whether a value is none of those that are excluded.
pub(super) fn is_left(state: &State<'_>, value: &Value) -> bool {
    !state.none_of.iter().any(|listed| listed.has(value)) && !state.unlike.has(value)
}
