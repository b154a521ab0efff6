//! The table of formats, and of encodings: their names, and the drafts that assert them.

use crate::{draft::Draft, suggest};

macro_rules! formats {
    ($($(#[$doc:meta])* $format:ident = $name:literal, $first:ident to $last:ident;)*) => {
        /// A format that is asserted.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs, reason = "the names say it")]
        pub enum Format {
            $($(#[$doc])* $format),*
        }

        impl Format {
            /// All formats.
            pub const ALL: &[Self] = &[$(Self::$format),*];

            /// As schemas write it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$format => $name),*
                }
            }

            /// The first and the last draft that assert it.
            const fn drafts(self) -> [Draft; 2] {
                match self {
                    $(Self::$format => [Draft::$first, Draft::$last]),*
                }
            }
        }
    };
}

formats! {
    Date = "date", Draft4 to Draft202012;
    DateTime = "date-time", Draft4 to Draft202012;
    Time = "time", Draft4 to Draft202012;
    Duration = "duration", Draft201909 to Draft202012;
    Email = "email", Draft4 to Draft202012;
    IdnEmail = "idn-email", Draft4 to Draft202012;
    Hostname = "hostname", Draft7 to Draft202012;
    /// As drafts 4 and 6 have it, which follow RFC 1034 alone.
    HostnameRfc1034 = "hostname", Draft4 to Draft6;
    IdnHostname = "idn-hostname", Draft7 to Draft202012;
    Ipv4 = "ipv4", Draft4 to Draft202012;
    Ipv6 = "ipv6", Draft4 to Draft202012;
    Uri = "uri", Draft4 to Draft202012;
    UriReference = "uri-reference", Draft6 to Draft202012;
    Iri = "iri", Draft7 to Draft202012;
    IriReference = "iri-reference", Draft7 to Draft202012;
    UriTemplate = "uri-template", Draft6 to Draft202012;
    JsonPointer = "json-pointer", Draft6 to Draft202012;
    RelativeJsonPointer = "relative-json-pointer", Draft7 to Draft202012;
    Regex = "regex", Draft4 to Draft202012;
    Uuid = "uuid", Draft201909 to Draft202012;
}

impl Format {
    /// The format of this name, if the draft asserts it.
    #[must_use]
    pub fn named(draft: Draft, name: &str) -> Option<Self> {
        let is_in = |[first, last]: [Draft; 2]| first <= draft && draft <= last;
        Self::ALL.iter().copied().find(|own| own.name() == name && is_in(own.drafts()))
    }

    /// The names of the formats of the latest draft, in their order.
    fn names() -> Vec<&'static str> {
        let latest = Self::ALL.iter().filter(|own| own.drafts()[1] == Draft::Draft202012);
        let mut names: Vec<&str> = latest.map(|own| own.name()).collect();
        names.sort_unstable();
        names
    }

    /// Whether some draft has a format of this name.
    pub(crate) fn is_known(name: &str) -> bool {
        Self::ALL.iter().any(|own| own.name() == name)
    }

    /// The name of a format that may be meant.
    pub(crate) fn nearest(name: &str) -> Option<&'static str> {
        suggest::nearest(name, Self::names())
    }

    /// The remedy if no draft has a format of this name.
    pub(crate) fn unknown(name: &str) -> Option<String> {
        if Self::is_known(name) {
            return None;
        }
        Some(match Self::nearest(name) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!("there are {}", Self::names().join(", ")),
        })
    }
}

macro_rules! encodings {
    ($($encoding:ident = $name:literal;)*) => {
        /// An encoding of `contentEncoding` ([RFC 4648](https://www.rfc-editor.org/rfc/rfc4648)).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs, reason = "the names say it")]
        pub enum ContentEncoding {
            $($encoding),*
        }

        impl ContentEncoding {
            /// As schemas write it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$encoding => $name),*
                }
            }

            /// The encoding of this name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                [$(Self::$encoding),*].into_iter().find(|own| own.name() == name)
            }
        }
    };
}

encodings! {
    Base16 = "base16";
    Base32 = "base32";
    Base32Hex = "base32hex";
    Base64 = "base64";
    Base64Url = "base64url";
}
