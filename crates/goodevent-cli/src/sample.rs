//! `goodevent sample`: payloads for the tests of producers and consumers.

use std::path::Path;

use goodevent_build::Loaded;
use goodevent_check::{
    near_miss::{NearMiss, near_misses},
    sample::Sampler,
};
use goodevent_schema::registry::Contract;
use serde_json::{Value, json};

use crate::{
    Outcome,
    report::Report,
    terminal::{Form, JSON_VERSION},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The event.
    event: String,
    /// How many; of invalid ones all there are, unless said.
    #[arg(long)]
    count: Option<usize>,
    /// What the payloads follow from.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Payloads that are almost right, each invalid for one reason, which is said.
    #[arg(long)]
    invalid: bool,
    /// How to show them.
    #[arg(long, value_enum, default_value_t)]
    format: Form,
}

pub(crate) fn run(root: &Path, args: &Args, report: &mut Report) -> Outcome {
    let loaded = match report.good(root, "nothing can be made of them") {
        Ok(loaded) => loaded,
        Err(outcome) => return outcome,
    };
    let Some(contract) = report.contract(&loaded, &args.event) else { return Outcome::Failed };
    if args.invalid { invalid(&loaded, contract, args, report) } else { valid(&loaded, contract, args, report) }
}

fn valid(loaded: &Loaded, contract: &Contract, args: &Args, report: &mut Report) -> Outcome {
    let mut sampler = Sampler::new(&loaded.registry.schemas, args.seed);
    let mut payloads = Vec::new();
    for _ in 0..args.count.unwrap_or(1) {
        let Some(payload) = sampler.sample(contract.root) else {
            report.note(&format!("error: no payload of `{}` was found", contract.name));
            return Outcome::Failed;
        };
        payloads.push(payload.to_string());
    }
    match args.format {
        Form::Human => payloads.iter().for_each(|payload| report.out(payload)),
        // As they were made: no number loses a digit.
        Form::Json => {
            let payloads = payloads.join(",");
            report.document(&format!("{{\"payloads\":[{payloads}],\"version\":{JSON_VERSION}}}"));
        }
    }
    Outcome::Fine
}

fn invalid(loaded: &Loaded, contract: &Contract, args: &Args, report: &mut Report) -> Outcome {
    let mut misses = near_misses(&loaded.registry.schemas, contract.root);
    misses.truncate(args.count.unwrap_or(usize::MAX));
    match args.format {
        Form::Human => {
            for NearMiss { payload, violation, .. } in &misses {
                let place = if violation.pointer.is_empty() { "the payload" } else { &violation.pointer };
                report.out(&format!("{payload}\n  {place}: {} ({})", violation.message, violation.keyword));
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
