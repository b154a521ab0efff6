//! A schema merged with everything that applies beside it: the targets of `$ref` and the branches of `allOf`.

use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
};

use goodevent_json::{
    decimal::{self, Decimal},
    width::Width,
};
use goodevent_schema::{
    ir::{Draft, Graph, Keywords, Number, Schema, SchemaId, Types, Value},
    keyword::Keyword,
    source::Spanned,
};

use crate::{
    profile::Profile,
    types::{Bounds, Integer, Text},
};

/// Takes the conjuncts of schemas together.
#[derive(Debug)]
pub(crate) struct Merger<'g> {
    pub(crate) graph: &'g Graph,
    /// The types that are known.
    types: RefCell<HashMap<SchemaId, Types>>,
}

/// What the conjuncts of a schema say, taken together.
///
/// Where they can't be taken together, a `has_…more` says that something was left out.
#[derive(Debug)]
pub(crate) struct Merged<'g> {
    pub(crate) graph: &'g Graph,
    pub(crate) id: SchemaId,
    conjuncts: Vec<&'g Schema>,
    /// The conjuncts but the schema itself.
    pub(crate) others: BTreeSet<SchemaId>,
    /// Every instance is valid.
    pub(crate) is_anything: bool,
    /// None is.
    pub(crate) is_never: bool,
    pub(crate) types: Types,
    /// Values of `enum` or `const`.
    pub(crate) values: Option<Vec<&'g Value>>,
    pub(crate) unions: Vec<Union<'g>>,
    /// There is nothing else than `type` beside the unions.
    pub(crate) is_only_union: bool,
    /// There are keywords for instances of all types that only the table knows.
    pub(crate) has_more: bool,
    pub(crate) properties: Vec<(&'g str, Vec<SchemaId>)>,
    pub(crate) required: BTreeSet<&'g str>,
    /// Schema of further members, if it is not just `true`.
    pub(crate) additional: Option<SchemaId>,
    pub(crate) is_closed: bool,
    pub(crate) has_object_more: bool,
    pub(crate) prefix: Vec<SchemaId>,
    pub(crate) is_prefix_closed: bool,
    pub(crate) items: Option<SchemaId>,
    pub(crate) min_items: Option<u64>,
    pub(crate) max_items: Option<u64>,
    pub(crate) has_array_more: bool,
    /// Integers have to be written without fraction and exponent.
    pub(crate) is_draft4: bool,
    /// A union alone does not say all.
    pub(crate) needs_table: bool,
}

/// The branches of a `oneOf` or `anyOf`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Union<'g> {
    pub(crate) branches: &'g [SchemaId],
    /// `oneOf`: exactly one of them.
    pub(crate) is_exclusive: bool,
}

impl<'g> Merger<'g> {
    pub(crate) fn new(graph: &'g Graph) -> Self {
        Self { graph, types: RefCell::default() }
    }

