//! Ids derived from the content of an event, so that a broker recognises duplicates.

use crate::{
    Event,
    error::Error,
    json::{self, Json},
    trace::put_hex,
};

/// The id of an event: a UUID of version 5 ([RFC 9562 §5.5](https://www.rfc-editor.org/rfc/rfc9562#section-5.5)) from its
/// name and the values of its `dedupKey`, or of the whole payload if the contract names none.
///
/// # Errors
/// If the event is invalid.
pub fn of<T: Event>(event: &T) -> Result<String, Error> {
    let payload = Json::parse(&event.encode()?).unwrap_or_default();
    Ok(of_payload(T::NAME, T::CONTRACT.dedup_key, &payload))
}

/// Like [`of`], for a payload that was already read.
#[must_use]
pub fn of_payload(name: &str, dedup_key: &[&str], payload: &Json) -> String {
    let whole = [""];
    let pointers = if dedup_key.is_empty() { &whole } else { dedup_key };
    // A value that is not there is told from `null` by having no text at all.
    of_texts(name, pointers.iter().map(|pointer| payload.pointer(pointer).map(Json::to_text).unwrap_or_default()))
}

/// Like [`of`], for a payload as [`Event::encode`] writes it, which is read only if its key is not a plain value.
#[must_use]
pub fn of_encoded(name: &str, dedup_key: &[&str], payload: &[u8]) -> String {
    let plain: Option<Vec<&str>> = dedup_key.iter().map(|pointer| json::plain_member(payload, pointer)).collect();
    match plain.filter(|texts| !texts.is_empty()) {
        Some(texts) => of_texts(name, texts),
        None => of_payload(name, dedup_key, &Json::parse(payload).unwrap_or_default()),
    }
}

fn of_texts<T: AsRef<str>>(name: &str, texts: impl IntoIterator<Item = T>) -> String {
    /// The namespace of events: a random UUID, fixed for ever.
    const NAMESPACE: [u8; 16] = *b"\x6b\x1d\x5f\x2e\x9c\x47\x4a\x0b\xb3\x6e\x0e\xd2\x5a\x71\xc8\x94";
    let mut hash = sha1_smol::Sha1::from(NAMESPACE);
    hash.update(name.as_bytes());
    for text in texts {
        hash.update(b"\n");
        hash.update(text.as_ref().as_bytes());
    }
    let digest = hash.digest().bytes();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    let id = u128::from_be_bytes(bytes) & !(0xF000 << 64) & !(0xC000 << 48) | 0x5000 << 64 | 0x8000 << 48;
    let mut text = *b"00000000-0000-0000-0000-000000000000";
    for (room, above) in [(0..8, 96), (9..13, 80), (14..18, 64), (19..23, 48), (24..36, 0)] {
        put_hex(&mut text[room], id >> above);
    }
    String::from_utf8_lossy(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Format;

    #[test]
    fn equal_keys_make_equal_ids() {
        let payload = |text: &str| Json::parse(text.as_bytes()).expect("the text is JSON");
        let id = |key: &[&str], text: &str| of_payload("XV1Event", key, &payload(text));
        let first = id(&["/a"], r#"{"a":1,"b":2}"#);
        assert!(Format::Uuid.is_valid(&first) && first.as_bytes()[14] == b'5');
        assert_eq!(first, id(&["/a"], r#"{"b":3,"a":1}"#));
        assert_ne!(first, id(&["/a"], r#"{"a":2,"b":2}"#));
        assert_eq!(id(&[], r#"{"a":1,"b":2}"#), id(&[], r#"{"b":2, "a":1}"#));
        assert_ne!(id(&["/a", "/b"], r#"{"a":"1"}"#), id(&["/a", "/b"], r#"{"b":"1"}"#));
    }

    #[test]
    fn a_payload_need_not_be_read_for_its_id() {
        for payload in [
            r#"{"a":"x","b":17,"c":"\u00e9\"","d":1.5,"e":{"a":"y"},"f":null}"#,
            r#"{"e":{"a":"}"},"f":[1,{"b":2}],"b":0,"a":"é"}"#,
            r#"{"\u0062":"z","a":"x"}"#,
            "{}",
        ] {
            let json = Json::parse(payload.as_bytes()).expect("the text is JSON");
            for key in [&["/a"][..], &["/b", "/a"], &["/c"], &["/d"], &["/e/a"], &["/e"], &["/f"], &["/g"], &[]] {
                assert_eq!(
                    of_encoded("XV1Event", key, payload.as_bytes()),
                    of_payload("XV1Event", key, &json),
                    "{key:?}"
                );
            }
        }
    }
}
