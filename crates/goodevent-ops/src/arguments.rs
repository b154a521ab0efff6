//! Structured arguments: times, rates, headers.

use std::time::Duration;

/// A time as people write it: `30s`, `10m`, `2h`, `7d`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    const UNITS: [(&str, u64); 4] = [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)];
    let parsed = UNITS.iter().find_map(|(unit, seconds)| {
        let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
        number.checked_mul(*seconds).map(Duration::from_secs)
    });
    parsed.ok_or_else(|| "write a number and a unit: `30s`, `10m`, `2h`, `7d`".to_owned())
}

/// So many a second.
pub(crate) fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().ok().filter(|rate: &f64| rate.is_finite() && (0.001..=1_000_000.0).contains(rate));
    rate.ok_or_else(|| "write a number per second: `10`, `0.5`".to_owned())
}

/// The type that messages carry, `SubscriptionTerminatedV1`, of an event that a user names with or without its context and
/// its suffix.
pub(crate) fn event_type(event: &str) -> &str {
    let name = event.rsplit('/').next().unwrap_or(event);
    name.strip_suffix("Event").unwrap_or(name)
}

/// `name=value`.
pub(crate) fn header(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write `name=value`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_rates_are_read() {
        assert_eq!(duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("2d"), Ok(Duration::from_secs(172_800)));
        for wrong in ["", "5", "h", "-1h", "1.5h", "99999999999999999999d", "9999999999999999999d"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
        assert_eq!(rate("0.5"), Ok(0.5));
        for wrong in ["", "0", "-1", "NaN", "inf", "1e300"] {
            assert!(rate(wrong).is_err(), "{wrong}");
        }
        assert_eq!(header("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        for event in ["UserCreatedV1", "UserCreatedV1Event", "users/UserCreatedV1Event", "users/UserCreatedV1"] {
            assert_eq!(event_type(event), "UserCreatedV1");
        }
        assert!(header("a").is_err() && header("=a").is_err());
    }
}