    /// A schema with all that holds beside it.
    pub(crate) fn merged(&self, id: SchemaId) -> Merged<'g> {
        let graph = self.graph;
        let mut conjuncts = Vec::new();
        let mut others = BTreeSet::new();
        collect(graph, id, &mut conjuncts, &mut others);
        others.remove(&id);
        let keywords = || conjuncts.iter().map(|schema| &schema.keywords);
        let values: Vec<Vec<&Value>> = keywords().flat_map(values).collect();
        let unions: Vec<Union<'g>> = keywords().flat_map(unions).collect();
        let is_only_union = keywords().flat_map(Keywords::all).all(|keyword| {
            use Keyword::{AllOf, AnyOf, OneOf, Ref, Type};
            matches!(keyword, AnyOf(_) | OneOf(_) | AllOf(_) | Type(_) | Ref(_))
        });
        let mut merged = Merged {
            graph,
            id,
            others,
            is_anything: are_free(&conjuncts),
            is_never: conjuncts.iter().any(|schema| schema.always == Some(false)),
            types: self.types(id),
            has_more: values.len() > 1 || keywords().any(|keywords| has(keywords, Part::More)),
            values: values.into_iter().next(),
            unions,
            is_only_union,
            properties: Vec::new(),
            required: keywords()
                .flat_map(|keywords| &keywords.object.required)
                .map(|name| name.value.as_str())
                .collect(),
            additional: None,
            is_closed: false,
            has_object_more: false,
            prefix: Vec::new(),
            is_prefix_closed: false,
            items: None,
            min_items: keywords().filter_map(|keywords| Some(keywords.array.min_items.as_ref()?.value)).max(),
            max_items: keywords().filter_map(|keywords| Some(keywords.array.max_items.as_ref()?.value)).min(),
            has_array_more: false,
            needs_table: false,
            is_draft4: conjuncts.iter().any(|schema| schema.draft == Draft::Draft4),
            conjuncts,
        };
        merged.needs_table = self.needs_table(&merged);
        merged.merge_objects();
        merged.merge_arrays();
        merged
    }

    /// Whether a union alone does not say all: there is more beside it, or not all of its branches' types are allowed.
    fn needs_table(&self, merged: &Merged<'g>) -> bool {
        let declared = merged.keywords().filter_map(|keywords| Some(keywords.types.as_ref()?.value));
        let declared = declared.fold(Types::ALL, Types::intersection);
        let is_allowed = |branch: &SchemaId| declared.contains(self.types(*branch));
        merged.has_more || !merged.unions.iter().all(|union| union.branches.iter().all(is_allowed))
    }

    /// The JSON types that instances of a schema can have; maybe too many, never too few.
    pub(crate) fn types(&self, id: SchemaId) -> Types {
        self.types_within(id, &mut BTreeSet::new())
    }

    fn types_within(&self, id: SchemaId, above: &mut BTreeSet<SchemaId>) -> Types {
        let schema = &self.graph[id];
        if schema.always == Some(false) {
            return Types::NONE;
        }
        if let Some(known) = self.types.borrow().get(&id) {
            return *known;
        }
        if !above.insert(id) {
            return Types::ALL;
        }
        let keywords = &schema.keywords;
        let mut types = keywords.types.as_ref().map_or(Types::ALL, |types| types.value);
        for values in values(keywords) {
            types = types.intersection(values.iter().fold(Types::NONE, |types, value| types.union(type_of(value))));
        }
        for union in unions(keywords) {
            let branches =
                union.branches.iter().fold(Types::NONE, |types, branch| types.union(self.types_within(*branch, above)));
            types = types.intersection(branches);
        }
        for target in
            keywords.reference.iter().map(|reference| reference.value).chain(keywords.applied.all_of.iter().copied())
        {
            types = types.intersection(self.types_within(target, above));
        }
        above.remove(&id);
        self.types.borrow_mut().insert(id, types);
        types
    }

    /// The property whose value tells which of the branches an object is, with the values of each branch.
    pub(crate) fn tag(&self, branches: &[SchemaId]) -> Option<(String, Vec<Vec<String>>)> {
        let merged: Vec<Merged<'_>> = branches.iter().map(|branch| self.merged(*branch)).collect();
        if merged.iter().any(|branch| branch.types != Types::OBJECT) {
            return None;
        }
        let candidates = merged.first()?.properties.iter().map(|(name, _)| *name);
        candidates.into_iter().find_map(|name| {
            let mut seen = BTreeSet::new();
            let tags = merged.iter().map(|branch| self.tags_of(branch, name)).collect::<Option<Vec<_>>>()?;
            let are_disjoint = tags.iter().flatten().all(|tag| seen.insert(tag.clone()));
            are_disjoint.then(|| (name.to_owned(), tags))
        })
    }

    /// The strings that the required property `name` can have.
    fn tags_of(&self, branch: &Merged<'_>, name: &str) -> Option<Vec<String>> {
        let (_, schemas) = branch.properties.iter().find(|(property, _)| *property == name)?;
        if !branch.required.contains(name) {
            return None;
        }
        let values = self.merged(schemas[0]).values?;
        let tags = values.into_iter().map(|value| match value {
            Value::String(tag) => Some(tag.to_string()),
            _ => None,
        });
        tags.collect()
    }
}

