//! A service of the story as a process.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread::{sleep, spawn},
    time::{Duration, Instant, SystemTime},
};

use test_brokers::{PATIENCE, Server};

/// How far clocks are off, one start after the other, in minutes; together less than the inbox remembers.
const CLOCKS: &[i64] = &[25, -25, 0, 20];

/// A service of the story.
pub(crate) struct Service {
    command: Vec<String>,
    home: PathBuf,
    pub(crate) n_starts: usize,
    child: Child,
}

impl Service {
    /// Starts it; its database is in `home`.
    pub(crate) fn start(role: &str, server: Server, url: &str, home: &Path, n_events: u64) -> Self {
        let database = home.join(format!("{role}.db")).display().to_string();
        let words = [role, server.name(), url, &database, &n_events.to_string()];
        let command: Vec<String> = words.map(str::to_owned).to_vec();
        let child = Self::spawn(&command, home, CLOCKS[0]);
        Self { command, home: home.to_owned(), n_starts: 1, child }
    }

    /// Starts it by a clock that is off.
    fn spawn(command: &[String], home: &Path, minutes: i64) -> Child {
        let libraries = test_brokers::clock();
        let log = File::options().create(true).append(true).open(home.join(format!("{}.log", command[0])));
        let mut child = Command::new(env!("CARGO_BIN_EXE_faults"))
            .args(command)
            .env("LD_PRELOAD", libraries)
            .env("FAKETIME", format!("{minutes:+}m"))
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .stdout(Stdio::piped())
            .stderr(log.expect("the folder is writable"))
            .spawn()
            .expect("it can be run");
        let stdout = child.stdout.take().expect("it is piped");
        let (tell, told) = mpsc::channel();
        spawn(move || {
            let mut line = String::new();
            let _ = BufReader::new(stdout).read_line(&mut line);
            let _ = tell.send(line);
        });
        let told = told.recv_timeout(PATIENCE).unwrap_or_default();
        let clock: i64 = told.trim().parse().unwrap_or_else(|_| panic!("{command:?} did not start: {told}"));
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is after 1970").as_secs();
        assert!((clock - now.cast_signed() - minutes * 60).abs() < 30, "its clock is off by {minutes} minutes");
        child
    }

    pub(crate) fn kill_and_start(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
        self.child = Self::spawn(&self.command, &self.home, CLOCKS[self.n_starts % CLOCKS.len()]);
        self.n_starts += 1;
    }

    pub(crate) fn signal(&self, signal: &str) {
        send(signal, self.child.id());
    }

    /// Bytes of memory that it has.
    pub(crate) fn n_bytes(&self) -> u64 {
        let told = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = told.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("the system says so");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("it is a number") * 1024
    }

    /// Waits until it ends by itself, well.
    pub(crate) fn ends(&mut self) {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("it is ours") {
                break status;
            }
            assert!(start.elapsed() < PATIENCE, "the {} does not end", self.command[0]);
            sleep(Duration::from_millis(50));
        };
        assert!(status.success(), "the {} failed: {}", self.command[0], self.last_words());
    }

    fn last_words(&self) -> String {
        let log = fs::read_to_string(self.home.join(format!("{}.log", self.command[0]))).unwrap_or_default();
        log.lines().rev().take(10).collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // One that ended is no harm.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn send(signal: &str, pid: u32) {
    let status = Command::new("kill").args([format!("-{signal}"), pid.to_string()]).status();
    assert!(status.expect("there is `kill`").success(), "{signal} to {pid}");
}
