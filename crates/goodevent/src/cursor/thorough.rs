//! The data of a message that is read thoroughly: its values, their places, and the verdicts about them.

use std::collections::HashSet;

use crate::{check::Ledger, json::Json};

/// A message that is read thoroughly.
#[derive(Debug)]
pub(super) struct Thorough {
    pub(super) whole: Whole,
    /// Parts of which a schema holds for valid what the Rust type does not hold: address and length of the schema, and the
    /// offset of the part.
    pub(super) refused: HashSet<(usize, usize, usize)>,
}

/// The message as one value whose parts are found by their offsets.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) json: Json,
    /// The values in the order of the text.
    pub(super) places: Vec<Place>,
    /// Offsets of the numbers that some Rust type might not hold.
    pub(super) wide: Vec<usize>,
    pub(super) ledger: Ledger,
}

/// A value of the message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) offset: usize,
    /// Offset of what is behind it.
    pub(super) end: usize,
    /// The values in it.
    pub(super) n_inside: usize,
    /// Index of the array or object that it is in; its own, if it is the whole.
    pub(super) around: usize,
    pub(super) step: Step,
}

/// The way from a value to a part of it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    Item(usize),
    /// The member of which the name begins at this offset.
    Member(usize),
}