impl<'g> Merged<'g> {
    pub(crate) fn keywords(&self) -> impl Iterator<Item = &'g Keywords> {
        self.conjuncts.iter().map(|schema| &schema.keywords)
    }

    fn merge_objects(&mut self) {
        let mut properties: Vec<(&'g str, Vec<SchemaId>)> = Vec::new();
        let mut known: HashMap<&str, usize> = HashMap::new();
        for property in self.keywords().flat_map(|keywords| &keywords.object.properties) {
            let name = property.name.value.as_str();
            match known.get(name) {
                Some(at) => properties[*at].1.push(property.schema),
                None => {
                    known.insert(name, properties.len());
                    properties.push((name, vec![property.schema]));
                }
            }
        }
        self.properties = properties;
        let has_more = self.keywords().any(|keywords| has(keywords, Part::MoreOfObjects));
        self.has_object_more = has_more;
        let with_objects: Vec<&Keywords> = self.keywords().filter(|keywords| has_objects(keywords)).collect();
        let additional = with_objects.iter().find_map(|keywords| keywords.object.additional_properties);
        match with_objects.as_slice() {
            [keywords] if keywords.object.pattern_properties.is_empty() => {
                self.is_closed = additional.is_some_and(|schema| self.graph[schema].always == Some(false));
                self.additional = additional.filter(|schema| !self.is_closed && !is_anything(self.graph, *schema));
            }
            // What holds for one conjunct's further members does not for another's.
            _ => self.has_object_more |= additional.is_some(),
        }
    }

    fn merge_arrays(&mut self) {
        let with_arrays: Vec<&Keywords> = self
            .keywords()
            .filter(|keywords| keywords.array.items.is_some() || !keywords.array.prefix_items.is_empty())
            .collect();
        let has_more = with_arrays.len() > 1 || self.keywords().any(|keywords| has(keywords, Part::MoreOfArrays));
        self.has_array_more = has_more;
        if let Some(keywords) = with_arrays.first() {
            self.prefix.clone_from(&keywords.array.prefix_items);
            self.items = keywords.array.items;
            self.is_prefix_closed = keywords.array.items.is_some_and(|schema| self.graph[schema].always == Some(false));
        }
    }

    /// The numbers among the values.
    fn numbers(&self) -> impl Iterator<Item = &'g Number> + '_ {
        let values = self.values.iter().flatten().copied();
        values.filter_map(|value| match value {
            Value::Number(number) => Some(number),
            _ => None,
        })
    }

    /// Whether the values are all that is said about strings.
    pub(crate) fn is_only_values(&self) -> bool {
        let (text, is_exact) = text(self);
        is_exact && text == Text::default() && !self.has_more && self.unions.is_empty()
    }

    /// Whether `null` is valid, and nothing but the type is looked at.
    pub(crate) fn is_plain_null(&self) -> bool {
        !self.has_more && !self.is_never && self.unions.is_empty() && self.types == Types::NULL
    }

    /// Whether anything is said about objects.
    pub(crate) fn has_object_keywords(&self) -> bool {
        self.has_object_more || !self.required.is_empty() || self.keywords().any(has_objects)
    }
}

/// What becomes of a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The type expresses it, or it is examined here.
    Typed,
    /// It is checked of arrays, by the tables.
    MoreOfArrays,
    /// It is checked of objects.
    MoreOfObjects,
    /// It is checked of every value.
    More,
}

