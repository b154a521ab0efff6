//! The databases that hold outboxes.

use std::{path::Path, time::Duration};

use anyhow::{Context as _, bail};
use goodevent_runtime::outbox::{Stuck, postgres, sqlite};
use rusqlite::{Connection, OpenFlags};
use tokio_postgres::{Client, NoTls};

/// How long to wait for a service that writes, or for a server that does not answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A database with an outbox.
pub(super) enum Database {
    Sqlite(Connection),
    Postgres(Client),
}

/// What is done to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

impl Database {
    /// Opens the one that is there: a file of SQLite, or a URL of PostgreSQL. None is made.
    pub(super) async fn open(place: &str, access: Access) -> anyhow::Result<Self> {
        let database = if ["postgres://", "postgresql://"].iter().any(|scheme| place.starts_with(scheme)) {
            Self::Postgres(connect(place).await?)
        } else if let Some((scheme, _)) = place.split_once("://") {
            bail!("an outbox is a file of SQLite or a database at postgres://, and not at {scheme}://");
        } else {
            Self::Sqlite(open(Path::new(place), access).with_context(|| format!("`{place}` cannot be opened"))?)
        };
        Ok(database)
    }

    pub(super) async fn n_pending(&self) -> anyhow::Result<u64> {
        Ok(match self {
            Self::Sqlite(database) => sqlite::n_pending(database)?,
            Self::Postgres(database) => postgres::n_pending(database).await.map_err(told)?,
        })
    }

    pub(super) async fn stuck(&self) -> anyhow::Result<Vec<Stuck>> {
        Ok(match self {
            Self::Sqlite(database) => sqlite::stuck(database)?,
            Self::Postgres(database) => postgres::stuck(database).await.map_err(told)?,
        })
    }

    /// Lets a stuck message go on; whether it was stuck still.
    pub(super) async fn recover(&self, number: i64) -> anyhow::Result<bool> {
        Ok(match self {
            Self::Sqlite(database) => sqlite::recover(database, Some(number))? > 0,
            Self::Postgres(database) => postgres::recover(database, Some(number)).await.map_err(told)? > 0,
        })
    }
}

fn open(path: &Path, access: Access) -> anyhow::Result<Connection> {
    // SQLite says only that it can't, and waits for the writer of a FIFO.
    goodevent_build::files::expect_regular(path)?;
    let access = match access {
        Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
    };
    let database = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    database.busy_timeout(PATIENCE)?;
    Ok(database)
}

async fn connect(url: &str) -> anyhow::Result<Client> {
    let connecting = tokio::time::timeout(PATIENCE, tokio_postgres::connect(url, NoTls));
    // The URL may hold a password.
    let failed = "cannot connect to the database";
    let (client, connection) =
        connecting.await.context("the database does not answer").context(failed)?.map_err(told).context(failed)?;
    tokio::spawn(connection);
    Ok(client)
}

/// What the server says, which the error itself keeps to its source.
fn told(error: tokio_postgres::Error) -> anyhow::Error {
    match error.as_db_error() {
        Some(own) => anyhow::anyhow!("{own}"),
        None => error.into(),
    }
}
