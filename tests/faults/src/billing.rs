//! The service that consumes: an effect for each event, and the inbox that lets it be one, in the same transaction.

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use contracts::subscriptions::SubscriptionTerminatedV2Event;
use goodevent_runtime::{Delivery, Failure, Router, Shutdown, Source, outbox::sqlite};
use rusqlite::Connection;

/// Who takes events from the inbox.
const CONSUMER: &str = "billing";
/// How long the inbox remembers an event, in seconds of a clock that may be off by half of it.
const MEMORY: u64 = 3_600;

/// What billing has done.
#[derive(Debug)]
pub struct Billing(Connection);

/// What became of the events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effects {
    /// All that were made.
    pub n: u64,
    /// Subscriptions that have one.
    pub n_subscriptions: u64,
    /// Deliveries of events that had theirs.
    pub n_copies: u64,
}

impl Billing {
    /// Opens its database, or makes it.
    ///
    /// # Errors
    /// If the file can't be used.
    pub fn open(path: &Path) -> rusqlite::Result<Self> {
        let database = crate::open(path)?;
        sqlite::create(&database)?;
        // Nothing here keeps an effect from being made twice.
        database.execute_batch(
            "CREATE TABLE IF NOT EXISTS effects (subscription TEXT NOT NULL);
             CREATE TABLE IF NOT EXISTS copies (id TEXT NOT NULL)",
        )?;
        Ok(Self(database))
    }

    /// What became of the events by now.
    ///
    /// # Errors
    /// If the database does not answer.
    pub fn effects(&self) -> rusqlite::Result<Effects> {
        let count = "SELECT count(*), count(DISTINCT subscription), (SELECT count(*) FROM copies) FROM effects";
        self.0.query_row(count, [], |row| {
            let n = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
            Ok(Effects { n: n(0)?, n_subscriptions: n(1)?, n_copies: n(2)? })
        })
    }

    /// How many effects were made, and how many copies came; quick.
    ///
    /// # Errors
    /// If the database does not answer.
    pub fn progress(&self) -> rusqlite::Result<(u64, u64)> {
        let last = "SELECT (SELECT coalesce(max(rowid), 0) FROM effects), (SELECT coalesce(max(rowid), 0) FROM copies)";
        let n = |row: &rusqlite::Row<'_>, column| row.get::<_, i64>(column).map(i64::cast_unsigned);
        self.0.query_row(last, [], |row| Ok((n(row, 0)?, n(row, 1)?)))
    }
}

async fn take_effect(
    database: Arc<Mutex<Connection>>,
    delivery: Delivery<SubscriptionTerminatedV2Event>,
) -> Result<(), Failure> {
    let mut database = database.lock().expect("nobody panics with it");
    let transaction = database.transaction()?;
    if sqlite::is_new(&transaction, CONSUMER, delivery.origin(), &delivery.id)? {
        let insert = "INSERT INTO effects VALUES (?)";
        transaction.prepare_cached(insert)?.execute([&delivery.event.subscription_id])?;
    } else {
        transaction.execute("INSERT INTO copies VALUES (?)", [&delivery.id])?;
        sqlite::forget(&transaction, MEMORY)?;
    }
    Ok(transaction.commit()?)
}

/// Takes events until it is asked to stop.
///
/// # Errors
/// If the database or the source can't be used.
pub async fn run(path: &Path, source: impl Source, stop: Shutdown) -> anyhow::Result<()> {
    let Billing(database) = Billing::open(path)?;
    Ok(Router::new(Arc::new(Mutex::new(database))).on(take_effect).run(source, stop).await?)
}
