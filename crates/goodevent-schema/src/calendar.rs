//! Days and rates as `x-event` writes them.

/// Whether `text` is a day of the calendar, `YYYY-MM-DD` ([RFC 3339 §5.6](https://www.rfc-editor.org/rfc/rfc3339#section-5.6)).
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

/// Whether `text` is an estimate of how often something happens: `1/day`, `10s/hour`, `1000s/minute`.
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
    fn frequencies_are_a_number_and_a_unit() {
        for frequency in ["10s/hour", "100s/minute", "1/year", "1000s/second"] {
            assert!(is_frequency(frequency), "{frequency}");
        }
        for frequency in ["banana", "s/hour", "10s", "10s/fortnight", "0/day", "-1/day", "10 s/hour"] {
            assert!(!is_frequency(frequency), "{frequency}");
        }
    }
}
