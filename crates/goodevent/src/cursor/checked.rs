//! Values that tables validate as well: each message within its budget.

use std::collections::HashSet;

use super::{
    position::{Cursor, No, max_cost},
    thorough::{Thorough, Whole},
};
use crate::check::{self, Node};

/// What every message may cost, and what each of its bytes may cost beside that, when it is read thoroughly.
const COST_THOROUGH: (usize, usize) = (4 << 20, 96);

/// What a step of an evaluation costs, as measured against a byte.
const COST_A_STEP: usize = 16;

impl<'a> Cursor<'a> {
    /// Stands at the beginning of a text that takes too long to be read in one go; `None` if it is not JSON.
    pub(crate) fn thorough(text: &'a str) -> Option<Self> {
        let thorough = Thorough { whole: Whole::parse(text)?, refused: HashSet::new() };
        let left = max_cost(COST_THOROUGH, text);
        Some(Self { left, thorough: Some(Box::new(thorough)), ..Self::new(text) })
    }

    /// Reads a value that `read` accepts and the schema allows: the table validates constraints that `read` ignores.
    ///
    /// # Errors
    /// [`No`] if either rejects the value, or the message exceeds its budget.
    pub fn checked<T>(&mut self, node: &'static Node, read: impl FnOnce(&mut Self) -> Result<T, No>) -> Result<T, No> {
        if self.thorough.is_some() {
            return if self.may_be(node, true) { read(self) } else { Err(No) };
        }
        let mut ahead = Self { has_wide_number: false, ..self.ahead() };
        let value = read(self)?;
        self.spend(self.at - ahead.at);
        let json = ahead.json()?;
        let ledger = check::Ledger::default();
        let (is_valid, n_steps) = check::decide(node, &json, &ledger, self.left / COST_A_STEP, ahead.has_wide_number);
        if self.spend_steps(n_steps) && is_valid { Ok(value) } else { Err(No) }
    }

    /// Whether the next value may be read as `node`: as far as the tables know, if the message is read thoroughly.
    #[inline]
    fn may_be(&mut self, node: &'static Node, is_held: bool) -> bool {
        self.thorough.is_none() || self.is_valid(node, is_held)
    }

    /// Whether the tables hold the next value for valid, and the Rust types hold its numbers if that `is_held` matters.
    #[cold]
    fn is_valid(&mut self, node: &'static Node, is_held: bool) -> bool {
        self.skip_space();
        let Some(Thorough { whole, refused }) = self.thorough.as_deref() else { return true };
        if refused.contains(&question(node, self.at)) {
            return false;
        }
        let (is_valid, n_steps) = whole.decide(self.text, node, self.at, self.left / COST_A_STEP, is_held);
        self.spend_steps(n_steps) && is_valid
    }

    /// Counts steps of an evaluation; `false` if they are too many.
    fn spend_steps(&mut self, n_steps: usize) -> bool {
        self.spend(n_steps * COST_A_STEP);
        if self.left < COST_A_STEP {
            self.left = 0;
        }
        self.left > 0
    }

    /// Tries to read the next value, and returns to this position if `read` rejects it. `node` is its schema, if that
    /// has parts.
    ///
    /// # Errors
    /// The error of `read`, or [`No`] if the message exceeds its budget.
    pub fn attempt<T>(
        &mut self,
        node: Option<&'static Node>,
        read: impl FnOnce(&mut Self) -> Result<T, No>,
    ) -> Result<T, No> {
        if self.left == 0 || !node.is_none_or(|node| self.may_be(node, false)) {
            return Err(No);
        }
        let (at, depth) = (self.at, self.depth);
        let value = read(self);
        if value.is_err() {
            self.spend(self.at - at + 1);
            (self.at, self.depth) = (at, depth);
            if let (Some(thorough), Some(node)) = (&mut self.thorough, node) {
                thorough.refused.insert(question(node, at));
            }
        }
        value
    }
}

fn question(node: &Node, at: usize) -> (usize, usize, usize) {
    (node.as_ptr() as usize, node.len(), at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        check::Check,
        decode::{self, Decode},
    };

    /// Two alternatives that differ in what comes last, as arrays of two items.
    static TREE: [Check; 1] = [Check::AnyOf(&[&LEFT, &RIGHT])];
    static LEFT: [Check; 2] =
        [Check::PrefixItems(&[&SUBTREE, &[Check::Const(check::Value::String("l"))]]), check::ARRAY];
    static RIGHT: [Check; 2] =
        [Check::PrefixItems(&[&SUBTREE, &[Check::Const(check::Value::String("r"))]]), check::ARRAY];
    static SUBTREE: [Check; 1] = [Check::AnyOf(&[&TREE, &[check::NULL]])];

    #[derive(Debug)]
    struct Tree;

    impl<'a> Decode<'a> for Tree {
        fn read(c: &mut Cursor<'a>) -> Result<Self, No> {
            let side = |c: &mut Cursor<'a>, side: &str| {
                c.expect(b'[')?;
                if !c.null() {
                    Self::read(c)?;
                }
                c.expect(b',')?;
                c.constant(side)?;
                c.expect(b']')
            };
            c.checked(&TREE, |c| {
                c.attempt(Some(&LEFT), |c| side(c, "l"))
                    .or_else(|No| c.attempt(Some(&RIGHT), |c| side(c, "r")))
                    .map(|()| Self)
            })
        }
    }

    #[test]
    fn alternatives_within_alternatives_are_decided_on_once() {
        for (last, is_valid) in [("r", true), ("l", true), ("x", false)] {
            for n_levels in [1, 3, 120] {
                let deep = "[".repeat(n_levels) + "null,\"" + last + "\"]" + &",\"r\"]".repeat(n_levels - 1);
                assert_eq!(decode::read::<Tree>(deep.as_bytes()).is_ok(), is_valid, "{n_levels} levels within {last}");
                let mut at_once = Cursor::new(&deep);
                let is_read = Tree::read(&mut at_once).is_ok();
                assert_eq!((is_read, at_once.is_exhausted()), (is_valid && n_levels < 100, n_levels > 100));
            }
        }
    }
}
