//! Commands run under limits of processor time and memory, and what they took.
//!
//! A limit can only be set by a process for itself, so a program that uses this module runs once more between the caller
//! and the command: [`supervise`] stands at the beginning of its `main`. Outside of Unix nothing is limited, and only the
//! time that passes is measured.

use std::{
    env, fmt,
    io::{self, Write as _},
    process::{Command, ExitCode, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The time and the memory that a command may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Processor time of the command and all that it starts.
    pub cpu: Duration,
    /// Memory that is resident at once.
    pub bytes: u64,
}

/// The outcome of a command.
#[derive(Debug, Clone)]
pub struct Finished {
    /// Its end.
    pub end: End,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// Processor time that it took.
    pub cpu: Duration,
    /// The most memory that it had at once.
    pub peak_bytes: u64,
}

/// The end of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With an exit code.
    Exit(i32),
    /// By a signal: a stack overflow is 6 or 11, a limit of processor time 24 or 9.
    Signal(i32),
    /// Never: it was stopped although it took no processor time.
    Stuck,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exit(code) => write!(f, "exit code {code}"),
            Self::Signal(6) => f.write_str("signal 6 (abort)"),
            Self::Signal(11) => f.write_str("signal 11 (segmentation fault)"),
            Self::Signal(24) => f.write_str("signal 24 (limit of processor time)"),
            Self::Signal(signal) => write!(f, "signal {signal}"),
            Self::Stuck => f.write_str("no end"),
        }
    }
}

/// The first argument of a program that stands between the caller and a command.
const SUPERVISED: &str = "--supervised";

/// The text before the figures, behind the command's standard error.
const TRAILER: &str = "\u{1e}supervised ";

/// A command that waits without taking processor time is stopped after as many times its limit.
const PATIENCE: u32 = 60;

impl Limits {
    /// Those of a case: 2 s of processor time and 512 MiB.
    pub const CASE: Self = Self { cpu: Duration::from_secs(2), bytes: 512 << 20 };

    /// Runs `command` with `input`.
    ///
    /// # Errors
    /// If the command can't be started.
    pub fn run(&self, command: &Command, input: &[u8]) -> io::Result<Finished> {
        let mut supervised = Command::new(env::current_exe()?);
        supervised.arg(SUPERVISED).arg(self.cpu.as_millis().to_string()).arg(self.bytes.to_string());
        supervised.arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => supervised.env(name, value),
                None => supervised.env_remove(name),
            };
        }
        if let Some(folder) = command.get_current_dir() {
            supervised.current_dir(folder);
        }
        let mut child = supervised.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let mut stdin = child.stdin.take().expect("the input is piped");
        let input = input.to_vec();
        // A command that ends before it has read everything closes the pipe, which is its right.
        let writer = thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output()?;
        writer.join().map_err(|_| io::Error::other("the writer panicked"))?;
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let (stderr, trailer) = stderr
            .rsplit_once(TRAILER)
            .ok_or_else(|| io::Error::other(format!("{:?} can't be started: {stderr}", command.get_program())))?;
        let figures: Vec<i64> = trailer.split_whitespace().filter_map(|figure| figure.parse().ok()).collect();
        let [kind, number, cpu_us, peak_bytes] = figures[..] else {
            return Err(io::Error::other(format!("the figures of the supervisor are `{trailer}`")));
        };
        Ok(Finished {
            end: match kind {
                0 => End::Exit(number as i32),
                1 => End::Signal(number as i32),
                _ => End::Stuck,
            },
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: stderr.to_owned(),
            cpu: Duration::from_micros(cpu_us.unsigned_abs()),
            peak_bytes: peak_bytes.unsigned_abs(),
        })
    }

    /// The limit that a command exceeded, or what it died of.
    #[must_use]
    pub fn fault(&self, finished: &Finished) -> Option<String> {
        let Finished { end, cpu, peak_bytes, .. } = finished;
        if *cpu > self.cpu {
            return Some(format!("took {:.1} s of processor time", cpu.as_secs_f64()));
        }
        if *peak_bytes > self.bytes || finished.stderr.contains("memory allocation of") {
            return Some(format!("took {} MiB of memory", peak_bytes >> 20));
        }
        if let Some((_, message)) = finished.stderr.split_once("panicked at ") {
            return Some(format!("panicked at {}", message.lines().take(2).collect::<Vec<_>>().join(" ")));
        }
        if finished.stderr.contains("overflowed its stack") {
            return Some("overflowed its stack".to_owned());
        }
        (!matches!(end, End::Exit(_))).then(|| format!("ended with {end}"))
    }
}

