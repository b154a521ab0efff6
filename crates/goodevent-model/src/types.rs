//! The types of a model: what a schema means for an emitter, before it is code of any language.

use goodevent_json::width::Width;
use goodevent_schema::ir::{ContentEncoding, Format, Number, SchemaId, Types};

/// The type of a schema, and whether a value of it must be validated as well.
#[derive(Debug, Clone)]
pub struct Type {
    /// The kind of value.
    pub shape: Shape,
    /// The schema that the value is validated by, because the shape does not express all of its constraints.
    pub check: Option<SchemaId>,
    /// The named schema that this one consists of a reference to, if its shape is not an [`Item`].
    pub alias: Option<SchemaId>,
}

/// The kind of value that a schema describes.
#[derive(Debug, Clone)]
pub enum Shape {
    /// Any JSON.
    Json,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool,
    /// An integer.
    Integer(Integer, Notation),
    /// A number that a double holds.
    Number(Bounds),
    /// A number that no machine type of the [`Profile`](crate::Profile) is certain to hold: its digits are kept.
    Decimal {
        /// Whether it is an integer.
        is_integer: bool,
    },
    /// A string.
    Text(Text),
    /// A type with a definition: the [`Item`] of this schema.
    Named(SchemaId),
    /// A list.
    Array {
        /// Type of the items.
        item: Box<Type>,
        /// Minimum number of items.
        min: u64,
        /// Maximum number of items; `u64::MAX` if there is none.
        max: u64,
    },
    /// A list of a fixed length with a type for each position.
    Tuple(Vec<Type>),
    /// An object whose members all have one type.
    Map {
        /// Type of the members.
        value: Box<Type>,
    },
    /// A value or `null`.
    Nullable(Box<Type>),
}

/// The spellings of an integer that are valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// All, also `1.0` and `1e0`.
    Any,
    /// Digits only, as in draft 4.
    Plain,
}

/// An integer type, chosen from those of the [`Profile`](crate::Profile), and the range of the values.
#[derive(Debug, Clone, Copy)]
pub enum Integer {
    /// 64 bits, signed.
    Signed(i64, i64),
    /// 64 bits, not negative.
    Unsigned(u64, u64),
    /// 128 bits, signed.
    Signed128(i128, i128),
    /// 128 bits, not negative.
    Unsigned128(u128, u128),
}

impl Integer {
    /// The range of the machine type.
    #[must_use]
    pub fn width(self) -> Width {
        match self {
            Self::Signed(..) => Width::I64,
            Self::Unsigned(..) => Width::U64,
            Self::Signed128(..) => Width::I128,
            Self::Unsigned128(..) => Width::U128,
        }
    }
}

/// Bounds of a [`Shape::Number`].
#[derive(Debug, Clone, Default)]
pub struct Bounds {
    /// `minimum`.
    pub min: Option<Number>,
    /// `maximum`.
    pub max: Option<Number>,
    /// `exclusiveMinimum`.
    pub above: Option<Number>,
    /// `exclusiveMaximum`.
    pub below: Option<Number>,
}

/// Constraints of a [`Shape::Text`].
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text {
    /// `minLength`, in code points.
    pub min: Option<u64>,
    /// `maxLength`, in code points.
    pub max: Option<u64>,
    /// `format`.
    pub format: Option<Format>,
    /// `pattern`, in the syntax of ECMA-262.
    pub pattern: Option<String>,
    /// `contentEncoding`.
    pub encoding: Option<ContentEncoding>,
}

/// A type with a name and a definition.
#[derive(Debug, Clone)]
pub struct Item {
    /// The definition.
    pub kind: ItemKind,
    /// Whether a value must be validated by the schema as well, because the definition does not express all of its constraints.
    pub is_checked: bool,
}

/// The definition of an [`Item`].
#[derive(Debug, Clone)]
pub enum ItemKind {
    /// An object with named members.
    Record {
        /// The members, in the order of the schema.
        fields: Vec<Field>,
        /// Other members.
        extra: Extra,
    },
    /// An event whose payload is of a type without a definition, such as a string.
    Wrapper(Type),
    /// One of these strings.
    Enum(Vec<String>),
    /// One of several types.
    Union {
        /// How a value determines its variant.
        by: Discriminator,
        /// The types.
        variants: Vec<Variant>,
    },
}

/// A member of a record.
#[derive(Debug, Clone)]
pub struct Field {
    /// Name of the property, as in the JSON.
    pub name: String,
    /// The schema with its documentation.
    pub schema: Option<SchemaId>,
    /// Type of the value.
    pub typed: Type,
    /// Whether the member must be present.
    pub is_required: bool,
}

/// Members of a record besides its fields.
#[derive(Debug, Clone)]
pub enum Extra {
    /// There are none.
    Closed,
    /// Any number, of this type.
    Open(Box<Type>),
}

/// How a value determines the variant of its union.
#[derive(Debug, Clone)]
pub enum Discriminator {
    /// By its JSON type.
    JsonType,
    /// By the string in the member of this name.
    Tag(String),
    /// By the schema that accepts it.
    Validity,
}

/// An alternative of a union.
#[derive(Debug, Clone)]
pub struct Variant {
    /// The schema of the branch; `None` if one schema allows several JSON types.
    pub schema: Option<SchemaId>,
    /// Its type.
    pub typed: Type,
    /// Its JSON types.
    pub types: Types,
    /// Values of the tag, for [`Discriminator::Tag`].
    pub tags: Vec<String>,
}

impl Shape {
    /// A type whose shape expresses everything.
    #[must_use]
    pub fn plain(self) -> Type {
        Type { shape: self, check: None, alias: None }
    }

    /// A type whose values are validated by `schema`.
    #[must_use]
    pub fn checked(self, schema: SchemaId) -> Type {
        Type { shape: self, check: Some(schema), alias: None }
    }
}

impl Item {
    /// The types that the definition consists of.
    #[must_use]
    pub fn parts(&self) -> Vec<&Type> {
        match &self.kind {
            ItemKind::Record { fields, extra } => {
                let extra = match extra {
                    Extra::Open(typed) => Some(typed.as_ref()),
                    Extra::Closed => None,
                };
                fields.iter().map(|field| &field.typed).chain(extra).collect()
            }
            ItemKind::Wrapper(typed) => vec![typed],
            ItemKind::Enum(_) => Vec::new(),
            ItemKind::Union { variants, .. } => variants.iter().map(|variant| &variant.typed).collect(),
        }
    }

    /// The items that a value contains directly, not in a list or map.
    #[must_use]
    pub fn direct(&self) -> Vec<SchemaId> {
        let mut below = Vec::new();
        self.parts().iter().for_each(|typed| typed.direct(&mut below));
        below
    }
}

impl Type {
    fn direct(&self, below: &mut Vec<SchemaId>) {
        match &self.shape {
            Shape::Named(schema) => below.push(*schema),
            Shape::Nullable(inner) => inner.direct(below),
            Shape::Tuple(items) => items.iter().for_each(|item| item.direct(below)),
            _ => {}
        }
    }
}
