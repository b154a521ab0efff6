//! Cases of the publishing side.

use std::collections::{BTreeMap, VecDeque};

use tokio::time::timeout;

use super::{
    Harness,
    support::{Confirmation, PATIENCE, Stand, next},
};
use crate::{
    broker::{Broker as _, Publish as _, PublishError, Settle as _},
    message::Message,
};

/// A message arrives with its fields, its headers, and a body of any bytes.
pub async fn messages_arrive_unchanged<H: Harness>(harness: &H) {
    let stand = Stand::new(harness, "unchanged").await;
    let headers = [("tenant", "3"), ("x-Mixed-Case", "a b; c=\"d\""), ("traceparent", "00-1-2-03")];
    let full = Message {
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        body: (0..=255).chain(0..=255).collect(),
        ..stand.place.step("NR 0000007", 1)
    };
    let sparse = Message {
        partition_key: None,
        event_type: String::new(),
        headers: BTreeMap::new(),
        ..stand.place.step("walker", 2)
    };
    let mut source = stand.source();
    for message in [full, sparse] {
        stand.publish([message.clone()]).await;
        let received = next(&mut source).await;
        assert_eq!((&*received.message, received.attempt), (&message, 1));
        received.receipt.ack().await.expect("the broker is informed");
    }
    drop(source);
    stand.remove().await;
}

/// Every message of a window is confirmed, and arrives.
pub async fn many_messages_are_confirmed<H: Harness>(harness: &H) {
    const N_MESSAGES: u64 = 500;
    let stand = Stand::new(harness, "many").await;
    let publisher = stand.broker.publisher().expect("the configuration is valid");
    let mut window: VecDeque<Confirmation<H>> = VecDeque::new();
    for step in 0..N_MESSAGES {
        if window.len() == 100
            && let Some(first) = window.pop_front()
        {
            timeout(PATIENCE, first).await.expect("the confirmation arrives in time").expect("it is positive");
        }
        let sent = publisher.send(stand.place.step("walker", step)).await;
        window.push_back(Box::pin(sent.expect("the message can be sent")));
    }
    for confirmation in window {
        timeout(PATIENCE, confirmation).await.expect("the confirmation arrives in time").expect("it is positive");
    }
    let mut source = stand.source();
    for step in 0..N_MESSAGES {
        let received = next(&mut source).await;
        assert_eq!(received.message.id, format!("walker-{step}"), "messages of a key arrive in the order of the calls");
        received.receipt.ack().await.expect("the broker is informed");
    }
    drop(source);
    stand.remove().await;
}

/// A caller that awaits confirmations late does not block later messages, and dropping the publisher loses none.
pub async fn large_windows_do_not_block<H: Harness>(harness: &H) {
    const N_MESSAGES: u64 = 2_000;
    let stand = Stand::new(harness, "late").await;
    let publisher = stand.broker.publisher().expect("the configuration is valid");
    let mut confirmations = Vec::new();
    for step in 0..N_MESSAGES {
        let sending = publisher.send(stand.place.step("walker", step));
        let sent = timeout(PATIENCE, sending).await.expect("the window has room again");
        confirmations.push(sent.expect("the message can be sent"));
    }
    drop(publisher);
    for confirmation in confirmations {
        timeout(PATIENCE, confirmation).await.expect("the confirmation arrives in time").expect("it is positive");
    }
    stand.remove().await;
}

/// A message that reaches no queue is an error, which names its topic and routing key; others are not affected.
pub async fn unroutable_messages_are_errors<H: Harness>(harness: &H) {
    let stand = Stand::new(harness, "unroutable").await;
    let publisher = stand.broker.publisher().expect("the configuration is valid");
    let places = harness.unroutable(&stand.place);
    assert!(!places.is_empty(), "every broker has a topic without a queue");
    for (step, (topic, routing_key)) in (0..).zip(places) {
        let message =
            Message { topic: topic.clone(), routing_key: routing_key.clone(), ..stand.place.step("lost", step) };
        let outcome = timeout(PATIENCE, publisher.publish(message)).await.expect("the outcome arrives in time");
        assert_eq!(outcome, Err(PublishError::Unroutable { topic, routing_key }));
        publisher.publish(stand.place.step("walker", step)).await.expect("the broker confirms other messages");
    }
    stand.remove().await;
}
