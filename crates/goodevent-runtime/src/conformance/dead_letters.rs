//! Cases of dead letters.

use super::{
    Harness,
    support::{Stand, next, rejected, until},
};
use crate::{
    broker::{
        Broker as _, BrokerErrorKind, DeadLetters as _, Settle as _,
        headers::{ATTEMPTS, DEAD_LETTERED_AT, DETAIL, HISTORY, ORIGIN, POINTER, REASON, REQUEUED},
    },
    message::Message,
};

/// Publishes steps, and dead-letters them.
async fn dead_letter<H: Harness>(stand: &Stand<'_, H>, steps: impl IntoIterator<Item = u64>) {
    let mut source = stand.source();
    for step in steps {
        stand.publish([stand.place.step("walker", step)]).await;
        let received = next(&mut source).await;
        let detail = format!("no room for {step}");
        received.receipt.dead_letter(&received.message, &rejected(&detail)).await.expect("the broker is informed");
    }
}

/// A dead letter is the message with the reason in its headers, and is not redelivered.
pub async fn dead_letters_keep_the_message_and_the_reason<H: Harness>(harness: &H) {
    let stand = Stand::new(harness, "reason").await;
    dead_letter(&stand, [1]).await;
    until("the dead letter", async || stand.dead_letters().await.len() == 1).await;
    let mut dead = stand.dead_letters().await;
    let mut dead = dead.pop().expect("there is one");
    let origin = format!("{} {}", stand.place.topic, stand.place.routing_key);
    let expected =
        [(REASON, "rejected"), (POINTER, "/step"), (DETAIL, "no room for 1"), (ATTEMPTS, "1"), (ORIGIN, &origin)];
    for (name, value) in expected {
        assert_eq!(dead.headers.remove(name).as_deref(), Some(value), "{name}");
    }
    assert!(dead.headers.remove(DEAD_LETTERED_AT).is_some_and(|time| time.ends_with('Z')), "{dead:?}");
    dead.headers.retain(|name, _| !name.starts_with("goodevent-"));
    assert_eq!(dead, stand.place.step("walker", 1));

    // The queue continues with the next message.
    stand.publish([stand.place.step("walker", 2)]).await;
    let mut source = stand.source();
    let received = next(&mut source).await;
    assert_eq!(received.message.id, "walker-2");
    received.receipt.ack().await.expect("the broker is informed");
    drop(source);
    stand.remove().await;
}

/// Dead letters are listed from the oldest on, up to a limit, and listing removes none.
pub async fn listed_dead_letters_stay_in_place<H: Harness>(harness: &H) {
    let stand = Stand::new(harness, "listed").await;
    dead_letter(&stand, 0..5).await;
    until("all dead letters", async || stand.dead_letters().await.len() == 5).await;
    let opened = async || stand.broker.dead_letters(&stand.place.queue).await.expect("the queue exists");
    // A broker may take a moment until messages that were read are back in place.
    until("the first two", async || {
        let two = opened().await.list(2).await.expect("the dead letters can be read");
        two.iter().map(|dead_letter| dead_letter.message.id.as_str()).eq(["walker-0", "walker-1"])
    })
    .await;
    until("their number", async || {
        let opened = opened().await;
        let n_left = opened.n_left();
        opened.close().await;
        n_left.is_none_or(|n_left| n_left == 5)
    })
    .await;
    // Each look counts as a delivery at some brokers, which drop a message after a number of them.
    for _ in 0..H::N_LOOKS {
        until("all dead letters again", async || stand.dead_letters().await.len() == 5).await;
    }
    stand.remove().await;
}

/// A requeued message returns to its queue with a count and a history; others stay.
pub async fn requeued_messages_return_to_their_queue<H: Harness>(harness: &H) {
    let stand = Stand::new(harness, "requeued").await;
    dead_letter(&stand, 0..3).await;
    until("all dead letters", async || stand.dead_letters().await.len() == 3).await;
    let mut source = stand.source();
    for (n_requeued, detail) in [("1", "no room for 1"), ("2", "not today")] {
        let is_wanted = |message: &Message| message.id == "walker-1";
        until("the requeue", async || {
            let opened = stand.broker.dead_letters(&stand.place.queue).await.expect("the queue exists");
            opened.requeue_if(is_wanted).await.expect("the broker accepts the copy") == 1
        })
        .await;
        until("the removal", async || stand.dead_letters().await.len() == 2).await;

        let received = next(&mut source).await;
        let message = &received.message;
        assert_eq!((message.header(REQUEUED), message.header(REASON)), (Some(n_requeued), Some("rejected")));
        let history = message.header(HISTORY).unwrap_or_default();
        assert!(history.contains(&format!("rejected after 1: {detail}")), "{history}");
        assert_eq!(history.contains("; "), n_requeued == "2", "{history}");
        let (original, own) = (stand.place.step("walker", 1), &**message);
        assert_eq!((&own.topic, &own.routing_key, &own.id), (&original.topic, &original.routing_key, &original.id));
        assert_eq!((&own.partition_key, &own.event_type), (&original.partition_key, &original.event_type));
        assert_eq!((own.header("tenant"), &own.body), (Some("3"), &original.body));
        assert_eq!(received.attempt, 1);
        if n_requeued == "1" {
            received.receipt.dead_letter(message, &rejected("not today")).await.expect("the broker is informed");
            until("the second dead-lettering", async || stand.dead_letters().await.len() == 3).await;
        } else {
            received.receipt.ack().await.expect("the broker is informed");
        }
    }
    drop(source);
    stand.remove().await;
}

/// Messages without a body, and with bodies that are not text, are dead letters like others.
pub async fn dead_letters_may_have_any_body<H: Harness>(harness: &H) {
    let stand = Stand::new(harness, "bodies").await;
    let bodies: [&[u8]; 4] = [b"", b"\0", b"\xff\xfe", b"{"];
    let message = |step: u64, body: &[u8]| Message { body: body.to_vec(), ..stand.place.step("walker", step) };
    let mut source = stand.source();
    for (step, body) in (0..).zip(bodies) {
        stand.publish([message(step, body)]).await;
        let received = next(&mut source).await;
        received.receipt.dead_letter(&received.message, &rejected("no room")).await.expect("the broker is informed");
    }
    until("all dead letters", async || stand.dead_letters().await.len() == bodies.len()).await;
    let dead = stand.dead_letters().await;
    assert!(dead.iter().map(|message| message.body.as_slice()).eq(bodies), "{dead:?}");
    until("the requeue", async || {
        let opened = stand.broker.dead_letters(&stand.place.queue).await.expect("the queue exists");
        opened.requeue_if(|_| true).await.expect("the broker accepts the copies") == bodies.len()
    })
    .await;
    until("the removal", async || stand.dead_letters().await.is_empty()).await;
    for body in bodies {
        let received = next(&mut source).await;
        assert_eq!(received.message.body, body);
        received.receipt.ack().await.expect("the broker is informed");
    }
    drop(source);
    stand.remove().await;
}

/// Dead letters of a missing queue are an error.
pub async fn dead_letters_of_a_missing_queue_are_an_error<H: Harness>(harness: &H) {
    let broker = H::Broker::open(&harness.config()).await.expect("the broker accepts the login");
    let error = broker.dead_letters(&harness.missing_queue()).await.err().expect("the queue is missing");
    assert_eq!(error.kind(), BrokerErrorKind::Missing, "{}", error.chain());
}
