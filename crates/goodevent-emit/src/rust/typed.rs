//! Rust types as values: what a schema becomes, before it is code.

use goodevent_json::width::Width;
use goodevent_schema::ir::{ContentEncoding, Format, Number, SchemaId, Types};

/// A type, and whether the schema's table has to be asked as well.
#[derive(Debug, Clone)]
pub(crate) struct Typed {
    pub(crate) shape: Shape,
    /// The schema that says more than the shape does.
    pub(crate) check: Option<SchemaId>,
    /// The schema of this name that was referred to, if the shape has no item of its own.
    pub(crate) alias: Option<SchemaId>,
}

/// A Rust type by its place in the language.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    Json,
    Null,
    Bool,
    Integer(Integer, Written),
    Number(Bounds),
    /// A number that no machine type holds for sure: its digits.
    Digits,
    Text(Text),
    /// A struct or enum of its own: see [`Item`].
    Named(SchemaId),
    Array {
        item: Box<Typed>,
        min: u64,
        max: u64,
    },
    Tuple(Vec<Typed>),
    Map {
        value: Box<Typed>,
    },
    Nullable(Box<Typed>),
}

/// Whether an integer may be written as `1.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// It may: what counts is the value.
    Anyhow,
    /// It may not: draft 4 looks at the digits.
    Plainly,
}

/// An integer of 64 bits, or of 128 if its contract asks for more; signed if it may be negative.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Integer {
    Signed(i64, i64),
    Unsigned(u64, u64),
    Signed128(i128, i128),
    Unsigned128(u128, u128),
}

impl Integer {
    /// The type.
    pub(crate) fn width(self) -> Width {
        match self {
            Self::Signed(..) => Width::I64,
            Self::Unsigned(..) => Width::U64,
            Self::Signed128(..) => Width::I128,
            Self::Unsigned128(..) => Width::U128,
        }
    }
}

/// Bounds of a `number`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bounds {
    pub(crate) min: Option<Number>,
    pub(crate) max: Option<Number>,
    pub(crate) above: Option<Number>,
    pub(crate) below: Option<Number>,
}

/// What a string has to be.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Text {
    pub(crate) min: Option<u64>,
    pub(crate) max: Option<u64>,
    pub(crate) format: Option<Format>,
    pub(crate) pattern: Option<String>,
    pub(crate) encoding: Option<ContentEncoding>,
}

/// A type that has a name and a definition of its own.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) kind: ItemKind,
    /// Whether the schema's table has to be asked as well.
    pub(crate) is_checked: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum ItemKind {
    Struct {
        fields: Vec<Field>,
        extra: Extra,
    },
    /// An event whose payload has no item of its own.
    Newtype(Typed),
    /// An enum of strings.
    Strings(Vec<String>),
    Union {
        by: By,
        variants: Vec<Variant>,
    },
}

#[derive(Debug, Clone)]
pub(crate) struct Field {
    /// Name of the property.
    pub(crate) name: String,
    /// Its schema, for its documentation.
    pub(crate) schema: Option<SchemaId>,
    pub(crate) typed: Typed,
    pub(crate) is_required: bool,
}

/// What becomes of members that are no fields.
#[derive(Debug, Clone)]
pub(crate) enum Extra {
    Refused,
    Kept(Box<Typed>),
}

/// How an instance decides which variant it is.
#[derive(Debug, Clone)]
pub(crate) enum By {
    /// By its JSON type.
    Kind,
    /// By the string in this member.
    Tag(String),
    /// By being valid.
    Trial,
}

#[derive(Debug, Clone)]
pub(crate) struct Variant {
    /// What its name is made from, if it is not the JSON type or the tag.
    pub(crate) schema: Option<SchemaId>,
    pub(crate) typed: Typed,
    /// JSON types, for [`By::Kind`].
    pub(crate) types: Types,
    /// Values of the tag, for [`By::Tag`].
    pub(crate) tags: Vec<String>,
}

impl Shape {
    pub(crate) fn plain(self) -> Typed {
        Typed { shape: self, check: None, alias: None }
    }

    pub(crate) fn checked(self, schema: SchemaId) -> Typed {
        Typed { shape: self, check: Some(schema), alias: None }
    }
}

/// The types that an item is made of.
pub(crate) fn parts(item: &Item) -> Vec<&Typed> {
    match &item.kind {
        ItemKind::Struct { fields, extra } => {
            let extra = match extra {
                Extra::Kept(typed) => Some(typed.as_ref()),
                Extra::Refused => None,
            };
            fields.iter().map(|field| &field.typed).chain(extra).collect()
        }
        ItemKind::Newtype(typed) => vec![typed],
        ItemKind::Strings(_) => Vec::new(),
        ItemKind::Union { variants, .. } => variants.iter().map(|variant| &variant.typed).collect(),
    }
}

/// The items that lie in `typed` itself, not behind an allocation.
pub(crate) fn direct(typed: &Typed, below: &mut Vec<SchemaId>) {
    match &typed.shape {
        Shape::Named(schema) => below.push(*schema),
        Shape::Nullable(inner) => direct(inner, below),
        Shape::Tuple(items) => items.iter().for_each(|item| direct(item, below)),
        _ => {}
    }
}
