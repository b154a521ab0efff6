//! Differences between two versions of a schema, in words.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque},
    fmt::{self, Write},
    rc::Rc,
};

use goodevent_schema::{
    decimal::Decimal,
    ir::{ArrayKeywords, Condition, Number, ObjectKeywords, Property, Schema, SchemaId, Types, Value},
    keyword::Keyword,
    registry::Contract,
    source::Span,
};

use super::{
    found::{Change, Found, Place, site},
    identity::{Identity, Naming, identities, loose},
    judge::{Judge, Uses},
    prove::{Prover, Verdict, Version},
};
use crate::solve::Site;

/// All differences between two schemas, each with its own verdict.
#[must_use]
pub fn changes(prover: &mut Prover<'_>, old: (Version, SchemaId), new: (Version, SchemaId)) -> Vec<Change> {
    changes_beside(prover, old, new, &[])
}

/// All differences between two versions of a contract, with constants that identify the version reported separately.
#[must_use]
pub fn changes_between(prover: &mut Prover<'_>, was: (Version, &Contract), is: (Version, &Contract)) -> Vec<Change> {
    let (old, new) = ((was.0, was.1.root), (is.0, is.1.root));
    let identities = identities(prover, (old, &Naming::of(was.1)), (new, &Naming::of(is.1)));
    changes_beside(prover, old, new, &identities)
}

/// Everything that differs, with what names the versions told apart: whether all else is compatible is proved without.
fn changes_beside<'r>(prover: &mut Prover<'r>, old: Place, new: Place, identities: &[Identity<'r>]) -> Vec<Change> {
    let mut differ = Differ::new(prover, identities);
    differ.schemas(old, new, "the payload");
    let uses = std::mem::take(&mut differ.uses);
    let mut judge = Judge::new(differ.prover, (old, new));
    let named: Vec<Change> = identities.iter().map(|own| judge.named(own)).collect();
    let mut changes = judge.all(&differ.found);
    changes.extend(
        uses.into_iter()
            .filter_map(|((was, is), uses)| {
                let (old, new) = (prover.schema((old.0, was)).span, prover.schema((new.0, is)).span);
                uses.rest((old, new), &changes)
            })
            .collect::<Vec<_>>(),
    );
    // What is not told by any change is told as a whole.
    let loose: Vec<Place> = loose(identities, old.0, new.0).collect();
    let mut aside = (!loose.is_empty()).then(|| prover.set_aside(&loose));
    let mut untold = |own: fn(&Change) -> &Verdict, narrow, wide| {
        let is_told = |changes: &[Change]| changes.iter().any(|change| !own(change).is_compatible());
        let others = match &mut aside {
            Some(aside) if !is_told(&changes) => aside.inclusion(narrow, wide),
            _ => Verdict::Compatible,
        };
        match others.is_compatible() && !is_told(&changes) && !is_told(&named) {
            true => prover.inclusion(narrow, wide),
            false => others,
        }
    };
    let (backward, forward) = (untold(|own| &own.backward, old, new), untold(|own| &own.forward, new, old));
    if !backward.is_compatible() || !forward.is_compatible() {
        let headline = "other payloads are accepted than before".to_owned();
        let (old, new) = (Some(prover.schema(old).span), Some(prover.schema(new).span));
        changes.push(Change { headline, old, new, names_itself: false, backward, forward });
    }
    named.into_iter().chain(changes).collect()
}

/// Differences of types within types are told up to this depth; deeper ones are told as a whole.
const MAX_NESTED: usize = 64;

struct Differ<'p, 'r> {
    prover: &'p mut Prover<'r>,
    /// What is told already.
    identities: &'p [Identity<'r>],
    /// The schemas from the roots to where the comparison is.
    paths: [Vec<SchemaId>; 2],
    /// Pairs that the comparison is within: a type that contains itself is compared once.
    open: Vec<(SchemaId, SchemaId)>,
    /// The locations at which each pair is used.
    uses: BTreeMap<(SchemaId, SchemaId), Uses>,
    found: Vec<Found<'r>>,
}

