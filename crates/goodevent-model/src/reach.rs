//! Range of the numbers of a schema, and whether a type holds any of them.
//!
//! The intervals over-approximate the valid numbers; a type that holds none of their numbers therefore holds no valid one.

use goodevent_json::width::Width;
use goodevent_schema::{
    decimal::{Decimal, double_between},
    ir::{Graph, Keywords, Number, SchemaId, Types, Value},
    source::Spanned,
};
use num_bigint::BigInt;
use num_integer::Integer as _;

use crate::merge::Merged;

/// The numbers that the keywords of a schema leave.
#[derive(Debug)]
pub(crate) struct Reach {
    intervals: Vec<Interval>,
    /// What they are multiples of; integers also of 1.
    divisors: Vec<Decimal>,
}

/// The numbers between two bounds.
#[derive(Debug, Clone, Default, PartialEq)]
struct Interval {
    least: Option<Bound>,
    most: Option<Bound>,
}

#[derive(Debug, Clone, PartialEq)]
struct Bound {
    value: Decimal,
    is_included: bool,
}

/// Intervals beyond these are taken to be one.
const MAX_INTERVALS: usize = 16;

/// Schemas within schemas are looked at so far.
const MAX_DEPTH: usize = 8;

/// As many schemas are looked at.
const MAX_SCHEMAS: usize = 256;

impl Reach {
    pub(crate) fn of(merged: &Merged<'_>, is_integer: bool) -> Self {
        let multiples = merged.keywords().filter_map(|keywords| keywords.number.multiple_of.as_ref());
        let divisors = multiples.filter_map(|divisor| Decimal::of(&divisor.value));
        let one = is_integer.then(|| Decimal::scaled_from(BigInt::from(1), 0));
        let mut look = Look { graph: merged.graph, is_integer, n_left: MAX_SCHEMAS };
        Self { intervals: look.at(merged.id, 0), divisors: divisors.chain(one).collect() }
    }

    /// Whether a type holds one of the numbers, as far as that is known; also if there is none at all.
    pub(crate) fn is_held(&self, width: Width) -> bool {
        let step = self.step();
        let of_interval = |interval: &Interval| match &step {
            Some(step) => multiples_held(interval, step, width),
            None if interval.is_empty() => Held::None,
            None if interval.has_double() => Held::Some,
            None => Held::Others,
        };
        let held: Vec<Held> = self.intervals.iter().map(of_interval).collect();
        held.contains(&Held::Some) || !held.contains(&Held::Others)
    }

    /// The least number that is a multiple of all divisors.
    fn step(&self) -> Option<Decimal> {
        let n_places = self.divisors.iter().map(Decimal::n_places).max()?;
        let scaled = self.divisors.iter().map(|divisor| divisor.scaled(n_places));
        let step = scaled.filter(|divisor| *divisor > BigInt::ZERO).reduce(|step, divisor| step.lcm(&divisor))?;
        Some(Decimal::scaled_from(step, n_places))
    }
}

/// Whether there are numbers, and the type holds some.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    Some,
    /// There are numbers, and it holds none of them.
    Others,
    None,
}

/// The walk through the schemas that say where a number lies.
struct Look<'g> {
    graph: &'g Graph,
    is_integer: bool,
    n_left: usize,
}

