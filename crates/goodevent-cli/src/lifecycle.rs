//! `goodevent release`, `goodevent new-version` and `goodevent deprecate`

use std::path::Path;

use goodevent_build::output::write_together;
use goodevent_check::{
    lifecycle::{self, Refused, Written},
    lint::{self, Options},
};
use goodevent_schema::{calendar, diagnostic::Level, facts::Status, registry::Contract};

use crate::{Outcome, preview, report::Report};

#[derive(Debug, clap::Args)]
pub(crate) struct ReleaseArgs {
    /// Events whose contracts become promises.
    #[arg(required = true)]
    events: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct NewVersionArgs {
    /// The event, in any of its versions: the newest is copied.
    event: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct DeprecateArgs {
    /// The event.
    event: String,
    /// The event that takes its place.
    #[arg(long, value_name = "EVENT")]
    replaced_by: String,
    /// The last day on which it is published, `YYYY-MM-DD`.
    #[arg(long, value_name = "DAY")]
    sunset: String,
}

/// What follows from contracts that are wrong.
const IDLE: &str = "nothing is done with them";

pub(crate) fn release(root: &Path, args: &ReleaseArgs, report: &mut Report) -> Outcome {
    // One after the other: each has its line in the lock.
    for event in &args.events {
        let mut loaded = match report.good(root, IDLE) {
            Ok(loaded) => loaded,
            Err(outcome) => return outcome,
        };
        let Some(contract) = report.contract(&loaded, event) else { return Outcome::Failed };
        let options = Options { today: report.today.clone(), ..Options::default() };
        let found = lint::lint(&loaded.sources, &loaded.registry, loaded.diagnostics.clone(), &options);
        let is_own = |own: goodevent_schema::source::SourceId| own == contract.source;
        let faults = found.into_iter().filter(|own| own.level == Level::Error && is_own(own.span.source));
        let faults: Vec<_> = faults.collect();
        if !faults.is_empty() {
            loaded.diagnostics = faults;
            report.findings(&loaded);
            report.note(&format!("error: `{event}` is not released before it is good"));
            return Outcome::Findings;
        }
        match lifecycle::release(&loaded.sources, &loaded.registry, contract) {
            Ok(written) if written.is_empty() => report.note(&format!("`{event}` is released already")),
            Ok(written) => match write_all(root, &written, report) {
                Outcome::Fine => {}
                outcome => return outcome,
            },
            Err(refused) => return refuse(event, &refused, report),
        }
    }
    Outcome::Fine
}

pub(crate) fn new_version(root: &Path, args: &NewVersionArgs, report: &mut Report) -> Outcome {
    let loaded = match report.good(root, IDLE) {
        Ok(loaded) => loaded,
        Err(outcome) => return outcome,
    };
    let Some(contract) = report.contract(&loaded, &args.event) else { return Outcome::Failed };
    let newest = loaded.registry.contexts[&contract.context].contracts.iter();
    let newest = newest.filter(|other| other.name.stem() == contract.name.stem());
    let newest = newest.max_by_key(|other| other.name.version()).unwrap_or(contract);
    match lifecycle::new_version(&loaded.sources, &loaded.registry, newest, &report.today) {
        Ok(written) => write_all(root, &written, report),
        Err(refused) => refuse(&args.event, &refused, report),
    }
}

pub(crate) fn deprecate(root: &Path, args: &DeprecateArgs, report: &mut Report) -> Outcome {
    let loaded = match report.good(root, IDLE) {
        Ok(loaded) => loaded,
        Err(outcome) => return outcome,
    };
    let contracts = (report.contract(&loaded, &args.event), report.contract(&loaded, &args.replaced_by));
    let (Some(contract), Some(successor)) = contracts else { return Outcome::Failed };
    if let Some(why) = objection(contract, successor, &args.sunset, &report.today) {
        report.note(&format!("error: {why}"));
        return Outcome::Failed;
    }
    let name = successor.name.as_str();
    match lifecycle::deprecate(&loaded.sources, &loaded.registry, contract, name, &args.sunset) {
        Ok(written) => {
            let options = Options { today: report.today.clone(), ..Options::default() };
            let files = written.iter().map(|Written { path, text }| (path, text));
            let refused = preview::errors(&loaded, files, Some(&options));
            if refused.has_errors() {
                report.findings(&refused);
                report.note(&format!("error: `{}` is not deprecated like this", contract.name));
                return Outcome::Findings;
            }
            write_all(root, &written, report)
        }
        Err(refused) => refuse(&args.event, &refused, report),
    }
}

/// Why a contract can't be deprecated like this.
fn objection(contract: &Contract, successor: &Contract, sunset: &str, today: &str) -> Option<String> {
    let name = &contract.name;
    if contract.name == successor.name {
        return Some(format!("`{name}` can't take its own place"));
    }
    if contract.facts.status == Status::Draft {
        return Some(format!("`{name}` is a draft, on which nobody relies: change or remove it"));
    }
    match calendar::day_number(sunset).zip(calendar::day_number(today)) {
        None => Some(format!("`{sunset}` is no day\n  = help: write it as `2027-06-30`")),
        Some((end, now)) if end <= now => Some(format!("{sunset} has passed\n  = help: name a day to come")),
        Some(_) => None,
    }
}

fn refuse(event: &str, refused: &Refused, report: &mut Report) -> Outcome {
    report.note(&format!("error: `{event}`: {refused}"));
    Outcome::Failed
}

fn write_all(root: &Path, written: &[Written], report: &mut Report) -> Outcome {
    if let Err(error) = write_together(written.iter().map(|Written { path, text }| (root.join(path), text))) {
        return report.failure(&error);
    }
    written.iter().for_each(|Written { path, .. }| report.out(&format!("wrote {}", root.join(path).display())));
    Outcome::Fine
}
