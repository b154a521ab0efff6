//! The service that publishes: a row for each subscription that ends, and its event in the same transaction.

use std::{path::Path, time::Duration};

use contracts::subscriptions::SubscriptionTerminatedV2Event;
use goodevent::trace::TraceParent;
use goodevent_runtime::{
    Message, Publish, Shutdown,
    outbox::{
        Relay,
        sqlite::{self, SqliteStore},
    },
};
use goodevent_samples::Samples as _;
use rusqlite::Connection;

/// After so many events, one is published twice.
pub const TWICE_EVERY: u64 = 100;
/// After so many events, there is one that is none.
pub const POISON_EVERY: u64 = 1_000;

/// What the shop has done.
#[derive(Debug)]
pub struct Shop(Connection);

impl Shop {
    /// Opens its database, or makes it.
    ///
    /// # Errors
    /// If the file can't be used.
    pub fn open(path: &Path) -> rusqlite::Result<Self> {
        let database = crate::open(path)?;
        sqlite::create(&database)?;
        database.execute_batch(
            "CREATE TABLE IF NOT EXISTS terminated (nth INTEGER PRIMARY KEY);
             CREATE TABLE IF NOT EXISTS wishes (n INTEGER NOT NULL)",
        )?;
        Ok(Self(database))
    }

    /// Customers wish that so many subscriptions end, one after the other.
    ///
    /// # Errors
    /// If the database does not answer.
    pub fn wish(&self, n: u64) -> rusqlite::Result<()> {
        self.0.execute("INSERT INTO wishes VALUES (?)", [n.cast_signed()]).map(drop)
    }

    fn n_wished(&self) -> rusqlite::Result<u64> {
        self.0
            .query_row("SELECT coalesce(max(n), 0) FROM wishes", [], |row| row.get::<_, i64>(0))
            .map(i64::cast_unsigned)
    }

    /// How many subscriptions ended.
    ///
    /// # Errors
    /// If the database does not answer.
    pub fn n_terminated(&self) -> rusqlite::Result<u64> {
        self.0.query_row("SELECT count(*) FROM terminated", [], |row| row.get::<_, i64>(0)).map(i64::cast_unsigned)
    }

    /// How many events the broker has not confirmed.
    ///
    /// # Errors
    /// If the database does not answer.
    pub fn n_pending(&self) -> rusqlite::Result<u64> {
        sqlite::n_pending(&self.0)
    }

    fn terminate(&mut self, nth: u64) -> anyhow::Result<()> {
        let message = ended(nth)?;
        let transaction = self.0.transaction()?;
        transaction.prepare_cached("INSERT INTO terminated VALUES (?)")?.execute([nth.cast_signed()])?;
        sqlite::store(&transaction, &message)?;
        if nth.is_multiple_of(TWICE_EVERY) {
            sqlite::store(&transaction, &message)?;
        }
        if nth.is_multiple_of(POISON_EVERY) {
            let poison =
                Message { id: format!("poison-{nth}"), body: b"{\"never\": \"an event\"}".to_vec(), ..message };
            sqlite::store(&transaction, &poison)?;
        }
        Ok(transaction.commit()?)
    }
}

/// The end of the `nth` subscription.
///
/// # Errors
/// If it were not valid.
pub fn ended(nth: u64) -> Result<Message, goodevent::Error> {
    let event = SubscriptionTerminatedV2Event {
        subscription_id: format!("8a52c8af-2408-486f-ba4a-{nth:012x}"),
        ..SubscriptionTerminatedV2Event::sample(nth)
    };
    Message::of("shop", event, &(), TraceParent::new_root())
}

/// Ends subscriptions as customers wish until `n_events` have, and the broker has all their events. Goes on where an earlier
/// process was killed.
///
/// # Errors
/// If the database does not answer.
pub async fn run(path: &Path, n_events: u64, transport: impl Publish) -> anyhow::Result<()> {
    let (stop, mut shop) = (Shutdown::new(), Shop::open(path)?);
    let relay = Relay::new(SqliteStore::new(crate::open(path)?), transport).window(500);
    let mut relaying = tokio::spawn(relay.run(stop.clone()));
    let working = tokio::task::spawn_blocking(move || {
        let mut n_terminated = shop.n_terminated()?;
        while n_terminated < n_events {
            let n_wished = shop.n_wished()?;
            for nth in n_terminated..n_wished {
                shop.terminate(nth)?;
            }
            n_terminated = n_terminated.max(n_wished);
            std::thread::sleep(Duration::from_millis(5));
        }
        while shop.n_pending()? > 0 {
            std::thread::sleep(Duration::from_millis(20));
        }
        anyhow::Ok(())
    });
    tokio::select! {
        done = working => done??,
        // It would not end by itself but for a panic.
        ended = &mut relaying => return Ok(ended?),
    }
    stop.trigger();
    Ok(relaying.await?)
}
