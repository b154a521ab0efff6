//! CloudEvents 1.0.2 ([specification](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md)).
//!
//! The *structured* mode is one JSON text; the *binary* mode keeps the attributes in headers and the payload alone in
//! the body.

mod attribute;
mod base64;
mod binary;
mod event;
mod structured;

pub use self::{
    attribute::Attribute,
    base64::unpacked,
    binary::{Headers, PREFIX},
    event::{CloudEvent, SPEC_VERSION},
};
pub(crate) use self::{attribute::is_attribute_name, structured::ANY};
