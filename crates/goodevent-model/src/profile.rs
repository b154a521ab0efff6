//! The limits of a target language.

use goodevent_json::width::Width;

/// The limits of a target language; the model offers an emitter nothing beyond it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    /// The machine types of integers. The first that holds all values is chosen; if none does, the integer is a
    /// [`Shape::Decimal`](crate::Shape::Decimal).
    pub integers: &'static [Width],
    /// The maximum length of a tuple; longer ones are lists of any JSON.
    pub max_tuple: u64,
    /// The maximum depth of records inside records; deeper ones are any JSON.
    pub max_depth: u32,
    /// The maximum number of members, variants or values of a type; a type with more is any JSON, or a string.
    pub max_parts: usize,
}
