//! Kinds of values.

use goodevent_schema::ir::{Draft, Types};

/// A set of kinds of values: the types of JSON, of which numbers are three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kinds(pub(super) u8);

impl Kinds {
    pub(super) const NULL: Self = Self(1);
    pub(super) const BOOLEAN: Self = Self(2);
    /// Integers, written so.
    pub(super) const INTEGER: Self = Self(4);
    /// Numbers that are no integers.
    pub(super) const FRACTION: Self = Self(8);
    pub(super) const STRING: Self = Self(16);
    pub(super) const ARRAY: Self = Self(32);
    pub(super) const OBJECT: Self = Self(64);
    /// Integers written with a fraction, such as `1.0`, which draft 4 takes for no integers.
    pub(super) const WHOLE: Self = Self(128);
    pub(super) const NUMBER: Self = Self(4 | 8 | 128);
    pub(super) const ALL: Self = Self(255);

    pub(super) fn of(types: Types, draft: Draft) -> Self {
        let kinds = [
            (Types::NULL, Self::NULL),
            (Types::BOOLEAN, Self::BOOLEAN),
            (Types::INTEGER, if draft == Draft::Draft4 { Self::INTEGER } else { Self(4 | 128) }),
            (Types::NUMBER, Self::NUMBER),
            (Types::STRING, Self::STRING),
            (Types::ARRAY, Self::ARRAY),
            (Types::OBJECT, Self::OBJECT),
        ];
        Self(kinds.into_iter().filter(|(own, _)| types.contains(*own)).fold(0, |all, (_, kind)| all | kind.0))
    }

    pub(super) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}
