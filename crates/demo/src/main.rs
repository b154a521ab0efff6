//! A shop ends subscriptions, and billing hears of it: the story of an event from the change to its effect, with all that
//! can go wrong on the way.
//!
//! `cargo run -p demo` needs nothing installed: the broker is within the process. With a URL the same story is played on a
//! real one: `cargo run -p demo -- amqp://user:password@localhost`.

#![expect(clippy::print_stdout, reason = "a story is told")]

mod billing;
mod shop;

use std::{env, sync::Arc, time::Duration};

use anyhow::{Context as _, ensure};
use contracts::{
    CONTRACTS,
    subscriptions::{SubscriptionTerminatedV1Event, SubscriptionTerminatedV2Event},
};
use goodevent::Event;
use goodevent_runtime::{
    Message, Outcomes, Publish as _, Router, Shutdown, headers,
    outbox::{Relay, sqlite::SqliteStore},
};

use demo::stage::{Play, Stage, play};

use crate::{billing::Billing, shop::Shop};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let url = env::args().nth(1).or_else(|| env::var("GOODEVENT_DEMO_URL").ok()).unwrap_or_default();
    play(&url, Story).await
}

fn is_failed(message: &Message) -> bool {
    message.header(headers::REASON) == Some("failed")
}

struct Story;

impl Play for Story {
    async fn on(self, stage: impl Stage) -> anyhow::Result<()> {
        tell(stage).await
    }
}

/// Tells the story.
async fn tell(stage: impl Stage) -> anyhow::Result<()> {
    println!("The broker is {}.\n", stage.name());
    let folder = tempfile::tempdir().context("a folder for two small databases")?;
    let mut shop = Shop::open(&folder.path().join("shop.db"))?;
    let outcomes = Outcomes::new();
    let billing = Arc::new(Billing::open(&folder.path().join("billing.db"), outcomes.clone())?);
    let (publisher, stop) = (stage.publisher().await?, Shutdown::new());

    println!(
        "1. Three customers leave. Each change and its event are committed together, and the relay publishes them."
    );
    let awaited = outcomes.watch(shop::SUBSCRIPTIONS[0]);
    for subscription in shop::SUBSCRIPTIONS {
        shop.terminate(subscription)?;
    }
    let relay = Relay::new(SqliteStore::new(shop.connection()?), stage.publisher().await?).contracts(CONTRACTS);
    let relaying = tokio::spawn(relay.run(stop.clone()));

    println!("2. Billing handles both versions of the event; its database is unreachable at first, and it retries.");
    let both = [&SubscriptionTerminatedV1Event::CONTRACT, &SubscriptionTerminatedV2Event::CONTRACT];
    let router = Router::new(Arc::clone(&billing)).retry(billing::RETRY).expecting(both);
    let router = router.on(billing::stop_billing).on(billing::stop_billing_v1);
    let routing = tokio::spawn(router.run(stage.source().await?, stop.clone()));
    let ended = awaited.within(Duration::from_secs(30)).await.context("the shop waits for the outcome")?;
    println!("   {ended}");

    println!(
        "3. An old publisher still sends version 1, a broken one sends an invalid event, and the network copies one."
    );
    publisher.publish(shop::old_event()?).await?;
    publisher.publish(shop::no_event()?).await?;
    publisher.publish(shop.last_message().context("there was one")?).await?;

    println!("4. One customer is unknown to billing: the event fails until it is dead-lettered.");
    publisher.publish(shop::event_of(shop::STRANGER)?).await?;
    let mut dead = Vec::new();
    for _ in 0..300 {
        dead = stage.dead_letters(100).await?;
        if dead.iter().any(is_failed) && !dead.iter().all(is_failed) && billing.stopped()?.len() == 4 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for message in &dead {
        let header = |name| message.header(name).unwrap_or_default();
        println!(
            "   dead-lettered: {} at `{}`: {}",
            header(headers::REASON),
            header(headers::POINTER),
            header(headers::DETAIL)
        );
    }
    // What an earlier run left in a stream, and what another one publishes meanwhile, is the same again; effects are what
    // counts.
    ensure!(dead.len() >= 2, "expected two dead letters, found {}", dead.len());

    println!("5. An operator adds the customer and requeues the failed event. Contract violations stay dead-lettered.");
    billing.add(shop::STRANGER)?;
    let mut n_requeued = 0;
    for _ in 0..300 {
        n_requeued += stage.requeue("failed").await?;
        if billing.stopped()?.len() == 5 && !stage.dead_letters(100).await?.iter().any(is_failed) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    ensure!(n_requeued >= 1, "the failed event is requeued");
    stop.trigger();
    routing.await?.context("the router ended unexpectedly")?;
    relaying.await.context("the relay panicked")?;

    let stopped = billing.stopped()?;
    println!("\nBilling stopped {} subscriptions, each once:", stopped.len());
    stopped.iter().for_each(|subscription| println!("   {subscription}"));
    ensure!(stopped.len() == 5, "five subscriptions ended");
    ensure!(shop.n_pending()? == 0, "the outbox is empty");
    let kept = stage.dead_letters(100).await?;
    let broke = |message: &Message| message.header(headers::REASON) == Some("contract");
    ensure!(!kept.is_empty() && kept.iter().all(broke), "only contract violations stay dead-lettered");
    Ok(())
}
