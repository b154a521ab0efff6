//! Numbers of a range by their digits, restricted to those that the type holds if there are any.

use goodevent_json::width::Width;
use goodevent_schema::{
    decimal::Decimal,
    ir::{Keywords, Number, Value},
};
use num_bigint::BigInt;
use num_integer::Integer as _;

use super::values::Values;
use crate::random::Random;

/// Digits behind the point of a number that nothing asks for more.
const USUAL_PLACES: u32 = 2;

/// A range in which fewer numbers have so many decimal places gets more of them.
const FEW: i32 = 8;

/// Digits of the longest integer that a double is printed as without zeros at its end.
const MAX_PRINTED: u32 = 20;

/// Minimum number of values beside the bound of a range with one bound.
const WIDE: u32 = 1_000_000;

/// The multiples of `step` between two, all in units of ten to the power of minus `n_places`.
#[derive(Debug)]
struct Range {
    n_places: u32,
    step: BigInt,
    /// The first and the last, divided by the step.
    first: BigInt,
    last: BigInt,
}

/// A number as some schemas ask for it, if its bounds and divisors leave one.
pub(super) fn any<'k>(
    schemas: impl Iterator<Item = &'k Keywords> + Clone,
    is_integer: bool,
    width: Option<Width>,
    (values, random): (Values, &mut Random),
) -> Option<Value> {
    const MAX_ATTEMPTS: usize = 4;
    let range = Range::of(schemas, is_integer, width)?;
    let range = match values {
        Values::Edge => range,
        Values::Ordinary => range.ordinary(),
    };
    let fits = |text: &str| width.is_none_or(|width| width.fits(text));
    let mut text = String::new();
    for _ in 0..MAX_ATTEMPTS {
        let at = match values {
            Values::Edge => between(&range.first, &range.last, random),
            Values::Ordinary => within(&range.first, &range.last, random),
        };
        text = range.print(&at);
        if fits(&text) {
            break;
        }
        // Doubles hold few digits: the more zeros follow them, the larger a number may be.
        let rounded = range.rounded(&at).map(|at| range.print(&at)).find(|text| fits(text));
        if let Some(rounded) = rounded {
            text = rounded;
            break;
        }
    }
    if !fits(&text) {
        let few = range.few().map(|at| range.print(&at)).filter(|text| fits(text)).collect::<Vec<_>>();
        text = random.pick(&few).cloned().unwrap_or(text);
    }
    Some(Value::Number(Number(text.into())))
}

