//! The service that consumes: what it does, it does once.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use contracts::subscriptions::{SubscriptionTerminatedV1Event, SubscriptionTerminatedV2Event};
use goodevent_runtime::{Delivery, Failure, Outcomes, Place, Retry, outbox::sqlite};
use rusqlite::Connection;

use crate::shop::{OLD, SUBSCRIPTIONS};

pub(crate) const RETRY: Retry =
    Retry { max_attempts: 3, first: Duration::from_millis(50), longest: Duration::from_secs(1), place: Place::Here };

pub(crate) struct Billing {
    database: Mutex<Connection>,
    outcomes: Outcomes<String>,
    was_away: AtomicBool,
}

impl Billing {
    pub(crate) fn open(path: &Path, outcomes: Outcomes<String>) -> anyhow::Result<Self> {
        let database = demo::open(path)?;
        sqlite::create(&database)?;
        database.execute_batch(
            "CREATE TABLE customers (subscription TEXT PRIMARY KEY);
             CREATE TABLE stopped (subscription TEXT NOT NULL);",
        )?;
        let billing = Self { database: Mutex::new(database), outcomes, was_away: AtomicBool::new(false) };
        SUBSCRIPTIONS.iter().chain([&OLD]).try_for_each(|subscription| billing.add(subscription))?;
        Ok(billing)
    }

    pub(crate) fn add(&self, subscription: &str) -> anyhow::Result<()> {
        self.database().execute("INSERT INTO customers VALUES (?)", [subscription])?;
        Ok(())
    }

    /// The subscriptions that were stopped; twice, if that happened twice.
    pub(crate) fn stopped(&self) -> anyhow::Result<Vec<String>> {
        let database = self.database();
        let mut statement = database.prepare("SELECT subscription FROM stopped ORDER BY rowid")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn database(&self) -> MutexGuard<'_, Connection> {
        self.database.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) async fn stop_billing(
    billing: Arc<Billing>,
    gone: Delivery<SubscriptionTerminatedV2Event>,
) -> Result<(), Failure> {
    if !billing.was_away.swap(true, Ordering::SeqCst) {
        return Err(Failure::Retry("the database of billing is unreachable".into()));
    }
    let mut database = billing.database();
    let transaction = database.transaction()?;
    if !sqlite::is_new(&transaction, "billing", gone.origin(), &gone.id)? {
        return Ok(());
    }
    let subscription = &gone.event.subscription_id;
    let n_known: i64 =
        transaction
            .query_row("SELECT count(*) FROM customers WHERE subscription = ?", [subscription], |row| row.get(0))?;
    if n_known == 0 {
        return Err(Failure::Retry(format!("billing does not know {subscription}").into()));
    }
    transaction.execute("INSERT INTO stopped VALUES (?)", [subscription])?;
    transaction.commit()?;
    billing.outcomes.settle(subscription, format!("{subscription} is not billed any more (attempt {})", gone.attempt));
    Ok(())
}

/// The version before says all that the next one asks for.
pub(crate) async fn stop_billing_v1(
    billing: Arc<Billing>,
    gone: Delivery<SubscriptionTerminatedV1Event>,
) -> Result<(), Failure> {
    let Delivery { event, id, source, time, activity, headers, attempt } = gone;
    let event = SubscriptionTerminatedV2Event::try_from(event)?;
    stop_billing(billing, Delivery { event, id, source, time, activity, headers, attempt }).await
}
