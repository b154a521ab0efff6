//! The keywords of a schema one by one, in the order of the run-time tables.

use std::collections::BTreeMap;

use goodevent_json::width::Width;
use goodevent_schema::{
    ir::{Condition, Contains, Draft, DynamicReference, Graph, Number, Property, SchemaId, Types, Value},
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
    let (k, draft) = (&schema.keywords, schema.draft);
    let encoding = k.text.content_encoding.as_ref().map(|encoding| encoding.value.name());
    let some = |list: &'g [SchemaId], check: fn(&'g [SchemaId]) -> Check<'g>| (!list.is_empty()).then(|| check(list));
    let named = |list: &'g [Property], check: fn(&'g [Property]) -> Check<'g>| (!list.is_empty()).then(|| check(list));
    let (number, text, array, object, applied) = (&k.number, &k.text, &k.array, &k.object, &k.applied);
    let all = [
        k.types.as_ref().map(|types| Check::Type(types.value, draft)),
        k.enumeration.as_ref().map(|values| Check::Enum(&values.value)),
        k.constant.as_ref().map(|value| Check::Const(&value.value)),
        number.minimum.as_ref().map(|bound| Check::Minimum(&bound.value)),
        number.maximum.as_ref().map(|bound| Check::Maximum(&bound.value)),
        number.exclusive_minimum.as_ref().map(|bound| Check::ExclusiveMinimum(&bound.value)),
        number.exclusive_maximum.as_ref().map(|bound| Check::ExclusiveMaximum(&bound.value)),
        number.multiple_of.as_ref().map(|divisor| Check::MultipleOf(&divisor.value)),
        widths.get(&id).map(|width| Check::Holds(*width)),
        text.min_length.as_ref().map(|min| Check::MinLength(min.value)),
        text.max_length.as_ref().map(|max| Check::MaxLength(max.value)),
        text.pattern.as_ref().map(|pattern| Check::Pattern(&pattern.value)),
        text.format.as_ref().map(|format| Check::Format(format.value.name(), draft)),
        encoding.map(Check::ContentEncoding),
        text.content_json.map(|_| Check::ContentJson(encoding)),
        some(&array.prefix_items, Check::PrefixItems),
        array.items.map(|items| Check::Items(array.prefix_items.len(), items)),
        array.contains.as_ref().map(Check::Contains),
        array.min_items.as_ref().map(|min| Check::MinItems(min.value)),
        array.max_items.as_ref().map(|max| Check::MaxItems(max.value)),
        array.unique_items.map(|_| Check::UniqueItems),
        array.unevaluated_items.map(|rest| Check::UnevaluatedItems(rest, draft == Draft::Draft202012)),
        named(&object.properties, Check::Properties),
        named(&object.pattern_properties, Check::PatternProperties),
        object.additional_properties.map(Check::AdditionalProperties),
        object.property_names.map(Check::PropertyNames),
        (!object.required.is_empty()).then_some(Check::Required(&object.required)),
        object.min_properties.as_ref().map(|min| Check::MinProperties(min.value)),
        object.max_properties.as_ref().map(|max| Check::MaxProperties(max.value)),
        (!object.dependent_required.is_empty()).then_some(Check::DependentRequired(&object.dependent_required)),
        named(&object.dependent_schemas, Check::DependentSchemas),
        some(&applied.all_of, Check::AllOf),
        some(&applied.any_of, Check::AnyOf),
        some(&applied.one_of, Check::OneOf),
        applied.not.map(Check::Not),
        applied.condition.as_ref().map(Check::If),
        k.reference.as_ref().map(|target| Check::Ref(target.value)),
        applied.dynamic_reference.as_ref().map(Check::DynamicRef),
        object.unevaluated_properties.map(Check::UnevaluatedProperties),
    ];
    all.into_iter().flatten().collect()
}
