//! The cost of one more element of a registry: every command over registries of one size, of ten times and of a hundred
//! times as much, in processor time.
//!
//! A command that is linear takes as long for an element among many as among few, up to a logarithm and to what memory
//! costs that no cache holds.

mod commands;
mod shapes;

use std::{fs, path::Path, time::Duration};

use anyhow::{Context as _, Result};

pub use self::{
    commands::{COMMANDS, Command},
    shapes::{SHAPES, Shape},
};
use crate::limits::{Finished, Limits};

/// The limits of a command over the largest registry.
const LIMITS: Limits = Limits { cpu: Duration::from_secs(60), bytes: 1 << 30 };

/// Multiples of a shape's unit.
pub const SCALES: [usize; 3] = [1, 10, 100];

/// The factor by which an element may cost more among 100 times as many than among ten times as many. A quadratic step
/// costs ten times as much.
pub const MAX_RATIO: f64 = 2.0;

/// A command whose own work takes less than this is not compared: its figures are those of the machine.
const MIN_WORK: Duration = Duration::from_millis(10);

/// Runs of which the fastest counts, while they are short.
const N_RUNS: usize = 3;
const SHORT: Duration = Duration::from_millis(300);

/// A command over a shape.
#[derive(Debug)]
pub struct Row {
    /// Name of the shape.
    pub shape: &'static str,
    /// Elements at the smallest scale.
    pub unit: usize,
    /// Name of the command.
    pub command: &'static str,
    /// Processor time at each scale, without that of a registry of one element.
    pub work: [Duration; SCALES.len()],
    /// The fault of a command that did not end well.
    pub fault: Option<String>,
}

impl Row {
    /// The cost of an element in relation to that at the scale below; `None` where there was too little to do.
    #[must_use]
    pub fn ratio(&self, scale_idx: usize) -> Option<f64> {
        let of = |idx: usize| self.work[idx].as_secs_f64() / SCALES[idx] as f64;
        (self.work[scale_idx - 1] >= MIN_WORK / 4 && self.work[scale_idx] >= MIN_WORK)
            .then(|| of(scale_idx) / of(scale_idx - 1))
    }

    /// Whether an element costs more the more of them there are.
    #[must_use]
    pub fn is_superlinear(&self) -> bool {
        let last = SCALES.len() - 1;
        match self.ratio(last) {
            Some(ratio) => ratio > MAX_RATIO,
            // What was nothing among few, and takes long among many, grows as well.
            None => self.work[last] > MIN_WORK * 50,
        }
    }
}

/// Runs the commands whose names are wanted over the shapes that are.
///
/// # Errors
/// If a registry can't be written or a command can't be started.
pub fn measure(goodevent: &Path, is_wanted: &dyn Fn(&str, &str) -> bool, report: &mut dyn FnMut(Row)) -> Result<()> {
    let dir = tempfile::tempdir().context("there is no room for the registries")?;
    for shape in SHAPES {
        for command in COMMANDS.iter().filter(|command| shape.takes(command) && is_wanted(shape.name, command.name)) {
            report(row(goodevent, shape, command, dir.path())?);
        }
    }
    Ok(())
}

fn row(goodevent: &Path, shape: &Shape, command: &Command, dir: &Path) -> Result<Row> {
    let mut fault = None;
    let mut took = |n: usize| -> Result<Duration> {
        let mut fastest: Option<Duration> = None;
        for _ in 0..N_RUNS {
            let done = once(goodevent, shape, command, n, dir)?;
            fault = fault.take().or_else(|| failure(command, &done));
            fastest = Some(fastest.map_or(done.cpu, |fastest| fastest.min(done.cpu)));
            if done.cpu > SHORT {
                break;
            }
        }
        Ok(fastest.unwrap_or_default())
    };
    let start = took(1)?;
    let mut work = [Duration::ZERO; SCALES.len()];
    for (scale, work) in SCALES.into_iter().zip(&mut work) {
        *work = took(shape.unit * scale)?.saturating_sub(start);
    }
    Ok(Row { shape: shape.name, unit: shape.unit, command: command.name, work, fault })
}

fn once(goodevent: &Path, shape: &Shape, command: &Command, n: usize, dir: &Path) -> Result<Finished> {
    let dir = dir.join("registry");
    let registry = (shape.registry)(n);
    for (name, max) in [("schemas", shapes::MAX), ("before", shapes::MAX_BEFORE)] {
        for (path, text) in registry.files(max) {
            let path = dir.join(name).join(path);
            fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
            fs::write(path, text)?;
        }
    }
    fs::write(dir.join("payload.json"), &registry.payload)?;
    let done = command.run(goodevent, &registry, &dir, &LIMITS);
    fs::remove_dir_all(dir)?;
    done
}

fn failure(command: &Command, done: &Finished) -> Option<String> {
    LIMITS.fault(done).or_else(|| {
        let first = done.stderr.lines().find(|line| line.starts_with("error")).unwrap_or_default();
        (!command.ends_well(done)).then(|| format!("ended with {}: {first}", done.end))
    })
}
