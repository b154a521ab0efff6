//! Formats as patterns: over- and under-approximations.
//!
//! A format is rarely regular in every detail (days of February, names in Punycode). Each format therefore has two
//! patterns: `wide` matches all valid texts and possibly more, and gives bounds; `narrow` matches only valid texts, and
//! gives witnesses. If both have the same largest text, the bound is exact.

use goodevent_schema::ir::{ContentEncoding, Format};

/// What is known of the texts of a format.
pub(crate) struct Form {
    /// Matches every valid text; all texts if there is none.
    pub(crate) wide: Option<&'static str>,
    /// Matches valid texts only.
    pub(crate) narrow: &'static str,
    /// Most characters.
    pub(crate) max_chars: Option<u64>,
}

const fn exact(pattern: &'static str) -> Form {
    Form { wide: Some(pattern), narrow: pattern, max_chars: None }
}

const fn between(wide: &'static str, narrow: &'static str) -> Form {
    Form { wide: Some(wide), narrow, max_chars: None }
}

macro_rules! time {
    ($seconds:literal, $zulu:literal) => {
        concat!(
            "(?:[01][0-9]|2[0-3]):[0-5][0-9]:",
            $seconds,
            "(?:\\.[0-9]+)?(?:",
            $zulu,
            "|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$"
        )
    };
}

macro_rules! wide_date {
    () => {
        "^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    };
}

/// Every day but those of leap years.
macro_rules! narrow_date {
    () => {
        concat!(
            "^[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])",
            "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
        )
    };
}

macro_rules! octet {
    () => {
        "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
    };
}

macro_rules! ipv4 {
    () => {
        concat!(octet!(), "\\.", octet!(), "\\.", octet!(), "\\.", octet!(), "$")
    };
}

macro_rules! time_units {
    () => {
        "T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S)"
    };
}

macro_rules! mailbox {
    () => {
        "(?:\"[ -~\\t]*\"|[!#-\\[\\]-~]+)@[!#-\\[\\]-~]+"
    };
}

/// A part of a host's name, with hyphens but not two in a row, which would be Punycode.
macro_rules! label {
    () => {
        "[A-Za-z0-9](?:-?[A-Za-z0-9]){0,29}"
    };
}

/// A part of the name before an `@`.
macro_rules! atom {
    () => {
        "[A-Za-z0-9_+-]{1,20}"
    };
}

macro_rules! mailboxes {
    () => {
        concat!(
            "^[\\s\\S]* <[a-z0-9]+@[a-z0-9]+>$|^[a-z0-9]{1,64}@[a-z0-9]{1,63}$|^",
            atom!(),
            "(?:\\.",
            atom!(),
            "){0,2}@",
            label!(),
            "(?:\\.",
            label!(),
            "){0,3}$"
        )
    };
}

pub(crate) fn of_format(format: Format) -> Form {
    match format {
        Format::Date => between(concat!(wide_date!(), "$"), concat!(narrow_date!(), "$")),
        Format::Time => {
            between(concat!("^", time!("(?:[0-5][0-9]|60)", "[Zz]")), concat!("^", time!("[0-5][0-9]", "Z")))
        }
        Format::DateTime => between(
            concat!(wide_date!(), "[Tt]", time!("(?:[0-5][0-9]|60)", "[Zz]")),
            concat!(narrow_date!(), "T", time!("[0-5][0-9]", "Z")),
        ),
        Format::Duration => exact(concat!(
            "^P(?:[0-9]+W|(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)(?:",
            time_units!(),
            ")?|",
            time_units!(),
            ")$"
        )),
        // A mailbox may have a name in front, which may be anything.
        Format::Email => between(
            concat!("^[\\s\\S]* <[\\s\\u0085]*", mailbox!(), ">[\\s\\u0085]*$|^", mailbox!(), "$"),
            concat!(mailboxes!(), "|^\"(?:\\\\[!-~])*\"@a$"),
        ),
        Format::IdnEmail => between("@", mailboxes!()),
        Format::Hostname | Format::HostnameRfc1034 => Form {
            max_chars: Some(253),
            ..between(
                "^[A-Za-z0-9.-]+$",
                concat!("^[a-z0-9]{1,63}(?:\\.[a-z0-9]{1,63})*$|^", label!(), "(?:\\.", label!(), ")*$"),
            )
        },
        Format::IdnHostname => {
            Form { max_chars: None, ..between("^[^\\x00-\\x20\"\\\\]+$", "^[a-z0-9]{1,63}(?:\\.[a-z0-9]{1,63}){0,2}$") }
        }
        Format::Ipv4 => exact(concat!("^", ipv4!())),
        Format::Ipv6 => between(
            "^[0-9A-Fa-f:.]{2,45}$",
            concat!(
                "^(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}$|^(?:[0-9A-Fa-f]{1,4}:){1,6}:[0-9A-Fa-f]{1,4}$|^::1?$|^(?:[0-9a-f]{1,4}:){6}",
                ipv4!()
            ),
        ),
        Format::Uri => between(
            "^[!#-\\[\\]-~]+$",
            "^[a-z][a-z0-9]*:(?://[a-z0-9.-]+)?(?:/[A-Za-z0-9._~/-]*)?(?:\\?[A-Za-z0-9._~/=&-]*)?(?:#[A-Za-z0-9._~/-]*)?$|^[a-z][a-z0-9]*:[A-Za-z0-9._~-]*$",
        ),
        Format::UriReference => between("^[!#-\\[\\]-~]*$", "^[A-Za-z0-9._~/-]*$|^[a-z][a-z0-9]*://[a-z0-9./-]*$"),
        Format::Iri => between("^[^\\x00-\\x20\"\\\\]+$", "^[a-z][a-z0-9]*:[A-Za-z0-9._~\u{20000}-\u{20010}/-]*$"),
        Format::IriReference => between("^[^\\x00-\\x20\"\\\\]*$", "^[A-Za-z0-9._~\u{20000}-\u{20010}/-]*$"),
        Format::UriTemplate => between("^[^\\x00-\\x20\"\\\\]*$", "^[A-Za-z0-9._~\u{20000}-\u{20010}/-]*$"),
        Format::JsonPointer => exact("^(?:/(?:[^~/]|~[01])*)*$"),
        Format::RelativeJsonPointer => exact("^(?:0|[1-9][0-9]*)(?:#|(?:/(?:[^~/]|~[01])*)*)$"),
        // Not regular itself.
        Format::Regex => Form { wide: None, narrow: "^[\\x01-\\x08\\x0e-\\x1f A-Za-z0-9_-]*$", max_chars: None },
        Format::Uuid => exact("^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$"),
    }
}

/// The same for binary data.
pub(crate) fn of_encoding(encoding: ContentEncoding) -> Form {
    match encoding {
        ContentEncoding::Base16 => exact("^(?:[0-9A-Fa-f]{2})*$"),
        ContentEncoding::Base32 => between("^[A-Z2-7]*=*$", "^(?:[A-Z2-7]{8})*$"),
        ContentEncoding::Base32Hex => between("^[0-9A-V]*=*$", "^(?:[0-9A-V]{8})*$"),
        ContentEncoding::Base64 => between("^[A-Za-z0-9+/]*=*$", "^(?:[A-Za-z0-9+/]{4})*$"),
        ContentEncoding::Base64Url => between("^[A-Za-z0-9_-]*=*$", "^(?:[A-Za-z0-9_-]{4})*$"),
    }
}