impl Look<'_> {
    fn at(&mut self, id: SchemaId, depth: usize) -> Vec<Interval> {
        let schema = &self.graph[id];
        let keywords = &schema.keywords;
        let numbers = Types::INTEGER.union(Types::NUMBER);
        let has_numbers = keywords.types.as_ref().is_none_or(|types| !types.value.intersection(numbers).is_empty());
        if schema.always == Some(false) || !has_numbers {
            return Vec::new();
        }
        if depth > MAX_DEPTH || self.n_left == 0 {
            return vec![Interval::default()];
        }
        self.n_left -= 1;
        let mut found = vec![Interval::of(keywords)];
        let lists = keywords.enumeration.iter().map(|list| list.value.iter().map(|own| &own.value).collect());
        let lists = lists.chain(keywords.constant.iter().map(|constant| vec![&constant.value]));
        for list in lists {
            found = meet(&found, &points(&list));
        }
        let applied = &keywords.applied;
        let beside = keywords.reference.iter().map(|target| target.value).chain(applied.all_of.iter().copied());
        for id in beside {
            found = meet(&found, &self.at(id, depth + 1));
        }
        for union in [&applied.any_of, &applied.one_of] {
            if !union.is_empty() {
                let branches: Vec<Interval> = union.iter().flat_map(|id| self.at(*id, depth + 1)).collect();
                found = meet(&found, &branches);
            }
        }
        if let Some(condition) = &applied.condition {
            let mut branch = |id: Option<SchemaId>| match id {
                Some(id) => self.at(id, depth + 1),
                None => vec![Interval::default()],
            };
            let mut holds = branch(condition.then);
            holds = meet(&holds, &branch(Some(condition.condition)));
            holds.extend(branch(condition.otherwise));
            found = meet(&found, &holds);
        }
        if let Some(excluded) = applied.not.and_then(|not| self.alone(not)) {
            found = meet(&found, &excluded.complement());
        }
        found
    }

    /// The numbers of a schema that says nothing but bounds, exactly.
    fn alone(&self, id: SchemaId) -> Option<Interval> {
        let schema = &self.graph[id];
        let keywords = &schema.keywords;
        let has_all =
            |types: Types| types.contains(Types::NUMBER) || (self.is_integer && types.contains(Types::INTEGER));
        let is_alone = keywords.names().all(|name| match name {
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => true,
            "type" => keywords.types.as_ref().is_some_and(|types| has_all(types.value)),
            _ => false,
        });
        let number = &keywords.number;
        let bounds = [&number.minimum, &number.maximum, &number.exclusive_minimum, &number.exclusive_maximum];
        let are_known = bounds.into_iter().flatten().all(|bound| Decimal::of(&bound.value).is_some());
        (schema.always.is_none() && is_alone && are_known).then(|| Interval::of(keywords))
    }
}

impl Interval {
    fn of(keywords: &Keywords) -> Self {
        let number = &keywords.number;
        let bound = |bound: &Option<Spanned<Number>>, is_included: bool| {
            Some(Bound { value: Decimal::of(&bound.as_ref()?.value)?, is_included })
        };
        let least = narrower(bound(&number.minimum, true), bound(&number.exclusive_minimum, false), true);
        let most = narrower(bound(&number.maximum, true), bound(&number.exclusive_maximum, false), false);
        Self { least, most }
    }

    fn meet(&self, other: &Self) -> Self {
        Self {
            least: narrower(self.least.clone(), other.least.clone(), true),
            most: narrower(self.most.clone(), other.most.clone(), false),
        }
    }

    fn is_empty(&self) -> bool {
        self.least.as_ref().zip(self.most.as_ref()).is_some_and(|(least, most)| {
            let is_point = least.value == most.value && least.is_included && most.is_included;
            least.value >= most.value && !is_point
        })
    }

    /// The numbers that are not in it.
    fn complement(&self) -> Vec<Self> {
        let other = |bound: &Bound| Bound { value: bound.value.clone(), is_included: !bound.is_included };
        let below = self.least.iter().map(|least| Self { least: None, most: Some(other(least)) });
        let above = self.most.iter().map(|most| Self { least: Some(other(most)), most: None });
        below.chain(above).collect()
    }

    /// Whether a double is printed as a number of it.
    fn has_double(&self) -> bool {
        let least = self.least.as_ref().map(|bound| (&bound.value, bound.is_included));
        let most = self.most.as_ref().map(|bound| (&bound.value, bound.is_included));
        double_between(least, most).is_some()
    }
}

