//! The binary mode: attributes in headers, the payload alone in the body
//! ([HTTP](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#31-binary-content-mode),
//! [NATS](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/nats-protocol-binding.md),
//! [AMQP](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/amqp-protocol-binding.md)
//! and [Kafka](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md) differ in the prefix).

use std::collections::BTreeMap;

use goodevent_json::percent;

use super::{
    attribute::{Attribute, is_attribute_name},
    event::{CloudEvent, SPEC_VERSION, refused},
};
use crate::{
    Event,
    envelope::{Envelope, Mismatch},
    error::Error,
    format::Format,
};

/// Prefix of the headers of HTTP and NATS; AMQP has `cloudEvents:`, Kafka `ce_`.
pub const PREFIX: &str = "ce-";

/// Names and values of headers.
pub type Headers = Vec<(String, String)>;

impl<T: Event> CloudEvent<T> {
    /// Headers and body of a message in binary mode.
    ///
    /// # Errors
    /// If the event is invalid or too large.
    pub fn to_binary(&self, prefix: &str) -> Result<(Headers, Vec<u8>), Error> {
        // What is valid in one mode is so in the other; the structured text is also the larger one.
        self.encode()?;
        let body = self.data.encode()?;
        let fixed = [("specversion", SPEC_VERSION), ("id", &self.id), ("source", &self.source), ("type", T::TYPE)];
        let optional = [("subject", &self.subject), ("time", &self.time), ("dataschema", &self.data_schema)];
        let optional = optional.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)));
        let attributes = fixed.into_iter().chain(optional).map(|(name, value)| (name.to_owned(), value.to_owned()));
        let extensions = self.extensions.iter().map(|(name, value)| (name.clone(), value.to_text()));
        let headers = attributes.chain(extensions).map(|(name, value)| (format!("{prefix}{name}"), escaped(&value)));
        let content_type = self.data_content_type.as_deref().unwrap_or("application/json");
        let headers = headers.chain([("content-type".to_owned(), content_type.to_owned())]);
        Ok((headers.collect(), body))
    }

    /// Reads a message in binary mode. Headers without the prefix are ignored, except `content-type`.
    ///
    /// # Errors
    /// If headers and body are not such a message.
    pub fn from_binary<'h>(
        prefix: &str,
        headers: impl IntoIterator<Item = (&'h str, &'h str)>,
        body: &[u8],
    ) -> Result<Self, Error> {
        let mut attributes = BTreeMap::new();
        let mut data_content_type = None;
        for (name, value) in headers {
            let name = name.to_ascii_lowercase();
            if name == "content-type" {
                data_content_type = Some(value.to_owned());
            } else if let Some(name) = name.strip_prefix(&prefix.to_ascii_lowercase()) {
                if !is_attribute_name(name) {
                    return Err(refused(name, "an attribute named in a-z and 0-9", value));
                }
                attributes.insert(name.to_owned(), percent::decode(value));
            }
        }
        if attributes.is_empty() {
            return Err(bare::<T>(body));
        }
        let version = required(&mut attributes, "specversion")?;
        if version != SPEC_VERSION {
            return Err(refused("specversion", SPEC_VERSION, &version));
        }
        let found_type = required(&mut attributes, "type")?;
        if found_type != T::TYPE {
            return Err(Mismatch::new(Envelope::CloudEvents, T::TYPE, Envelope::CloudEvents, Some(&found_type)).into());
        }
        // The one is the body, the other the header `content-type`.
        for name in ["data", "datacontenttype"] {
            if let Some(value) = attributes.get(name) {
                return Err(refused(name, "absent from the attributes in headers", value));
            }
        }
        if data_content_type.as_deref() == Some("") {
            return Err(refused("datacontenttype", "absent or not empty", "the media type"));
        }
        let event = Self {
            id: required(&mut attributes, "id")?,
            source: required(&mut attributes, "source")?,
            subject: optional(&mut attributes, "subject")?,
            time: optional(&mut attributes, "time")?,
            data_content_type,
            data_schema: optional(&mut attributes, "dataschema")?,
            extensions: attributes.into_iter().map(|(name, value)| (name, Attribute::String(value))).collect(),
            data: T::decode(body)?,
        };
        event.check_formats()?;
        Ok(event)
    }

    fn check_formats(&self) -> Result<(), Error> {
        let all = [
            ("source", Some(&self.source), Format::UriReference),
            ("time", self.time.as_ref(), Format::DateTime),
            ("dataschema", self.data_schema.as_ref(), Format::Uri),
        ];
        for (name, value, format) in all {
            if let Some(value) = value.filter(|value| !format.is_valid(value)) {
                return Err(refused(name, &format!("a valid {}", format.name()), value));
            }
        }
        Ok(())
    }
}

fn required(attributes: &mut BTreeMap<String, String>, name: &str) -> Result<String, Error> {
    attributes.remove(name).filter(|value| !value.is_empty()).ok_or_else(|| refused(name, "there", "the attribute"))
}

fn optional(attributes: &mut BTreeMap<String, String>, name: &str) -> Result<Option<String>, Error> {
    match attributes.remove(name) {
        Some(value) if value.is_empty() => Err(refused(name, "absent or not empty", "the attribute")),
        value => Ok(value),
    }
}

/// The reason why a message without attributes in its headers is not a CloudEvent: perhaps an envelope is in its body.
fn bare<T: Event>(body: &[u8]) -> Error {
    match T::decode(body) {
        Err(error @ Error::Mismatch(_)) => error,
        _ => Mismatch::new(Envelope::CloudEvents, T::TYPE, Envelope::None, None).into(),
    }
}

impl Attribute {
    /// The canonical string of a value.
    fn to_text(&self) -> String {
        match self {
            Self::Boolean(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::String(text) => text.clone(),
        }
    }
}

/// Percent-encodes what headers can't hold
/// ([HTTP binding §3.1.3.2](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3132-http-header-values)).
fn escaped(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'!' | b'#' | b'$' | b'&'..=b'~' => escaped.push(char::from(byte)),
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}
