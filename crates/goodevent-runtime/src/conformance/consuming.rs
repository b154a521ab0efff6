//! Cases of the consuming side.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::{
    Harness,
    support::{PATIENCE, Stand, next},
};
use crate::broker::{Broker as _, BrokerErrorKind, Settle as _, Source as _};

/// A message that is dropped unsettled is redelivered.
pub async fn dropped_messages_are_redelivered<H: Harness>(harness: &H) {
    let stand = Stand::new(harness, "dropped").await;
    stand.publish([stand.place.step("walker", 1)]).await;
    let mut source = stand.source();
    drop(next(&mut source).await);
    let received = next(&mut source).await;
    assert_eq!(*received.message, stand.place.step("walker", 1));
    received.receipt.ack().await.expect("the broker is informed");
    drop(source);
    stand.remove().await;
}

/// A released message is redelivered at once.
pub async fn released_messages_are_redelivered_at_once<H: Harness>(harness: &H) {
    let stand = Stand::new(harness, "released").await;
    stand.publish([stand.place.step("walker", 1)]).await;
    let mut source = stand.source();
    next(&mut source).await.receipt.release().await.expect("the broker is informed");
    let start = Instant::now();
    let received = next(&mut source).await;
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    assert_eq!(*received.message, stand.place.step("walker", 1));
    received.receipt.ack().await.expect("the broker is informed");
    drop(source);
    stand.remove().await;
}

/// A retried message arrives unchanged, not before its time, and with the number of its attempt.
pub async fn retries_wait_and_count<H: Harness>(harness: &H) {
    let stand = Stand::new(harness, "retried").await;
    stand.publish([stand.place.step("walker", 1)]).await;
    let mut source = stand.source();
    // The clocks of the broker and of this process can differ a little.
    let (after, slack) = (Duration::from_millis(400), Duration::from_millis(10));
    let mut received = next(&mut source).await;
    for attempt in 2..=3 {
        let start = Instant::now();
        received.receipt.retry(&received.message, after, attempt).await.expect("the broker is informed");
        received = next(&mut source).await;
        assert!(start.elapsed() + slack >= after, "the retry arrived too early, after {:?}", start.elapsed());
        assert_eq!((&*received.message, received.attempt), (&stand.place.step("walker", 1), attempt));
    }
    received.receipt.ack().await.expect("the broker is informed");
    drop(source);
    stand.remove().await;
}

/// The next source of a queue continues behind acknowledged messages.
pub async fn acknowledged_messages_are_not_redelivered<H: Harness>(harness: &H) {
    let stand = Stand::new(harness, "acknowledged").await;
    stand.publish([stand.place.step("walker", 1)]).await;
    let mut source = stand.source();
    next(&mut source).await.receipt.ack().await.expect("the broker is informed");
    drop(source);
    stand.publish([stand.place.step("walker", 2)]).await;
    let mut source = stand.source();
    let received = next(&mut source).await;
    assert_eq!(received.message.id, "walker-2");
    received.receipt.ack().await.expect("the broker is informed");
    let rest = timeout(Duration::from_millis(500), source.next()).await;
    assert!(rest.is_err(), "nothing else arrives");
    drop(source);
    stand.remove().await;
}

/// A source of a missing queue ends with an error.
pub async fn missing_queues_are_errors<H: Harness>(harness: &H) {
    let broker = H::Broker::open(&harness.config()).await.expect("the broker accepts the login");
    let mut source = broker.source(&harness.missing_queue()).expect("the configuration is valid");
    let next = timeout(PATIENCE, source.next()).await.expect("the error arrives in time");
    let error = next.err().expect("the queue is missing");
    assert_eq!(error.kind(), BrokerErrorKind::Missing, "{}", error.chain());
}
