//! The keywords of a schema one by one, in the order of the run-time tables.

use std::collections::BTreeMap;

use goodevent_json::width::Width;
use goodevent_schema::{
    ir::{Condition, Contains, Draft, DynamicReference, Graph, Number, Property, Schema, SchemaId, Types, Value},
    keyword::Keyword,
    source::Spanned,
};
use smol_str::SmolStr;

type Name = Spanned<SmolStr>;

/// One keyword.
#[derive(Clone, Copy)]
pub(super) enum Check<'g> {
    Never,
    /// `type`; in draft 4 an integer must be written as one.
    Type(Types, Draft),
    Enum(&'g [Spanned<Value>]),
    Const(&'g Value),
    Minimum(&'g Number),
    Maximum(&'g Number),
    ExclusiveMinimum(&'g Number),
    ExclusiveMaximum(&'g Number),
    MultipleOf(&'g Number),
    Holds(Width),
    MinLength(u64),
    MaxLength(u64),
    Pattern(&'g str),
    Format(&'static str, Draft),
    ContentEncoding(&'static str),
    ContentJson(Option<&'static str>),
    PrefixItems(&'g [SchemaId]),
    /// `items`, from this index on.
    Items(usize, SchemaId),
    Contains(&'g Contains),
    MinItems(u64),
    MaxItems(u64),
    UniqueItems,
    /// Whether `contains` evaluates the items that it matches.
    UnevaluatedItems(SchemaId, bool),
    Properties(&'g [Property]),
    PatternProperties(&'g [Property]),
    AdditionalProperties(SchemaId),
    PropertyNames(SchemaId),
    Required(&'g [Name]),
    MinProperties(u64),
    MaxProperties(u64),
    DependentRequired(&'g [(Name, Vec<Name>)]),
    DependentSchemas(&'g [Property]),
    AllOf(&'g [SchemaId]),
    AnyOf(&'g [SchemaId]),
    OneOf(&'g [SchemaId]),
    Not(SchemaId),
    If(&'g Condition),
    Ref(SchemaId),
    DynamicRef(&'g DynamicReference),
    UnevaluatedProperties(SchemaId),
}

/// The keywords of a schema.
pub(super) fn of<'g>(graph: &'g Graph, widths: &BTreeMap<SchemaId, Width>, id: SchemaId) -> Vec<Check<'g>> {
    let schema = &graph[id];
    match schema.always {
        Some(true) => return Vec::new(),
        Some(false) => return vec![Check::Never],
        None => {}
    }
    let width = widths.get(&id).copied();
    let (first, others) = schema.keywords.numbers_first();
    let of = |keywords: Vec<Keyword<'g>>| keywords.into_iter().map(|keyword| check(schema, keyword));
    of(first).chain(width.map(Check::Holds)).chain(of(others)).collect()
}

fn check<'g>(schema: &'g Schema, keyword: Keyword<'g>) -> Check<'g> {
    let (k, draft) = (&schema.keywords, schema.draft);
    let encoding = || k.text.content_encoding.as_ref().map(|encoding| encoding.value.name());
    match keyword {
        Keyword::Type(types) => Check::Type(types.value, draft),
        Keyword::Enum(values) => Check::Enum(&values.value),
        Keyword::Const(value) => Check::Const(&value.value),
        Keyword::Minimum(bound) => Check::Minimum(&bound.value),
        Keyword::Maximum(bound) => Check::Maximum(&bound.value),
        Keyword::ExclusiveMinimum(bound) => Check::ExclusiveMinimum(&bound.value),
        Keyword::ExclusiveMaximum(bound) => Check::ExclusiveMaximum(&bound.value),
        Keyword::MultipleOf(divisor) => Check::MultipleOf(&divisor.value),
        Keyword::MinLength(min) => Check::MinLength(min.value),
        Keyword::MaxLength(max) => Check::MaxLength(max.value),
        Keyword::Pattern(pattern) => Check::Pattern(&pattern.value),
        Keyword::Format(format) => Check::Format(format.value.name(), draft),
        Keyword::ContentEncoding(encoding) => Check::ContentEncoding(encoding.value.name()),
        Keyword::ContentMediaType(_) => Check::ContentJson(encoding()),
        Keyword::PrefixItems(items) => Check::PrefixItems(items),
        Keyword::Items(items) => Check::Items(k.array.prefix_items.len(), items),
        Keyword::Contains(contains) => Check::Contains(contains),
        Keyword::MinItems(min) => Check::MinItems(min.value),
        Keyword::MaxItems(max) => Check::MaxItems(max.value),
        Keyword::UniqueItems(_) => Check::UniqueItems,
        Keyword::UnevaluatedItems(rest) => Check::UnevaluatedItems(rest, draft == Draft::Draft202012),
        Keyword::Properties(properties) => Check::Properties(properties),
        Keyword::PatternProperties(properties) => Check::PatternProperties(properties),
        Keyword::AdditionalProperties(rest) => Check::AdditionalProperties(rest),
        Keyword::PropertyNames(names) => Check::PropertyNames(names),
        Keyword::Required(names) => Check::Required(names),
        Keyword::MinProperties(min) => Check::MinProperties(min.value),
        Keyword::MaxProperties(max) => Check::MaxProperties(max.value),
        Keyword::DependentRequired(rules) => Check::DependentRequired(rules),
        Keyword::DependentSchemas(rules) => Check::DependentSchemas(rules),
        Keyword::AllOf(branches) => Check::AllOf(branches),
        Keyword::AnyOf(branches) => Check::AnyOf(branches),
        Keyword::OneOf(branches) => Check::OneOf(branches),
        Keyword::Not(not) => Check::Not(not),
        Keyword::If(condition) => Check::If(condition),
        Keyword::Ref(target) => Check::Ref(target.value),
        Keyword::DynamicRef(reference) => Check::DynamicRef(reference),
        Keyword::UnevaluatedProperties(rest) => Check::UnevaluatedProperties(rest),
    }
}
