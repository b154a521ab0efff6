//! What tests of brokers share: where the servers are, servers of a test's own that can be killed, ways to them that can be
//! cut, and patience.

pub mod kafka;
mod login;
pub mod payments;
mod proxy;
mod server;
pub mod users;

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use goodevent_runtime::{Message, Publish, PublishError, Router, RunError, Settle as _, Shutdown, Source};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

pub use self::{
    proxy::Proxy,
    server::{Private, Server, clock},
};

/// A test that has to wait longer than this has failed.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A name that nobody else has at a broker, now or later.
pub fn unique(prefix: &str) -> String {
    static N_NAMES: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_micros();
    format!("{prefix}-{now}-{}", N_NAMES.fetch_add(1, Ordering::Relaxed))
}

/// Waits for something to become true.
///
/// # Panics
/// If that takes longer than [`PATIENCE`].
pub async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let start = Instant::now();
    while !is_so().await {
        assert!(start.elapsed() < PATIENCE, "{what} takes too long");
        sleep(Duration::from_millis(20)).await;
    }
}

/// Runs a router in the background.
pub fn run<A: Clone + Send + Sync + 'static>(
    router: Router<A>,
    source: impl Source,
) -> (JoinHandle<Result<(), RunError>>, Shutdown) {
    let stop = Shutdown::new();
    (tokio::spawn(router.run(source, stop.clone())), stop)
}

/// Publishes until the broker has it, as an outbox does.
///
/// # Panics
/// If the broker refuses it, or is away for longer than [`PATIENCE`].
pub async fn publish_for_sure(transport: &impl Publish, message: Message) {
    let start = Instant::now();
    while let Err(error) = transport.publish(message.clone()).await {
        assert!(matches!(error, PublishError::Unreachable(_)), "{error}");
        assert!(start.elapsed() < PATIENCE, "{error}");
        sleep(Duration::from_millis(50)).await;
    }
}

/// Publishes and consumes, and again after the network has forgotten their connections: nobody is told of that, so that they
/// have to notice that nothing comes.
///
/// # Panics
/// If they notice it later than [`PATIENCE`].
pub async fn outlive_silence(
    proxy: &Proxy,
    transport: &impl Publish,
    source: &mut impl Source,
    message: impl Fn(u64) -> Message,
) {
    for nth in 0..2 {
        let message = message(nth);
        let id = message.id.clone();
        publish_for_sure(transport, message).await;
        let arrived = async {
            loop {
                let received = source.next().await.expect("it comes back by itself").expect("there is more");
                let is_found = received.message.id == id;
                // One that is not told comes again.
                let _ = received.receipt.ack().await;
                if is_found {
                    break;
                }
            }
        };
        timeout(PATIENCE, arrived).await.expect("the silence is noticed");
        proxy.silence();
    }
}
