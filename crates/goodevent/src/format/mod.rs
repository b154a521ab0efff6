//! The formats of JSON Schema, asserted.

mod encoding;
mod hostname;
#[cfg(feature = "idn")]
mod idn;
#[cfg(feature = "idn")]
mod label;
mod mailbox;
mod pointer;
mod regex;
mod time;
mod uri;

pub use self::encoding::ContentEncoding;

/// A format ([JSON Schema Validation 7.3](https://json-schema.org/draft/2020-12/json-schema-validation#section-7.3)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `full-date` ([RFC 3339 §5.6](https://www.rfc-editor.org/rfc/rfc3339#section-5.6)).
    Date,
    /// `date-time` (RFC 3339 §5.6).
    DateTime,
    /// `full-time` (RFC 3339 §5.6).
    Time,
    /// `duration` ([RFC 3339 A](https://www.rfc-editor.org/rfc/rfc3339#appendix-A)).
    Duration,
    /// `Mailbox` ([RFC 5321 §4.1.2](https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2)).
    Email,
    /// A mailbox of any script ([RFC 6531 §3.3](https://www.rfc-editor.org/rfc/rfc6531#section-3.3)); needs the feature `idn`.
    #[cfg(feature = "idn")]
    IdnEmail,
    /// A host name ([RFC 1123 §2.1](https://www.rfc-editor.org/rfc/rfc1123#section-2.1)), with A-labels that are well-formed.
    ///
    /// Which characters an A-label may stand for is checked with the feature `idn`.
    Hostname,
    /// `hostname` in drafts 4 and 6, which follow [RFC 1034 §3.1](https://www.rfc-editor.org/rfc/rfc1034#section-3.1) alone.
    HostnameRfc1034,
    /// A host name of any script ([RFC 5890 §2.3.2.3](https://www.rfc-editor.org/rfc/rfc5890#section-2.3.2.3)); needs the feature `idn`.
    #[cfg(feature = "idn")]
    IdnHostname,
    /// Four decimal numbers ([RFC 2673 §3.2](https://www.rfc-editor.org/rfc/rfc2673#section-3.2)).
    Ipv4,
    /// An address without zone ([RFC 4291 §2.2](https://www.rfc-editor.org/rfc/rfc4291#section-2.2)).
    Ipv6,
    /// `URI` ([RFC 3986 §3](https://www.rfc-editor.org/rfc/rfc3986#section-3)).
    Uri,
    /// `URI-reference` (RFC 3986 §4.1).
    UriReference,
    /// `IRI` ([RFC 3987 §2.2](https://www.rfc-editor.org/rfc/rfc3987#section-2.2)).
    Iri,
    /// `IRI-reference` (RFC 3987 §2.2).
    IriReference,
    /// A template ([RFC 6570 §2](https://www.rfc-editor.org/rfc/rfc6570#section-2)).
    UriTemplate,
    /// A pointer ([RFC 6901 §3](https://www.rfc-editor.org/rfc/rfc6901#section-3)).
    JsonPointer,
    /// A pointer from a place ([draft-handrews-relative-json-pointer-01 §3](https://datatracker.ietf.org/doc/html/draft-handrews-relative-json-pointer-01#section-3)).
    RelativeJsonPointer,
    /// A pattern ([ECMA-262 §22.2.1](https://tc39.es/ecma262/#sec-patterns)).
    Regex,
    /// A UUID in groups of digits ([RFC 9562 §4](https://www.rfc-editor.org/rfc/rfc9562#section-4)).
    Uuid,
}

impl Format {
    /// Whether `text` is of the format.
    ///
    /// Generated code knows the format, so that only one of the cases is left where it is called.
    #[inline(always)]
    #[must_use]
    pub fn is_valid(self, text: &str) -> bool {
        match self {
            Self::Date => time::is_date(text.as_bytes()),
            Self::DateTime => time::is_date_time(text.as_bytes()),
            Self::Time => time::is_time(text.as_bytes()),
            Self::Duration => time::is_duration(text.as_bytes()),
            Self::Email => mailbox::is_email(text),
            #[cfg(feature = "idn")]
            Self::IdnEmail => mailbox::is_idn_email(text),
            Self::Hostname => hostname::is_hostname(text),
            Self::HostnameRfc1034 => hostname::is_ascii_hostname(text),
            #[cfg(feature = "idn")]
            Self::IdnHostname => idn::is_hostname(text),
            Self::Ipv4 => text.parse::<std::net::Ipv4Addr>().is_ok(),
            Self::Ipv6 => text.parse::<std::net::Ipv6Addr>().is_ok(),
            Self::Uri => uri::ASCII.is_absolute(text),
            Self::UriReference => uri::ASCII.is_reference(text),
            Self::Iri => uri::UNICODE.is_absolute(text),
            Self::IriReference => uri::UNICODE.is_reference(text),
            Self::UriTemplate => uri::is_template(text.as_bytes()),
            Self::JsonPointer => pointer::is_absolute(text.as_bytes()),
            Self::RelativeJsonPointer => pointer::is_relative(text.as_bytes()),
            Self::Regex => regex::is_pattern(text),
            Self::Uuid => is_uuid(text.as_bytes()),
        }
    }

    /// The format as the keyword `format` names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::DateTime => "date-time",
            Self::Time => "time",
            Self::Duration => "duration",
            Self::Email => "email",
            #[cfg(feature = "idn")]
            Self::IdnEmail => "idn-email",
            Self::Hostname | Self::HostnameRfc1034 => "hostname",
            #[cfg(feature = "idn")]
            Self::IdnHostname => "idn-hostname",
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
            Self::Uri => "uri",
            Self::UriReference => "uri-reference",
            Self::Iri => "iri",
            Self::IriReference => "iri-reference",
            Self::UriTemplate => "uri-template",
            Self::JsonPointer => "json-pointer",
            Self::RelativeJsonPointer => "relative-json-pointer",
            Self::Regex => "regex",
            Self::Uuid => "uuid",
        }
    }
}

fn is_uuid(text: &[u8]) -> bool {
    const HYPHENS: [bool; 36] = {
        let mut hyphens = [false; 36];
        (hyphens[8], hyphens[13], hyphens[18], hyphens[23]) = (true, true, true, true);
        hyphens
    };
    let Ok(text) = <&[u8; 36]>::try_from(text) else {
        return false;
    };
    // Without branches, so that the compiler takes many bytes at a time.
    text.iter().zip(&HYPHENS).fold(true, |is_uuid, (byte, is_hyphen)| {
        let is_digit = byte.wrapping_sub(b'0') < 10 || (byte | 0x20).wrapping_sub(b'a') < 6;
        is_uuid & (is_digit != *is_hyphen) & (!is_hyphen | (*byte == b'-'))
    })
}
