//! A cursor over the text of a message: one pass that parses, validates and types.
//!
//! It only accepts or returns [`No`]. A second, slower pass over the same bytes explains a rejection (see
//! [`explain`](crate::error::explain)), so that the fast path carries no errors.

mod checked;
mod collection;
mod number;
mod position;
mod string;
mod thorough;
mod whole;

pub use goodevent_json::fault::MAX_DEPTH;

pub use self::position::{Cursor, Kind, MAX_INPUT_BYTES, No};
pub(crate) use self::string::plain_len;