/// The bound that leaves less.
fn narrower(left: Option<Bound>, right: Option<Bound>, is_least: bool) -> Option<Bound> {
    let (Some(left), Some(right)) = (&left, &right) else { return left.or(right) };
    let is_left = match left.value.cmp(&right.value) {
        std::cmp::Ordering::Equal => !left.is_included,
        order => order.is_gt() == is_least,
    };
    Some(if is_left { left.clone() } else { right.clone() })
}

/// The numbers that are in both.
fn meet(left: &[Interval], right: &[Interval]) -> Vec<Interval> {
    let pairs = left.iter().flat_map(|left| right.iter().map(|right| left.meet(right)));
    let mut all: Vec<Interval> = Vec::new();
    for interval in pairs.filter(|interval| !interval.is_empty()) {
        if !all.contains(&interval) {
            all.push(interval);
        }
        if all.len() > MAX_INTERVALS {
            return vec![Interval::default()];
        }
    }
    all
}

/// The numbers among some values.
fn points(values: &[&Value]) -> Vec<Interval> {
    let numbers = values.iter().filter_map(|value| if let Value::Number(number) = value { Some(number) } else { None });
    let point = |number: &Number| match Decimal::of(number) {
        Some(value) => {
            let bound = Some(Bound { value, is_included: true });
            Interval { least: bound.clone(), most: bound }
        }
        None => Interval::default(),
    };
    numbers.map(point).collect()
}

