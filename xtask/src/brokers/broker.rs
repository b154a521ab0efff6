//! Common parts of the test brokers: installation, start and end.

use std::{
    fs,
    net::{Ipv4Addr, TcpStream},
    path::PathBuf,
    process::Command,
};

use anyhow::{Context, Result};

use super::process::Family;
use crate::packages::Packages;

/// Who may do anything, at every broker that asks who is there.
pub(super) const USER: &str = "goodevent";
/// Who may publish and consume, but not declare queues or streams.
pub(super) const LIMITED_USER: &str = "limited";
pub(super) const PASSWORD: &str = "loopback-only";

/// A server that tests publish to and consume from.
pub(super) trait Broker: Sync {
    fn name(&self) -> &'static str;

    /// How many ports after [`Place::port`] it takes.
    fn n_ports(&self) -> u16 {
        1
    }

    /// The variables that tests read, with what to find there.
    fn urls(&self, port: u16) -> Vec<(&'static str, String)>;

    /// What runs it in the foreground. Installs it and prepares its data, where that was not done before.
    fn server(&self, place: &Place) -> Result<Server>;

    fn is_ready(&self, place: &Place) -> bool {
        TcpStream::connect((Ipv4Addr::LOCALHOST, place.port)).is_ok()
    }

    /// What asks it to end in good order.
    fn end_signal(&self) -> &'static str {
        "TERM"
    }
}

pub(super) struct Server {
    pub(super) command: Command,
    pub(super) version: String,
}

/// Where a broker lives.
pub(super) struct Place {
    /// Its log, its configuration, and in `data` what it keeps.
    pub(super) home: PathBuf,
    /// The first of its ports, where clients connect.
    pub(super) port: u16,
    pub(super) packages: Packages,
}

impl Place {
    pub(super) fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    pub(super) fn family(&self) -> Family<'_> {
        Family::new(&self.home)
    }

    /// Writes a file of the broker's configuration.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.home.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }
}
