//! Host names of any script ([RFC 5890](https://www.rfc-editor.org/rfc/rfc5890) to 5892).

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

use super::{hostname, label::is_label};

/// Labels that all have an A-label, and only characters that host names may have.
pub(super) fn is_hostname(text: &str) -> bool {
    let ascii = Uts46::new().to_ascii(text.as_bytes(), AsciiDenyList::STD3, Hyphens::Check, DnsLength::Verify);
    let Ok(ascii) = ascii else { return false };
    let (unicode, _) = Uts46::new().to_unicode(ascii.as_bytes(), AsciiDenyList::EMPTY, Hyphens::Allow);
    hostname::is_hostname(&ascii) && unicode.split('.').all(|label| !label.is_empty() && is_label(label))
}
