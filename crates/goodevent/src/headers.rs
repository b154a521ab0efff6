//! Mandatory headers of the messages of an event.

use crate::error::{self, Error};

/// Mandatory headers, as generated from the contract's `headers`.
pub trait Headers: Sized + Clone + std::fmt::Debug + Send + Sync + 'static {
    /// Names of the headers.
    const NAMES: &'static [&'static str];

    /// Values of the headers, in the order of [`NAMES`](Headers::NAMES).
    fn values(&self) -> Vec<&str>;

    /// Creates headers with these values, in the order of [`NAMES`](Headers::NAMES).
    fn of(values: Vec<String>) -> Option<Self>;

    /// Finds the headers in a message, with `get` as the look-up.
    ///
    /// # Errors
    /// The name of a missing header.
    fn read<'h>(get: impl Fn(&str) -> Option<&'h str>) -> Result<Self, Error> {
        let missing =
            |name: &str| error::refused(format!("/headers/{name}"), "headers", "a header of the message", "nothing");
        let values: Result<Vec<String>, Error> =
            Self::NAMES.iter().map(|name| get(name).map(str::to_owned).ok_or_else(|| missing(name))).collect();
        Self::of(values?).ok_or_else(|| missing(""))
    }
}

impl Headers for () {
    const NAMES: &'static [&'static str] = &[];

    fn values(&self) -> Vec<&str> {
        Vec::new()
    }

    fn of(_: Vec<String>) -> Option<Self> {
        Some(())
    }
}
