//! `goodevent init`

use std::path::{Path, PathBuf};

use goodevent_build::output::write_together;
use goodevent_schema::name::EventName;

use crate::{
    Outcome,
    new::{Known, contract},
    report::Report,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Name of the organization, for topics and keys; that of the folder unless said.
    #[arg(long)]
    organization: Option<String>,
}

const CONTEXT: &str = r#"owner = "team-orders@example.org"
description = "What customers ordered, until it is delivered."
envelope = "octopus"
aggregates = ["Order"]

[topics]
topic = "{{context}}"
routing-key = "{{dotted}}"
"#;

const WORKFLOW: &str = r#"name: contracts
on: [push, pull_request]
jobs:
  contracts:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: cargo install --locked goodevent-cli
      - run: goodevent check --deny-warnings --format github
      - run: goodevent size
"#;

pub(crate) fn run(root: &Path, args: &Args, report: &mut Report) -> Outcome {
    let settings = root.join("goodevent.toml");
    if settings.exists() {
        report
            .note(&format!("error: {} is there already\n  = help: `goodevent new` adds an event", settings.display()));
        return Outcome::Failed;
    }
    let organization = args.organization.clone().unwrap_or_else(|| folder(root));
    let name: EventName = match "OrderPlacedV1Event".parse() {
        Ok(name) => name,
        Err(why) => {
            report.note(&format!("error: {why}"));
            return Outcome::Failed;
        }
    };
    let known = Known { description: "A customer placed an order.", frequency: "10s/hour" };
    let quoted = serde_json::Value::from(organization);
    let project = root.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let files = [
        (settings, format!("# Settings of the registry.\norganization = {quoted}\n")),
        (root.join("orders/context.toml"), CONTEXT.to_owned()),
        (root.join(format!("orders/{name}.json")), contract("orders", &name, Some(&known), &report.today)),
        (project.join(".github/workflows/contracts.yml"), WORKFLOW.to_owned()),
    ];
    // What somebody wrote is not ours to replace.
    let files: Vec<(PathBuf, String)> = files.into_iter().filter(|(path, _)| !path.exists()).collect();
    if let Err(error) = write_together(files.iter().map(|(path, text)| (path, text))) {
        return report.failure(&error);
    }
    files.iter().for_each(|(path, _)| report.out(&format!("wrote {}", path.display())));
    report.note("`goodevent check` says whether all is well, `goodevent new` adds an event");
    Outcome::Fine
}

/// Name of the folder that the registry lies in, in letters that topics can have.
fn folder(root: &Path) -> String {
    let folder = std::path::absolute(root).ok();
    let name = folder.as_deref().and_then(Path::parent).and_then(Path::file_name).unwrap_or_default().to_string_lossy();
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    if plain.is_empty() { "acme".to_owned() } else { plain.to_ascii_lowercase() }
}
