//! The parts of the demo that depend on the broker and on a database.

pub mod stage;

use std::{path::Path, time::Duration};

use rusqlite::Connection;

/// A database of a service, which several connections use.
///
/// # Errors
/// If the file can't be used.
pub fn open(path: &Path) -> rusqlite::Result<Connection> {
    let database = Connection::open(path)?;
    database.busy_timeout(Duration::from_secs(5))?;
    database.execute_batch("PRAGMA journal_mode = WAL")?;
    Ok(database)
}