fn part(keyword: Keyword<'_>) -> Part {
    match keyword {
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
        | Keyword::ContentMediaType(_)
        | Keyword::PrefixItems(_)
        | Keyword::Items(_)
        | Keyword::MinItems(_)
        | Keyword::MaxItems(_)
        | Keyword::Properties(_)
        | Keyword::AdditionalProperties(_)
        | Keyword::Required(_)
        | Keyword::AllOf(_)
        | Keyword::AnyOf(_)
        | Keyword::OneOf(_)
        | Keyword::Ref(_) => Part::Typed,
        Keyword::Contains(_) | Keyword::UniqueItems(_) | Keyword::UnevaluatedItems(_) => Part::MoreOfArrays,
        Keyword::PatternProperties(_)
        | Keyword::PropertyNames(_)
        | Keyword::MinProperties(_)
        | Keyword::MaxProperties(_)
        | Keyword::DependentRequired(_)
        | Keyword::DependentSchemas(_)
        | Keyword::UnevaluatedProperties(_) => Part::MoreOfObjects,
        Keyword::Not(_) | Keyword::If(_) | Keyword::DynamicRef(_) => Part::More,
    }
}

fn has(keywords: &Keywords, wanted: Part) -> bool {
    keywords.all().any(|keyword| part(keyword) == wanted)
}

fn has_objects(keywords: &Keywords) -> bool {
    keywords.object.additional_properties.is_some()
        || !keywords.object.properties.is_empty()
        || !keywords.object.pattern_properties.is_empty()
}

fn collect<'g>(graph: &'g Graph, id: SchemaId, conjuncts: &mut Vec<&'g Schema>, seen: &mut BTreeSet<SchemaId>) {
    if !seen.insert(id) {
        return;
    }
    let schema = &graph[id];
    conjuncts.push(schema);
    for target in schema
        .keywords
        .reference
        .iter()
        .map(|reference| reference.value)
        .chain(schema.keywords.applied.all_of.iter().copied())
    {
        collect(graph, target, conjuncts, seen);
    }
}

fn values(keywords: &Keywords) -> impl Iterator<Item = Vec<&Value>> {
    let enumeration = keywords.enumeration.as_ref().map(|list| list.value.iter().map(|value| &value.value).collect());
    let constant = keywords.constant.as_ref().map(|value| vec![&value.value]);
    enumeration.into_iter().chain(constant)
}

fn unions(keywords: &Keywords) -> impl Iterator<Item = Union<'_>> {
    let any_of = Union { branches: &keywords.applied.any_of, is_exclusive: false };
    let one_of = Union { branches: &keywords.applied.one_of, is_exclusive: true };
    [any_of, one_of].into_iter().filter(|union| !union.branches.is_empty())
}

/// The schema that `schema` only refers to, if it says nothing itself.
pub(crate) fn alias(graph: &Graph, schema: SchemaId) -> Option<SchemaId> {
    let keywords = &graph[schema].keywords;
    if graph[schema].always.is_some() || keywords.all().count() != 1 {
        return None;
    }
    match (&keywords.reference, keywords.applied.all_of.as_slice()) {
        (Some(reference), _) => Some(reference.value),
        (None, [branch]) => Some(*branch),
        _ => None,
    }
}

/// Whether every instance is valid.
fn is_anything(graph: &Graph, schema: SchemaId) -> bool {
    let mut conjuncts = Vec::new();
    collect(graph, schema, &mut conjuncts, &mut BTreeSet::new());
    are_free(&conjuncts)
}

fn are_free(conjuncts: &[&Schema]) -> bool {
    conjuncts.iter().all(|schema| schema.always != Some(false) && is_free(&schema.keywords))
}

/// Whether nothing is asserted, but for references to others.
fn is_free(keywords: &Keywords) -> bool {
    keywords.all().all(|keyword| matches!(keyword, Keyword::Ref(_) | Keyword::AllOf(_)))
}

fn type_of(value: &Value) -> Types {
    match value {
        Value::Null => Types::NULL,
        Value::Bool(_) => Types::BOOLEAN,
        Value::Number(_) => Types::NUMBER,
        Value::String(_) => Types::STRING,
        Value::Array(_) => Types::ARRAY,
        Value::Object(_) => Types::OBJECT,
    }
}

