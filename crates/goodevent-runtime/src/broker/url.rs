//! URLs with logins.

/// A URL that may be shown and logged: without its user and password.
///
/// ```
/// # use goodevent_runtime::without_login;
/// assert_eq!(without_login("amqp://guest:secret@localhost/vhost"), "amqp://…@localhost/vhost");
/// assert_eq!(without_login("nats://one:1,user:p@ss@two:2"), "nats://…@two:2");
/// assert_eq!(without_login("kafka://localhost:9092"), "kafka://localhost:9092");
/// ```
#[must_use]
pub fn without_login(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(start), Some(end)) if start < end => format!("{}://…{}", &url[..start], &url[end..]),
        // Whatever it is, a login may be in it.
        (None, Some(end)) => format!("…{}", &url[end..]),
        _ => url.to_owned(),
    }
}
