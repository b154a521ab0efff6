//! The longest number of a range, as the encoder prints it: integers of 64 bits in digits, other numbers as the shortest
//! decimals that denote the double.

use std::sync::LazyLock;

use goodevent_json::decimal::{self, Decimal, Held, MAX_NUMBER_BYTES};
use goodevent_schema::{
    decimal as exact,
    ir::{Keywords, Number},
};
use smol_str::{ToSmolStr, format_smolstr};

use super::witness::{Form, Witness};

/// What a number has to keep to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct NumberRule {
    is_integer: bool,
    min: Option<Number>,
    max: Option<Number>,
    divisors: Vec<Number>,
    /// Whether a bound is excluded that is kept here as if it were not.
    excludes_ends: bool,
}

/// The longest number of a rule.
#[derive(Debug, Clone)]
pub(super) struct Longest {
    /// Bytes that no number exceeds, if there is such a bound; 0 if there is no number.
    pub(super) max_bytes: Option<u64>,
    pub(super) witness: Option<Witness>,
    /// Whether the witness has to be looked at.
    pub(super) is_guess: bool,
}

impl NumberRule {
    /// All that some schemas ask of one number. What excludes a bound is taken to include it, but for integers.
    pub(super) fn of<'k>(schemas: impl Iterator<Item = &'k Keywords>, is_integer: bool) -> Self {
        let mut rule = Self { is_integer, min: None, max: None, divisors: Vec::new(), excludes_ends: false };
        for keywords in schemas {
            let step = i128::from(is_integer);
            let is_excluded =
                keywords.number.exclusive_minimum.is_some() || keywords.number.exclusive_maximum.is_some();
            rule.excludes_ends |= is_excluded && !is_integer;
            let above = keywords.number.exclusive_minimum.as_ref().map(|bound| shifted(&bound.value, step));
            let below = keywords.number.exclusive_maximum.as_ref().map(|bound| shifted(&bound.value, -step));
            for min in keywords.number.minimum.as_ref().map(|bound| bound.value.clone()).into_iter().chain(above) {
                rule.min = Some(rule.min.take().map_or(min.clone(), |known| greater(known, min)));
            }
            for max in keywords.number.maximum.as_ref().map(|bound| bound.value.clone()).into_iter().chain(below) {
                rule.max = Some(rule.max.take().map_or(max.clone(), |known| lesser(known, max)));
            }
            rule.divisors.extend(keywords.number.multiple_of.iter().map(|divisor| divisor.value.clone()));
        }
        rule
    }

    /// Whether a small integer is allowed for sure.
    pub(super) fn allows(&self, value: i128) -> bool {
        let is_above = self.min.as_ref().is_none_or(|min| min.as_f64() < value as f64 || min.as_i128() == Some(value));
        let is_below = self.max.as_ref().is_none_or(|max| max.as_f64() > value as f64 || max.as_i128() == Some(value));
        let divides = |divisor: &Number| divisor.as_i128().is_some_and(|divisor| divisor != 0 && value % divisor == 0);
        is_above && is_below && !self.excludes_ends && self.divisors.iter().all(divides)
    }

    pub(super) fn longest(&self) -> Longest {
        match self.digits().or_else(|| self.integers()).or_else(|| self.wide()).or_else(|| self.decimals()) {
            Some(longest) => longest,
            None => self.doubles(),
        }
    }

    /// Numbers that no double and no integer of 64 bits is, so that their digits are kept: as many as are read.
    fn digits(&self) -> Option<Longest> {
        // A sign, a point and an exponent.
        const MAX_AROUND: u64 = 24;
        let exact = |bound: &Option<Number>| bound.as_ref().and_then(exact::Decimal::of);
        let (least, most) = (exact(&self.min), exact(&self.max));
        if least.as_ref().zip(most.as_ref()).is_some_and(|(least, most)| least > most) {
            return Some(Longest { max_bytes: Some(0), witness: None, is_guess: false });
        }
        let is_included = !self.excludes_ends;
        let [least, most] = [&least, &most].map(|bound| bound.as_ref().map(|bound| (bound, is_included)));
        let has_double = exact::double_between(least, most).is_some();
        let is_wide = |divisor: &Number| divisor.as_f64() >= 9.2e18;
        let has_wide_step = self.is_integer && self.divisors.iter().any(is_wide);
        if (self.is_integer || has_double) && !has_wide_step {
            return None;
        }
        let witness = self.max.as_ref().or(self.min.as_ref()).map(|bound| Witness::json(&printed_number(bound)));
        Some(Longest { max_bytes: Some(MAX_NUMBER_BYTES as u64 + MAX_AROUND), witness, is_guess: true })
    }

    /// Integers of a bound that takes more than 64 bits: a type of 128 bits holds them, or their digits.
    fn wide(&self) -> Option<Longest> {
        const MAX_128_BITS: u64 = 40;
        // Digits beyond that may be printed with a sign, a point and an exponent.
        const MAX_AROUND: u64 = 24;
        let bounds: Vec<Decimal> =
            [&self.min, &self.max].into_iter().flatten().filter_map(|bound| Decimal::parse(&bound.0)).collect();
        let is_wide = |bound: &Decimal| bound.as_i128().is_none_or(|value| i64::try_from(value).is_err());
        let widest =
            bounds.iter().filter(|bound| self.is_integer && is_wide(bound)).max_by_key(|bound| bound.n_digits())?;
        let is_held = bounds.iter().all(|bound| bound.as_i128().is_some() || bound.as_u128().is_some());
        let max_bytes = if is_held {
            Some(MAX_128_BITS)
        } else {
            (bounds.len() == 2).then(|| widest.n_digits().saturating_add(MAX_AROUND))
        };
        Some(Longest { max_bytes, witness: Some(Witness::json(&widest.to_string())), is_guess: true })
    }

    /// Integers between integers.
    fn integers(&self) -> Option<Longest> {
        let (min, max, divisor) = self.range().filter(|(.., divisor)| *divisor < i128::from(i64::MAX))?;
        Some(multiples(min, max, divisor, 0))
    }

    /// All integers there can be, if they are few.
    pub(super) fn few(&self) -> Option<Vec<String>> {
        const FEW: i128 = 4_096;
        let (min, max, divisor) = self.range().filter(|(min, max, _)| max - min < FEW)?;
        Some((min..=max).filter(|value| value % divisor == 0).map(|value| value.to_string()).collect())
    }

    /// The integers between two, and of which one they are multiples.
    fn range(&self) -> Option<(i128, i128, i128)> {
        if !self.is_integer {
            return None;
        }
        let whole = |bound: &Number, up: bool| {
            let exact = bound.as_i128();
            exact.or_else(|| {
                let value = bound.as_f64();
                let value = if up { value.ceil() } else { value.floor() };
                (value.abs() < 9e18).then_some(value as i128)
            })
        };
        let (min, max) = (whole(self.min.as_ref()?, true)?, whole(self.max.as_ref()?, false)?);
        // The product with a divisor stays within 128 bits.
        const MOST: i128 = 10_i128.pow(37);
        if min < -MOST || max > MOST {
            return None;
        }
        let divisors: Option<Vec<i128>> = self.divisors.iter().map(Number::as_i128).collect();
        let divisor = match divisors?.as_slice() {
            [] => 1,
            [divisor] if *divisor > 0 => *divisor,
            _ => return None,
        };
        Some((min, max, divisor))
    }

    /// Multiples of a decimal such as 0.01, between two of them.
    fn decimals(&self) -> Option<Longest> {
        let [divisor] = self.divisors.as_slice() else { return None };
        let n_places = n_places(divisor)?;
        // Doubles keep 15 digits, and print them without exponent.
        let most = 10_f64.powi(15 - n_places as i32);
        let (min, max) = (self.min.as_ref()?, self.max.as_ref()?);
        if min.as_f64().abs() >= most || max.as_f64().abs() >= most || n_places > 5 {
            return None;
        }
        let scaled = |number: &Number| Number(format_smolstr!("{}e{n_places}", number.0)).as_i128();
        let divisor = scaled(divisor).filter(|divisor| *divisor > 0)?;
        let min = scaled(min).or_else(|| Some((min.as_f64() * 10_f64.powi(n_places as i32)).floor() as i128))?;
        let max = scaled(max).or_else(|| Some((max.as_f64() * 10_f64.powi(n_places as i32)).ceil() as i128))?;
        let mut longest = multiples(min, max, divisor, n_places);
        longest.is_guess = true;
        Some(longest)
    }

    /// Doubles of a range.
    fn doubles(&self) -> Longest {
        let bound = |bound: &Option<Number>, none: f64| bound.as_ref().map_or(none, Number::as_f64);
        let (min, max) = (bound(&self.min, -f64::MAX).max(-f64::MAX), bound(&self.max, f64::MAX).min(f64::MAX));
        if min > max {
            return Longest { max_bytes: Some(0), witness: None, is_guess: false };
        }
        // Decades by the length of their longest numbers.
        let mut decades: Vec<(u64, f64, f64)> = Vec::new();
        for exponent in -324..=308_i32 {
            let (least, most) = decade(exponent);
            for (sign, low, high) in [(0, least, most), (1, -most, -least)] {
                let (low, high) = (low.max(min), high.min(max));
                let n_digits = if exponent < -307 { 17 + (exponent + 308).min(0) } else { 17 };
                if low <= high {
                    decades.push((printed_len(exponent, n_digits.max(1) as u64) + sign, low, high));
                }
            }
        }
        // Integers of 64 bits are printed in digits.
        let digits = |value: f64| (value as i128).clamp(i64::MIN.into(), u64::MAX.into()).to_string();
        let whole = [digits(min.ceil()), digits(max.floor()), "0".to_owned()];
        let whole = whole.into_iter().filter(|text| (min..=max).contains(&text.parse().unwrap_or(f64::NAN)));
        let mut longest = whole.max_by_key(String::len);
        decades.sort_by_key(|(length, ..)| std::cmp::Reverse(*length));
        let n_digits = longest.as_ref().map_or(0, |text| text.len() as u64);
        let max_bytes = decades.first().map_or(0, |(length, ..)| *length).max(n_digits);
        for (length, low, high) in decades {
            if longest.as_ref().is_some_and(|text| text.len() as u64 >= length) {
                break;
            }
            let found = longest_between(low, high, self.is_integer);
            longest = found.into_iter().chain(longest).max_by_key(String::len);
        }
        let is_guess = !self.divisors.is_empty() || self.is_integer || self.min.is_some() || self.max.is_some();
        Longest { max_bytes: Some(max_bytes), witness: longest.map(|text| Witness::json(&text)), is_guess }
    }
}

