//! The keywords of a schema, and the alternatives in which each holds, or fails.

use std::rc::Rc;

use goodevent_schema::ir::{Property, Schema, SchemaId};

use super::{
    kinds::Kinds,
    question::{At, Goal},
    said::{Names, Said, said},
    site::Only,
    solver::Solver,
    unequal::Listed,
};

/// A keyword.
pub(super) enum Part<'g> {
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

/// One part of an alternative.
#[derive(Debug, Clone)]
pub(super) enum Step<'g> {
    Goal(Goal),
    Only(Kinds),
    Says(Said<'g>, bool),
    OneOf(Rc<Listed<'g>>),
    NoneOf(Rc<Listed<'g>>),
    /// Of these schemas only the one at this position holds.
    ///
    /// A goal for each of them would make a `oneOf` cost the square of its branches.
    Alone(Rc<[At]>, usize),
    /// Of these schemas the one at this position holds, and one behind it.
    Another(Rc<[At]>, usize),
    /// Nobody knows.
    Unknown(&'static str),
}

/// One way to go, of which all is so.
pub(super) type Way<'g> = Vec<Step<'g>>;

fn goal(at: At, holds: bool) -> Step<'static> {
    Step::Goal(Goal { at, holds })
}

impl<'g> Part<'g> {
    /// The ways to keep to it.
    pub(super) fn holding(self) -> Vec<Way<'g>> {
        match self {
            Self::Types(kinds) => vec![vec![Step::Only(kinds)]],
            Self::Values(_, values) => vec![vec![Step::OneOf(values)]],
            Self::Says(said) => vec![vec![Step::Says(said, true)]],
            Self::All(all) => vec![all.into_iter().map(|at| goal(at, true)).collect()],
            Self::Any(any) => any.into_iter().map(|at| vec![goal(at, true)]).collect(),
            Self::One(one) => {
                let one: Rc<[At]> = one.into();
                (0..one.len()).map(|nth| vec![Step::Alone(one.clone(), nth)]).collect()
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
        }
    }

    /// The ways not to keep to it.
    pub(super) fn failing(self) -> Vec<Way<'g>> {
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
                let one: Rc<[At]> = one.into();
                let none = one.iter().map(|at| goal(*at, false)).collect();
                let several = (1..one.len()).map(|behind| vec![Step::Another(one.clone(), behind - 1)]);
                [none].into_iter().chain(several).collect()
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

    /// Whether it is the keyword that may fail, or leads to it.
    pub(super) fn may_fail(&self, at: At, only: &Only<'g>) -> bool {
        let is_above = |at: &At| only.above.contains(at);
        let (keyword, name, leads) = match self {
            Self::Types(_) => ("type", None, false),
            Self::Values(keyword, _) => (*keyword, None, false),
            Self::Says(said) => {
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
            Self::All(all) => ("allOf", None, all.iter().any(is_above)),
            Self::Any(any) => ("anyOf", None, any.iter().any(is_above)),
            Self::One(one) => ("oneOf", None, one.iter().any(is_above)),
            Self::Not(not) => ("not", None, is_above(not)),
            Self::If(condition, then, otherwise) => {
                ("if", None, [Some(condition), then.as_ref(), otherwise.as_ref()].into_iter().flatten().any(is_above))
            }
            Self::Depends(name, at) => ("dependentSchemas", Some(*name), is_above(at)),
            Self::Unknown(keyword, _) => (*keyword, None, true),
        };
        let is_site = at == only.site.at && keyword == only.site.keyword;
        leads || (is_site && (only.site.name.is_none() || only.site.name == name))
    }
}

/// The keywords of a schema.
pub(super) fn parts<'g>(solver: &mut Solver<'g>, at: At, schema: &'g Schema) -> Vec<Part<'g>> {
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
