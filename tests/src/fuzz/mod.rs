//! Random schemas through the whole toolchain in memory, within limits of time and memory for each step.
//!
//! Workers are processes, so that what overflows the stack, takes all memory or does not end is one fault of one seed, and
//! the next worker goes on behind it. The same seed is the same case everywhere.

mod case;
mod schemas;
mod worker;

pub use self::{
    case::{Case, Next, real},
    worker::serve,
};

use std::{
    collections::BTreeMap,
    env, fs,
    io::{self, BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

/// The first argument of a worker.
const WORKER: &str = "--worker";

/// A worker that says nothing for so long is stopped, though it takes no processor time.
const PATIENCE: Duration = Duration::from_secs(300);

/// The choice of cases.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// The first seed.
    pub seed: u64,
    /// Number of cases, if it is not the time that ends the run.
    pub n_cases: Option<u64>,
    /// The time after which no further case is begun.
    pub duration: Duration,
    /// Workers at the same time.
    pub n_workers: u64,
}

/// A seed at which something went wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The seed.
    pub seed: u64,
    /// The cases that were run, and their faults.
    pub what: String,
}

/// The result of a run.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Cases that were run to their end.
    pub n_cases: u64,
    /// Cases of which both schemas were taken, so that everything was asked of them.
    pub n_taken: u64,
    /// Faults, in the order of their seeds.
    pub faults: Vec<Fault>,
    /// Steps that took the most processor time: milliseconds and seed.
    pub slowest: BTreeMap<String, (u64, u64)>,
}

/// A line of a worker.
enum Line {
    /// `case SEED`: it begins.
    Case(u64),
    /// `step NAME`: it is in a case.
    Step(String),
    /// `fault TEXT`
    Fault(String),
    /// `slow MS NAME`
    Slow(u64, String),
    /// `taken`: both schemas of the case were.
    Taken,
    /// `done`: it ended.
    Done,
}

impl Line {
    fn parse(line: &str) -> Option<Self> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        Some(match word {
            "case" => Self::Case(rest.parse().ok()?),
            "step" => Self::Step(rest.to_owned()),
            "fault" => Self::Fault(rest.to_owned()),
            "slow" => {
                let (ms, name) = rest.split_once(' ')?;
                Self::Slow(ms.parse().ok()?, name.to_owned())
            }
            "taken" => Self::Taken,
            "done" => Self::Done,
            _ => return None,
        })
    }
}

/// Runs the cases of a plan in workers, and saves those that fail below `folder`.
///
/// # Errors
/// If a worker can't be started or a case can't be saved.
pub fn run(plan: &Plan, folder: &Path) -> io::Result<Summary> {
    let end = Instant::now() + plan.duration;
    let lanes: Vec<_> = (0..plan.n_workers)
        .map(|lane| {
            let plan = *plan;
            thread::spawn(move || run_lane(&plan, lane, end))
        })
        .collect();
    let mut summary = Summary::default();
    for lane in lanes {
        let lane = lane.join().map_err(|_| io::Error::other("a lane panicked"))??;
        summary.n_cases += lane.n_cases;
        summary.n_taken += lane.n_taken;
        summary.faults.extend(lane.faults);
        for (step, slow) in lane.slowest {
            let known = summary.slowest.entry(step).or_default();
            *known = (*known).max(slow);
        }
    }
    summary.faults.sort();
    let real = if summary.faults.is_empty() { Vec::new() } else { real() };
    for fault in &summary.faults {
        let case = Case::of(fault.seed, &real);
        let folder = folder.join(fault.seed.to_string());
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("old.json"), &case.old)?;
        fs::write(folder.join("new.json"), &case.new)?;
        fs::write(folder.join("fault.txt"), format!("{}\n", fault.what))?;
    }
    Ok(summary)
}

/// Every `n_workers`-th seed, by one worker after the other.
fn run_lane(plan: &Plan, lane: u64, end: Instant) -> io::Result<Summary> {
    let mut summary = Summary::default();
    let mut first = plan.seed + lane;
    let last = plan.n_cases.map_or(u64::MAX, |n_cases| plan.seed + n_cases);
    while first < last && Instant::now() < end {
        let left = end.saturating_duration_since(Instant::now());
        let args = [first, last, plan.n_workers, left.as_millis() as u64].map(|number| number.to_string());
        let mut child = Command::new(env::current_exe()?)
            .arg(WORKER)
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().ok_or_else(|| io::Error::other("a worker has no output"))?;
        let (sender, lines) = mpsc::channel();
        let reader = thread::spawn(move || {
            BufReader::new(output).lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        let mut current: Option<(u64, String)> = None;
        let mut is_stuck = false;
        loop {
            let line = match lines.recv_timeout(PATIENCE) {
                Ok(line) => line,
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    is_stuck = true;
                    child.kill()?;
                    break;
                }
            };
            match (Line::parse(&line), &mut current) {
                (Some(Line::Case(seed)), current) => {
                    *current = Some((seed, "begin".to_owned()));
                    first = seed + plan.n_workers;
                }
                (Some(Line::Step(name)), Some((_, step))) => *step = name,
                (Some(Line::Fault(what)), Some((seed, _))) => summary.faults.push(Fault { seed: *seed, what }),
                (Some(Line::Taken), _) => summary.n_taken += 1,
                (Some(Line::Slow(ms, name)), Some((seed, _))) => {
                    let known = summary.slowest.entry(name).or_default();
                    *known = (*known).max((ms, *seed));
                }
                (Some(Line::Done), current) => {
                    summary.n_cases += 1;
                    *current = None;
                }
                _ => {}
            }
        }
        drop(lines);
        let output = child.wait_with_output()?;
        let _ = reader.join();
        if let Some((seed, step)) = current {
            let stderr = String::from_utf8_lossy(&output.stderr);
            let why = stderr.lines().last().unwrap_or_default();
            let how = if is_stuck { "no end".to_owned() } else { output.status.to_string() };
            summary.faults.push(Fault { seed, what: format!("{step}: the process died: {how} {why}") });
        } else if !output.status.success() {
            return Err(io::Error::other(format!("a worker failed: {}", String::from_utf8_lossy(&output.stderr))));
        }
    }
    Ok(summary)
}
