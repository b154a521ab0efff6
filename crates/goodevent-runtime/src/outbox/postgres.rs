//! Outbox and inbox in a PostgreSQL database.

use std::{error::Error as _, fmt, future::Future};

use futures_util::future::BoxFuture;
use tokio_postgres::{Client, Error, GenericClient, Row};

use super::{Store, StoreError, Stored, Stuck, headers_of, text_of};
use crate::message::Message;

/// One statement, so that all of it happens or nothing, in a transaction of the caller or without one. Others may do the same
/// at the same time. An inbox of version 0.1.0 knew no sources: its ids stand for every source.
const TABLES: &str = "DO $goodevent$ BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('goodevent_tables'), hashtext(current_schema()));
    CREATE TABLE IF NOT EXISTS goodevent_outbox (
        number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        topic TEXT NOT NULL,
        routing_key TEXT NOT NULL,
        partition_key TEXT,
        id TEXT NOT NULL,
        event_type TEXT NOT NULL,
        headers TEXT NOT NULL,
        body BYTEA NOT NULL,
        attempts BIGINT NOT NULL DEFAULT 0,
        stuck TEXT
    );
    CREATE INDEX IF NOT EXISTS goodevent_outbox_stuck ON goodevent_outbox (topic, partition_key) WHERE stuck IS NOT NULL;
    CREATE TABLE IF NOT EXISTS goodevent_inbox (
        consumer TEXT NOT NULL,
        source TEXT NOT NULL,
        id TEXT NOT NULL,
        taken_at TIMESTAMPTZ NOT NULL DEFAULT now(),
        PRIMARY KEY (consumer, source, id)
    );
    CREATE INDEX IF NOT EXISTS goodevent_inbox_taken_at ON goodevent_inbox (taken_at);
    IF NOT EXISTS (
        SELECT FROM pg_attribute WHERE attrelid = 'goodevent_inbox'::regclass AND attname = 'source' AND NOT attisdropped
    ) THEN
        ALTER TABLE goodevent_inbox ADD COLUMN source TEXT NOT NULL DEFAULT '';
        ALTER TABLE goodevent_inbox DROP CONSTRAINT goodevent_inbox_pkey, ADD PRIMARY KEY (consumer, source, id);
    END IF;
END $goodevent$";

const COLUMNS: &str = "number, topic, routing_key, partition_key, id, event_type, headers, body, attempts, stuck";

/// Creates the tables if they do not exist. An inbox whose ids have no sources gets them; its ids stand for every source.
///
/// # Errors
/// If the database fails.
pub async fn create(database: &impl GenericClient) -> Result<(), Error> {
    database.batch_execute(TABLES).await
}

/// Stores a message, which is published after the commit of the transaction.
///
/// Transactions of one partition key must not overlap, for example because each locks the row that changes: numbers are
/// assigned when a message is stored, and not when its transaction is committed.
///
/// # Errors
/// If the database fails.
pub async fn store(transaction: &impl GenericClient, message: &Message) -> Result<(), Error> {
    let insert = "INSERT INTO goodevent_outbox (topic, routing_key, partition_key, id, event_type, headers, body)
                  VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let Message { topic, routing_key, partition_key, id, event_type, headers, body } = message;
    let headers = text_of(headers);
    transaction.execute(insert, &[topic, routing_key, partition_key, id, event_type, &headers, body]).await.map(drop)
}

/// Whether the event with this id of this source is new to `consumer`; the commit records it. The source of a delivery is its
/// [origin](crate::Delivery::origin).
///
/// Call it in the transaction of the effect, and skip the effect if it returns `false`.
///
/// # Errors
/// If the database fails.
pub async fn is_new(transaction: &impl GenericClient, consumer: &str, source: &str, id: &str) -> Result<bool, Error> {
    let insert = "INSERT INTO goodevent_inbox (consumer, source, id) SELECT $1, $2, $3
                  WHERE NOT EXISTS (SELECT FROM goodevent_inbox WHERE consumer = $1 AND source = '' AND id = $3)
                  ON CONFLICT DO NOTHING";
    Ok(transaction.execute(insert, &[&consumer, &source, &id]).await? == 1)
}

/// Number of unpublished messages, including stuck ones.
///
/// # Errors
/// If the database fails.
pub async fn n_pending(database: &impl GenericClient) -> Result<u64, Error> {
    let row = database.query_one("SELECT count(*) FROM goodevent_outbox", &[]).await?;
    Ok(row.try_get::<_, i64>(0)?.unsigned_abs())
}

