//! Services of a story that is told with faults: they run as processes, so that they can be killed at any point, and
//! have a database each.

pub mod billing;
pub mod flood;
pub mod shop;

use std::{path::Path, time::Duration};

use rusqlite::Connection;

/// A database that outlives its process, though not the machine: nobody cuts the power here.
fn open(path: &Path) -> rusqlite::Result<Connection> {
    let database = demo::open(path)?;
    database.busy_timeout(Duration::from_secs(60))?;
    database.execute_batch("PRAGMA synchronous = OFF")?;
    Ok(database)
}
