//! The service that is asked: it commits the change with its event, and leaves the rest to the relay.

use std::{
    path::Path,
    sync::{Mutex, PoisonError},
};

use contracts::subscriptions::{SubscriptionTerminatedV2Event, subscription_terminated_v2_event::Reason};
use goodevent::{clock, trace::TraceParent};
use goodevent_runtime::{Message, outbox::sqlite};
use rusqlite::Connection;

#[derive(Debug)]
pub(crate) struct Shop(Mutex<Connection>);

impl Shop {
    /// The shop, and another connection to its outbox.
    pub(crate) fn open(path: &Path) -> anyhow::Result<(Self, Connection)> {
        let [own, relays] = [demo::open(path)?, demo::open(path)?];
        sqlite::create(&own)?;
        own.execute_batch("CREATE TABLE terminated (subscription TEXT PRIMARY KEY)")?;
        Ok((Self(Mutex::new(own)), relays))
    }

    /// The change and its event: both, or neither. Asked again, the event goes out again, under the same id.
    pub(crate) fn terminate(&self, subscription: &str, event: &Message) -> anyhow::Result<()> {
        let mut database = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = database.transaction()?;
        transaction.execute("INSERT OR IGNORE INTO terminated VALUES (?)", [subscription])?;
        sqlite::store(&transaction, event)?;
        Ok(transaction.commit()?)
    }
}

/// The event of a customer who leaves.
///
/// # Errors
/// If that is no id of a subscription.
pub(crate) fn event_of(subscription: &str) -> Result<Message, goodevent::Error> {
    let event = SubscriptionTerminatedV2Event {
        subscription_id: subscription.to_owned(),
        reason: Reason::CustomerRequest,
        terminated_time_utc: clock::now(),
    };
    Message::of("shop", event, &(), TraceParent::new_root())
}
