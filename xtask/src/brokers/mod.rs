//! `cargo xtask brokers`: real brokers on this machine, for the tests of the transports.
//!
//! Each broker is installed below `target/brokers/packages`, listens on loopback, keeps its data in its own folder, and
//! is announced to tests by lines of `target/brokers/brokers.env`. A broker whose variable is set in the environment is
//! used from there, and neither installed nor started. The installation and configuration of each server is in its
//! file.

mod broker;
mod clock;
mod kafka;
mod nats;
mod postgres;
mod process;
mod rabbitmq;

use std::{
    collections::BTreeSet,
    env,
    ffi::OsString,
    fs,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use goodevent_cli::{Outcome, terminal::Terminal};

use self::broker::{Broker, Place};
use crate::packages::{self, Packages};

const HELP: &str = "\
cargo xtask brokers <command> [--dir DIR]

  up [--without NAME]...  installs what is missing, starts what does not run, writes DIR/brokers.env
  down                    stops what was started here, and forgets its data
  status                  says what runs where
  kill NAME               ends a broker at once, as a power failure would; its data stays
  start NAME              starts it again
  clock                   says where the libraries are that set the clock of a process, which it installs
  strace                  says where the program `strace` is, and below it where its libraries are; installs both

NAME is rabbitmq, nats, kafka or postgres; DIR is target/brokers, or $GOODEVENT_BROKERS_DIR.
Another DIR is another set of brokers, on ports of its own.";

const BROKERS: [&dyn Broker; 4] = [&rabbitmq::RabbitMq, &nats::Nats, &kafka::Kafka, &postgres::Postgres];

/// A broker takes 8 s to start, and more than 60 s where compilers run beside it.
const PATIENCE: Duration = Duration::from_secs(180);

struct Options {
    dir: PathBuf,
    without: BTreeSet<String>,
    names: Vec<String>,
}

pub(crate) fn run(root: &Path, args: &[OsString], terminal: &mut Terminal) -> Outcome {
    match command(root, args, terminal) {
        Ok(true) => Outcome::Fine,
        Ok(false) => Outcome::Findings,
        Err(error) => {
            terminal.note_lines(&format!("{error:#}"));
            Outcome::Failed
        }
    }
}

fn command(root: &Path, args: &[OsString], terminal: &mut Terminal) -> Result<bool> {
    let mut words = args.iter().map(|arg| arg.to_string_lossy().into_owned());
    let verb = words.next().unwrap_or_default();
    let options = options(root, words)?;
    let names = options.names.iter().map(|name| broker(name)).collect::<Result<Vec<_>>>()?;
    let packages = Packages::new(root.join("target/brokers/packages"));
    let set = Set { port: first_port(&options.dir)?, dir: options.dir, packages };
    match (verb.as_str(), names.as_slice()) {
        ("up", []) => set.up(&options.without, terminal),
        ("down", []) => set.down(),
        ("status", []) => Ok(set.status(terminal)),
        ("kill", [broker]) => set.place(*broker).family().end("KILL").map(|()| true),
        ("clock", []) => clock::libraries(&set.packages).map(|paths| {
            terminal.out(&paths);
            true
        }),
        ("strace", []) => set.packages.debian("strace", "usr/bin/strace").map(|root| {
            terminal.out(&root.join("usr/bin/strace").display().to_string());
            terminal.out(&packages::libraries(&root).display().to_string());
            true
        }),
        ("start", [broker]) => set.start(*broker).and_then(|()| set.wait(*broker)).map(|()| true),
        _ => bail!(HELP),
    }
}

fn options(root: &Path, mut words: impl Iterator<Item = String>) -> Result<Options> {
    let dir = env::var_os("GOODEVENT_BROKERS_DIR").map_or_else(|| root.join("target/brokers"), PathBuf::from);
    let mut options = Options { dir, without: BTreeSet::new(), names: Vec::new() };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--dir" => options.dir = words.next().context("--dir needs a folder")?.into(),
            "--without" => {
                let name = words.next().context("--without needs the name of a broker")?;
                options.without.insert(broker(&name)?.name().to_owned());
            }
            _ => options.names.push(word),
        }
    }
    fs::create_dir_all(&options.dir).with_context(|| format!("cannot make {}", options.dir.display()))?;
    options.dir = options.dir.canonicalize()?;
    Ok(options)
}

fn broker(name: &str) -> Result<&'static dyn Broker> {
    BROKERS.into_iter().find(|broker| broker.name() == name).with_context(|| {
        let names: Vec<&str> = BROKERS.iter().map(|broker| broker.name()).collect();
        format!("no broker `{name}`, there are {}", names.join(", "))
    })
}

/// The brokers of one folder.
struct Set {
    dir: PathBuf,
    port: u16,
    packages: Packages,
}

