//! The table of the keywords that decide which instances are valid, with their names in draft 2020-12, their values and
//! the schemas in them.
//!
//! Every pass over the keywords of a schema iterates over [`Keywords::all`] and matches on [`Keyword`]. A keyword that is
//! added here therefore does not compile until each pass handles it.

use smol_str::SmolStr;

use crate::{
    ir::{
        AppliedKeywords, ArrayKeywords, Condition, Contains, ContentEncoding, DynamicReference, Format, Keywords,
        Number, NumberKeywords, ObjectKeywords, Property, SchemaId, TextKeywords, Types, Value,
    },
    source::{Span, Spanned},
};

/// One keyword of a schema, with its value.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "the names are those of the specification")]
pub enum Keyword<'k> {
    Type(&'k Spanned<Types>),
    Enum(&'k Spanned<Vec<Spanned<Value>>>),
    Const(&'k Spanned<Value>),
    Minimum(&'k Spanned<Number>),
    Maximum(&'k Spanned<Number>),
    ExclusiveMinimum(&'k Spanned<Number>),
    ExclusiveMaximum(&'k Spanned<Number>),
    MultipleOf(&'k Spanned<Number>),
    MinLength(&'k Spanned<u64>),
    MaxLength(&'k Spanned<u64>),
    Pattern(&'k Spanned<SmolStr>),
    Format(&'k Spanned<Format>),
    ContentEncoding(&'k Spanned<ContentEncoding>),
    /// `application/json`.
    ContentMediaType(Span),
    PrefixItems(&'k [SchemaId]),
    Items(SchemaId),
    /// With `minContains` and `maxContains`.
    Contains(&'k Contains),
    MinItems(&'k Spanned<u64>),
    MaxItems(&'k Spanned<u64>),
    UniqueItems(Span),
    UnevaluatedItems(SchemaId),
    Properties(&'k [Property]),
    PatternProperties(&'k [Property]),
    AdditionalProperties(SchemaId),
    PropertyNames(SchemaId),
    Required(&'k [Spanned<SmolStr>]),
    MinProperties(&'k Spanned<u64>),
    MaxProperties(&'k Spanned<u64>),
    DependentRequired(&'k [(Spanned<SmolStr>, Vec<Spanned<SmolStr>>)]),
    DependentSchemas(&'k [Property]),
    AllOf(&'k [SchemaId]),
    AnyOf(&'k [SchemaId]),
    OneOf(&'k [SchemaId]),
    Not(SchemaId),
    /// With `then` and `else`.
    If(&'k Condition),
    Ref(&'k Spanned<SchemaId>),
    DynamicRef(&'k DynamicReference),
    UnevaluatedProperties(SchemaId),
}

/// The instances that the schemas of a keyword are evaluated against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applies {
    /// The one that the keyword is about ([JSON Schema Core
    /// 10.2](https://json-schema.org/draft/2020-12/json-schema-core#section-10.2)).
    InPlace,
    /// Its items, or its members and their names
    /// ([10.3](https://json-schema.org/draft/2020-12/json-schema-core#section-10.3)).
    Below,
}

/// Schemas in the value of a keyword.
#[derive(Clone, Copy)]
struct Held<'k> {
    list: &'k [SchemaId],
    named: &'k [Property],
    few: [Option<SchemaId>; 3],
}

impl<'k> Keyword<'k> {
    /// Its name in draft 2020-12.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Type(_) => "type",
            Self::Enum(_) => "enum",
            Self::Const(_) => "const",
            Self::Minimum(_) => "minimum",
            Self::Maximum(_) => "maximum",
            Self::ExclusiveMinimum(_) => "exclusiveMinimum",
            Self::ExclusiveMaximum(_) => "exclusiveMaximum",
            Self::MultipleOf(_) => "multipleOf",
            Self::MinLength(_) => "minLength",
            Self::MaxLength(_) => "maxLength",
            Self::Pattern(_) => "pattern",
            Self::Format(_) => "format",
            Self::ContentEncoding(_) => "contentEncoding",
            Self::ContentMediaType(_) => "contentMediaType",
            Self::PrefixItems(_) => "prefixItems",
            Self::Items(_) => "items",
            Self::Contains(_) => "contains",
            Self::MinItems(_) => "minItems",
            Self::MaxItems(_) => "maxItems",
            Self::UniqueItems(_) => "uniqueItems",
            Self::UnevaluatedItems(_) => "unevaluatedItems",
            Self::Properties(_) => "properties",
            Self::PatternProperties(_) => "patternProperties",
            Self::AdditionalProperties(_) => "additionalProperties",
            Self::PropertyNames(_) => "propertyNames",
            Self::Required(_) => "required",
            Self::MinProperties(_) => "minProperties",
            Self::MaxProperties(_) => "maxProperties",
            Self::DependentRequired(_) => "dependentRequired",
            Self::DependentSchemas(_) => "dependentSchemas",
            Self::AllOf(_) => "allOf",
            Self::AnyOf(_) => "anyOf",
            Self::OneOf(_) => "oneOf",
            Self::Not(_) => "not",
            Self::If(_) => "if",
            Self::Ref(_) => "$ref",
            Self::DynamicRef(_) => "$dynamicRef",
            Self::UnevaluatedProperties(_) => "unevaluatedProperties",
        }
    }

    /// JSON types of the instances that the keyword constrains.
    #[must_use]
    pub const fn about(self) -> Types {
        match self {
            Self::Minimum(_)
            | Self::Maximum(_)
            | Self::ExclusiveMinimum(_)
            | Self::ExclusiveMaximum(_)
            | Self::MultipleOf(_) => Types::NUMBER,
            Self::MinLength(_)
            | Self::MaxLength(_)
            | Self::Pattern(_)
            | Self::Format(_)
            | Self::ContentEncoding(_)
            | Self::ContentMediaType(_) => Types::STRING,
            Self::PrefixItems(_)
            | Self::Items(_)
            | Self::Contains(_)
            | Self::MinItems(_)
            | Self::MaxItems(_)
            | Self::UniqueItems(_)
            | Self::UnevaluatedItems(_) => Types::ARRAY,
            Self::Properties(_)
            | Self::PatternProperties(_)
            | Self::AdditionalProperties(_)
            | Self::PropertyNames(_)
            | Self::Required(_)
            | Self::MinProperties(_)
            | Self::MaxProperties(_)
            | Self::DependentRequired(_)
            | Self::DependentSchemas(_)
            | Self::UnevaluatedProperties(_) => Types::OBJECT,
            Self::Type(_)
            | Self::Enum(_)
            | Self::Const(_)
            | Self::AllOf(_)
            | Self::AnyOf(_)
            | Self::OneOf(_)
            | Self::Not(_)
            | Self::If(_)
            | Self::Ref(_)
            | Self::DynamicRef(_) => Types::ALL,
        }
    }

    /// Whether the keyword restricts numbers, perhaps among other values.
    fn is_about_numbers(self) -> bool {
        matches!(self, Self::Type(_) | Self::Enum(_) | Self::Const(_)) || self.about() == Types::NUMBER
    }

    /// The schemas in its value, and which instances they are evaluated against. Schemas that it refers to are
    /// [`targets`](Keywords::targets) instead.
    pub fn schemas(self) -> (Applies, impl Iterator<Item = SchemaId> + Clone + 'k) {
        use Applies::{Below, InPlace};
        let none = Held { list: &[], named: &[], few: [None; 3] };
        let one = |id: SchemaId| Held { few: [Some(id), None, None], ..none };
        let (applies, held) = match self {
            Self::PrefixItems(list) => (Below, Held { list, ..none }),
            Self::AllOf(list) | Self::AnyOf(list) | Self::OneOf(list) => (InPlace, Held { list, ..none }),
            Self::Properties(named) | Self::PatternProperties(named) => (Below, Held { named, ..none }),
            Self::DependentSchemas(named) => (InPlace, Held { named, ..none }),
            Self::Items(id)
            | Self::UnevaluatedItems(id)
            | Self::AdditionalProperties(id)
            | Self::PropertyNames(id)
            | Self::UnevaluatedProperties(id) => (Below, one(id)),
            Self::Contains(contains) => (Below, one(contains.schema)),
            Self::Not(id) => (InPlace, one(id)),
            Self::If(Condition { condition, then, otherwise }) => {
                (InPlace, Held { few: [Some(*condition), *then, *otherwise], ..none })
            }
            Self::Type(_)
            | Self::Enum(_)
            | Self::Const(_)
            | Self::Minimum(_)
            | Self::Maximum(_)
            | Self::ExclusiveMinimum(_)
            | Self::ExclusiveMaximum(_)
            | Self::MultipleOf(_)
            | Self::MinLength(_)
            | Self::MaxLength(_)
            | Self::Pattern(_)
            | Self::Format(_)
            | Self::ContentEncoding(_)
            | Self::ContentMediaType(_)
            | Self::MinItems(_)
            | Self::MaxItems(_)
            | Self::UniqueItems(_)
            | Self::Required(_)
            | Self::MinProperties(_)
            | Self::MaxProperties(_)
            | Self::DependentRequired(_)
            | Self::Ref(_)
            | Self::DynamicRef(_) => (InPlace, none),
        };
        let named = held.named.iter().map(|property| property.schema);
        (applies, held.list.iter().copied().chain(named).chain(held.few.into_iter().flatten()))
    }

    /// The value of a keyword that is a number, a count, a name or a flag, as schemas write it, and its place.
    #[must_use]
    pub fn limit(self) -> Option<(String, Span)> {
        Some(match self {
            Self::Minimum(own)
            | Self::Maximum(own)
            | Self::ExclusiveMinimum(own)
            | Self::ExclusiveMaximum(own)
            | Self::MultipleOf(own) => (own.value.0.to_string(), own.span),
            Self::MinLength(own)
            | Self::MaxLength(own)
            | Self::MinItems(own)
            | Self::MaxItems(own)
            | Self::MinProperties(own)
            | Self::MaxProperties(own) => (own.value.to_string(), own.span),
            Self::Pattern(own) => (own.value.to_string(), own.span),
            Self::Format(own) => (own.value.name().to_owned(), own.span),
            Self::ContentEncoding(own) => (own.value.name().to_owned(), own.span),
            Self::ContentMediaType(span) => ("application/json".to_owned(), span),
            Self::UniqueItems(span) => ("true".to_owned(), span),
            Self::Type(_)
            | Self::Enum(_)
            | Self::Const(_)
            | Self::PrefixItems(_)
            | Self::Items(_)
            | Self::Contains(_)
            | Self::UnevaluatedItems(_)
            | Self::Properties(_)
            | Self::PatternProperties(_)
            | Self::AdditionalProperties(_)
            | Self::PropertyNames(_)
            | Self::Required(_)
            | Self::DependentRequired(_)
            | Self::DependentSchemas(_)
            | Self::AllOf(_)
            | Self::AnyOf(_)
            | Self::OneOf(_)
            | Self::Not(_)
            | Self::If(_)
            | Self::Ref(_)
            | Self::DynamicRef(_)
            | Self::UnevaluatedProperties(_) => return None,
        })
    }
}

impl Keywords {
    /// The keywords in the order of [`all`](Self::all), in two parts: those that restrict numbers, and the others. The Rust
    /// type that holds the numbers is asked between them.
    #[must_use]
    pub fn numbers_first(&self) -> (Vec<Keyword<'_>>, Vec<Keyword<'_>>) {
        self.all().partition(|keyword| keyword.is_about_numbers())
    }

    /// The keywords that are there, in the order in which they are evaluated: what is cheap first, and
    /// `unevaluatedProperties`, which looks at all others, last.
    pub fn all(&self) -> impl Iterator<Item = Keyword<'_>> + Clone {
        let Self { types, enumeration, constant, number, text, array, object, applied, reference } = self;
        let NumberKeywords { minimum, maximum, exclusive_minimum, exclusive_maximum, multiple_of } = &**number;
        let TextKeywords { min_length, max_length, pattern, format, content_encoding, content_json } = &**text;
        let ArrayKeywords { prefix_items, items, contains, min_items, max_items, unique_items, unevaluated_items } =
            &**array;
        let ObjectKeywords {
            properties,
            pattern_properties,
            additional_properties,
            property_names,
            required,
            min_properties,
            max_properties,
            dependent_required,
            dependent_schemas,
            unevaluated_properties,
        } = &**object;
        let AppliedKeywords { all_of, any_of, one_of, not, condition, dynamic_reference } = &**applied;
        let all = [
            types.as_ref().map(Keyword::Type),
            enumeration.as_deref().map(Keyword::Enum),
            constant.as_deref().map(Keyword::Const),
            minimum.as_ref().map(Keyword::Minimum),
            maximum.as_ref().map(Keyword::Maximum),
            exclusive_minimum.as_ref().map(Keyword::ExclusiveMinimum),
            exclusive_maximum.as_ref().map(Keyword::ExclusiveMaximum),
            multiple_of.as_ref().map(Keyword::MultipleOf),
            min_length.as_ref().map(Keyword::MinLength),
            max_length.as_ref().map(Keyword::MaxLength),
            pattern.as_ref().map(Keyword::Pattern),
            format.as_ref().map(Keyword::Format),
            content_encoding.as_ref().map(Keyword::ContentEncoding),
            content_json.map(Keyword::ContentMediaType),
            some(prefix_items).map(Keyword::PrefixItems),
            items.map(Keyword::Items),
            contains.as_ref().map(Keyword::Contains),
            min_items.as_ref().map(Keyword::MinItems),
            max_items.as_ref().map(Keyword::MaxItems),
            unique_items.map(Keyword::UniqueItems),
            unevaluated_items.map(Keyword::UnevaluatedItems),
            some(properties).map(Keyword::Properties),
            some(pattern_properties).map(Keyword::PatternProperties),
            additional_properties.map(Keyword::AdditionalProperties),
            property_names.map(Keyword::PropertyNames),
            some(required).map(Keyword::Required),
            min_properties.as_ref().map(Keyword::MinProperties),
            max_properties.as_ref().map(Keyword::MaxProperties),
            some(dependent_required).map(Keyword::DependentRequired),
            some(dependent_schemas).map(Keyword::DependentSchemas),
            some(all_of).map(Keyword::AllOf),
            some(any_of).map(Keyword::AnyOf),
            some(one_of).map(Keyword::OneOf),
            not.map(Keyword::Not),
            condition.as_ref().map(Keyword::If),
            reference.as_ref().map(Keyword::Ref),
            dynamic_reference.as_ref().map(Keyword::DynamicRef),
            unevaluated_properties.map(Keyword::UnevaluatedProperties),
        ];
        all.into_iter().flatten()
    }

    /// Names of the keywords that are there, as draft 2020-12 has them.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.all().map(Keyword::name)
    }

    /// Target of `$ref`, if the schema has no other keyword.
    #[must_use]
    pub fn sole_reference(&self) -> Option<SchemaId> {
        let reference = self.reference.as_ref()?;
        self.all().nth(1).is_none().then_some(reference.value)
    }

    /// Schemas that this one holds.
    pub fn children(&self) -> impl Iterator<Item = SchemaId> + '_ {
        self.all().flat_map(|keyword| keyword.schemas().1)
    }

    /// Schemas that this one refers to.
    pub fn targets(&self) -> impl Iterator<Item = SchemaId> + '_ {
        let dynamic = self.applied.dynamic_reference.iter();
        let dynamic = dynamic.flat_map(|own| own.anchors.iter().map(|(_, schema)| *schema).chain([own.target]));
        self.reference.iter().map(|reference| reference.value).chain(dynamic)
    }

    /// Schemas that are evaluated against the same instance, but for targets of dynamic references.
    pub fn in_place(&self) -> impl Iterator<Item = SchemaId> + '_ {
        let held = self.all().flat_map(|keyword| match keyword.schemas() {
            (Applies::InPlace, schemas) => Some(schemas).into_iter().flatten(),
            (Applies::Below, _) => None.into_iter().flatten(),
        });
        held.chain(self.reference.iter().map(|reference| reference.value))
    }
}

fn some<T>(list: &[T]) -> Option<&[T]> {
    Some(list).filter(|list| !list.is_empty())
}