impl<'p, 'r> Differ<'p, 'r> {
    fn new(prover: &'p mut Prover<'r>, identities: &'p [Identity<'r>]) -> Self {
        let (paths, open, uses) = (Default::default(), Vec::new(), BTreeMap::new());
        Self { prover, identities, paths, open, uses, found: Vec::new() }
    }

    /// The schema behind references that say nothing else, all of which go on the path of the old version (0) or of the
    /// new one (1).
    fn resolved(&mut self, side: usize, (version, id): Place) -> Place {
        let chain: Vec<SchemaId> = self.prover.schemas(version).graph.chain(id).collect();
        self.paths[side].extend(&chain);
        (version, chain.last().copied().unwrap_or(id))
    }

    fn tell(&mut self, headline: String, spans: (Option<Span>, Option<Span>), sites: [Option<Site<'r>>; 2]) {
        let paths = self.paths.each_ref().map(|path| path.as_slice().into());
        self.found.push(Found { headline, old: spans.0, new: spans.1, sites, paths });
    }

    /// Compares two schemas at a place. A pair that is shared by several places is compared at each of them.
    fn schemas(&mut self, old: Place, new: Place, place: &str) {
        let depths = self.paths.each_ref().map(Vec::len);
        let (old, new) = (self.resolved(0, old), self.resolved(1, new));
        let pair = (old.1, new.1);
        let is_near = self.open.len() < MAX_NESTED && !self.open.contains(&pair);
        if is_near && self.prover.form(old) != self.prover.form(new) {
            let uses = self.uses.entry(pair).or_default();
            if uses.count(place) {
                self.open.push(pair);
                let start = self.found.len();
                self.differences(old, new, place);
                let end = self.found.len();
                self.uses.entry(pair).or_default().found.get_or_insert(start..end);
                self.open.pop();
            }
        }
        for (path, depth) in self.paths.iter_mut().zip(depths) {
            path.truncate(depth);
        }
    }

    fn differences(&mut self, old: Place, new: Place, place: &str) {
        let (was, is) = (self.prover.schema(old), self.prover.schema(new));
        if was.always.is_some() || is.always.is_some() {
            let words = |schema: &Schema| match schema.always {
                Some(true) => "anything",
                Some(false) => "nothing",
                None => "something limited",
            };
            let headline = format!("{place} could be {}, and can be {}", words(was), words(is));
            self.tell(headline, (Some(was.span), Some(is.span)), [None, None]);
            return;
        }
        self.types(old, new, place);
        self.values(old, new, place);
        self.limits(old, new, place);
        self.members(old, new, place);
        self.items(old, new, place);
        self.applied(old, new, place);
        // Behind a reference with keywords beside it.
        if let (Some(own), Some(other)) = (&was.keywords.reference, &is.keywords.reference) {
            self.schemas((old.0, own.value), (new.0, other.value), place);
        }
    }

    fn types(&mut self, old: Place, new: Place, place: &str) {
        let (was, is) = (self.prover.schema(old), self.prover.schema(new));
        let said = |schema: &Schema| schema.keywords.types.as_ref().map(|types| (types.value, types.span));
        let (was, is) = (said(was), said(is));
        let types = |said: Option<(Types, Span)>| said.map_or(Types::ALL, |(types, _)| types);
        if types(was) != types(is) {
            let headline = format!("{place} was {}, and is {}", in_words(types(was)), in_words(types(is)));
            let span = |said: Option<(Types, Span)>| said.map(|(_, span)| span);
            let sites = [was.and_then(|_| site(old, "type", None)), is.and_then(|_| site(new, "type", None))];
            self.tell(headline, (span(was), span(is)), sites);
        }
    }

    /// `enum` and `const`.
    fn values(&mut self, old: Place, new: Place, place: &str) {
        if self.identities.iter().any(|own| own.old.id == old.1 && own.new.id == new.1) {
            return;
        }
        type Listed = Option<(&'static str, BTreeMap<String, Span>, Span)>;
        let listed = |schema: &Schema| -> Listed {
            let keywords = &schema.keywords;
            let list = keywords.enumeration.as_ref().map(|list| {
                let values = list.value.iter().map(|value| (value.value.to_string(), value.span));
                ("enum", values.collect(), list.span)
            });
            let constant = keywords.constant.as_ref();
            list.or_else(|| constant.map(|value| ("const", [(value.value.to_string(), value.span)].into(), value.span)))
        };
        let (was, is) = (listed(self.prover.schema(old)), listed(self.prover.schema(new)));
        let names = |values: &BTreeMap<String, Span>| values.keys().cloned().collect::<Vec<_>>().join(", ");
        let sites = |was: &Listed, is: &Listed| {
            let of = |place, listed: &Listed| listed.as_ref().and_then(|(keyword, ..)| site(place, keyword, None));
            [of(old, was), of(new, is)]
        };
        match (&was, &is) {
            (None, None) => {}
            (Some((_, values, span)), None) => {
                let headline = format!("{place} is not limited to {} any more", names(values));
                self.tell(headline, (Some(*span), None), sites(&was, &is));
            }
            (None, Some((_, values, span))) => {
                let headline = format!("{place} was limited to {}", names(values));
                self.tell(headline, (None, Some(*span)), sites(&was, &is));
            }
            (Some((_, before, old_span)), Some((_, after, new_span))) => {
                for (value, span) in after.iter().filter(|(value, _)| !before.contains_key(*value)) {
                    let headline = format!("{place} may now be {value}");
                    self.tell(headline, (Some(*old_span), Some(*span)), [sites(&was, &is)[0].clone(), None]);
                }
                for (value, span) in before.iter().filter(|(value, _)| !after.contains_key(*value)) {
                    let headline = format!("{place} may not be {value} any more");
                    self.tell(headline, (Some(*span), Some(*new_span)), [None, sites(&was, &is)[1].clone()]);
                }
            }
        }
    }

    /// Keywords that are a number or a text.
    fn limits(&mut self, old: Place, new: Place, place: &str) {
        let (was, is) = (limits(self.prover.schema(old)), limits(self.prover.schema(new)));
        let keywords: BTreeSet<&'static str> = was.keys().chain(is.keys()).copied().collect();
        for keyword in keywords {
            let headline = match (was.get(keyword), is.get(keyword)) {
                (Some((was, _)), Some((is, _))) if was == is => continue,
                (Some((was, _)), Some((is, _))) => {
                    let decimal = |text: &str| Decimal::of(&Number(text.into()));
                    let is_number = |text: &str| text.parse::<f64>().is_ok();
                    match (is_number(was) && is_number(is)).then(|| decimal(is).cmp(&decimal(was))) {
                        Some(std::cmp::Ordering::Less) => {
                            format!("`{keyword}` of {place} fell from {was} to {is}")
                        }
                        Some(_) => format!("`{keyword}` of {place} rose from {was} to {is}"),
                        None => format!("`{keyword}` of {place} was `{was}`, and is `{is}`"),
                    }
                }
                (None, Some((is, _))) if is == "true" => format!("{place} has `{keyword}` now"),
                (Some((was, _)), None) if was == "true" => format!("{place} has no `{keyword}` any more"),
                (None, Some((is, _))) => format!("{place} has the `{keyword}` {is} now"),
                (Some((was, _)), None) => format!("{place} has no `{keyword}` any more; it was {was}"),
                (None, None) => continue,
            };
            let span = |all: &BTreeMap<_, (String, Span)>| all.get(keyword).map(|(_, span)| *span);
            let sites = [
                was.get(keyword).and_then(|_| site(old, keyword, None)),
                is.get(keyword).and_then(|_| site(new, keyword, None)),
            ];
            self.tell(headline, (span(&was), span(&is)), sites);
        }
    }

    fn members(&mut self, old: Place, new: Place, place: &str) {
        let (was, is) = (&self.prover.schema(old).keywords.object, &self.prover.schema(new).keywords.object);
        let on = |(version, _): Place, id: SchemaId| (version, id);
        let names = |object: &'r ObjectKeywords| -> HashSet<&'r str> {
            object.properties.iter().map(|own| own.name.value.as_str()).collect()
        };
        let needed = |object: &'r ObjectKeywords| -> HashSet<&'r str> {
            object.required.iter().map(|own| own.value.as_str()).collect()
        };
        let (old_names, new_names, old_needed, new_needed) = (names(was), names(is), needed(was), needed(is));
        let (has_old, has_new) = (|name: &str| old_names.contains(name), |name: &str| new_names.contains(name));
        let mut removed: Vec<Option<&Property>> =
            was.properties.iter().filter(|own| !has_new(&own.name.value)).map(Some).collect();
        // Those that say the same, so that one may be the other under another name.
        let mut twins: HashMap<(bool, Rc<str>), VecDeque<usize>> = HashMap::new();
        for (nth, own) in removed.iter().enumerate() {
            let Some(own) = own else { continue };
            let form = self.prover.form(on(old, own.schema));
            twins.entry((old_needed.contains(own.name.value.as_str()), form)).or_default().push_back(nth);
        }
        let rest = |place: Place, closed: bool| if closed { site(place, "additionalProperties", None) } else { None };
        let is_limited = |object: &ObjectKeywords| object.additional_properties.is_some();
        for added in is.properties.iter().filter(|own| !has_old(&own.name.value)) {
            let name = added.name.value.as_str();
            let is_needed = new_needed.contains(name);
            let needs = if is_needed { site(new, "required", Some(name)) } else { site(new, "properties", Some(name)) };
            let form = self.prover.form(on(new, added.schema));
            let twin = twins.get_mut(&(is_needed, form)).and_then(VecDeque::pop_front);
            if let Some(twin) = twin.and_then(|twin| removed[twin].take()) {
                let before = twin.name.value.as_str();
                let headline = format!("{} was renamed to `{name}`", part(place, before));
                let had = if is_needed { "required" } else { "properties" };
                let new_site = if is_needed { needs } else { rest(new, is_limited(is)).or(needs) };
                let old_site = if is_needed {
                    site(old, had, Some(before))
                } else {
                    rest(old, is_limited(was)).or(site(old, had, Some(before)))
                };
                self.tell(headline, (Some(twin.name.span), Some(added.name.span)), [old_site, new_site]);
                continue;
            }
            let how = if is_needed { ", and is required" } else { "" };
            let headline = format!("{} was added{how}", part(place, name));
            let spans = (None, Some(added.name.span));
            self.tell(headline, spans, [rest(old, is_limited(was)), needs]);
        }
        for gone in removed.into_iter().flatten() {
            let name = gone.name.value.as_str();
            let keyword = if old_needed.contains(name) { "required" } else { "properties" };
            let sites = [site(old, keyword, Some(name)), rest(new, is_limited(is))];
            self.tell(format!("{} was removed", part(place, name)), (Some(gone.name.span), None), sites);
        }
        for own in &is.required {
            let name = own.value.as_str();
            if !old_needed.contains(name) && (has_old(name) || !has_new(name)) {
                let headline = format!("{} became required", part(place, name));
                self.tell(headline, (None, Some(own.span)), [None, site(new, "required", Some(name))]);
            }
        }
        for own in &was.required {
            let name = own.value.as_str();
            if !new_needed.contains(name) && (has_new(name) || !has_old(name)) {
                let headline = format!("{} is no longer required", part(place, name));
                self.tell(headline, (Some(own.span), None), [site(old, "required", Some(name)), None]);
            }
        }
        for (own, other) in pairs(&was.properties, &is.properties) {
            self.schemas(on(old, own.1), on(new, other.1), &part(place, own.0));
        }
        for (own, other) in pairs(&was.pattern_properties, &is.pattern_properties) {
            self.schemas(on(old, own.1), on(new, other.1), &format!("members `{}` of {place}", own.0));
        }
        self.parts(
            (old, was.additional_properties),
            (new, is.additional_properties),
            "additionalProperties",
            &format!("other members of {place}"),
        );
        self.parts(
            (old, was.unevaluated_properties),
            (new, is.unevaluated_properties),
            "unevaluatedProperties",
            &format!("other members of {place}"),
        );
        self.parts(
            (old, was.property_names),
            (new, is.property_names),
            "propertyNames",
            &format!("names of members of {place}"),
        );
        let dependent = |object: &'r ObjectKeywords| {
            object.dependent_required.iter().map(|(name, names)| {
                let names: BTreeSet<&str> = names.iter().map(|own| own.value.as_str()).collect();
                (name.value.as_str(), (names, name.span))
            })
        };
        let (before, after): (BTreeMap<_, _>, BTreeMap<_, _>) = (dependent(was).collect(), dependent(is).collect());
        let names: BTreeSet<&'r str> = before.keys().chain(after.keys()).copied().collect();
        for name in names {
            if before.get(name).map(|(names, _)| names) != after.get(name).map(|(names, _)| names) {
                let headline = format!("the members required beside {} changed", part(place, name));
                let span = |all: &BTreeMap<&str, (BTreeSet<&str>, Span)>| all.get(name).map(|(_, span)| *span);
                let sites = [site(old, "dependentRequired", Some(name)), site(new, "dependentRequired", Some(name))];
                self.tell(headline, (span(&before), span(&after)), sites);
            }
        }
        for (own, other) in pairs(&was.dependent_schemas, &is.dependent_schemas) {
            self.schemas(on(old, own.1), on(new, other.1), place);
        }
    }

    fn items(&mut self, old: Place, new: Place, place: &str) {
        let (was, is) = (&self.prover.schema(old).keywords.array, &self.prover.schema(new).keywords.array);
        let n_items = was.prefix_items.len().max(is.prefix_items.len());
        for nth in 0..n_items {
            let (own, other) = (was.prefix_items.get(nth).copied(), is.prefix_items.get(nth).copied());
            self.parts((old, own), (new, other), "prefixItems", &format!("item {} of {place}", nth + 1));
        }
        self.parts((old, was.items), (new, is.items), "items", &format!("each item of {place}"));
        let contains = |array: &ArrayKeywords| array.contains.as_ref().map(|part| part.schema);
        self.parts((old, contains(was)), (new, contains(is)), "contains", &format!("what {place} has to contain"));
        self.parts(
            (old, was.unevaluated_items),
            (new, is.unevaluated_items),
            "unevaluatedItems",
            &format!("other items of {place}"),
        );
    }

    /// A schema below a keyword that is there before, after, or both.
    fn parts(
        &mut self,
        (old, own): (Place, Option<SchemaId>),
        (new, other): (Place, Option<SchemaId>),
        keyword: &'static str,
        place: &str,
    ) {
        let said = |prover: &Prover<'r>, (version, _): Place, id: Option<SchemaId>| {
            id.map_or(Some(true), |id| prover.schema((version, id)).always)
        };
        let span = |prover: &Prover<'r>, (version, _): Place, id: Option<SchemaId>| {
            id.map(|id| prover.schema((version, id)).span)
        };
        let spans = (span(self.prover, old, own), span(self.prover, new, other));
        let headline = match (said(self.prover, old, own), said(self.prover, new, other)) {
            (was, is) if was.is_some() && was == is => return,
            (None, None) => {
                let (own, other) = (own.map(|id| (old.0, id)), other.map(|id| (new.0, id)));
                own.zip(other).into_iter().for_each(|(own, other)| self.schemas(own, other, place));
                return;
            }
            (_, Some(false)) => format!("{place} may not be there any more"),
            (Some(false), _) => format!("{place} may be there now"),
            (_, Some(true)) => format!("{place} may be anything now"),
            (Some(true), None) => format!("{place} no longer accepts any value"),
        };
        let sites = [own.and_then(|_| site(old, keyword, None)), other.and_then(|_| site(new, keyword, None))];
        self.tell(headline, spans, sites);
    }

    fn applied(&mut self, old: Place, new: Place, place: &str) {
        let (was, is) = (&self.prover.schema(old).keywords.applied, &self.prover.schema(new).keywords.applied);
        let lists = [
            ("allOf", &was.all_of, &is.all_of),
            ("anyOf", &was.any_of, &is.any_of),
            ("oneOf", &was.one_of, &is.one_of),
        ];
        for (keyword, was, is) in lists {
            self.branches((old, was), (new, is), keyword, place);
        }
        let not = "what {} may not be".replace("{}", place);
        self.parts((old, was.not), (new, is.not), "not", &not);
        let parts = |condition: &Option<Condition>| {
            condition.as_ref().map(|own| [Some(own.condition), own.then, own.otherwise])
        };
        let forms = |prover: &mut Prover<'r>, (version, _): Place, parts: Option<[Option<SchemaId>; 3]>| {
            parts.map(|parts| parts.map(|part| part.map(|id| prover.form((version, id)))))
        };
        let (own, other) = (parts(&was.condition), parts(&is.condition));
        if forms(self.prover, old, own) != forms(self.prover, new, other) {
            let span = |prover: &Prover<'r>, (version, _): Place, parts: Option<[Option<SchemaId>; 3]>| {
                parts.and_then(|[condition, ..]| condition).map(|id| prover.schema((version, id)).span)
            };
            let spans = (span(self.prover, old, own), span(self.prover, new, other));
            let sites = [own.and_then(|_| site(old, "if", None)), other.and_then(|_| site(new, "if", None))];
            self.tell(format!("the condition of {place} changed"), spans, sites);
        }
    }

    /// Branches that are there before and after are passed over; one that took the place of one other is looked into.
    fn branches(
        &mut self,
        (old, was): (Place, &[SchemaId]),
        (new, is): (Place, &[SchemaId]),
        keyword: &'static str,
        place: &str,
    ) {
        let mut gone: Vec<SchemaId> = was.to_vec();
        let mut come: Vec<SchemaId> = is.to_vec();
        gone.retain(|own| {
            let form = self.prover.form((old.0, *own));
            match come.iter().position(|other| self.prover.form((new.0, *other)) == form) {
                Some(twin) => {
                    come.remove(twin);
                    false
                }
                None => true,
            }
        });
        if let ([own], [other]) = (gone.as_slice(), come.as_slice()) {
            self.schemas((old.0, *own), (new.0, *other), place);
            return;
        }
        let both = [
            if was.is_empty() { None } else { site(old, keyword, None) },
            if is.is_empty() { None } else { site(new, keyword, None) },
        ];
        for own in gone {
            let span = self.prover.schema((old.0, own)).span;
            let headline = format!("a branch of `{keyword}` of {place} was removed");
            self.tell(headline, (Some(span), None), both.clone());
        }
        for other in come {
            let span = self.prover.schema((new.0, other)).span;
            let headline = format!("a branch of `{keyword}` of {place} was added");
            self.tell(headline, (None, Some(span)), both.clone());
        }
    }
}

