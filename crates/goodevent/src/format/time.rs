//! Dates, times and durations of RFC 3339.

/// The number in two digits.
#[inline]
fn two(text: [u8; 2]) -> Option<u8> {
    let (tens, ones) = (text[0].wrapping_sub(b'0'), text[1].wrapping_sub(b'0'));
    ((tens < 10) & (ones < 10)).then_some(tens.wrapping_mul(10).wrapping_add(ones))
}

/// `YYYY-MM-DD`, a day of the calendar.
#[inline]
pub(super) fn is_date(text: &[u8]) -> bool {
    const N_DAYS: [u8; 13] = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let &[c1, c2, y1, y2, b'-', m1, m2, b'-', d1, d2] = text else {
        return false;
    };
    let (Some(century), Some(year), Some(month), Some(day)) =
        (two([c1, c2]), two([y1, y2]), two([m1, m2]), two([d1, d2]))
    else {
        return false;
    };
    let Some(n_days) = N_DAYS.get(usize::from(month)) else {
        return false;
    };
    let is_leap = if year == 0 { century % 4 == 0 } else { year % 4 == 0 };
    let n_days = n_days + u8::from(is_leap && month == 2);
    (1..=n_days).contains(&day)
}

/// `hh:mm:ss[.fraction](Z|±hh:mm)`; a leap second only at the end of a day of UTC.
#[inline]
pub(super) fn is_time(text: &[u8]) -> bool {
    let Some((&[h1, h2, b':', m1, m2, b':', s1, s2], mut rest)) = text.split_first_chunk::<8>() else {
        return false;
    };
    let parts = (two([h1, h2]), two([m1, m2]), two([s1, s2]));
    let (Some(hour), Some(minute), Some(second)) = parts else {
        return false;
    };
    if hour > 23 || minute > 59 || second > 60 {
        return false;
    }
    if let Some((b'.', fraction)) = rest.split_first() {
        let n_digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if n_digits == 0 {
            return false;
        }
        rest = &fraction[n_digits..];
    }
    let Some(offset_minutes) = offset(rest) else {
        return false;
    };
    let minutes = i32::from(hour) * 60 + i32::from(minute) - offset_minutes;
    second < 60 || minutes.rem_euclid(24 * 60) == 24 * 60 - 1
}

/// Minutes of an offset from UTC.
#[inline]
fn offset(text: &[u8]) -> Option<i32> {
    match *text {
        [b'Z' | b'z'] => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (two([h1, h2])?, two([m1, m2])?);
            let total = i32::from(hours) * 60 + i32::from(minutes);
            (hours < 24 && minutes < 60).then_some(if sign == b'-' { -total } else { total })
        }
        _ => None,
    }
}

/// A date and a time with `T` between.
pub(super) fn is_date_time(text: &[u8]) -> bool {
    let Some((date, [b'T' | b't', time @ ..])) = text.split_at_checked(10) else {
        return false;
    };
    is_date(date) && is_time(time)
}

/// `P1Y2M3DT4H5M6S`, or `P1W`: units in order, none left out between two, and at least one.
pub(super) fn is_duration(text: &[u8]) -> bool {
    let Some(text) = text.strip_prefix(b"P") else {
        return false;
    };
    if let Some(weeks) = text.strip_suffix(b"W") {
        return !weeks.is_empty() && weeks.iter().all(u8::is_ascii_digit);
    }
    match text.iter().position(|byte| *byte == b'T') {
        None => !text.is_empty() && has_units(text, b"YMD"),
        Some(at) => has_units(&text[..at], b"YMD") && at + 1 < text.len() && has_units(&text[at + 1..], b"HMS"),
    }
}

/// Numbers, each with its unit, that follow each other as in `units`.
fn has_units(mut text: &[u8], units: &[u8; 3]) -> bool {
    let mut last = None;
    while !text.is_empty() {
        let n_digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let unit = text.get(n_digits).and_then(|unit| units.iter().position(|known| known == unit));
        let follows = match (last, unit) {
            (None, Some(_)) => true,
            (Some(last), Some(unit)) => unit == last + 1,
            (_, None) => false,
        };
        if n_digits == 0 || !follows {
            return false;
        }
        last = unit;
        text = &text[n_digits + 1..];
    }
    true
}
