//! Support items for generated code. Not public API: exempt from semver.

#[cfg(feature = "regex")]
pub use crate::pattern::Regex;
pub use crate::{
    check::Redacted,
    cursor::{Cursor, Kind, No},
    decode::Decode,
    encode::{Encode, Writer},
    event,
    event::{Codec, Contract, Envelope, Event},
    format::{ContentEncoding, Format},
    impl_serde_value,
    json::{Json, Number},
    members,
    number::NumberRule,
    object::{put, put_other},
    part,
    pattern::{Chain, Dfa, Pattern},
    string_enum,
    text::{Any, Length, Text},
    upgrade::upgrade,
    words,
};