/// Runs a command under limits if this program was started for that, and returns its exit code; to be called before
/// anything else in `main`.
#[expect(clippy::print_stderr, reason = "the caller reads the figures there")]
pub fn supervise() -> Option<ExitCode> {
    let mut args = env::args_os().skip(1);
    if args.next()? != SUPERVISED {
        return None;
    }
    let mut number = || args.next().and_then(|text| text.to_str()?.parse::<u64>().ok()).unwrap_or_default();
    let limits = Limits { cpu: Duration::from_millis(number()), bytes: number() };
    let program = args.next()?;
    match limits.watch(Command::new(program).args(args)) {
        Ok((status, cpu, peak_bytes)) => {
            let (kind, number) = kind(status);
            eprint!("{TRAILER}{kind} {number} {} {peak_bytes}", cpu.as_micros());
            Some(ExitCode::SUCCESS)
        }
        Err(error) => {
            eprint!("{error}");
            Some(ExitCode::FAILURE)
        }
    }
}

impl Limits {
    /// Limits this process and so its children, and runs the only one that it ever has; `None` if that one is stuck.
    fn watch(&self, command: &mut Command) -> io::Result<(Option<ExitStatus>, Duration, u64)> {
        let start = Instant::now();
        self.set(Duration::ZERO)?;
        let mut child = command.spawn()?;
        let mut pause = Duration::from_micros(500);
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break Some(status);
            }
            if start.elapsed() > self.cpu * PATIENCE {
                child.kill()?;
                child.wait()?;
                break None;
            }
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        };
        let (cpu, peak_bytes) = usage::of_children(start)?;
        Ok((status, cpu, peak_bytes))
    }

    /// The kernel's limits are coarser: it counts whole seconds, and addresses in place of memory. `taken` is the
    /// processor time that the process has behind it.
    #[cfg(unix)]
    fn set(&self, taken: Duration) -> io::Result<()> {
        use nix::sys::resource::{RLIM_INFINITY, Resource, setrlimit};

        let seconds = taken.as_secs() + self.cpu.as_secs() + 2;
        setrlimit(Resource::RLIMIT_CPU, seconds, RLIM_INFINITY)?;
        setrlimit(Resource::RLIMIT_AS, self.bytes * 3, self.bytes * 3)?;
        setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
        Ok(())
    }

    #[cfg(not(unix))]
    fn set(&self, _: Duration) -> io::Result<()> {
        Ok(())
    }
}

/// A step of this process within limits: beyond them the kernel ends the process.
#[derive(Debug)]
pub struct Meter {
    /// Name of the step.
    pub step: &'static str,
    before: Duration,
}

impl Meter {
    /// Limits what follows.
    #[must_use]
    pub fn begin(step: &'static str, limits: Limits) -> Self {
        let before = usage::of_self();
        // A system without limits still measures the step.
        let _ = limits.set(before);
        usage::forget_peak();
        Self { step, before }
    }

    /// Processor time since the step began, and the most memory since then.
    #[must_use]
    pub fn taken(&self) -> (Duration, u64) {
        (usage::of_self().saturating_sub(self.before), usage::peak_bytes())
    }
}

/// The time and the memory that processes took.
#[cfg(unix)]
mod usage {
    use std::{
        fs, io,
        time::{Duration, Instant},
    };

    use nix::sys::{
        resource::{Usage, UsageWho, getrusage},
        time::TimeValLike as _,
    };

    fn cpu(usage: &Usage) -> Duration {
        let us = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
        Duration::from_micros(us.unsigned_abs())
    }

    pub(super) fn of_children(_: Instant) -> io::Result<(Duration, u64)> {
        let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
        // Linux counts kibibytes, macOS bytes.
        let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
        Ok((cpu(&usage), usage.max_rss().unsigned_abs() * unit))
    }

    pub(super) fn of_self() -> Duration {
        getrusage(UsageWho::RUSAGE_SELF).map(|usage| cpu(&usage)).unwrap_or_default()
    }

    /// From now on the peak is that of what follows, on Linux.
    pub(super) fn forget_peak() {
        let _ = fs::write("/proc/self/clear_refs", "5");
    }

    /// 0 where nothing says it.
    pub(super) fn peak_bytes() -> u64 {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        peak.and_then(|peak| peak.trim().parse::<u64>().ok()).unwrap_or(0) * 1024
    }
}

/// Elsewhere only the time that passes is known.
#[cfg(not(unix))]
mod usage {
    use std::{
        io,
        sync::LazyLock,
        time::{Duration, Instant},
    };

    static START: LazyLock<Instant> = LazyLock::new(Instant::now);

    pub(super) fn of_children(start: Instant) -> io::Result<(Duration, u64)> {
        Ok((start.elapsed(), 0))
    }

    pub(super) fn of_self() -> Duration {
        START.elapsed()
    }

    pub(super) fn forget_peak() {}

    pub(super) fn peak_bytes() -> u64 {
        0
    }
}

/// 0 and an exit code, 1 and a signal, or 2.
fn kind(status: Option<ExitStatus>) -> (u8, i32) {
    let Some(status) = status else { return (2, 0) };
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return (1, signal);
    }
    (0, status.code().unwrap_or(-1))
}
