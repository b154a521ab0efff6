//! The requirements of keywords on values of one kind.

use goodevent_schema::ir::{
    ArrayKeywords, ContentEncoding, Draft, Format, Number, NumberKeywords, ObjectKeywords, Schema, SchemaId,
    TextKeywords,
};

use super::{kinds::Kinds, question::At};

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
    pub(super) fn has_all(&self, others: &Self) -> bool {
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
    pub(super) fn has_all(self, others: Self) -> bool {
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
    pub(super) fn keyword(&self) -> &'static str {
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

    pub(super) fn kinds(&self) -> Kinds {
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

/// The requirements of the keywords of a schema, except those that apply schemas to the instance itself.
pub(super) fn said<'g>(at: At, schema: &'g Schema) -> Vec<Said<'g>> {
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