impl Range {
    fn of<'k>(
        schemas: impl Iterator<Item = &'k Keywords> + Clone,
        is_integer: bool,
        width: Option<Width>,
    ) -> Option<Self> {
        let numbers = || schemas.clone().map(|keywords| &keywords.number);
        let divisors: Vec<Decimal> =
            numbers().filter_map(|own| own.multiple_of.as_ref()).filter_map(|own| Decimal::of(&own.value)).collect();
        let places = divisors.iter().map(Decimal::n_places).max();
        let bounds = numbers().flat_map(|own| {
            let lower = [(&own.minimum, true, true), (&own.exclusive_minimum, true, false)];
            lower.into_iter().chain([(&own.maximum, false, true), (&own.exclusive_maximum, false, false)])
        });
        let bounds: Vec<(Decimal, bool, bool)> = bounds
            .filter_map(|(bound, is_lower, is_inclusive)| {
                Some((Decimal::of(&bound.as_ref()?.value)?, is_lower, is_inclusive))
            })
            .collect();
        let bounds = Bounds(bounds);
        match (is_integer, places) {
            (false, None) => {
                let own = bounds.0.iter().map(|(bound, ..)| bound.n_places()).max().unwrap_or(0).max(USUAL_PLACES);
                // As many places as tell some numbers of the range from another.
                let all = [USUAL_PLACES, own, own + 1, own + 2];
                let mut ranges = all.iter().map(|n_places| bounds.range(*n_places, BigInt::from(1), width));
                let is_wide = |range: &Self| &range.last - &range.first >= BigInt::from(FEW);
                let wide = ranges.by_ref().find(|range| range.as_ref().is_some_and(is_wide)).flatten();
                wide.or_else(|| all.iter().rev().find_map(|n| bounds.range(*n, BigInt::from(1), width)))
            }
            (_, places) => {
                let n_places = places.unwrap_or(0);
                let one = if is_integer { BigInt::from(10).pow(n_places) } else { BigInt::from(1) };
                let scaled = divisors.iter().map(|divisor| divisor.scaled(n_places));
                let step = scaled.filter(|divisor| *divisor > BigInt::ZERO).fold(one, |step, own| step.lcm(&own));
                bounds.range(n_places, step, width)
            }
        }
    }

    /// The part of the range with small positive numbers, if it has some.
    fn ordinary(self) -> Self {
        const MOST: u32 = 1_000;
        let unit = BigInt::from(10).pow(self.n_places);
        let first = BigInt::from(1).div_ceil(&self.step).max(self.first.clone());
        let last = (unit * MOST).div_floor(&self.step).min(self.last.clone());
        if first <= last { Self { first, last, ..self } } else { self }
    }

    fn print(&self, at: &BigInt) -> String {
        let value = at * &self.step;
        let is_negative = value < BigInt::ZERO;
        let n_places = self.n_places as usize;
        let digits = format!("{:0>width$}", value.magnitude().to_string(), width = n_places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - n_places);
        let sign = if is_negative { "-" } else { "" };
        // A multiple of a whole number of these units is written without them.
        let is_whole =
            n_places == 0 || (fraction.bytes().all(|digit| digit == b'0') && n_places > USUAL_PLACES as usize);
        if is_whole { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }

    /// Those nearest to zero, and powers of ten and their opposites: such a multiple of a step of many digits has no more
    /// of them than the step.
    fn few(&self) -> impl Iterator<Item = BigInt> {
        const NEAREST: u32 = 4_096;
        const MAX_ZEROS: u32 = 60;
        let powers = (0..MAX_ZEROS).map(|n_zeros| BigInt::from(10).pow(n_zeros)).flat_map(|at| [-&at, at]);
        let (near, by) = if self.first > BigInt::ZERO { (&self.first, 1) } else { (&self.last, -1) };
        let nearest = (0..NEAREST).map(move |nth| near + BigInt::from(nth) * by);
        nearest.chain(powers).filter(|at| (&self.first..=&self.last).contains(&at))
    }

    /// Numbers near one, with ever more zeros at their ends.
    fn rounded(&self, at: &BigInt) -> impl Iterator<Item = BigInt> {
        let n_digits = at.magnitude().to_string().len() as u32;
        // With more digits before the zeros, no double is printed.
        let least = n_digits.saturating_sub(MAX_PRINTED).max(1);
        let units = (least..=n_digits).map(|n_zeros| BigInt::from(10).pow(n_zeros));
        let near = units.flat_map(move |unit| [at.div_floor(&unit) * &unit, at.div_ceil(&unit) * &unit]);
        near.filter(|at| (&self.first..=&self.last).contains(&at))
    }
}

/// Bounds, each with whether it is a lower one, and whether it is included.
struct Bounds(Vec<(Decimal, bool, bool)>);