/// The longest of the multiples of `divisor` from `min` to `max`, all in units of so many places behind the point.
fn multiples(min: i128, max: i128, divisor: i128, n_places: u32) -> Longest {
    let (first, last) = (-(-min).div_euclid(divisor) * divisor, max.div_euclid(divisor) * divisor);
    if first > last {
        return Longest { max_bytes: Some(0), witness: None, is_guess: false };
    }
    if n_places == 0 {
        let longer = if first.to_string().len() > last.to_string().len() { first } else { last };
        // The others of that length, away from the end of the range.
        let n_digits = longer.unsigned_abs().to_string().len() as u32;
        let least = if n_digits == 1 { 0 } else { 10_i128.pow(n_digits - 1) };
        let (from, to) = if longer < 0 { (first, last.min(-least.max(1))) } else { (first.max(least), last) };
        let from = -(-from).div_euclid(divisor) * divisor;
        let n = u64::try_from((to.div_euclid(divisor) * divisor - from) / divisor + 1).unwrap_or(u64::MAX);
        let witness = Witness::new(Form::Integers(from, divisor, n.max(1)));
        return Longest { max_bytes: Some(longer.to_string().len() as u64), witness: Some(witness), is_guess: false };
    }
    let print = |value: i128| decimal(value, n_places);
    // Trailing zeros are not printed: the neighbours of an end may be longer than it, and a multiple whose last place is
    // not zero is never far.
    let near = (0..200).flat_map(|step| [first + step * divisor, last - step * divisor]);
    let longest = near.filter(|value| (first..=last).contains(value)).map(print).max_by_key(String::len);
    let longest = longest.unwrap_or_else(|| print(first));
    Longest { max_bytes: Some(longest.len() as u64), witness: Some(Witness::json(&longest)), is_guess: true }
}

