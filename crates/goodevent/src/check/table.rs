//! The tables: schemas, keyword by keyword.

use goodevent_json::width::Width;

use crate::{
    format::{ContentEncoding, Format},
    json::Number,
    pattern::Pattern,
};

/// One schema: what an instance has to satisfy. All keywords of a schema object are in it, so that the `unevaluated…`
/// ones see the others.
///
/// A slice and nothing around it: a table has many, and each layer is something to check for the compiler.
pub type Node = [Check];

/// `type: null`.
pub const NULL: Check = Check::Type(Types(Types::NULL));
/// `type: boolean`.
pub const BOOLEAN: Check = Check::Type(Types(Types::BOOLEAN));
/// `type: integer`.
pub const INTEGER: Check = Check::Type(Types(Types::INTEGER));
/// `type: number`.
pub const NUMBER: Check = Check::Type(Types(Types::NUMBER));
/// `type: string`.
pub const STRING: Check = Check::Type(Types(Types::STRING));
/// `type: array`.
pub const ARRAY: Check = Check::Type(Types(Types::ARRAY));
/// `type: object`.
pub const OBJECT: Check = Check::Type(Types(Types::OBJECT));
/// The number is one that an `i64` holds.
pub const HOLDS_I64: Check = Check::Holds(Width::I64);
/// The number is one that a `u64` holds.
pub const HOLDS_U64: Check = Check::Holds(Width::U64);
/// The number is one that an `i128` holds.
pub const HOLDS_I128: Check = Check::Holds(Width::I128);
/// The number is one that a `u128` holds.
pub const HOLDS_U128: Check = Check::Holds(Width::U128);
/// The number is one that an `i64`, a `u64` or an `f64` holds.
pub const HOLDS_JSON: Check = Check::Holds(Width::Json);
/// The number is one that an `f64` holds.
pub const HOLDS_F64: Check = Check::Holds(Width::F64);

/// The schema `false`.
pub static NEVER: [Check; 1] = [Check::False];

/// One keyword.
#[derive(Debug)]
pub enum Check {
    /// Not a keyword, but the number of the schema resource that the node begins, or that it belongs to: it stands first,
    /// and only [`DynamicRef`](Check::DynamicRef) looks at it.
    Resource(u32),
    /// Not a keyword, but what of an event is personal: JSON Pointers from its payload, indices of items left out. No
    /// violation shows what is there, or where only such a value may be.
    Personal(&'static [&'static str]),
    /// `false`: no instance is valid.
    False,
    /// `type`.
    Type(Types),
    /// `enum`.
    Enum(&'static [Value]),
    /// `const`.
    Const(Value),
    /// `minimum`.
    Minimum(Number<&'static str>),
    /// `maximum`.
    Maximum(Number<&'static str>),
    /// `exclusiveMinimum`.
    ExclusiveMinimum(Number<&'static str>),
    /// `exclusiveMaximum`.
    ExclusiveMaximum(Number<&'static str>),
    /// `multipleOf`.
    MultipleOf(Number<&'static str>),
    /// The number is one that the Rust type holds: not a keyword, but one of the documented stricter cases.
    Holds(Width),
    /// `minLength`.
    MinLength(u64),
    /// `maxLength`.
    MaxLength(u64),
    /// `pattern`.
    Pattern(Pattern),
    /// `format`.
    Format(Format),
    /// A W3C traceparent: not a keyword, but what an envelope asks for.
    TraceParent,
    /// The name of an attribute of a CloudEvent: not a keyword, but what an envelope asks for.
    AttributeName,
    /// `contentEncoding`.
    ContentEncoding(ContentEncoding),
    /// `contentMediaType: application/json`, of the text that `contentEncoding` decodes to.
    ContentJson(Option<ContentEncoding>),
    /// `prefixItems`.
    PrefixItems(&'static [&'static Node]),
    /// `items`, from this index on.
    Items(u64, &'static Node),
    /// `contains`, at least and at most so often.
    Contains(&'static Node, u64, Option<u64>),
    /// `minItems`.
    MinItems(u64),
    /// `maxItems`.
    MaxItems(u64),
    /// `uniqueItems: true`.
    UniqueItems,
    /// `unevaluatedItems`, and whether `contains` evaluates the items that it matches, as it does since 2020-12.
    UnevaluatedItems(&'static Node, bool),
    /// `properties`.
    Properties(&'static [(&'static str, &'static Node)]),
    /// `patternProperties`.
    PatternProperties(&'static [(Pattern, &'static Node)]),
    /// `additionalProperties`: of the members that the [`Properties`](Check::Properties) and
    /// [`PatternProperties`](Check::PatternProperties) of the same node do not name.
    AdditionalProperties(&'static Node),
    /// `propertyNames`.
    PropertyNames(&'static Node),
    /// `required`.
    Required(&'static [&'static str]),
    /// `minProperties`.
    MinProperties(u64),
    /// `maxProperties`.
    MaxProperties(u64),
    /// `dependentRequired`.
    DependentRequired(&'static [(&'static str, &'static [&'static str])]),
    /// `dependentSchemas`.
    DependentSchemas(&'static [(&'static str, &'static Node)]),
    /// `unevaluatedProperties`.
    UnevaluatedProperties(&'static Node),
    /// `allOf`.
    AllOf(&'static [&'static Node]),
    /// `anyOf`.
    AnyOf(&'static [&'static Node]),
    /// `oneOf`.
    OneOf(&'static [&'static Node]),
    /// `not`.
    Not(&'static Node),
    /// `if`, `then`, `else`.
    If(&'static Node, Option<&'static Node>, Option<&'static Node>),
    /// `$ref`.
    Ref(&'static Node),
    /// `$dynamicRef`: the schema of the outermost resource in the dynamic scope that is listed, else the fallback.
    DynamicRef(&'static [(u32, &'static Node)], &'static Node),
}

/// A set of JSON types, a bit for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Types(pub u8);

impl Types {
    /// `null`.
    pub const NULL: u8 = 1;
    /// `boolean`.
    pub const BOOLEAN: u8 = 2;
    /// `integer`: a number without fraction.
    pub const INTEGER: u8 = 4;
    /// `number`.
    pub const NUMBER: u8 = 8;
    /// `string`.
    pub const STRING: u8 = 16;
    /// `array`.
    pub const ARRAY: u8 = 32;
    /// `object`.
    pub const OBJECT: u8 = 64;
    /// `integer` as draft 4 has it: written without fraction and exponent.
    pub const WRITTEN_INTEGER: u8 = 128;
}

/// A JSON value in a static table.
#[derive(Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Value {
    Null,
    Bool(bool),
    Number(Number<&'static str>),
    String(&'static str),
    Array(&'static [Value]),
    Object(&'static [(&'static str, Value)]),
}
