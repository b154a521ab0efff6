//! Names of the headers that brokers share. Names that begin with `goodevent-` are reserved.
//!
//! A broker that supports a property natively has no header for it.

use crate::message::Message;

/// Type of the event.
pub const TYPE: &str = "goodevent-type";
/// Id of the event.
pub const ID: &str = "goodevent-id";
/// Partition key.
pub const KEY: &str = "goodevent-key";
/// Topic that the message was published to.
pub const TOPIC: &str = "goodevent-topic";
/// Routing key that the message was published with.
pub const ROUTING_KEY: &str = "goodevent-routing-key";
/// Number of the attempt, of a copy that waits for it.
pub const ATTEMPT: &str = "goodevent-attempt";
/// Consumer group that dead-lettered the message.
pub const GROUP: &str = "goodevent-group";
/// Kind of the reason of a dead letter.
pub const REASON: &str = "goodevent-reason";
/// JSON Pointer to the violation.
pub const POINTER: &str = "goodevent-pointer";
/// Description of the reason.
pub const DETAIL: &str = "goodevent-detail";
/// Topic and routing key that the message was published to.
pub const ORIGIN: &str = "goodevent-origin";
/// Number of attempts.
pub const ATTEMPTS: &str = "goodevent-attempts";
/// Time of dead-lettering ([RFC 3339](https://www.rfc-editor.org/rfc/rfc3339), in UTC).
pub const DEAD_LETTERED_AT: &str = "goodevent-laid-aside";
/// Number of requeues.
pub const REQUEUED: &str = "goodevent-requeued";
/// Times and reasons of earlier dead-lettering, the latest first.
pub const HISTORY: &str = "goodevent-history";

/// Bound of the history, because brokers limit the size of headers.
const MAX_HISTORY_CHARS: usize = 2000;

/// Records in the headers of a dead letter that it is requeued: the number of requeues and the history. The last reasons
/// stay until new ones replace them.
pub fn mark_requeued(message: &mut Message) {
    let n_before = message.header(REQUEUED).and_then(|count| count.parse::<u32>().ok()).unwrap_or(0);
    message.headers.insert(REQUEUED.to_owned(), n_before.saturating_add(1).to_string());
    let Some(reason) = message.header(REASON) else { return };
    let of = |name| message.header(name).unwrap_or("?");
    let last = format!("{} {reason} after {}: {}", of(DEAD_LETTERED_AT), of(ATTEMPTS), of(DETAIL));
    let before = message.header(HISTORY).map(|before| format!("; {before}")).unwrap_or_default();
    let history = (last + &before).chars().take(MAX_HISTORY_CHARS).collect();
    message.headers.insert(HISTORY.to_owned(), history);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::{Reason, Refusal};

    #[test]
    fn a_message_remembers_why_it_was_dead_lettered() {
        let mut message = Message::default();
        for (nth, detail) in ["no mail", "no paper"].into_iter().enumerate() {
            let why =
                Refusal { reason: Reason::Failed, pointer: String::new(), detail: detail.to_owned(), attempts: 3 };
            let reasons = why.headers(&message);
            message.headers.extend(reasons.into_iter().map(|(name, value)| (name.to_owned(), value)));
            mark_requeued(&mut message);
            assert_eq!(message.header(REQUEUED), Some(["1", "2"][nth]));
        }
        let history = message.header(HISTORY).unwrap_or_default();
        let (last, first) = history.split_once("; ").unwrap_or_default();
        assert!(last.ends_with("failed after 3: no paper") && first.ends_with("failed after 3: no mail"), "{history}");
    }
}