/// `1234` with two places as `12.34`, without trailing zeros.
fn decimal(value: i128, n_places: u32) -> String {
    let scale = 10_u128.pow(n_places);
    let (whole, rest) = (value.unsigned_abs() / scale, value.unsigned_abs() % scale);
    let sign = if value < 0 { "-" } else { "" };
    let rest = format!("{rest:0width$}", width = n_places as usize);
    match rest.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        rest => format!("{sign}{whole}.{rest}"),
    }
}

/// Digits behind the point that a number has.
fn n_places(number: &Number) -> Option<u32> {
    (0..=20).find(|places| Number(format_smolstr!("{}e{places}", number.0)).as_i128().is_some())
}

/// The doubles from `1e<exponent>` up to the next power of ten, which is not among them.
fn decade(exponent: i32) -> (f64, f64) {
    static POWERS: LazyLock<Vec<f64>> =
        LazyLock::new(|| (-324..=308).map(|exponent| format!("1e{exponent}").parse().unwrap_or(f64::MAX)).collect());
    let at = (exponent + 324) as usize;
    let next = POWERS.get(at + 1).map_or(f64::MAX, |next| next.next_down());
    (POWERS[at].max(f64::from_bits(1)), next)
}

/// Bytes of a number of so many digits, the first of which stands for `10^exponent`.
fn printed_len(exponent: i32, n_digits: u64) -> u64 {
    let magnitude = u64::from(exponent.unsigned_abs());
    match exponent {
        // `0.00012`
        -5..=-1 => 1 + magnitude + n_digits,
        // `123.4`; what has no fraction is an integer.
        0..=15 => (n_digits + 1).max(magnitude + 1),
        // `1.2e-7`, `1.2e+20`
        _ => n_digits + u64::from(n_digits > 1) + 2 + magnitude.to_string().len() as u64,
    }
}

