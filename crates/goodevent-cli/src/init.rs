//! `goodevent init`

use std::{
    env,
    path::{Path, PathBuf},
};

use goodevent_build::{
    exclusive, in_repository, make_folder,
    output::{WriteError, write_together},
    real, repository, tidy,
};
use goodevent_schema::name::EventName;
use serde_json::Value;

use crate::{
    new::{Known, contract},
    outcome::Outcome,
    report::Report,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Name of the organization, used in topics and routing keys [default: name of the folder that holds the registry].
    #[arg(long)]
    organization: Option<String>,
}

const CONTEXT: &str = r#"owner = "team-orders@example.org"
description = "Orders of customers, until their delivery."
envelope = "octopus"
aggregates = ["Order"]

[topics]
topic = "{{context}}"
routing-key = "{{dotted}}"
"#;

/// Settings that many services want, and that ask for dependencies.
const RUST: &str = r#"
# Types of formats in generated Rust. A line without `#` switches one on; the crate `goodevent` needs the feature `uuid` or
# `jiff` for it.
[rust.formats]
# uuid = "::uuid::Uuid"
# date-time = "::jiff::Timestamp"
"#;

/// The workflow of a repository, as its host finds it. What can be installed is the repository of the command.
fn workflow(root: &Path) -> (PathBuf, String) {
    let top = repository(root);
    let here = env::current_dir().and_then(|here| here.canonicalize()).unwrap_or_default();
    // The folder of the user is where outputs lie.
    let (working, root) = match here.strip_prefix(&top) {
        Ok(working) if root.is_relative() => {
            (working.to_string_lossy().into_owned(), root.to_string_lossy().into_owned())
        }
        _ => (String::new(), in_repository(root)),
    };
    let defaults = match working.replace('\\', "/") {
        working if working.is_empty() => String::new(),
        working => format!("    defaults:\n      run:\n        working-directory: {}\n", Value::from(working)),
    };
    let root = root.replace('\\', "/").replace('\'', r"'\''");
    let text = format!(
        r#"name: contracts
on: pull_request
permissions:
  contents: read
jobs:
  contracts:
    runs-on: ubuntu-latest
{defaults}    steps:
      - uses: actions/checkout@v4
        with:
          # The base branch has to be there to be compared with.
          fetch-depth: 0
      - run: cargo install --git {repository} --locked goodevent-cli
      # The pull request that brings the registry has nothing to be compared with: it alone needs `--allow-empty`.
      - run: |
          goodevent --root '{root}' check --against "origin/$GITHUB_BASE_REF" --deny-warnings --format github
"#,
        repository = env!("CARGO_PKG_REPOSITORY"),
    );
    // As the user would name it.
    let folder = match here.strip_prefix(&top) {
        Ok(working) => working.components().map(|_| "..").collect(),
        Err(_) => top,
    };
    (folder.join(".github/workflows/contracts.yml"), text)
}

pub(crate) fn run(root: &Path, args: &Args, report: &mut Report) -> Outcome {
    // A run that was killed may have written a part.
    tidy(root);
    let settings = root.join("goodevent.toml");
    if settings.exists() {
        report.error(&format!("{} already exists", settings.display()), "`goodevent new` adds an event");
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
    let quoted = Value::from(organization);
    let mut files = vec![
        (settings, format!("# Settings of the registry.\norganization = {quoted}\n{RUST}")),
        (root.join("orders/context.toml"), CONTEXT.to_owned()),
        (root.join(format!("orders/{name}.json")), contract("orders", &name, Some(&known), &report.today)),
    ];
    // One that is there may check another registry; that of a folder elsewhere is none of this repository's.
    let (host, text) = workflow(root);
    let is_taken = host.symlink_metadata().is_ok();
    if real(root).starts_with(repository(root)) && !is_taken {
        files.push((host.clone(), text));
    }
    // `init` replaces neither files that exist nor links.
    let files: Vec<(PathBuf, String)> =
        files.into_iter().filter(|(path, _)| path.symlink_metadata().is_err()).collect();
    let top = repository(root);
    // If nothing is written, no folder is left.
    let made = make_folder(root).map_err(|source| WriteError { path: root.to_owned(), source });
    let written = made.and_then(|made| {
        let alone = exclusive(root)?;
        write_together(&alone, &[&top], files.iter().map(|(path, text)| (path, text)))?;
        drop(made);
        Ok(())
    });
    if let Err(error) = written {
        return report.failure(&error);
    }
    files.iter().for_each(|(path, _)| report.out(&format!("wrote {}", path.display())));
    if is_taken {
        let (host, root) = (host.display(), root.display());
        report.note(&format!("{host} already exists: let it run `goodevent --root {root} check --against …` as well"));
    }
    report.note("run `goodevent check` to check the registry, `goodevent new` to add an event");
    Outcome::Fine
}

/// Name of the folder that the registry lies in, in letters that topics can have.
fn folder(root: &Path) -> String {
    let folder = std::path::absolute(root).ok();
    let name = folder.as_deref().and_then(Path::parent).and_then(Path::file_name).unwrap_or_default().to_string_lossy();
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    if plain.is_empty() { "acme".to_owned() } else { plain.to_ascii_lowercase() }
}