impl Bounds {
    fn range(&self, n_places: u32, step: BigInt, width: Option<Width>) -> Option<Range> {
        let one = BigInt::from(1);
        let (mut least, mut most) = (None::<BigInt>, None::<BigInt>);
        for (bound, is_lower, is_inclusive) in &self.0 {
            let more = bound.n_places().max(n_places);
            let (exact, unit) = (bound.scaled(more), BigInt::from(10).pow(more - n_places));
            if *is_lower {
                let own = if *is_inclusive { exact.div_ceil(&unit) } else { exact.div_floor(&unit) + &one };
                least = Some(least.map_or(own.clone(), |known| known.max(own)));
            } else {
                let own = if *is_inclusive { exact.div_floor(&unit) } else { exact.div_ceil(&unit) - &one };
                most = Some(most.map_or(own.clone(), |known| known.min(own)));
            }
        }
        let held = width.map(limits).map(|(least, most)| {
            let unit = BigInt::from(10).pow(n_places);
            (least * &unit, most * unit)
        });
        // The type holds no number near a bound beyond its range, so that such a bound is ignored.
        if let Some((own_least, own_most)) = &held {
            least = least.filter(|least| least >= own_least);
            most = most.filter(|most| most <= own_most);
        }
        // With one bound, the range ends so far from it that some multiples end with zeros, and that it holds the step times
        // a power of ten.
        let wide = (BigInt::from(WIDE) * BigInt::from(10).pow(n_places)).max(&step * WIDE);
        let beside = |bound: &BigInt| BigInt::from(bound.magnitude() * 10_u32).max(wide.clone());
        let (mut least, mut most) = match (least, most) {
            (Some(least), Some(most)) => (least, most),
            (Some(least), None) => (least.clone(), &least + beside(&least)),
            (None, Some(most)) => (&most - beside(&most), most),
            (None, None) => (-&wide, wide),
        };
        if let Some((own_least, own_most)) = held
            && least <= own_most
            && most >= own_least
        {
            (least, most) = (least.max(own_least), most.min(own_most));
        }
        let (first, last) = (least.div_ceil(&step), most.div_floor(&step));
        (first <= last).then_some(Range { n_places, step, first, last })
    }
}

/// The least and the greatest integer of a type, or a little less.
fn limits(width: Width) -> (BigInt, BigInt) {
    const MAX_DOUBLE: u32 = 308;
    match width {
        Width::I64 => (i64::MIN.into(), i64::MAX.into()),
        Width::U64 => (BigInt::ZERO, u64::MAX.into()),
        Width::I128 => (i128::MIN.into(), i128::MAX.into()),
        Width::U128 => (BigInt::ZERO, u128::MAX.into()),
        Width::F64 | Width::Json => (-BigInt::from(10).pow(MAX_DOUBLE), BigInt::from(10).pow(MAX_DOUBLE)),
    }
}

/// An integer between two; the ends are frequent.
fn between(first: &BigInt, last: &BigInt, random: &mut Random) -> BigInt {
    if let (Ok(first), Ok(last)) = (i128::try_from(first), i128::try_from(last)) {
        return random.between(first, last).into();
    }
    match random.below(8) {
        0 => first.clone(),
        1 => last.clone(),
        _ => within(first, last, random),
    }
}

/// Any integer between two.
fn within(first: &BigInt, last: &BigInt, random: &mut Random) -> BigInt {
    let n = last - first + BigInt::from(1);
    let n_parts = n.bits() / 64 + 1;
    let any = (0..n_parts).fold(BigInt::ZERO, |any, _| (any << 64) + random.number());
    first + any % n
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_beyond_the_type_is_none() {
        let bound =
            |text: &str, is_lower| (Decimal::of(&Number(text.into())).expect("the text is a number"), is_lower, true);
        let range = |bounds: Vec<_>| {
            let range = Bounds(bounds).range(0, BigInt::from(1), Some(Width::F64)).expect("there are numbers");
            (range.first, range.last)
        };
        let free = range(Vec::new());
        assert_eq!(range(vec![bound("1e400", false)]), free);
        assert_eq!(range(vec![bound("-1e400", true), bound("1e400", false)]), free);
        assert_eq!(range(vec![bound("-1e400", true), bound("7", false)]), range(vec![bound("7", false)]));
    }

    #[test]
    fn any_integer_between_two_comes_up() {
        let mut random = Random::new(1);
        let (first, last) = (-BigInt::from(10).pow(60), BigInt::from(10).pow(60));
        let all: Vec<BigInt> = (0..100).map(|_| between(&first, &last, &mut random)).collect();
        assert!(all.iter().all(|value| (&first..=&last).contains(&value)));
        assert!(all.contains(&first) && all.contains(&last));
        assert!(all.iter().filter(|value| **value > BigInt::ZERO).count() > 20);
    }
}