/// Whether a type holds a multiple of `step` that lies in an interval.
fn multiples_held(interval: &Interval, step: &Decimal, width: Width) -> Held {
    /// As many multiples from each end are tried one by one.
    const MANY: usize = 4_096;
    /// Where there is a bound on one side, zeros at the end of as many multiples.
    const MAX_ZEROS: u32 = 40;
    /// A double is printed with no more digits than the greatest integer of 64 bits has.
    const MAX_PRINTED: u64 = u64::MAX;
    let n_places = step.n_places();
    let whole = |bound: &Bound, is_least: bool| {
        let n_places = n_places.max(bound.value.n_places());
        let (value, step) = (bound.value.scaled(n_places), step.scaled(n_places));
        match (is_least, bound.is_included) {
            (true, true) => value.div_ceil(&step),
            (true, false) => value.div_floor(&step) + 1,
            (false, true) => value.div_floor(&step),
            (false, false) => value.div_ceil(&step) - 1,
        }
    };
    let first = interval.least.as_ref().map(|bound| whole(bound, true));
    let last = interval.most.as_ref().map(|bound| whole(bound, false));
    if first.as_ref().zip(last.as_ref()).is_some_and(|(first, last)| first > last) {
        return Held::None;
    }
    let is_within =
        |at: &BigInt| first.as_ref().is_none_or(|first| at >= first) && last.as_ref().is_none_or(|last| at <= last);
    let scaled = step.scaled(n_places);
    let is_held = |at: &BigInt| width.fits(&Decimal::scaled_from(at * &scaled, n_places).print().0);
    if is_within(&BigInt::ZERO) {
        return Held::Some;
    }
    // All are on one side of zero; the nearest first.
    let (near, by) = match (&first, &last) {
        (Some(first), _) if *first > BigInt::ZERO => (first, BigInt::from(1)),
        (_, Some(last)) => (last, BigInt::from(-1)),
        _ => return Held::Some,
    };
    let mut nearest = std::iter::successors(Some(near.clone()), |at| Some(at + &by)).take_while(|at| is_within(at));
    if matches!(width, Width::I64 | Width::U64 | Width::I128 | Width::U128) {
        return if nearest.next().is_some_and(|at| is_held(&at)) { Held::Some } else { Held::Others };
    }
    // All others are farther from zero.
    let least: f64 = Decimal::scaled_from(near * &scaled, n_places).print().0.parse().unwrap_or(f64::INFINITY);
    if least.is_infinite() {
        return Held::Others;
    }
    if nearest.take(MANY).any(|at| is_held(&at)) {
        return Held::Some;
    }
    let units = (0..near.magnitude().to_string().len() as u32 + MAX_ZEROS).map(|n_zeros| BigInt::from(10).pow(n_zeros));
    let mut round = units.flat_map(|unit| [near.div_floor(&unit) * &unit, near.div_ceil(&unit) * &unit]);
    if round.any(|at| at != BigInt::ZERO && is_within(&at) && is_held(&at)) {
        return Held::Some;
    }
    let n_multiples = first.as_ref().zip(last.as_ref()).map(|(first, last)| last - first);
    let are_all_tried = n_multiples.is_some_and(|n| n < BigInt::from(MANY));
    // A product with a power of ten has all other factors still.
    let mut rest = scaled;
    for prime in [2, 5] {
        while (&rest % prime) == BigInt::ZERO {
            rest /= prime;
        }
    }
    if are_all_tried || rest > BigInt::from(MAX_PRINTED) { Held::Others } else { Held::Some }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(least: Option<&str>, most: Option<&str>, is_included: bool) -> Interval {
        let bound =
            |text: &str| Bound { value: Decimal::of(&Number(text.into())).expect("it is a number"), is_included };
        Interval { least: least.map(bound), most: most.map(bound) }
    }

    #[test]
    fn doubles_lie_between_bounds_or_do_not() {
        for (least, most, is_included, expected) in [
            (Some("0"), Some("1e-400"), false, false),
            (Some("0"), Some("1e-400"), true, true),
            (Some("0"), Some("5e-324"), false, false),
            (Some("0"), Some("5e-324"), true, true),
            (Some("0.1000000000000000000000001"), Some("0.1000000000000000000000002"), true, false),
            (Some("0.09999999999999999999"), Some("0.10000000000000000001"), false, true),
            (Some("1e400"), None, true, false),
            (None, Some("-1e400"), true, false),
            (Some("-1e400"), Some("1e400"), true, true),
            (Some("9007199254740992.5"), Some("9007199254740993.5"), true, false),
            (Some("9007199254740991.5"), Some("9007199254740992.5"), true, true),
            (None, None, true, true),
        ] {
            let own = interval(least, most, is_included);
            assert_eq!(own.has_double(), expected, "{least:?} {most:?} {is_included}");
        }
    }

    #[test]
    fn multiples_fit_or_do_not() {
        let step = |text: &str| Decimal::of(&Number(text.into())).expect("it is a number");
        for (divisor, least, most, width, expected) in [
            ("1e40", Some("1"), None, Width::U64, Held::Others),
            ("1e40", Some("0"), None, Width::U64, Held::Some),
            ("1e18", Some("1"), None, Width::I64, Held::Some),
            ("1e19", Some("1"), None, Width::I64, Held::Others),
            ("1e19", Some("1"), None, Width::U64, Held::Some),
            ("7", Some("1"), Some("6"), Width::I64, Held::None),
            ("7", Some("1"), Some("6"), Width::F64, Held::None),
            ("0.01", Some("0.001"), Some("0.01"), Width::F64, Held::Some),
            ("9007199254740993", Some("1"), None, Width::F64, Held::Some),
            ("9007199254740993", Some("1"), Some("9007199254740994"), Width::F64, Held::Others),
            ("1.00000000000000000001", Some("1"), Some("2"), Width::F64, Held::Others),
            ("1.00000000000000000001", Some("1"), None, Width::F64, Held::Others),
            ("1e400", Some("1"), None, Width::F64, Held::Others),
            ("1e400", Some("-1"), None, Width::F64, Held::Some),
        ] {
            let found = multiples_held(&interval(least, most, true), &step(divisor), width);
            assert_eq!(found, expected, "{divisor} {least:?} {most:?} {width}");
        }
    }

    #[test]
    fn intervals_meet_and_complement() {
        let own = interval(Some("1"), Some("3"), true);
        assert_eq!(own.complement(), [interval(None, Some("1"), false), interval(Some("3"), None, false)]);
        assert_eq!(meet(&own.complement(), std::slice::from_ref(&own)), []);
        assert_eq!(own.meet(&interval(Some("2"), None, false)).least, interval(Some("2"), None, false).least);
    }
}
