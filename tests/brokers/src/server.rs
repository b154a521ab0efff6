//! The servers that `cargo xtask brokers` installs and starts.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// A kind of server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    /// RabbitMQ, over AMQP 0.9.1.
    RabbitMq,
    /// RabbitMQ, over AMQP 1.0.
    Amqp,
    /// NATS with JetStream.
    Nats,
    /// A broker of Kafka's protocol.
    Kafka,
    /// PostgreSQL.
    Postgres,
}

impl Server {
    /// Its name in `cargo xtask brokers`.
    pub fn name(self) -> &'static str {
        match self {
            Self::RabbitMq | Self::Amqp => "rabbitmq",
            Self::Nats => "nats",
            Self::Kafka => "kafka",
            Self::Postgres => "postgres",
        }
    }

    fn variable(self) -> &'static str {
        match self {
            Self::RabbitMq => "GOODEVENT_RABBITMQ_URL",
            Self::Amqp => "GOODEVENT_AMQP_URL",
            Self::Nats => "GOODEVENT_NATS_URL",
            Self::Kafka => "GOODEVENT_KAFKA_URL",
            Self::Postgres => "GOODEVENT_POSTGRES_URL",
        }
    }

    /// Whether the caller of the tests wants none of it: `cargo xtask test --without kafka`.
    pub fn is_left_out(self) -> bool {
        env::var("GOODEVENT_WITHOUT").is_ok_and(|names| names.split(',').any(|name| name == self.name()))
    }

    /// Where one runs, as the environment or `cargo xtask brokers up` says.
    ///
    /// # Panics
    /// If none does.
    pub fn url(self) -> String {
        let dir =
            env::var_os("GOODEVENT_BROKERS_DIR").map_or_else(|| Path::new(ROOT).join("target/brokers"), PathBuf::from);
        let variable = self.variable();
        env::var(variable).ok().or_else(|| self.url_in(&dir)).unwrap_or_else(|| {
            panic!("there is no {}: `cargo xtask brokers up` starts one, {variable} names one that runs", self.name())
        })
    }

    fn url_in(self, dir: &Path) -> Option<String> {
        let lines = fs::read_to_string(dir.join("brokers.env")).ok()?;
        lines.lines().find_map(|line| line.strip_prefix(self.variable())?.strip_prefix('=')).map(str::to_owned)
    }
}

/// A server of a test's own, which can be killed and is gone with it.
#[derive(Debug)]
pub struct Private {
    server: Server,
    dir: PathBuf,
}

impl Private {
    /// Starts one, in a folder of that name.
    ///
    /// # Panics
    /// If it can't be installed or started.
    pub fn start(server: Server, name: &str) -> Self {
        let own = Self { server, dir: Path::new(ROOT).join("target/brokers/private").join(name) };
        // What a test left that was ended itself.
        own.xtask(&["down"]);
        let others = ["rabbitmq", "nats", "kafka", "postgres"].into_iter().filter(|other| *other != server.name());
        let up: Vec<&str> = ["up"].into_iter().chain(others.flat_map(|other| ["--without", other])).collect();
        own.xtask(&up);
        own
    }

    /// Where it is, also while it is dead.
    ///
    /// # Panics
    /// If the folder is gone.
    pub fn url(&self) -> String {
        self.server.url_in(&self.dir).expect("`up` wrote it")
    }

    /// The folder of what it keeps.
    pub fn data(&self) -> PathBuf {
        self.dir.join(self.server.name()).join("data")
    }

    /// Id of its first process.
    ///
    /// # Panics
    /// If it does not run.
    pub fn pid(&self) -> u32 {
        let path = self.dir.join(self.server.name()).join("pid");
        fs::read_to_string(path).ok().and_then(|pid| pid.trim().parse().ok()).expect("it runs")
    }

    /// Ends it at once, as a power failure would.
    ///
    /// # Panics
    /// If it does not run.
    pub fn kill(&self) {
        self.xtask(&["kill", self.server.name()]);
    }

    /// Starts it again, and waits until it is ready.
    ///
    /// # Panics
    /// If it does not start.
    pub fn start_again(&self) {
        self.xtask(&["start", self.server.name()]);
    }

    fn xtask(&self, words: &[&str]) {
        let dir = self.dir.display().to_string();
        xtask(&[words, &["--dir", &dir]].concat());
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        self.xtask(&["down"]);
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// The libraries that set the clock of a process: to be named in `LD_PRELOAD`, and what the clock is off by in `FAKETIME`.
///
/// # Panics
/// If they can't be installed.
pub fn clock() -> String {
    xtask(&["clock"]).trim().to_owned()
}

/// What `cargo xtask brokers` says.
fn xtask(words: &[&str]) -> String {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["xtask", "brokers"]).args(words).current_dir(ROOT);
    // What somebody else named is not ours to kill.
    for server in [Server::RabbitMq, Server::Amqp, Server::Nats, Server::Kafka, Server::Postgres] {
        cargo.env_remove(server.variable());
    }
    let output = cargo.output().expect("cargo runs");
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
