//! `goodevent validate`

use std::path::Path;

use goodevent_build::payload::{self, Payloads};
use goodevent_schema::source::{Source, SourceId, Sources};

use serde_json::json;

use crate::{outcome::Outcome, report::Report, terminal::Form};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Name of the event, such as `UserCreatedV1Event`.
    event: String,
    /// File with the payload, or `-` for standard input.
    file: String,
    /// Output format.
    #[arg(long, value_enum, default_value_t)]
    format: Form,
}

pub(crate) fn run(root: &Path, args: &Args, report: &mut Report) -> Outcome {
    let loaded = match report.good(root, "cannot validate payloads") {
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
    let file = Source { path: args.file.clone(), uri: None, bytes: bytes.into() };
    let file = Sources { root: String::new(), files: vec![file] };
    let found = Payloads::new(&loaded).findings(contract, &file, SourceId(0));
    match args.format {
        Form::Json => report.json(json!({ "findings": payload::json(&found, &file) })),
        Form::Human if found.is_empty() => report.out(&format!("{} is a valid {}", args.file, args.event)),
        Form::Human => report.styled(&payload::human(&found, &file)),
    }
    if found.is_empty() { Outcome::Fine } else { Outcome::Findings }
}
