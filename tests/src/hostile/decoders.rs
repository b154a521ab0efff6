//! Decoders of hostile contracts over hostile payloads: the time of each beside that of `serde_json`, which only parses.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use rayon::prelude::*;

use super::{
    payloads::payloads,
    registries::{Registry, Scale},
};
use crate::{
    batch::{Timed, build_optimised, module_of},
    limits::{End, Limits},
};

/// The limits of all payloads of a contract, which are thousands.
const LIMITS: Limits = Limits { cpu: Duration::from_secs(600), bytes: 1_000_000_000 };

/// A message may take as many times the time of `serde_json`.
const MAX_RATIO: u32 = 50;

/// Time that any message may take, however small it is.
const SMALL: Duration = Duration::from_millis(10);

/// Time that a message may take which is small enough to be an event.
const MAX_EVENT: Duration = Duration::from_millis(100);

/// Sizes of payloads.
const SIZES: [usize; 3] = [200, 64_000, 1_000_000];

/// The figures of a decoder.
#[derive(Debug)]
pub struct Row {
    /// Name of the contract.
    pub registry: String,
    /// The longest time, for each of the sizes.
    pub longest: Vec<Duration>,
    /// The most times the time of `serde_json`, where that is more than anything may take.
    pub max_ratio: f64,
    /// Payloads.
    pub n_payloads: usize,
    /// Those that were valid.
    pub n_valid: usize,
    /// Those that were refused as undecided.
    pub n_undecided: usize,
    /// What went wrong.
    pub faults: Vec<String>,
}

/// A payload as it is sent.
struct Message {
    name: String,
    size_idx: usize,
    text: String,
    serde_json: Duration,
}

/// Times the decoder of every contract; those of which there is none are told.
///
/// # Errors
/// If the decoders can't be compiled or started.
pub fn time(registries: &[Registry], scale: Scale, report: &(dyn Fn(Row) + Sync)) -> Result<Vec<String>> {
    let modules: Vec<Result<String, String>> = registries
        .par_iter()
        .map(|registry| {
            module_of(registry.contract.replace(super::registries::EVENT, crate::batch::EVENT).as_bytes(), &[])
        })
        .collect();
    let (mut rejected, mut timed, mut texts) = (Vec::new(), Vec::new(), Vec::new());
    for (registry, module) in registries.iter().zip(modules) {
        match module {
            Ok(module) => {
                timed.push(registry);
                texts.push(module);
            }
            Err(error) => rejected.push(format!("{}: {error:.200}", registry.name)),
        }
    }
    const MODULES: usize = 12;
    let folder = crate::batch::folder();
    let batches = build_optimised(Path::new(&folder), "hostile-decoders", &texts, MODULES)
        .context("the decoders do not compile")?;
    let messages = messages(scale);
    timed.iter().enumerate().try_for_each(|(nth, registry)| -> Result<()> {
        let payloads: Vec<Vec<u8>> = messages.iter().map(|message| message.of(registry)).collect();
        let asked: Vec<(usize, &[u8])> = payloads.iter().map(|payload| (nth % MODULES, payload.as_slice())).collect();
        let (times, finished) = batches[nth / MODULES].time_within(LIMITS, &asked)?;
        // Machines that run tests are disturbed: what is exponential is found with ten times the time as well.
        let slack = if scale == Scale::Small { 10 } else { 1 };
        let mut row = row(registry, &messages, &times, slack);
        if !matches!(finished.end, End::Exit(0)) || times.len() != messages.len() {
            let next = messages.get(times.len()).map_or("", |message| message.name.as_str());
            row.faults.push(format!("it ended with {} at {next}: {}", finished.end, finished.stderr));
        }
        row.faults.extend(LIMITS.fault(&finished));
        report(row);
        Ok(())
    })?;
    Ok(rejected)
}

impl Message {
    /// The payload of a contract: the value in the member that it speaks of.
    fn of(&self, registry: &Registry) -> Vec<u8> {
        let name = if registry.contract.contains(r#""first""#) { "first" } else { "a" };
        format!(r#"{{"{name}":{}}}"#, self.text).into_bytes()
    }
}

fn messages(scale: Scale) -> Vec<Message> {
    let (n_sizes, n_leaves) = if scale == Scale::Small { (2, 2) } else { (3, 3) };
    let sizes = SIZES.into_iter().enumerate().take(n_sizes);
    let all = sizes.flat_map(|(size_idx, n_bytes)| {
        payloads(n_bytes, n_leaves).into_iter().map(move |payload| {
            let parse = || {
                let start = Instant::now();
                let value = serde_json::from_str::<serde_json::Value>(&payload.value);
                let time = start.elapsed();
                (time, value.is_ok())
            };
            let (serde_json, is_json) = (0..3).map(|_| parse()).min().expect("it was parsed");
            assert!(is_json, "{} is JSON", payload.name);
            let name = format!("{} bytes, {}", n_bytes, payload.name);
            Message { name, size_idx, text: payload.value, serde_json }
        })
    });
    all.collect()
}

/// The figures of a decoder, whose limits are multiplied by `slack`.
fn row(registry: &Registry, messages: &[Message], times: &[Timed], slack: u32) -> Row {
    let mut row = Row {
        registry: registry.name.clone(),
        longest: vec![Duration::ZERO; SIZES.len()],
        max_ratio: 0.0,
        n_payloads: times.len(),
        n_valid: 0,
        n_undecided: 0,
        faults: Vec::new(),
    };
    for (message, timed) in messages.iter().zip(times) {
        let time = timed.time;
        let longest = &mut row.longest[message.size_idx];
        *longest = time.max(*longest);
        row.n_valid += usize::from(timed.rule == "valid");
        row.n_undecided += usize::from(timed.rule == "undecided");
        if time > SMALL {
            row.max_ratio = row.max_ratio.max(time.as_secs_f64() / message.serde_json.as_secs_f64());
        }
        let is_late = time > SMALL.max(message.serde_json * MAX_RATIO) * slack;
        if is_late || (SIZES[message.size_idx] <= 65_536 && time > MAX_EVENT * slack) {
            row.faults
                .push(format!("{time:.1?} (serde_json: {:.1?}), {}: {}", message.serde_json, timed.rule, message.name));
        }
    }
    row
}
