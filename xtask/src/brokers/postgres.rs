//! PostgreSQL, for outboxes and inboxes: the one of this machine, or Debian's.

use std::{
    fs,
    os::unix::fs::{MetadataExt, chown},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result};

use super::broker::{Broker, PASSWORD, Place, Server, USER};
use crate::packages;

/// `nobody`, since PostgreSQL does not run as root.
const NOBODY: u32 = 65534;

/// Where Debian has the programs, a folder for each version.
const PROGRAMS: &str = "usr/lib/postgresql/1";

pub(super) struct Postgres;

impl Broker for Postgres {
    fn name(&self) -> &'static str {
        "postgres"
    }

    fn urls(&self, port: u16) -> Vec<(&'static str, String)> {
        vec![("GOODEVENT_POSTGRES_URL", format!("postgres://{USER}:{PASSWORD}@127.0.0.1:{port}/postgres"))]
    }

    fn server(&self, place: &Place) -> Result<Server> {
        let installed = Installed::find(place)?;
        let data = place.data();
        if !data.join("PG_VERSION").exists() {
            fs::create_dir_all(&data).context("cannot make the folder of the data")?;
            let password = place.write("password", PASSWORD)?;
            let mut initdb = installed.unprivileged("initdb", &data)?;
            initdb.args(["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync", "--username", USER]);
            packages::output(initdb.arg("--pwfile").arg(password).arg("--pgdata").arg(&data))?;
        }
        // Of a server that was killed, and that may be dead but not buried, so that it seems to run.
        let _ = fs::remove_file(data.join("postmaster.pid"));
        let mut command = installed.unprivileged("postgres", &data)?;
        command.args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]);
        command.arg("-p").arg(place.port.to_string()).arg("-D").arg(data);
        Ok(Server { command, version: installed.version() })
    }

    fn is_ready(&self, place: &Place) -> bool {
        Installed::find(place).is_ok_and(|installed| {
            let mut pg_isready = installed.program("pg_isready");
            pg_isready.args(["--quiet", "--host=127.0.0.1", "--port"]).arg(place.port.to_string());
            pg_isready.stderr(Stdio::null()).status().is_ok_and(|status| status.success())
        })
    }

    /// The one that does not wait for clients to leave.
    fn end_signal(&self) -> &'static str {
        "INT"
    }
}

struct Installed {
    root: PathBuf,
    /// `/usr/lib/postgresql/15`
    folder: PathBuf,
}

impl Installed {
    fn find(place: &Place) -> Result<Self> {
        let root = place.packages.debian("postgresql", PROGRAMS)?;
        let folder = packages::entry(&root, PROGRAMS).context("the package has no programs")?;
        Ok(Self { root, folder })
    }

    fn version(&self) -> String {
        self.folder.file_name().map_or_else(String::new, |version| version.display().to_string())
    }

    fn program(&self, name: &str) -> Command {
        packages::with_libraries(Command::new(self.folder.join("bin").join(name)), &self.root)
    }

    /// A program as somebody who is not root, and owns the data.
    fn unprivileged(&self, name: &str, data: &Path) -> Result<Command> {
        let program = self.program(name);
        let is_root = fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
        if !is_root {
            return Ok(program);
        }
        chown(data, Some(NOBODY), Some(NOBODY)).context("cannot give the data away")?;
        let mut command = packages::with_libraries(Command::new("setpriv"), &self.root);
        command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]).arg(program.get_program());
        // Where we are may be closed to others.
        command.current_dir("/");
        Ok(command)
    }
}
