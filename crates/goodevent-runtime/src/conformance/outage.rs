//! Cases of interrupted connections.

use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, sleep, timeout};

use super::{
    Gate as _, Harness,
    support::{PATIENCE, Running, Seen, Stand, note, publish_surely, until},
};
use crate::{
    broker::{Broker as _, Publish as _, Settle as _, Source as _},
    router::Router,
};

/// After a connection is cut and the broker is reachable again, publishers and sources continue, and no message is lost.
/// Meanwhile publishing fails instead of blocking.
pub async fn cut_connections_are_opened_again<H: Harness>(harness: &H) {
    const N_STEPS: u64 = 300;
    let Some((config, mut gate)) = harness.gate().await else { return };
    let stand = Stand::new(harness, "cut").await;
    let near = H::Broker::open(&config).await.expect("the gate leads to the broker");
    let publisher = Arc::new(near.publisher().expect("the configuration is valid"));
    let source = near.source(&stand.place.queue).expect("the configuration is valid");
    let seen = Seen::default();
    let running = Running::start(Router::new(seen.clone()).on(note), source);
    let messages: Vec<_> = (0..N_STEPS).map(|step| stand.place.step(&format!("walker {}", step % 20), step)).collect();
    let publishing = tokio::spawn({
        let publisher = Arc::clone(&publisher);
        async move {
            for message in messages {
                publish_surely(&*publisher, message).await;
            }
        }
    });
    for n_before in [20, 120] {
        until("some steps", async || seen.distinct().len() >= n_before).await;
        gate.cut().await;
        let start = Instant::now();
        // A message can still be confirmed that was sent before.
        let extra = |nth: u64| stand.place.step("extra", N_STEPS + nth);
        let mut nth = n_before as u64 * 1_000;
        loop {
            let published = timeout(PATIENCE, publisher.publish(extra(nth))).await.expect("publishing does not block");
            if published.is_err() {
                break;
            }
            assert!(start.elapsed() < PATIENCE, "nothing can be published over a cut connection");
            nth += 1;
        }
        sleep(Duration::from_millis(300)).await;
        gate.restore().await;
    }
    publishing.await.expect("all are published");
    until("all steps", async || {
        let distinct = seen.distinct();
        (0..N_STEPS).all(|step| distinct.binary_search(&step).is_ok())
    })
    .await;
    running.stop().await;
    stand.remove().await;
}

/// A connection that the network has forgotten, so that it carries no data and does not end, is replaced.
pub async fn silent_connections_are_opened_again<H: Harness>(harness: &H) {
    if !H::NOTICES_SILENCE {
        return;
    }
    let Some((config, mut gate)) = harness.gate().await else { return };
    let stand = Stand::new(harness, "silent").await;
    let near = H::Broker::open(&config).await.expect("the gate leads to the broker");
    let publisher = near.publisher().expect("the configuration is valid");
    let mut source = near.source(&stand.place.queue).expect("the configuration is valid");
    for step in 0..2 {
        publish_surely(&publisher, stand.place.step("walker", step)).await;
        let id = format!("walker-{step}");
        let arrived = async {
            loop {
                let received = source.next().await.expect("the source reconnects").expect("the source has not ended");
                let is_found = received.message.id == id;
                // A message whose acknowledgement is lost is redelivered.
                let _ = received.receipt.ack().await;
                if is_found {
                    break;
                }
            }
        };
        timeout(PATIENCE, arrived).await.expect("the silence is noticed");
        gate.silence();
    }
    drop((publisher, source, near));
    stand.remove().await;
}
