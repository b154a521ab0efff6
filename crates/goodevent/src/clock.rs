//! The current time in the format of messages.

use std::time::{SystemTime, UNIX_EPOCH};

/// The current time, as `2026-11-20T12:33:00.123Z`.
#[must_use]
pub fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format(since.as_secs(), since.subsec_millis())
}

/// Days become a date by counting years from March on, so that the leap day comes last
/// (the days of 400 years are always the same number).
fn format(seconds: u64, milliseconds: u32) -> String {
    let days = seconds / 86_400 + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let (hours, minutes, seconds) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    let mut text = *b"0000-00-00T00:00:00.000Z";
    for (room, number) in [
        (0..4, year),
        (5..7, month),
        (8..10, day),
        (11..13, hours),
        (14..16, minutes),
        (17..19, seconds),
        (20..23, u64::from(milliseconds)),
    ] {
        let mut rest = number;
        for digit in text[room].iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_become_dates() {
        assert_eq!(format(0, 0), "1970-01-01T00:00:00.000Z");
        assert_eq!(format(951_782_400, 5), "2000-02-29T00:00:00.005Z");
        assert_eq!(format(1_636_374_780, 0), "2021-11-08T12:33:00.000Z");
        assert!(crate::format::Format::DateTime.is_valid(&now()));
    }
}
