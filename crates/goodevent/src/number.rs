//! Bounds of numbers.

use crate::json::Number;

/// Bounds of a `number`; all of them hold.
#[derive(Debug)]
pub struct NumberRule {
    /// `minimum`.
    pub min: Option<Number<&'static str>>,
    /// `maximum`.
    pub max: Option<Number<&'static str>>,
    /// `exclusiveMinimum`.
    pub above: Option<Number<&'static str>>,
    /// `exclusiveMaximum`.
    pub below: Option<Number<&'static str>>,
}

impl NumberRule {
    /// Any number.
    pub const ANY: Self = Self { min: None, max: None, above: None, below: None };

    /// Whether `number` lies within the bounds.
    #[must_use]
    pub fn allows(&self, number: f64) -> bool {
        let number: Number<&'static str> = Number::F64(number);
        self.min.is_none_or(|min| number >= min)
            && self.max.is_none_or(|max| number <= max)
            && self.above.is_none_or(|above| number > above)
            && self.below.is_none_or(|below| number < below)
    }
}