/// An integer, as far as 128 bits hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Wide {
    /// Less than an `i128` holds.
    Below,
    Signed(i128),
    /// More than an `i128` holds.
    Unsigned(u128),
    /// More than a `u128` holds.
    Beyond,
}

impl Wide {
    /// The integer `number`; `None` if it has a fraction.
    fn of(number: &Number) -> Option<Self> {
        let Some(decimal) = Decimal::parse(&number.0) else {
            // The exponent is beyond all bounds: a tiny fraction, or a huge integer.
            let is_tiny = number.0.contains("e-") || number.0.contains("E-");
            let huge = if number.0.starts_with('-') { Self::Below } else { Self::Beyond };
            return (!is_tiny).then_some(huge);
        };
        if !decimal.is_integer() {
            return None;
        }
        Some(match (decimal.as_i128(), decimal.as_u128()) {
            (Some(value), _) => Self::Signed(value),
            (None, Some(value)) => Self::Unsigned(value),
            (None, None) => {
                if decimal.is_negative() {
                    Self::Below
                } else {
                    Self::Beyond
                }
            }
        })
    }

    fn next(self) -> Self {
        match self {
            Self::Signed(i128::MAX) => Self::Unsigned(1 << 127),
            Self::Signed(value) => Self::Signed(value + 1),
            Self::Unsigned(value) => value.checked_add(1).map_or(Self::Beyond, Self::Unsigned),
            Self::Below | Self::Beyond => self,
        }
    }

    fn before(self) -> Self {
        match self {
            Self::Signed(value) => value.checked_sub(1).map_or(Self::Below, Self::Signed),
            Self::Unsigned(value) if value <= 1 << 127 => Self::Signed(i128::MAX),
            Self::Unsigned(value) => Self::Unsigned(value - 1),
            Self::Below | Self::Beyond => self,
        }
    }

    /// The value, if the type holds it.
    fn fits<T: TryFrom<i128> + TryFrom<u128>>(self) -> Option<T> {
        match self {
            Self::Signed(value) => value.try_into().ok(),
            Self::Unsigned(value) => value.try_into().ok(),
            Self::Below | Self::Beyond => None,
        }
    }
}

/// The type of an integer with its range, and whether it expresses all that the conjuncts say; `None` if no type of the
/// profile holds all that they allow.
pub(crate) fn integer(merged: &Merged<'_>, profile: Profile) -> Option<(Integer, bool)> {
    const ZERO: Wide = Wide::Signed(0);
    let mut is_exact = merged.keywords().all(|keywords| keywords.number.multiple_of.is_none());
    let (mut min, mut max) = (None, None);
    let mut whole = |bound: &Option<Spanned<Number>>| {
        let value = bound.as_ref().map(|bound| Wide::of(&bound.value));
        is_exact &= value != Some(None);
        value.flatten()
    };
    for keywords in merged.keywords() {
        let number = &keywords.number;
        min = min.max(whole(&number.minimum)).max(whole(&number.exclusive_minimum).map(Wide::next));
        for own in [whole(&number.maximum), whole(&number.exclusive_maximum).map(Wide::before)].into_iter().flatten() {
            max = Some(max.map_or(own, |max: Wide| max.min(own)));
        }
    }
    let listed: Vec<Wide> = merged.numbers().filter_map(Wide::of).collect();
    let all_fit =
        |fits: &dyn Fn(Wide) -> bool| [min, max].into_iter().flatten().chain(listed.iter().copied()).all(fits);
    // The listed values count only if a signed type is too narrow.
    let is_unsigned = min.is_some_and(|min| min >= ZERO);
    let is_positive = is_unsigned || (min.is_none() && listed.iter().min().is_some_and(|least| *least >= ZERO));
    let is_empty = is_positive && max.is_some_and(|max| max < ZERO);
    let fits = |own: &Width| match own {
        Width::I64 => all_fit(&|value| value.fits::<i64>().is_some()),
        Width::U64 => is_empty || (is_positive && all_fit(&|value| value < ZERO || value.fits::<u64>().is_some())),
        Width::I128 => all_fit(&|value| value.fits::<i128>().is_some()),
        Width::U128 => is_positive && all_fit(&|value| value < ZERO || value.fits::<u128>().is_some()),
        Width::F64 | Width::Json => false,
    };
    // A language with unsigned types uses these for what cannot be negative.
    let has_unsigned = profile.integers.contains(&Width::U64);
    let is_offered = |own: &&Width| match own {
        Width::I64 | Width::I128 => !is_unsigned || !has_unsigned,
        Width::U64 | Width::U128 | Width::F64 | Width::Json => true,
    };
    let integer = match profile.integers.iter().filter(is_offered).find(|own| fits(own))? {
        Width::I64 => Integer::Signed(fitting(min, i64::MIN), fitting(max, i64::MAX)),
        Width::U64 if is_empty => Integer::Unsigned(1, 0),
        Width::U64 => Integer::Unsigned(fitting(min, 0), fitting(max, u64::MAX)),
        Width::I128 => Integer::Signed128(fitting(min, i128::MIN), fitting(max, i128::MAX)),
        Width::U128 => Integer::Unsigned128(fitting(min, 0), fitting(max, u128::MAX)),
        Width::F64 | Width::Json => return None,
    };
    Some((integer, is_exact))
}

