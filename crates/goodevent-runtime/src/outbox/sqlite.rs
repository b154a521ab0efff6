//! Outbox and inbox in a SQLite file.
//!
//! ```
//! use contracts::registration::UserConfirmedV1Event;
//! use goodevent::trace::TraceParent;
//! use goodevent_runtime::{Message, outbox::sqlite};
//! # use goodevent_samples::Samples as _;
//! use rusqlite::Connection;
//!
//! let mut database = Connection::open_in_memory()?;
//! sqlite::create(&database)?;
//!
//! // The business change and its event: both, or neither.
//! let transaction = database.transaction()?;
//! # let event = UserConfirmedV1Event::sample(1);
//! sqlite::store(&transaction, &Message::of("accounts", event, &(), TraceParent::new_root())?)?;
//! transaction.commit()?;
//! assert_eq!(sqlite::n_pending(&database)?, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, Result, Row, params};

use super::{Store, StoreError, Stored, Stuck, headers_of, text_of};
use crate::message::Message;

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS goodevent_outbox (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        topic TEXT NOT NULL,
        routing_key TEXT NOT NULL,
        partition_key TEXT,
        id TEXT NOT NULL,
        event_type TEXT NOT NULL,
        headers TEXT NOT NULL,
        body BLOB NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        stuck TEXT
    );
    CREATE INDEX IF NOT EXISTS goodevent_outbox_stuck ON goodevent_outbox (topic, partition_key) WHERE stuck IS NOT NULL;
    CREATE TABLE IF NOT EXISTS goodevent_inbox (
        consumer TEXT NOT NULL,
        source TEXT NOT NULL,
        id TEXT NOT NULL,
        taken_at INTEGER NOT NULL DEFAULT (unixepoch()),
        PRIMARY KEY (consumer, source, id)
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS goodevent_inbox_taken_at ON goodevent_inbox (taken_at);
";

/// An inbox of version 0.1.0 knew no sources: its ids stand for every source.
const TAKE_OVER: &str = "
    INSERT INTO goodevent_inbox (consumer, source, id, taken_at) SELECT consumer, '', id, taken_at FROM goodevent_inbox_0;
    DROP TABLE goodevent_inbox_0;
";

const COLUMNS: &str = "number, topic, routing_key, partition_key, id, event_type, headers, body, attempts, stuck";

/// Creates the tables if they do not exist. An inbox whose ids have no sources gets them; its ids stand for every source.
///
/// # Errors
/// If the database fails.
pub fn create(database: &Connection) -> Result<()> {
    // Others may do the same at the same time.
    let is_alone = database.is_autocommit();
    database.execute_batch(if is_alone { "BEGIN IMMEDIATE" } else { "SAVEPOINT goodevent_tables" })?;
    let created = create_tables(database);
    database.execute_batch(match (is_alone, &created) {
        (true, Ok(())) => "COMMIT",
        (true, Err(_)) => "ROLLBACK",
        (false, Ok(())) => "RELEASE goodevent_tables",
        (false, Err(_)) => "ROLLBACK TO goodevent_tables; RELEASE goodevent_tables",
    })?;
    created
}

fn create_tables(database: &Connection) -> Result<()> {
    let mut columns = database.prepare("SELECT name FROM pragma_table_info('goodevent_inbox')")?;
    let columns: Vec<String> = columns.query_map([], |row| row.get(0))?.collect::<Result<_>>()?;
    let is_old = !columns.is_empty() && !columns.iter().any(|name| name == "source");
    if is_old {
        database.execute_batch(
            "ALTER TABLE goodevent_inbox RENAME TO goodevent_inbox_0; DROP INDEX IF EXISTS goodevent_inbox_taken_at;",
        )?;
    }
    database.execute_batch(TABLES)?;
    if is_old { database.execute_batch(TAKE_OVER) } else { Ok(()) }
}

/// Stores a message, which is published after the commit of the transaction.
///
/// # Errors
/// If the database fails.
pub fn store(transaction: &Connection, message: &Message) -> Result<()> {
    let insert = "INSERT INTO goodevent_outbox (topic, routing_key, partition_key, id, event_type, headers, body)
                  VALUES (?, ?, ?, ?, ?, ?, ?)";
    let Message { topic, routing_key, partition_key, id, event_type, headers, body } = message;
    let values = params![topic, routing_key, partition_key, id, event_type, text_of(headers), body];
    transaction.prepare_cached(insert)?.execute(values).map(drop)
}

/// Whether the event with this id of this source is new to `consumer`; the commit records it. The source of a delivery is its
/// [origin](crate::Delivery::origin).
///
/// Call it in the transaction of the effect, and skip the effect if it returns `false`.
///
/// # Errors
/// If the database fails.
pub fn is_new(transaction: &Connection, consumer: &str, source: &str, id: &str) -> Result<bool> {
    let insert = "INSERT OR IGNORE INTO goodevent_inbox (consumer, source, id) SELECT ?1, ?2, ?3
                  WHERE NOT EXISTS (SELECT 1 FROM goodevent_inbox WHERE consumer = ?1 AND source = '' AND id = ?3)";
    Ok(transaction.prepare_cached(insert)?.execute(params![consumer, source, id])? == 1)
}

/// Deletes ids that were recorded more than `seconds` ago, and returns their number. A later copy of such an event takes
/// effect again.
///
/// # Errors
/// If the database fails.
pub fn forget(database: &Connection, seconds: u64) -> Result<usize> {
    database.execute("DELETE FROM goodevent_inbox WHERE taken_at < unixepoch() - ?", params![seconds as i64])
}

/// Number of unpublished messages, including stuck ones.
///
/// # Errors
/// If the database fails.
pub fn n_pending(database: &Connection) -> Result<u64> {
    let count: i64 = database.query_row("SELECT count(*) FROM goodevent_outbox", [], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// Messages that the broker rejected too often.
///
/// # Errors
/// If the database fails.
pub fn stuck(database: &Connection) -> Result<Vec<Stuck>> {
    let select = format!("SELECT {COLUMNS} FROM goodevent_outbox WHERE stuck IS NOT NULL ORDER BY number");
    let mut statement = database.prepare(&select)?;
    let rows = statement.query_map([], |row| Ok(Stuck { stored: stored(row)?, why: row.get(9)? }))?;
    rows.collect()
}

/// Resumes stuck messages, the one with this number or all, and returns their number.
///
/// # Errors
/// If the database fails.
pub fn recover(database: &Connection, number: Option<i64>) -> Result<usize> {
    let update = "UPDATE goodevent_outbox SET stuck = NULL, attempts = 0 WHERE stuck IS NOT NULL AND number = coalesce(?, number)";
    database.execute(update, params![number])
}

fn stored(row: &Row<'_>) -> Result<Stored> {
    let headers: String = row.get(6)?;
    let message = Message {
        topic: row.get(1)?,
        routing_key: row.get(2)?,
        partition_key: row.get(3)?,
        id: row.get(4)?,
        event_type: row.get(5)?,
        headers: headers_of(&headers),
        body: row.get(7)?,
    };
    Ok(Stored { number: row.get(0)?, message, attempts: row.get(8)? })
}

/// The outbox of a database, for a relay.
#[derive(Debug, Clone)]
pub struct SqliteStore(Arc<Mutex<Connection>>);

impl SqliteStore {
    /// Creates a store with its own connection.
    #[must_use]
    pub fn new(database: Connection) -> Self {
        Self(Arc::new(Mutex::new(database)))
    }

    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    ) -> std::result::Result<T, StoreError> {
        let database = Arc::clone(&self.0);
        let asked =
            tokio::task::spawn_blocking(move || question(&mut database.lock().unwrap_or_else(PoisonError::into_inner)));
        match asked.await {
            Ok(answer) => answer.map_err(|error| StoreError(error.to_string())),
            Err(error) => Err(StoreError(error.to_string())),
        }
    }
}

impl Store for SqliteStore {
    async fn pending(&mut self, limit: usize) -> std::result::Result<Vec<Stored>, StoreError> {
        let select = format!(
            "SELECT {COLUMNS} FROM goodevent_outbox AS own WHERE stuck IS NULL AND NOT EXISTS (
                SELECT 1 FROM goodevent_outbox AS other WHERE other.stuck IS NOT NULL
                AND other.topic = own.topic AND other.partition_key = own.partition_key AND other.number < own.number
             ) ORDER BY number LIMIT ?"
        );
        self.ask(move |database| {
            let mut statement = database.prepare_cached(&select)?;
            let rows = statement.query_map(params![limit as i64], stored)?;
            rows.collect()
        })
        .await
    }

    async fn sent(&mut self, numbers: Vec<i64>) -> std::result::Result<(), StoreError> {
        self.ask(move |database| {
            let transaction = database.transaction()?;
            let delete = "DELETE FROM goodevent_outbox WHERE number = ?";
            for number in numbers {
                transaction.prepare_cached(delete)?.execute(params![number])?;
            }
            transaction.commit()
        })
        .await
    }

    async fn refused(&mut self, number: i64, why: String, is_stuck: bool) -> std::result::Result<(), StoreError> {
        let update = "UPDATE goodevent_outbox SET attempts = attempts + 1, stuck = ? WHERE number = ?";
        let why = is_stuck.then_some(why);
        self.ask(move |database| database.execute(update, params![why, number]).map(drop)).await
    }
}
