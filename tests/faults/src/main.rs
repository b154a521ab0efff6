//! `faults shop|billing|flood|dead rabbitmq|nats|kafka URL DATABASE N_EVENTS`: a service of the story, to be killed, or what was laid
//! aside. A service says by which clock it goes, in seconds.

#![expect(clippy::print_stdout, reason = "the test listens")]

use std::{env, path::PathBuf, time::SystemTime};

use anyhow::{Context as _, bail};
use demo::stage::{Stage, kafka::Kafka, nats::Nats, rabbitmq::Rabbit};
use faults::{billing, flood, shop};
use goodevent_runtime::Shutdown;
use tokio::signal::unix::{SignalKind, signal};

/// The queue, or what the broker has instead.
const QUEUE: &str = "faults-billing";

struct Role {
    name: String,
    database: PathBuf,
    n_events: u64,
}

fn tell_clock() {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    println!("{}", now.as_secs());
}

/// Asks to stop when the process is told to end.
fn stop_on_signal() -> anyhow::Result<Shutdown> {
    let (stop, mut told) = (Shutdown::new(), signal(SignalKind::terminate()).context("signals")?);
    tokio::spawn({
        let stop = stop.clone();
        async move {
            told.recv().await;
            stop.trigger();
        }
    });
    Ok(stop)
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_ansi(false).with_writer(std::io::stderr).init();
    let args: Vec<String> = env::args().skip(1).collect();
    let [name, broker, url, database, n_events] = &args[..] else { bail!("five words are needed") };
    let role = Role { name: name.clone(), database: database.into(), n_events: n_events.parse()? };
    let (url, queue) = (url.clone(), QUEUE.to_owned());
    match broker.as_str() {
        "rabbitmq" => play(role, Rabbit::open(url, queue).await?).await,
        "nats" => play(role, Nats::open(url, queue).await?).await,
        "kafka" => play(role, Kafka::open(&format!("kafka://{url}"), queue).await?).await,
        other => bail!("nothing is known of {other}"),
    }
}

async fn play(role: Role, stage: impl Stage) -> anyhow::Result<()> {
    let Role { name, database, n_events } = role;
    match name.as_str() {
        "shop" => {
            tell_clock();
            shop::run(&database, n_events, stage.publisher().await?).await
        }
        "billing" => {
            tell_clock();
            billing::run(&database, stage.source().await?, stop_on_signal()?).await
        }
        "flood" => {
            tell_clock();
            flood::run(&database, stage.publisher().await?).await
        }
        "dead" => {
            let dead = stage.dead_letters(usize::MAX).await?;
            dead.iter().for_each(|message| println!("{}", message.id));
            Ok(())
        }
        other => bail!("nobody is called {other}"),
    }
}
