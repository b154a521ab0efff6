//! Submit a command, get an id at once, and see its outcome as a server-sent event: in a browser, or by `curl`.
//!
//! `cargo run -p demo-web` needs nothing installed: the broker is within the process. `--broker amqp://user:pw@localhost`
//! does the same on a real one. Then, with any UUID as a subscription:
//!
//! ```console
//! $ curl -X POST localhost:8080/subscriptions/8a52c8af-2408-486f-ba4a-d277079de2b0/termination
//! {"id":"…","outcome":"/outcomes/…"}
//! $ curl -N localhost:8080/outcomes/…
//! ```

mod billing;
mod commands;
mod shop;
mod web;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context as _;
use clap::Parser;
use demo::stage::{Play, Stage, play};
use goodevent_runtime::{
    Outcomes, Router, Shutdown,
    outbox::{Relay, sqlite::SqliteStore},
};
use tokio::{net::TcpListener, signal::ctrl_c};

use crate::{billing::Billing, commands::Commands, shop::Shop, web::Service};

/// Shows outcomes of commands as server-sent events.
#[derive(Debug, Parser)]
struct Args {
    /// URL of the broker: amqp://, nats://, kafka:// or amqp1://; within this process if there is none.
    #[arg(long, default_value = "")]
    broker: String,
    /// Where to listen; port 0 is any that is free.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// How long an outcome is waited for, in milliseconds.
    #[arg(long, default_value_t = 30_000)]
    patience_ms: u64,
    /// How often a stream that waits shows that it is alive, in milliseconds.
    #[arg(long, default_value_t = 10_000)]
    heartbeat_ms: u64,
    /// How long billing takes for a command, in milliseconds.
    #[arg(long, default_value_t = 1_000)]
    work_ms: u64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let url = args.broker.clone();
    play(&url, args).await
}

impl Play for Args {
    async fn on(self, stage: impl Stage) -> anyhow::Result<()> {
        let folder = tempfile::tempdir().context("a folder for a small database")?;
        let (shop, outbox) = Shop::open(&folder.path().join("shop.db"))?;
        let (outcomes, stop) = (Outcomes::new(), Shutdown::new());
        let relay = Relay::new(SqliteStore::new(outbox), stage.publisher().await?);
        let relaying = tokio::spawn(relay.run(stop.clone()));
        let billing = Arc::new(Billing { outcomes: outcomes.clone(), work: Duration::from_millis(self.work_ms) });
        let router = Router::new(billing).retry(billing::RETRY).on(billing::stop_billing);
        let mut routing = tokio::spawn(router.run(stage.source().await?, stop.clone()));

        let commands = Commands::new(outcomes, Duration::from_millis(self.patience_ms));
        let service = Service { shop, commands, heartbeat: Duration::from_millis(self.heartbeat_ms) };
        let listener = TcpListener::bind(self.listen).await.with_context(|| format!("listening at {}", self.listen))?;
        say(&format!("The broker is {}.", stage.name()));
        say(&format!("http://{}", listener.local_addr()?));
        tokio::select! {
            ended = axum::serve(listener, web::routes(service)) => ended.context("the server ended")?,
            ended = &mut routing => ended.context("the router ended unexpectedly")??,
            asked = ctrl_c() => asked.context("waiting for the end")?,
        }
        stop.trigger();
        if !routing.is_finished() {
            routing.await.context("the router ended unexpectedly")??;
        }
        relaying.await.context("the relay panicked")?;
        Ok(())
    }
}

#[expect(clippy::print_stdout, reason = "this is for whoever started it")]
fn say(line: &str) {
    println!("{line}");
}