fn fitting<T: TryFrom<i128> + TryFrom<u128>>(bound: Option<Wide>, unbounded: T) -> T {
    bound.and_then(Wide::fits).unwrap_or(unbounded)
}

/// Whether values are listed, and all numbers among them are integers.
pub(crate) fn lists_integers(merged: &Merged<'_>) -> bool {
    merged.numbers().next().is_some() && merged.numbers().all(|number| Wide::of(number).is_some())
}

/// Whether a double holds each number that is listed.
pub(crate) fn lists_doubles(merged: &Merged<'_>) -> bool {
    merged.numbers().all(|number| decimal::exact_f64(&number.0).is_ok())
}

/// The bounds of a number, and whether they say all that the conjuncts say.
pub(crate) fn bounds(merged: &Merged<'_>) -> (Bounds, bool) {
    let mut is_exact = merged.keywords().all(|keywords| keywords.number.multiple_of.is_none());
    let mut only = |pick: fn(&Keywords) -> Option<&Number>| {
        let mut numbers = merged.keywords().filter_map(pick);
        let first = numbers.next().cloned();
        is_exact &= numbers.next().is_none();
        first
    };
    let bounds = Bounds {
        min: only(|keywords| keywords.number.minimum.as_ref().map(|number| &number.value)),
        max: only(|keywords| keywords.number.maximum.as_ref().map(|number| &number.value)),
        above: only(|keywords| keywords.number.exclusive_minimum.as_ref().map(|number| &number.value)),
        below: only(|keywords| keywords.number.exclusive_maximum.as_ref().map(|number| &number.value)),
    };
    (bounds, is_exact)
}

/// What a string has to be, and whether that says all that the conjuncts say.
pub(crate) fn text(merged: &Merged<'_>) -> (Text, bool) {
    let mut patterns = merged.keywords().filter_map(|keywords| Some(keywords.text.pattern.as_ref()?.value.to_string()));
    let mut formats = merged.keywords().filter_map(|keywords| Some(keywords.text.format.as_ref()?.value));
    let mut encodings = merged.keywords().filter_map(|keywords| Some(keywords.text.content_encoding.as_ref()?.value));
    let text = Text {
        min: merged.keywords().filter_map(|keywords| Some(keywords.text.min_length.as_ref()?.value)).max(),
        max: merged.keywords().filter_map(|keywords| Some(keywords.text.max_length.as_ref()?.value)).min(),
        format: formats.next(),
        pattern: patterns.next(),
        encoding: encodings.next(),
    };
    let is_exact = patterns.next().is_none()
        && formats.next().is_none()
        && encodings.next().is_none()
        && merged.keywords().all(|keywords| keywords.text.content_json.is_none());
    (text, is_exact)
}