/// One of the longest of a range of doubles, as far as a few attempts find it.
fn longest_between(low: f64, high: f64, is_integer: bool) -> Option<String> {
    let (from, to) = (order(low), order(high));
    let n = (to - from).unsigned_abs();
    // Steps of an odd share of the range visit all kinds of last digits.
    let attempts = (0..24_u64).map(|attempt| from + (n.wrapping_mul(attempt * 2 + 1) / 48).min(n) as i64);
    let ends = (0..8).flat_map(|step| [from.saturating_add(step).min(to), to.saturating_sub(step).max(from)]);
    let values = attempts.chain(ends).map(double).filter(|value| value.is_finite());
    let values = values.filter(|value| !is_integer || value.fract() == 0.0);
    values.map(printed).max_by_key(String::len)
}

/// A number as the encoder prints it.
pub(crate) fn printed_number(number: &Number) -> String {
    match decimal::held(&number.0) {
        Some(Held::U64(value)) => value.to_string(),
        Some(Held::I64(value)) => value.to_string(),
        Some(Held::F64(value)) => printed(value),
        Some(Held::Digits) | None => Decimal::parse(&number.0).map(|number| number.to_string()).unwrap_or_default(),
    }
}

/// A double as the encoder prints it.
fn printed(value: f64) -> String {
    const END: f64 = 18_446_744_073_709_551_616.0;
    let is_negative_zero = value == 0.0 && value.is_sign_negative();
    if value.fract() == 0.0 && (-END / 2.0..END).contains(&value) && !is_negative_zero {
        return (value as i128).to_string();
    }
    zmij::Buffer::new().format_finite(value).to_owned()
}

/// Doubles by their place in the order of all.
fn order(value: f64) -> i64 {
    let bits = value.to_bits() as i64;
    if bits < 0 { i64::MIN - bits } else { bits }
}

fn double(order: i64) -> f64 {
    f64::from_bits(if order < 0 { (i64::MIN - order) as u64 } else { order as u64 })
}

fn shifted(bound: &Number, by: i128) -> Number {
    match bound.as_i128().and_then(|value| value.checked_add(by)) {
        Some(value) => Number(value.to_smolstr()),
        None => bound.clone(),
    }
}

fn greater(left: Number, right: Number) -> Number {
    if right.as_f64() > left.as_f64() { right } else { left }
}

fn lesser(left: Number, right: Number) -> Number {
    if right.as_f64() < left.as_f64() { right } else { left }
}
