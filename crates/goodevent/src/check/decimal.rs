//! `multipleOf`, in decimals: 0.0075 is a multiple of 0.0001, though no double is either of them.

use crate::json::Number;

/// A number without sign: `mantissa * 10^exponent`, the shortest decimals that mean it.
struct Decimal {
    mantissa: u128,
    exponent: i32,
}

impl Decimal {
    fn of(number: Number) -> Option<Self> {
        let value = match number {
            Number::U64(value) => {
                return Some(Self { mantissa: value.into(), exponent: 0 });
            }
            Number::I64(value) => {
                return Some(Self { mantissa: value.unsigned_abs().into(), exponent: 0 });
            }
            Number::F64(value) => value.abs(),
        };
        let text = format!("{value:e}");
        let (mantissa, exponent) = text.split_once('e')?;
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let exponent: i32 = exponent.parse().ok()?;
        Some(Self { mantissa: format!("{whole}{fraction}").parse().ok()?, exponent: exponent - fraction.len() as i32 })
    }
}

/// Whether `number` divided by `divisor`, which is not zero, is an integer.
pub(super) fn is_multiple(number: Number, divisor: Number) -> bool {
    let (Some(number), Some(divisor)) = (Decimal::of(number), Decimal::of(divisor)) else {
        return false;
    };
    if number.mantissa == 0 {
        return true;
    }
    let shift = number.exponent - divisor.exponent;
    if shift >= 0 {
        // Doubles and 64-bit integers have at most 20 digits, so that products fit.
        let scale = (0..shift).fold(1 % divisor.mantissa, |scale, _| scale * 10 % divisor.mantissa);
        return number.mantissa % divisor.mantissa * scale % divisor.mantissa == 0;
    }
    let scaled = 10_u128.checked_pow(shift.unsigned_abs()).and_then(|scale| divisor.mantissa.checked_mul(scale));
    scaled.is_some_and(|divisor| number.mantissa % divisor == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_divide_as_on_paper() {
        let f64 = Number::F64;
        assert!(is_multiple(f64(0.0075), f64(0.0001)));
        assert!(!is_multiple(f64(0.00751), f64(0.0001)));
        assert!(is_multiple(f64(19.99), f64(0.01)));
        assert!(is_multiple(f64(1e300), Number::U64(10)));
        assert!(!is_multiple(f64(1e-300), Number::U64(10)));
        assert!(is_multiple(Number::I64(-9), Number::U64(3)));
        assert!(is_multiple(Number::U64(0), f64(0.3)));
        assert!(!is_multiple(Number::U64(u64::MAX), Number::U64(2)));
        assert!(is_multiple(f64(4.5), f64(1.5)));
    }
}
