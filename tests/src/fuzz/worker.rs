//! The process that runs cases, one after the other, each step within its limits.

use std::{
    env,
    io::{self, Write as _},
    panic,
    process::ExitCode,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::{Case, WORKER, real};
use crate::limits::{Limits, Meter};

/// As little as a thread of a pool or of a test has.
const STACK_BYTES: usize = 2 << 20;

/// Steps that take longer than this are told.
const SLOW: Duration = Duration::from_millis(100);

/// The kernel counts a process's time in whole ticks for its limit, and [`Meter`] reads the exact time. They drift apart, so
/// that a process which works for long would die of a limit that it keeps.
const SHIFT: Duration = Duration::from_secs(60);

/// Runs cases if this process was started for that: `--worker FIRST LAST STEP MILLISECONDS`.
#[must_use]
pub fn serve() -> Option<ExitCode> {
    let mut args = env::args().skip(1);
    if args.next()? != WORKER {
        return None;
    }
    let numbers: Vec<u64> = args.filter_map(|arg| arg.parse().ok()).collect();
    let [first, last, step, ms] = numbers[..] else { return Some(ExitCode::from(2)) };
    let end = Instant::now() + Duration::from_millis(ms).min(SHIFT);
    let real = Arc::new(real());
    let mut seed = first;
    while seed < last && Instant::now() < end {
        if run(seed, &real).is_err() {
            return Some(ExitCode::from(2));
        }
        seed += step;
    }
    Some(ExitCode::SUCCESS)
}

fn say(line: &str) {
    // Nobody reads on when the run is over.
    let _ = writeln!(io::stdout().lock(), "{}", line.replace('\n', " "));
}

fn run(seed: u64, real: &Arc<Vec<Value>>) -> io::Result<()> {
    say(&format!("case {seed}"));
    let panicked: Arc<Mutex<Option<String>>> = Arc::default();
    let hook = Arc::clone(&panicked);
    panic::set_hook(Box::new(move |info| {
        if let Ok(mut panicked) = hook.lock() {
            panicked.get_or_insert_with(|| info.to_string());
        }
    }));
    let real = Arc::clone(real);
    let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
        let case = Case::of(seed, &real);
        let mut meter = Meter::begin("begin", Limits::CASE);
        let faults = case.run(seed, &mut |step| {
            report(&meter);
            say(&format!("step {step}"));
            if step == super::case::TAKEN {
                say("taken");
            }
            meter = Meter::begin(step, Limits::CASE);
        });
        report(&meter);
        faults.iter().for_each(|fault| say(&format!("fault {fault}")));
    })?;
    let outcome = thread.join();
    let _ = panic::take_hook();
    if outcome.is_err() {
        let message = panicked.lock().ok().and_then(|mut panicked| panicked.take()).unwrap_or_default();
        say(&format!("fault panicked: {message}"));
    }
    say("done");
    Ok(())
}

/// The time and memory of a step, if they are worth a line.
fn report(meter: &Meter) {
    let (cpu, peak_bytes) = meter.taken();
    let step = meter.step;
    if cpu > Limits::CASE.cpu {
        say(&format!("fault {step}: took {:.1} s of processor time", cpu.as_secs_f64()));
    }
    if peak_bytes > Limits::CASE.bytes {
        say(&format!("fault {step}: took {} MiB of memory", peak_bytes >> 20));
    }
    if cpu > SLOW {
        say(&format!("slow {} {step}", cpu.as_millis()));
    }
}
