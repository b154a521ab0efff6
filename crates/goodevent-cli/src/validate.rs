//! `goodevent validate`

use std::path::Path;

use goodevent_build::render;
use goodevent_schema::{
    instance::Validator,
    source::{Source, SourceId, Sources},
};

use serde_json::json;

use crate::{Outcome, report::Report, terminal::Form};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Name of the event, such as `UserCreatedV1Event`.
    event: String,
    /// File with the payload; `-` for standard input.
    file: String,
    /// How to show what is wrong.
    #[arg(long, value_enum, default_value_t)]
    format: Form,
}

pub(crate) fn run(root: &Path, args: &Args, report: &mut Report) -> Outcome {
    let loaded = match report.good(root, "nothing can be held against them") {
        Ok(loaded) => loaded,
        Err(outcome) => return outcome,
    };
    let Some(contract) = report.contract(&loaded, &args.event) else { return Outcome::Failed };
    let bytes = match goodevent_build::read_payload(&args.file) {
        Ok(bytes) => bytes,
        Err(error) => {
            report.note(&format!("error: cannot read `{}`: {error}", args.file));
            return Outcome::Failed;
        }
    };
    let payload = Source { path: args.file.clone(), uri: None, bytes: bytes.into() };
    let payload = Sources { root: String::new(), files: vec![payload] };
    let found = match Validator::new(&loaded.registry.schemas, contract.root) {
        Ok(validator) => validator.findings(SourceId(0), &payload[SourceId(0)].bytes),
        Err(refused) => return report.failure(&refused),
    };
    match args.format {
        Form::Json => report.json(json!({ "findings": render::json(&found, &payload) })),
        Form::Human if found.is_empty() => report.out(&format!("{} is a valid {}", args.file, args.event)),
        Form::Human => report.out(&render::human(&found, &payload, true)),
    }
    if found.is_empty() { Outcome::Fine } else { Outcome::Findings }
}