impl Set {
    fn up(&self, without: &BTreeSet<String>, terminal: &mut Terminal) -> Result<bool> {
        let wanted = BROKERS.into_iter().filter(|broker| !without.contains(broker.name()));
        let (given, ours): (Vec<_>, Vec<_>) = wanted.partition(|broker| !self.given(*broker).is_empty());
        // All of them get up at the same time.
        let started: Vec<_> = ours.into_iter().map(|broker| (broker, self.start(broker))).collect();
        let mut lines: Vec<_> = given.into_iter().flat_map(|broker| self.given(broker)).collect();
        let mut is_complete = true;
        for (broker, outcome) in started {
            match outcome.and_then(|()| self.wait(broker)) {
                Ok(()) => lines.extend(broker.urls(self.place(broker).port)),
                Err(error) => {
                    is_complete = false;
                    terminal.note_lines(&self.remedy(broker, &error));
                }
            }
        }
        let lines: String = lines.iter().map(|(variable, url)| format!("{variable}={url}\n")).collect();
        let path = self.dir.join("brokers.env");
        fs::write(&path, &lines).with_context(|| format!("cannot write {}", path.display()))?;
        terminal.lines(&format!("{lines}these lines are in {}", path.display()));
        Ok(is_complete)
    }

    fn down(&self) -> Result<bool> {
        for broker in BROKERS {
            let place = self.place(broker);
            place.family().end(broker.end_signal())?;
            if place.data().exists() {
                fs::remove_dir_all(place.data()).context("cannot remove the data of a broker")?;
            }
        }
        let _ = fs::remove_file(self.dir.join("brokers.env"));
        Ok(true)
    }

    /// Whether all of them run, after a line for each.
    fn status(&self, terminal: &mut Terminal) -> bool {
        let mut all_run = true;
        for broker in BROKERS {
            let place = self.place(broker);
            let version = fs::read_to_string(place.home.join("version")).unwrap_or_default();
            let state = match (self.given(broker).first(), place.family().leader()) {
                (Some((variable, url)), _) => format!("{url} by {variable}"),
                (None, Some(pid)) => {
                    let urls = broker.urls(place.port).into_iter().map(|(_, url)| url).collect::<BTreeSet<_>>();
                    format!("{version}, pid {pid}, {}", Vec::from_iter(urls).join(", "))
                }
                (None, None) => {
                    all_run = false;
                    "does not run".to_owned()
                }
            };
            terminal.out(&format!("{:<9} {state}", broker.name()));
        }
        all_run
    }

    fn start(&self, broker: &dyn Broker) -> Result<()> {
        let place = self.place(broker);
        if place.family().leader().is_some() {
            return Ok(());
        }
        if !Path::new("/proc/self/environ").exists() {
            bail!("brokers are started on Linux only, where /proc lists their processes");
        }
        fs::create_dir_all(&place.home).with_context(|| format!("cannot make {}", place.home.display()))?;
        // What a crash left would be in the way.
        place.family().end("KILL")?;
        let server = broker.server(&place)?;
        place.write("version", &server.version)?;
        place.family().start(server.command)
    }

    fn wait(&self, broker: &dyn Broker) -> Result<()> {
        let place = self.place(broker);
        let start = Instant::now();
        while !broker.is_ready(&place) {
            // Shortly after its start a process has no environment yet, by which it would be known.
            if start.elapsed() > Duration::from_secs(2) && place.family().leader().is_none() {
                bail!("it ended before it was ready\n{}", place.family().last_words());
            }
            if start.elapsed() > PATIENCE {
                bail!("it was not ready after {} s\n{}", PATIENCE.as_secs(), place.family().last_words());
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    /// What the environment says about a broker.
    fn given(&self, broker: &dyn Broker) -> Vec<(&'static str, String)> {
        let variables = broker.urls(self.port).into_iter().map(|(variable, _)| variable);
        variables.filter_map(|variable| Some((variable, env::var(variable).ok()?))).collect()
    }

    fn place(&self, broker: &dyn Broker) -> Place {
        let before = BROKERS.iter().take_while(|other| other.name() != broker.name());
        let port = self.port + before.map(|other| other.n_ports()).sum::<u16>();
        Place { home: self.dir.join(broker.name()), port, packages: self.packages.clone() }
    }

    fn remedy(&self, broker: &dyn Broker, error: &anyhow::Error) -> String {
        let name = broker.name();
        let variables: Vec<&str> = broker.urls(self.port).into_iter().map(|(variable, _)| variable).collect();
        format!(
            "error: {name} does not run: {error:#}\n  = help: name one that runs by {}, or do `--without {name}`",
            variables.join(" and ")
        )
    }
}

/// The first of a row of free ports, the same as long as the folder is there.
///
/// Ports that systems give to clients begin at 32768; these are below, and scattered, so that checkouts don't meet.
fn first_port(dir: &Path) -> Result<u16> {
    let path = dir.join("port");
    if let Some(port) = fs::read_to_string(&path).ok().and_then(|text| text.trim().parse().ok()) {
        return Ok(port);
    }
    let n_ports = BROKERS.iter().map(|broker| broker.n_ports()).sum::<u16>();
    let scatter = dir
        .as_os_str()
        .as_encoded_bytes()
        .iter()
        .fold(0_u16, |sum, byte| sum.wrapping_mul(31).wrapping_add(u16::from(*byte)));
    let is_free = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
    let mut rows = (0..600).map(|row| 20_000 + (scatter.wrapping_add(row) % 600) * 20);
    let port =
        rows.find(|first| (*first..first + n_ports).all(is_free)).context("no free ports from 20000 to 32000")?;
    fs::write(&path, port.to_string()).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(port)
}
