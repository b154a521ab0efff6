//! Dates and frequencies of `x-event`.

/// Whether `text` is a calendar date, `YYYY-MM-DD` ([RFC 3339 §5.6](https://www.rfc-editor.org/rfc/rfc3339#section-5.6)).
#[must_use]
pub fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let is_written = [(year, 4), (month, 2), (day, 2)]
        .iter()
        .all(|(part, n_digits)| part.len() == *n_digits && part.bytes().all(|byte| byte.is_ascii_digit()));
    let (Ok(year), Ok(month), Ok(day)) = (year.parse::<u32>(), month.parse::<u32>(), day.parse::<u32>()) else {
        return false;
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let n_days = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(is_leap),
        1..=12 => 31,
        _ => return false,
    };
    is_written && (1..=n_days).contains(&day)
}

/// Number of the day, counted from 1 January of the year 0.
#[must_use]
pub fn day_number(day: &str) -> Option<i64> {
    const N_BEFORE: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let mut parts = day.split('-').filter(|_| is_day(day)).map(str::parse::<i64>);
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    // Leap days of this year count from March on.
    let year_of_leaps = if month > 2 { year + 1 } else { year };
    let n_leaps = (year_of_leaps + 3) / 4 - (year_of_leaps + 99) / 100 + (year_of_leaps + 399) / 400;
    Some(year * 365 + n_leaps + N_BEFORE[month as usize - 1] + day - 1)
}

/// Lower bound of a frequency in events per second: `10s/minute` are ten per minute.
#[must_use]
pub fn per_second(frequency: &str) -> Option<f64> {
    let (count, unit) = frequency.split_once('/').filter(|_| is_frequency(frequency))?;
    let count: f64 = count.trim_end_matches('s').parse().ok()?;
    let seconds = match unit {
        "second" => 1.0,
        "minute" => 60.0,
        "hour" => 3_600.0,
        "day" => 86_400.0,
        "week" => 604_800.0,
        "month" => 2_629_746.0,
        _ => 31_556_952.0,
    };
    Some(count / seconds)
}

/// Whether `text` is a frequency: `1/day`, `10s/hour`, `1000s/minute`.
#[must_use]
pub fn is_frequency(text: &str) -> bool {
    const UNITS: [&str; 7] = ["second", "minute", "hour", "day", "week", "month", "year"];
    let Some((count, unit)) = text.split_once('/') else { return false };
    let digits = count.strip_suffix('s').unwrap_or(count);
    let is_number = !digits.starts_with('0') && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number && digits.len() <= 12 && UNITS.contains(&unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_days_of_the_calendar() {
        for day in ["2026-11-20", "2024-02-29", "2000-02-29", "2026-12-31"] {
            assert!(is_day(day), "{day}");
        }
        for day in ["2026-13-45", "2026-02-29", "1900-02-29", "2026-1-1", "20261120", "2026-11-00", "2026-11-+1", ""] {
            assert!(!is_day(day), "{day}");
        }
    }

    #[test]
    fn days_are_counted() {
        let between = |from: &str, to: &str| Some(day_number(to)? - day_number(from)?);
        assert_eq!(between("2024-02-28", "2024-03-01"), Some(2));
        assert_eq!(between("2026-02-28", "2026-03-01"), Some(1));
        assert_eq!(between("2023-12-31", "2024-01-01"), Some(1));
        assert_eq!(between("1900-01-01", "2000-01-01"), Some(36_524));
        assert_eq!(between("2024-01-01", "2025-01-01"), Some(366));
        assert_eq!(day_number("2026-02-30"), None);
    }

    #[test]
    fn frequencies_become_rates() {
        assert_eq!(per_second("10s/second"), Some(10.0));
        assert_eq!(per_second("120s/minute"), Some(2.0));
        assert_eq!(per_second("often"), None);
    }

    #[test]
    fn frequencies_are_a_number_and_a_unit() {
        for frequency in ["10s/hour", "100s/minute", "1/year", "1000s/second"] {
            assert!(is_frequency(frequency), "{frequency}");
        }
        for frequency in ["banana", "s/hour", "10s", "10s/fortnight", "0/day", "-1/day", "10 s/hour"] {
            assert!(!is_frequency(frequency), "{frequency}");
        }
    }
}
