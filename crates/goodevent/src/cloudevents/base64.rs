//! Payloads in `data_base64`
//! ([JSON format §3.1.1](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md#31-handling-of-data)).

use super::event::refused;
use crate::{error::Error, format::ContentEncoding, json::Json};

/// A message in structured mode without its `data_base64`: with the payload in `data`. `None` if the message has no
/// `data_base64`, or is not JSON at all.
///
/// # Errors
/// If `data_base64` contains no JSON.
#[must_use]
pub fn unpacked(message: &[u8]) -> Option<Result<Vec<u8>, Error>> {
    let Json::Object(mut members) = Json::parse(message)? else { return None };
    let packed = members.remove("data_base64")?;
    if packed == Json::Null {
        return Some(Ok(Json::Object(members).to_text().into_bytes()));
    }
    if members.get("data").is_some_and(|data| *data != Json::Null) {
        return Some(Err(refused("data_base64", "absent where there is `data`", "the payload")));
    }
    if let Some(Json::String(media_type)) = members.get("datacontenttype")
        && !is_json(media_type)
    {
        return Some(Err(refused("datacontenttype", "a media type of JSON", media_type)));
    }
    let text = match &packed {
        Json::String(text) => ContentEncoding::Base64.decode(text),
        _ => None,
    };
    let data = text.and_then(|bytes| Json::parse(&bytes));
    Some(match data {
        Some(data) => {
            members.insert("data".to_owned(), data);
            Ok(Json::Object(members).to_text().into_bytes())
        }
        None => Err(refused("data_base64", "JSON in base64", "the payload")),
    })
}

/// `application/json`, `text/json` and everything that ends with `+json`, whatever parameters follow.
fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence.split_once('/').is_some_and(|(_, subtype)| subtype == "json" || subtype.ends_with("+json"))
}