/// A property.
type Named<'k> = (&'k str, SchemaId);

/// Properties of the same name.
fn pairs<'k>(old: &'k [Property], new: &'k [Property]) -> Vec<(Named<'k>, Named<'k>)> {
    let of = |own: &'k Property| (own.name.value.as_str(), own.schema);
    let by_name: HashMap<&str, &Property> = new.iter().map(|own| (own.name.value.as_str(), own)).collect();
    old.iter().filter_map(|own| Some((of(own), of(by_name.get(own.name.value.as_str())?)))).collect()
}

/// A member of a place.
fn part(place: &str, name: &str) -> String {
    match place {
        "the payload" => format!("`{name}`"),
        place => match place.strip_suffix('`').filter(|place| place.starts_with('`') && !place.contains(' ')) {
            Some(parent) => format!("{parent}.{name}`"),
            None => format!("`{name}` of {place}"),
        },
    }
}

/// Types as people say them.
fn in_words(types: Types) -> String {
    if types == Types::ALL {
        return "anything".to_owned();
    }
    let mut names = Vec::new();
    for (own, name) in [
        (Types::STRING, "a string"),
        (Types::NUMBER, "a number"),
        (Types::INTEGER, "an integer"),
        (Types::BOOLEAN, "a boolean"),
        (Types::ARRAY, "an array"),
        (Types::OBJECT, "an object"),
        (Types::NULL, "null"),
    ] {
        let is_said = own != Types::INTEGER || !types.contains(Types::NUMBER);
        if types.contains(own) && is_said {
            names.push(name);
        }
    }
    match names.split_last() {
        None => "nothing".to_owned(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}

/// The keywords that are a number or a text, as they are written.
fn limits(schema: &Schema) -> BTreeMap<&'static str, (String, Span)> {
    let limit = |keyword: Keyword<'_>| match keyword {
        Keyword::Contains(part) => {
            let max = part.max.map_or_else(|| "any".to_owned(), |max| max.to_string());
            Some((format!("{} to {max}", part.min), schema.span))
        }
        keyword => keyword.limit(),
    };
    schema.keywords.all().filter_map(|keyword| Some((keyword.name(), limit(keyword)?))).collect()
}

/// Text of a witness, or its size if it is long.
#[must_use]
pub fn shown(witness: &Value) -> String {
    let mut text = Short { text: String::new(), n_bytes: 0 };
    write!(text, "{witness}").expect("it takes every text");
    if text.n_bytes > MAX_SHOWN_BYTES { format!("a payload of {} bytes", text.n_bytes) } else { text.text }
}

/// Longer witnesses are not shown.
const MAX_SHOWN_BYTES: usize = 200;

/// A text that is kept as long as it is short: of a long one only the size matters.
struct Short {
    text: String,
    n_bytes: usize,
}

impl Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.n_bytes += text.len();
        if self.n_bytes <= MAX_SHOWN_BYTES {
            self.text.push_str(text);
        }
        Ok(())
    }
}