/// Messages that the broker rejected too often.
///
/// # Errors
/// If the database fails.
pub async fn stuck(database: &impl GenericClient) -> Result<Vec<Stuck>, Error> {
    let select = format!("SELECT {COLUMNS} FROM goodevent_outbox WHERE stuck IS NOT NULL ORDER BY number");
    let rows = database.query(&select, &[]).await?;
    rows.iter().map(|row| Ok(Stuck { stored: stored(row)?, why: row.try_get(9)? })).collect()
}

/// Resumes stuck messages, the one with this number or all, and returns their number.
///
/// # Errors
/// If the database fails.
pub async fn recover(database: &impl GenericClient, number: Option<i64>) -> Result<u64, Error> {
    let update = "UPDATE goodevent_outbox SET stuck = NULL, attempts = 0
                  WHERE stuck IS NOT NULL AND number = coalesce($1, number)";
    database.execute(update, &[&number]).await
}

fn stored(row: &Row) -> Result<Stored, Error> {
    let message = Message {
        topic: row.try_get(1)?,
        routing_key: row.try_get(2)?,
        partition_key: row.try_get(3)?,
        id: row.try_get(4)?,
        event_type: row.try_get(5)?,
        headers: headers_of(row.try_get(6)?),
        body: row.try_get(7)?,
    };
    let attempts: i64 = row.try_get(8)?;
    Ok(Stored { number: row.try_get(0)?, message, attempts: u32::try_from(attempts).unwrap_or(u32::MAX) })
}

type Connecting = BoxFuture<'static, Result<Client, Error>>;

/// The outbox of a database, for a relay. Only one relay at a time reads the tables, because a second one would publish every
/// message again: another one waits until the first has ended. A lost connection is opened again.
pub struct PostgresStore {
    connect: Box<dyn Fn() -> Connecting + Send + Sync>,
    client: Option<Client>,
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").field("client", &self.client).finish_non_exhaustive()
    }
}

impl PostgresStore {
    /// Creates a store that connects with `connect`, which also drives the other half of the connection. It connects when a
    /// relay runs.
    ///
    /// ```
    /// # use goodevent_runtime::outbox::postgres::PostgresStore;
    /// use tokio_postgres::NoTls;
    ///
    /// let store = PostgresStore::new(|| async {
    ///     let (client, connection) = tokio_postgres::connect("postgres://service@localhost/shop", NoTls).await?;
    ///     tokio::spawn(connection);
    ///     Ok(client)
    /// });
    /// ```
    pub fn new<F, C>(connect: F) -> Self
    where
        F: Fn() -> C + Send + Sync + 'static,
        C: Future<Output = Result<Client, Error>> + Send + 'static,
    {
        Self { connect: Box::new(move || Box::pin(connect())), client: None }
    }

    /// The connection, which has the lock that makes it the only one.
    async fn client(&mut self) -> Result<&Client, StoreError> {
        if self.client.as_ref().is_none_or(Client::is_closed) {
            self.client = None;
            let client = (self.connect)().await.map_err(told)?;
            // The lock goes with the connection, so that a relay that died leaves none.
            let lock = "SELECT pg_advisory_lock(hashtext('goodevent_outbox'), hashtext(current_schema()))";
            client.execute(lock, &[]).await.map_err(told)?;
            self.client = Some(client);
        }
        self.client.as_ref().ok_or_else(|| StoreError("no connection".to_owned()))
    }
}

/// The words of the server are the cause of an error.
fn told(error: Error) -> StoreError {
    let cause = error.source().map(|cause| format!(": {cause}"));
    StoreError(format!("{error}{}", cause.unwrap_or_default()))
}

impl Store for PostgresStore {
    async fn pending(&mut self, limit: usize) -> Result<Vec<Stored>, StoreError> {
        let select = format!(
            "SELECT {COLUMNS} FROM goodevent_outbox AS own WHERE stuck IS NULL AND NOT EXISTS (
                SELECT 1 FROM goodevent_outbox AS other WHERE other.stuck IS NOT NULL
                AND other.topic = own.topic AND other.partition_key = own.partition_key AND other.number < own.number
             ) ORDER BY number LIMIT $1"
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.client().await?.query(&select, &[&limit]).await.map_err(told)?;
        rows.iter().map(|row| stored(row).map_err(told)).collect()
    }

    async fn sent(&mut self, numbers: Vec<i64>) -> Result<(), StoreError> {
        let delete = "DELETE FROM goodevent_outbox WHERE number = ANY($1)";
        self.client().await?.execute(delete, &[&numbers]).await.map(drop).map_err(told)
    }

    async fn refused(&mut self, number: i64, why: String, is_stuck: bool) -> Result<(), StoreError> {
        let update = "UPDATE goodevent_outbox SET attempts = attempts + 1, stuck = $1 WHERE number = $2";
        let why = is_stuck.then_some(why);
        self.client().await?.execute(update, &[&why, &number]).await.map(drop).map_err(told)
    }
}
