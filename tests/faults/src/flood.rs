//! A service that offers all the events that it can, and keeps none of them itself.

use std::{fs, path::Path, time::Duration};

use contracts::subscriptions::SubscriptionTerminatedV2Event;
use goodevent::trace::TraceParent;
use goodevent_runtime::{Background, Pending, Publish};
use goodevent_samples::Samples as _;
use tokio::{sync::mpsc, time::Instant};

/// Events that wait for room, and as many that wait for the broker's word.
const N_WAITING: usize = 10_000;

/// Publishes until it is killed, and writes to `counts` each second how many events the broker has and how many it has not.
///
/// # Errors
/// If an event is not valid, or the file can't be written.
pub async fn run(counts: &Path, transport: impl Publish) -> anyhow::Result<()> {
    let background = Background::start(transport, "shop", N_WAITING, 1_000);
    let (offered, mut outcomes) = mpsc::channel::<Pending>(N_WAITING);
    let counts = counts.to_owned();
    let counting = tokio::spawn(async move {
        let (mut n_published, mut n_failed, mut told) = (0_u64, 0_u64, Instant::now());
        while let Some(pending) = outcomes.recv().await {
            *(if pending.outcome().await.is_ok() { &mut n_published } else { &mut n_failed }) += 1;
            if told.elapsed() > Duration::from_millis(500) {
                told = Instant::now();
                fs::write(&counts, format!("{n_published} {n_failed}"))?;
            }
        }
        anyhow::Ok(())
    });
    for nth in 0.. {
        let event = SubscriptionTerminatedV2Event::sample(nth);
        let pending = background.hand_over(event, &(), TraceParent::new_root()).await?;
        if offered.send(pending).await.is_err() {
            break;
        }
        // A broker that is away refuses at once; some 10,000 a second are a load.
        if nth.is_multiple_of(100) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    counting.await?
}
