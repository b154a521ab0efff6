//! Look-up of contracts by name: `OrderPlacedV1Event`, or `orders/OrderPlacedV1Event`.

use std::fmt;

use goodevent_json::escape::line;

use crate::{name::EventName, suggest};

/// A name of no contract, or of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotFound {
    name: String,
    /// The contracts that have the name, if several have it.
    several: Vec<String>,
    /// The name that may have been meant.
    nearest: Option<String>,
}

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, several, nearest } = self;
        // The user's text is one line of the message.
        let name = line(name);
        if let [first, others @ ..] = several.as_slice() {
            write!(f, "several events are called `{name}`: `{first}`")?;
            others.iter().try_for_each(|other| write!(f, ", `{other}`"))?;
            return write!(f, "\n  = help: name the context as well: `{first}`");
        }
        write!(f, "no event is called `{name}`")?;
        nearest.iter().try_for_each(|nearest| write!(f, "\n  = help: did you mean `{nearest}`?"))
    }
}

impl std::error::Error for NotFound {}

/// The key (`context/Event`) among `keys` that `name` denotes.
///
/// # Errors
/// If there is none or more than one; the error suggests names.
pub fn key<'k>(keys: &'k [String], name: &str) -> Result<&'k str, NotFound> {
    let event = |key: &'k String| key.rsplit('/').next().unwrap_or(key);
    let is_meant = |key: &&'k String| if name.contains('/') { key.as_str() == name } else { event(key) == name };
    let mut found: Vec<&str> = keys.iter().filter(is_meant).map(String::as_str).collect();
    found.sort_unstable();
    found.dedup();
    if let [one] = found.as_slice() {
        return Ok(one);
    }
    let several = found.into_iter().map(str::to_owned).collect();
    Err(NotFound { name: name.to_owned(), several, nearest: nearest(keys, name) })
}

/// The name that may have been meant: the same event elsewhere, the event without version or suffix, or a name that is
/// nearly the same.
fn nearest(keys: &[String], name: &str) -> Option<String> {
    let event = |key: &str| key.rsplit('/').next().unwrap_or(key).to_owned();
    let own = event(name);
    if name.contains('/') {
        let elsewhere = keys.iter().find(|key| event(key) == own);
        let near = || suggest::nearest(name, keys.iter().map(String::as_str)).map(str::to_owned);
        let there = || short(keys.iter(), &own);
        return elsewhere.cloned().or_else(near).or_else(there);
    }
    let names: Vec<String> = keys.iter().map(|key| event(key)).collect();
    let near = || suggest::nearest(name, names.iter().map(String::as_str)).map(str::to_owned);
    short(names.iter(), name).or_else(near)
}

/// The newest version of an event whose name was given without its end.
fn short<'n>(names: impl Iterator<Item = &'n String>, name: &str) -> Option<String> {
    let parsed = |own: &'n String| own.rsplit('/').next()?.parse::<EventName>().ok();
    let is_meant =
        |own: &EventName| own.versioned().eq_ignore_ascii_case(name) || own.stem().eq_ignore_ascii_case(name);
    let found = names.filter_map(|own| Some((parsed(own).filter(is_meant)?.version(), own)));
    found.max_by_key(|(version, _)| *version).map(|(_, own)| own.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(name: &str) -> String {
        let keys = [
            "billing/InvoicePaidV1Event",
            "orders/OrderPlacedV1Event",
            "orders/OrderPlacedV2Event",
            "a/TwinSeenV1Event",
            "b/TwinSeenV1Event",
        ];
        let keys = keys.map(str::to_owned);
        match key(&keys, name) {
            Ok(key) => key.to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn an_event_is_found_by_its_name_or_its_key() {
        assert_eq!(said("OrderPlacedV1Event"), "orders/OrderPlacedV1Event");
        assert_eq!(said("orders/OrderPlacedV1Event"), "orders/OrderPlacedV1Event");
        assert_eq!(said("b/TwinSeenV1Event"), "b/TwinSeenV1Event");
        let several = said("TwinSeenV1Event");
        assert!(several.contains("`a/TwinSeenV1Event`, `b/TwinSeenV1Event`\n  = help: name the context"), "{several}");
    }

    #[test]
    fn a_wrong_name_leads_to_the_nearest_one() {
        for (name, nearest) in [
            ("OrderPlacdV1Event", "OrderPlacedV1Event"),
            ("orderplacedv1event", "OrderPlacedV1Event"),
            ("OrderPlaced", "OrderPlacedV2Event"),
            ("OrderPlacedV1", "OrderPlacedV1Event"),
            ("order/OrderPlacedV1Event", "orders/OrderPlacedV1Event"),
            ("billing/OrderPlacedV1Event", "orders/OrderPlacedV1Event"),
            ("orders/OrderPlacdV1Event", "orders/OrderPlacedV1Event"),
            ("orders/InvoicePaid", "billing/InvoicePaidV1Event"),
        ] {
            assert_eq!(said(name), format!("no event is called `{name}`\n  = help: did you mean `{nearest}`?"));
        }
        for name in ["Nothing", "", "/", "a/b/c", "orders/"] {
            assert_eq!(said(name), format!("no event is called `{name}`"));
        }
    }
}
