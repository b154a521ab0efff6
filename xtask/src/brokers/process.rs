//! The life of a broker's processes.
//!
//! They carry a mark in their environment, which identifies them and their children, and no other process.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    os::unix::process::CommandExt,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// Whose value is the home of the broker.
const MARK: &str = "GOODEVENT_BROKER_HOME";

/// A broker that was asked to end has this long before it is ended.
const PATIENCE: Duration = Duration::from_secs(20);

/// All processes of one broker.
pub(super) struct Family<'a> {
    home: &'a Path,
}

/// A process at a time: ids are used again, but not with the same start.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Process {
    pid: u32,
    parent: u32,
    started: u64,
}

impl<'a> Family<'a> {
    pub(super) fn new(home: &'a Path) -> Self {
        Self { home }
    }

    /// Runs a server so that it outlives this command. What it says is added to `log`.
    pub(super) fn start(&self, mut command: Command) -> Result<()> {
        let log =
            File::options().create(true).append(true).open(self.home.join("log")).context("cannot open the log")?;
        command.env(MARK, self.home).process_group(0).stdin(Stdio::null());
        command.stdout(log.try_clone().context("cannot share the log")?).stderr(log);
        let child = command.spawn().with_context(|| format!("cannot run {}", command.get_program().display()))?;
        fs::write(self.home.join("pid"), child.id().to_string()).context("cannot write the process id")
    }

    /// The process that [`Family::start`] made, while it runs.
    pub(super) fn leader(&self) -> Option<u32> {
        let pid = fs::read_to_string(self.home.join("pid")).ok()?.parse().ok()?;
        self.is_marked(pid).then_some(pid)
    }

    /// Sends a signal to the leader, and sees to it that nobody of the family is left.
    pub(super) fn end(&self, signal: &str) -> Result<()> {
        let members = self.members();
        let is_alive = |process: &&Process| read(process.pid).is_some_and(|now| now.started == process.started);
        if let Some(leader) = self.leader() {
            send(signal, &[leader])?;
            wait_until(PATIENCE, || self.leader().is_none());
        }
        let left: Vec<u32> = members.iter().filter(is_alive).map(|process| process.pid).collect();
        send("KILL", &left)?;
        if !wait_until(PATIENCE, || !members.iter().any(|process| is_alive(&process))) {
            bail!("some of the processes of {} do not end: {left:?}", self.home.display());
        }
        Ok(())
    }

    /// The end of the log, where the reason of a failure is.
    pub(super) fn last_words(&self) -> String {
        let log = fs::read(self.home.join("log")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(8)..].join("\n")
    }

    /// Those with the mark, and all that descend from them: a server may write over its environment.
    fn members(&self) -> Vec<Process> {
        let all: Vec<Process> = fs::read_dir("/proc")
            .into_iter()
            .flatten()
            .filter_map(|entry| read(entry.ok()?.file_name().to_str()?.parse().ok()?))
            .collect();
        let mut pids: BTreeSet<u32> =
            all.iter().map(|process| process.pid).filter(|pid| self.is_marked(*pid)).collect();
        loop {
            let n_known = pids.len();
            pids.extend(
                all.iter()
                    .filter(|process| pids.contains(&process.parent))
                    .map(|process| process.pid)
                    .collect::<Vec<_>>(),
            );
            if pids.len() == n_known {
                return all.into_iter().filter(|process| pids.contains(&process.pid)).collect();
            }
        }
    }

    fn is_marked(&self, pid: u32) -> bool {
        let mark = [MARK.as_bytes(), b"=", self.home.as_os_str().as_encoded_bytes()].concat();
        fs::read(format!("/proc/{pid}/environ"))
            .is_ok_and(|variables| variables.split(|byte| *byte == 0).any(|it| it == mark))
    }
}

/// What the system says about a process, unless it is dead and nobody looked yet (proc(5), `stat`).
fn read(pid: u32) -> Option<Process> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name before is in brackets, and may hold anything.
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    let [state, parent] = *fields.first_chunk()?;
    let process = Process { pid, parent: parent.parse().ok()?, started: fields.get(19)?.parse().ok()? };
    (state != "Z").then_some(process)
}

fn send(signal: &str, pids: &[u32]) -> Result<()> {
    if pids.is_empty() {
        return Ok(());
    }
    let mut kill = Command::new("sh");
    kill.args(["-c", "kill -s \"$@\"", "sh", signal]).args(pids.iter().map(u32::to_string));
    // Those that ended meanwhile are no failure.
    kill.stderr(Stdio::null()).status().context("cannot run sh")?;
    Ok(())
}

fn wait_until(patience: Duration, is_so: impl Fn() -> bool) -> bool {
    let start = Instant::now();
    while !is_so() {
        if start.elapsed() > patience {
            return false;
        }
        thread::sleep(Duration::from_millis(50));
    }
    true
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn all_of_a_family_and_nobody_else_is_ended() {
        let homes =
            ["ours", "theirs"].map(|name| std::env::temp_dir().join(format!("family-{}-{name}", std::process::id())));
        let families = homes.each_ref().map(|home| {
            fs::create_dir_all(home).expect("the folder of temporary files is writable");
            let mut command = Command::new("sh");
            command.args(["-c", "env -i sleep 60 & exec sleep 60"]);
            let family = Family::new(home);
            family.start(command).expect("there is a shell");
            family
        });
        let [ours, theirs] = &families;
        assert!(wait_until(PATIENCE, || ours.members().len() == 2 && theirs.members().len() == 2));
        ours.end("KILL").expect("they end");
        assert_eq!((ours.members().len(), theirs.members().len()), (0, 2));
        theirs.end("TERM").expect("they end");
        assert_eq!(theirs.members(), []);
        for home in homes {
            fs::remove_dir_all(home).expect("it is ours");
        }
    }
}
