//! `goodevent near-misses`

use std::path::Path;

use goodevent_build::Loaded;
use goodevent_check::near_miss::{NearMiss, near_misses};
use serde_json::{Value, json};

use crate::{Form, Outcome, report::Report};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The event.
    event: String,
    /// How to show them.
    #[arg(long, value_enum, default_value_t)]
    format: Form,
}

pub(crate) fn run(root: &Path, args: &Args, report: &mut Report) -> Outcome {
    let loaded = match Loaded::read(root) {
        Ok(loaded) => loaded,
        Err(error) => return report.failure(&error),
    };
    if loaded.has_errors() {
        report.findings(&loaded);
        report.note("error: the contracts are wrong, so nothing can be made of them");
        return Outcome::Failed;
    }
    let Some(contract) = report.contract(&loaded, &args.event) else { return Outcome::Failed };
    let misses = near_misses(&loaded.sources, &loaded.registry.schemas, contract.root);
    match args.format {
        Form::Human => {
            for NearMiss { payload, violation, .. } in &misses {
                let place = if violation.pointer.is_empty() { "the payload" } else { &violation.pointer };
                report.out(&format!("{payload}\n  {place}: {} ({})", violation.message, violation.keyword));
            }
        }
        Form::Json => report.out(&Value::Array(misses.iter().map(entry).collect()).to_string()),
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
