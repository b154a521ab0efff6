//! Cases of the topology, of tails, and of users.

use std::time::Duration;

use tokio::time::timeout;

use super::{
    Harness,
    support::{PATIENCE, Stand, next},
};
use crate::broker::{Binding, Broker as _, BrokerErrorKind, Publish as _, Settle as _, Tail as _};

/// Missing parts are reported, then created; a second declaration changes nothing and loses no message.
pub async fn topologies_are_declared_once<H: Harness>(harness: &H) {
    let broker = H::Broker::open(&harness.config()).await.expect("the broker accepts the login");
    let place = harness.place("declared");
    assert!(!place.topology.to_string().is_empty());
    let missing = broker.missing(&place.topology).await.expect("the user may inspect");
    assert!(!missing.is_empty() && missing.iter().all(|part| !part.to_string().is_empty()), "{missing:?}");

    let stand = Stand::new(harness, "declared").await;
    stand.publish([stand.place.step("walker", 1)]).await;
    harness.declare(&stand.broker, &stand.place).await.expect("the user may create the place");
    let missing = stand.broker.missing(&stand.place.topology).await.expect("the user may inspect");
    assert!(missing.is_empty(), "{missing:?}");
    stand.broker.declare(&stand.place.topology).await.expect("nothing is missing");
    let mut source = stand.source();
    next(&mut source).await.receipt.ack().await.expect("the broker is informed");
    drop(source);
    stand.remove().await;
}

/// A tail shows messages that are published from now on, reports missing topics, and takes no message from the queue.
pub async fn tails_show_live_messages_and_take_none<H: Harness>(harness: &H) {
    let stand = Stand::new(harness, "tail").await;
    stand.publish([stand.place.step("walker", 1)]).await;
    let mut bindings = vec![Binding::new(&stand.place.topic, &stand.place.routing_key)];
    bindings.extend(harness.missing_topic().map(|topic| Binding::new(topic, "any")));
    let mut tail = stand.broker.tail(&bindings).await.expect("the topic exists");
    assert_eq!(tail.missing(), Vec::from_iter(harness.missing_topic()));
    for step in 2..4 {
        stand.publish([stand.place.step("walker", step)]).await;
        let message = timeout(PATIENCE, tail.next()).await.expect("the message arrives in time");
        assert_eq!(message.expect("the tail works"), stand.place.step("walker", step));
    }
    drop(tail);
    let mut source = stand.source();
    for step in 1..4 {
        let received = next(&mut source).await;
        assert_eq!(received.message.id, format!("walker-{step}"));
        received.receipt.ack().await.expect("the broker is informed");
    }
    drop(source);
    stand.remove().await;
}

/// A user who may create nothing publishes, consumes, retries and inspects, and cannot declare.
pub async fn users_without_permission_publish_and_consume<H: Harness>(harness: &H) {
    let Some(config) = harness.limited() else { return };
    let stand = Stand::new(harness, "limited").await;
    let limited = H::Broker::open(&config).await.expect("the broker accepts the login");
    let missing = limited.missing(&stand.place.topology).await.expect("the user may inspect");
    assert!(missing.is_empty(), "{missing:?}");
    let publisher = limited.publisher().expect("the configuration is valid");
    publisher.publish(stand.place.step("walker", 1)).await.expect("the user may publish");
    let mut source = limited.source(&stand.place.queue).expect("the configuration is valid");
    let received = next(&mut source).await;
    let retried = received.receipt.retry(&received.message, Duration::from_millis(1), 2).await;
    retried.expect("the user may publish copies");
    let received = next(&mut source).await;
    assert_eq!(received.attempt, 2);
    received.receipt.ack().await.expect("the broker is informed");

    let more = harness.place("denied");
    let missing = limited.missing(&more.topology).await.expect("the user may inspect");
    assert!(!missing.is_empty());
    let denied = limited.declare(&more.topology).await.expect_err("the user may create nothing");
    assert_ne!(denied.kind(), BrokerErrorKind::Unreachable, "{}", denied.chain());
    drop(source);
    stand.remove().await;
}

/// A rejected login is an error of its own kind, and known soon.
pub async fn rejected_logins_are_errors<H: Harness>(harness: &H) {
    let Some(config) = harness.rejected() else { return };
    let opened = timeout(PATIENCE, H::Broker::open(&config)).await.expect("the error arrives in time");
    let error = opened.err().expect("the login is wrong");
    assert_eq!(error.kind(), BrokerErrorKind::Refused, "{}", error.chain());
}

/// An unreachable broker is an error of its own kind.
pub async fn unreachable_brokers_are_errors<H: Harness>(harness: &H) {
    let Some(config) = harness.unreachable() else { return };
    let opened = timeout(PATIENCE, H::Broker::open(&config)).await.expect("the error arrives in time");
    let error = opened.err().expect("no broker runs there");
    assert_eq!(error.kind(), BrokerErrorKind::Unreachable, "{}", error.chain());
}
