//! The service that publishes: its changes and their events are in one database.

use std::path::{Path, PathBuf};

use contracts::subscriptions::{
    SubscriptionTerminatedV1Event, SubscriptionTerminatedV2Event, subscription_terminated_v1_event,
    subscription_terminated_v2_event::Reason,
};
use goodevent::trace::TraceParent;
use goodevent_runtime::{Message, outbox::sqlite};
use rusqlite::Connection;

/// Customers that leave.
pub(crate) const SUBSCRIPTIONS: [&str; 3] = [
    "8a52c8af-2408-486f-ba4a-d277079de2b0",
    "1c0f4f3e-6a0b-4f57-9d83-3a1f6f0f1b11",
    "5b9c1f1e-0d1a-4a0e-8f44-6d9f5e0c2a22",
];
/// One whom the old publisher knows.
pub(crate) const OLD: &str = "9f0e5a77-3c1d-4b62-8a5e-0b7d2c4e6f33";
/// One whom billing does not know yet.
pub(crate) const STRANGER: &str = "e3d2c1b0-a9f8-4e7d-b6c5-d4e3f2a1b044";

const SOURCE: &str = "shop";

pub(crate) struct Shop {
    path: PathBuf,
    database: Connection,
    last: Option<Message>,
}

impl Shop {
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let database = demo::open(path)?;
        sqlite::create(&database)?;
        database.execute_batch("CREATE TABLE terminated (subscription TEXT PRIMARY KEY)")?;
        Ok(Self { path: path.to_owned(), database, last: None })
    }

    /// The change and its event: both, or neither.
    pub(crate) fn terminate(&mut self, subscription: &str) -> anyhow::Result<()> {
        let transaction = self.database.transaction()?;
        transaction.execute("INSERT INTO terminated VALUES (?)", [subscription])?;
        let message = event_of(subscription)?;
        sqlite::store(&transaction, &message)?;
        transaction.commit()?;
        self.last = Some(message);
        Ok(())
    }

    pub(crate) fn connection(&self) -> anyhow::Result<Connection> {
        Ok(demo::open(&self.path)?)
    }

    pub(crate) fn n_pending(&self) -> anyhow::Result<u64> {
        Ok(sqlite::n_pending(&self.database)?)
    }

    /// What was published last, to be published again.
    pub(crate) fn last_message(&self) -> Option<Message> {
        self.last.clone()
    }
}

pub(crate) fn event_of(subscription: &str) -> Result<Message, goodevent::Error> {
    let event = SubscriptionTerminatedV2Event {
        subscription_id: subscription.to_owned(),
        reason: Reason::CustomerRequest,
        terminated_time_utc: "2026-11-21T12:00:00Z".to_owned(),
    };
    Message::of(SOURCE, event, &(), TraceParent::new_root())
}

/// What a publisher sends that was never changed to version 2.
pub(crate) fn old_event() -> Result<Message, goodevent::Error> {
    let event = SubscriptionTerminatedV1Event {
        subscription_id: OLD.to_owned(),
        license_key: "OCT-00412973".to_owned(),
        reason: subscription_terminated_v1_event::Reason::PaymentFailure,
        terminated_time_utc: "2026-11-21T12:00:00Z".to_owned(),
    };
    Message::of(SOURCE, event, &(), TraceParent::new_root())
}

/// What looks like the event of version 1, and is none.
pub(crate) fn no_event() -> Result<Message, goodevent::Error> {
    Ok(Message { id: "no-event".to_owned(), body: b"{\"hello\": \"world\"}".to_vec(), ..old_event()? })
}
