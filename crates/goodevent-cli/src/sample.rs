//! `goodevent sample`: payloads for the tests of producers and consumers.

use std::path::Path;

use goodevent_build::{Loaded, payload::Payloads};
use goodevent_check::{
    near_miss::{Limits, NearMiss, near_misses_within},
    sample::Values,
    size::BUDGET_BYTES,
};
use goodevent_json::escape;
use goodevent_schema::registry::Contract;
use serde_json::{Value, json};

use crate::{
    outcome::Outcome,
    report::Report,
    terminal::{Form, JSON_VERSION},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Name of the event, such as `UserCreatedV1Event`.
    event: String,
    /// Number of payloads [default: 1; with `--invalid`: all].
    #[arg(long)]
    count: Option<usize>,
    /// Random seed; the same seed generates the same payloads.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Generate near misses: each payload violates exactly one keyword, which is reported.
    #[arg(long)]
    invalid: bool,
    /// Prefer boundary values and rare characters to ordinary values.
    #[arg(long, conflicts_with = "invalid")]
    edge: bool,
    /// Upper bound of the size of a payload, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = BUDGET_BYTES)]
    max_bytes: u64,
    /// Output format.
    #[arg(long, value_enum, default_value_t)]
    format: Form,
}

pub(crate) fn run(root: &Path, args: &Args, report: &mut Report) -> Outcome {
    let loaded = match report.good(root, "cannot generate payloads") {
        Ok(loaded) => loaded,
        Err(outcome) => return outcome,
    };
    let Some(contract) = report.contract(&loaded, &args.event) else { return Outcome::Failed };
    if args.invalid { invalid(&loaded, contract, args, report) } else { valid(&loaded, contract, args, report) }
}

fn valid(loaded: &Loaded, contract: &Contract, args: &Args, report: &mut Report) -> Outcome {
    let known = Payloads::new(loaded);
    let values = if args.edge { Values::Edge } else { Values::Ordinary };
    let mut sampler = known.sampler(args.seed).max_bytes(args.max_bytes).values(values);
    let mut payloads = Vec::new();
    for _ in 0..args.count.unwrap_or(1) {
        let Some(payload) = sampler.sample(contract.root) else {
            let (name, max_bytes) = (&contract.name, args.max_bytes);
            report.note(&format!("error: found no payload of `{name}` of at most {max_bytes} bytes"));
            return Outcome::Failed;
        };
        payloads.push(payload.to_string());
    }
    match args.format {
        Form::Human => payloads.iter().for_each(|payload| report.out(&escape::json(payload))),
        // As they were made: no number loses a digit.
        Form::Json => {
            let payloads = payloads.join(",");
            report.json_text(&format!("{{\"payloads\":[{payloads}],\"version\":{JSON_VERSION}}}"));
        }
    }
    Outcome::Fine
}

fn invalid(loaded: &Loaded, contract: &Contract, args: &Args, report: &mut Report) -> Outcome {
    let limits = Limits { max_bytes: args.max_bytes, ..Limits::default() };
    let found = near_misses_within(&loaded.registry.schemas, contract.root, limits);
    if found.n_untried > 0 {
        let (name, n_untried) = (&contract.name, found.n_untried);
        report.note(&format!(
            "note: {n_untried} keywords of `{name}` are not shown: no near miss of them was found within the limits of the search"
        ));
    }
    let mut misses = found.found;
    misses.truncate(args.count.unwrap_or(usize::MAX));
    match args.format {
        Form::Human => {
            for NearMiss { payload, violation, .. } in &misses {
                let place = if violation.pointer.is_empty() { "the payload" } else { &violation.pointer };
                report.out(&escape::json(&payload.to_string()));
                report.out(&format!("  {place}: {} ({})", violation.message, violation.keyword));
            }
        }
        Form::Json => {
            let misses: Vec<Value> = misses.iter().map(entry).collect();
            report.json(json!({ "nearMisses": misses }));
        }
    }
    Outcome::Fine
}

fn entry(miss: &NearMiss) -> Value {
    json!({
        "payload": serde_json::from_str::<Value>(&miss.payload.to_string()).unwrap_or_default(),
        "pointer": miss.violation.pointer,
        "keyword": miss.violation.keyword,
        "message": miss.violation.message,
    })
}
