//! A number within bounds that is a multiple of some numbers and not of others.

use std::rc::Rc;

use goodevent_schema::{
    decimal::Decimal,
    ir::{Number, Value},
};
use num_bigint::BigInt;
use num_integer::Integer as _;

use super::{
    kinds::Kinds,
    question::Answer,
    said::Said,
    solver::Solver,
    state::{State, is_left},
};

/// More candidates than this are not tried.
const MAX_CANDIDATES: u32 = 20_000;

/// What a number has to be, in units of ten to the power of minus `n_places`.
struct Rule {
    n_places: u32,
    least: Option<BigInt>,
    most: Option<BigInt>,
    of: Vec<BigInt>,
    not_of: Vec<BigInt>,
    /// Whether there are so many numbers that one more place makes no difference.
    is_dense: bool,
}

impl<'g> Solver<'g> {
    pub(super) fn number(&mut self, state: &State<'g>, kind: Kinds) -> Answer {
        let Some(rule) = Rule::of(state, kind) else { return Answer::Unknown("a number has too many digits") };
        let mut n_steps = 0;
        let answer = rule.solve(&mut n_steps, |value| {
            let mut number = value.print();
            if kind == Kinds::WHOLE {
                number = Number(format!("{}.0", number.0).into());
            }
            let value = Value::Number(number);
            is_left(state, &value).then(|| Rc::new(value))
        });
        self.n_spent += n_steps;
        answer
    }
}

impl Rule {
    fn of(state: &State<'_>, kind: Kinds) -> Option<Self> {
        let bounds = state.said.iter().filter_map(|(said, is_so)| match said {
            Said::Minimum(bound) => Some((*bound, true, true, *is_so)),
            Said::Above(bound) => Some((*bound, true, false, *is_so)),
            Said::Maximum(bound) => Some((*bound, false, true, *is_so)),
            Said::Below(bound) => Some((*bound, false, false, *is_so)),
            _ => None,
        });
        let divisors = state.said.iter().filter_map(|(said, is_so)| match said {
            Said::MultipleOf(divisor) => Some((*divisor, *is_so)),
            _ => None,
        });
        let bounds: Vec<(Decimal, bool, bool, bool)> = bounds
            .map(|(bound, is_lower, is_inclusive, is_so)| Some((Decimal::of(bound)?, is_lower, is_inclusive, is_so)))
            .collect::<Option<_>>()?;
        let divisors: Vec<(Decimal, bool)> =
            divisors.map(|(divisor, is_so)| Some((Decimal::of(divisor)?, is_so))).collect::<Option<_>>()?;
        let places = bounds.iter().map(|(bound, ..)| bound.n_places());
        let mut n_places = places.chain(divisors.iter().map(|(divisor, _)| divisor.n_places())).max().unwrap_or(0);
        let has_step = kind != Kinds::FRACTION || divisors.iter().any(|(_, is_so)| *is_so);
        if !has_step {
            // Room between two bounds that are next to each other.
            n_places += 2;
        }
        let mut rule =
            Self { n_places, least: None, most: None, of: Vec::new(), not_of: Vec::new(), is_dense: !has_step };
        for (bound, is_lower, is_inclusive, is_so) in bounds {
            // What is not at least the bound is below it.
            let (is_lower, is_inclusive) = if is_so { (is_lower, is_inclusive) } else { (!is_lower, !is_inclusive) };
            let by = i32::from(!is_inclusive);
            let scaled = bound.scaled(n_places);
            if is_lower {
                let least = scaled + by;
                rule.least = Some(rule.least.take().map_or(least.clone(), |known| known.max(least)));
            } else {
                let most = scaled - by;
                rule.most = Some(rule.most.take().map_or(most.clone(), |known| known.min(most)));
            }
        }
        for (divisor, is_so) in divisors {
            let scaled = divisor.scaled(n_places);
            if is_so { rule.of.push(scaled) } else { rule.not_of.push(scaled) }
        }
        let one = BigInt::from(10).pow(n_places);
        if kind == Kinds::FRACTION {
            rule.not_of.push(one)
        } else {
            rule.of.push(one)
        }
        Some(rule)
    }

    /// The candidates from the plainest on. A step is the time in which eight divisions are made.
    fn solve(&self, n_steps: &mut u64, accepts: impl Fn(&Decimal) -> Option<Rc<Value>>) -> Answer {
        if self.of.iter().chain(&self.not_of).any(|divisor| *divisor <= BigInt::ZERO) {
            return Answer::Unknown("a number is to be a multiple of none");
        }
        let step = self.of.iter().fold(BigInt::from(1), |step, divisor| step.lcm(divisor));
        let first = self.least.as_ref().map(|least| least.div_ceil(&step));
        let last = self.most.as_ref().map(|most| most.div_floor(&step));
        if first.as_ref().zip(last.as_ref()).is_some_and(|(first, last)| first > last) {
            return self.nothing();
        }
        // What the others leave out comes again after so many steps.
        let period = self.not_of.iter().fold(step.clone(), |period, divisor| period.lcm(divisor)) / &step;
        let zero = BigInt::ZERO;
        let is_within =
            |at: &BigInt| first.as_ref().is_none_or(|first| at >= first) && last.as_ref().is_none_or(|last| at <= last);
        let begin = match (&first, &last) {
            _ if is_within(&zero) => zero,
            (Some(first), _) if *first > zero => first.clone(),
            (_, Some(last)) => last.clone(),
            _ => zero,
        };
        let mut n_tried = 0_u32;
        let mut distance = BigInt::ZERO;
        loop {
            let pair = [&begin + &distance, &begin - &distance];
            let mut is_any_within = false;
            for at in pair.iter().take(if distance == BigInt::ZERO { 1 } else { 2 }).filter(|at| is_within(at)) {
                is_any_within = true;
                n_tried += 1;
                *n_steps += 1 + self.not_of.len() as u64 / 8;
                let value = at * &step;
                if self.not_of.iter().any(|divisor| (&value % divisor) == BigInt::ZERO) {
                    continue;
                }
                if let Some(found) = accepts(&Decimal::scaled_from(value, self.n_places)) {
                    return Answer::Found(found);
                }
            }
            if !is_any_within {
                return self.nothing();
            }
            // Two periods, and no value was left but those that are excluded one by one.
            let is_through = distance > &period * 2 && !self.not_of.is_empty() && self.is_never(&step);
            if is_through {
                return self.nothing();
            }
            if n_tried > MAX_CANDIDATES {
                return Answer::Unknown("there are too many numbers to try");
            }
            distance += 1;
        }
    }

    /// Whether every multiple of `step` is one of a number that is left out.
    fn is_never(&self, step: &BigInt) -> bool {
        self.not_of.iter().any(|divisor| (step % divisor) == BigInt::ZERO)
    }

    fn nothing(&self) -> Answer {
        // With bounds so near to each other that there is no number between them that is written in so few places, there
        // is one that is written in more, unless the bounds are one.
        let is_one_point = self.least.as_ref().zip(self.most.as_ref()).is_some_and(|(least, most)| least >= most);
        match self.is_dense && !is_one_point {
            true => Answer::Unknown("a number lies between two that are close"),
            false => Answer::None,
        }
    }
}
