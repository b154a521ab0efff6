//! `goodevent release`, `goodevent unrelease`, `goodevent new-version` and `goodevent deprecate`

use std::{collections::BTreeSet, path::Path};

use goodevent_build::{Exclusive, LoadError, Loaded, exclusive, main_branch, output::write_together};
use goodevent_check::{
    lifecycle::{self, Refused, Written},
    lint::{self, Options},
};
use goodevent_json::escape::line;
use goodevent_schema::{calendar, diagnostic::Level, facts::Status, registry::Contract, source::Span};

use crate::{outcome::Outcome, preview, report::Report};

#[derive(Debug, clap::Args)]
pub(crate) struct ReleaseArgs {
    /// Events to release: all of them, or none if a rule rejects one.
    #[arg(required_unless_present = "all")]
    events: Vec<String>,
    /// Release every draft, and lock released events that are not locked yet.
    #[arg(long, conflicts_with = "events")]
    all: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct UnreleaseArgs {
    /// Event to return to draft.
    event: String,
    /// Reason, recorded in `goodevent.lock`.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Main branch, whose releases cannot be undone [default: the first of `origin/HEAD`, `origin/main`, `origin/master`,
    /// `main` and `master` that exists].
    #[arg(long, value_name = "REVISION")]
    main: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct NewVersionArgs {
    /// Event, in any of its versions; the newest version is copied.
    event: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct DeprecateArgs {
    /// Event to deprecate.
    event: String,
    /// Event that replaces it.
    #[arg(long, value_name = "EVENT")]
    replaced_by: String,
    /// Last day of publication, as `YYYY-MM-DD`.
    #[arg(long, value_name = "DAY")]
    sunset: String,
}

pub(crate) fn release(root: &Path, args: &ReleaseArgs, report: &mut Report) -> Outcome {
    change(root, report, |loaded, report| {
        let Loaded { sources, registry, .. } = loaded;
        let is_open = |contract: &&Contract| {
            contract.facts.status == Status::Draft || !registry.lock.entries.contains_key(&contract.key())
        };
        let mut contracts: Vec<&Contract> = match args.all {
            true => registry.contracts().filter(is_open).collect(),
            false => args.events.iter().map(|event| find(loaded, event, report)).collect::<Result<_, _>>()?,
        };
        // An event that is named twice is released once.
        let mut keys = BTreeSet::new();
        contracts.retain(|contract| keys.insert(contract.key()));
        let written = lifecycle::release(sources, registry, &contracts)
            .map_err(|(event, refused)| refuse(&event, &refused, report))?;
        for contract in contracts.iter().filter(|contract| !is_open(contract)) {
            report.note(&format!("`{}` is already released", contract.name));
        }
        // The rules see the contracts as they will be, and once for all of them.
        let files = written.iter().map(|Written { path, text }| (path, text));
        let mut released = Loaded::of(preview::with(sources, files));
        let options = Options { today: report.today.clone(), ..Options::default() };
        let found = std::mem::take(&mut released.diagnostics);
        let mut found = lint::lint(&released.sources, &released.registry, found, &options);
        let own: BTreeSet<&str> =
            contracts.iter().filter(|own| is_open(own)).map(|own| sources[own.source].path.as_str()).collect();
        let is_own = |place: Span| released.sources.get(place.source).is_some_and(|file| own.contains(&*file.path));
        found.retain(|finding| finding.level == Level::Error && is_own(finding.span));
        if !found.is_empty() {
            released.diagnostics = found;
            report.findings(&released);
            report.note("error: cannot release: fix the errors above first");
            return Err(Outcome::Findings);
        }
        Ok(written)
    })
}

pub(crate) fn unrelease(root: &Path, args: &UnreleaseArgs, report: &mut Report) -> Outcome {
    change(root, report, |loaded, report| {
        let contract = find(loaded, &args.event, report)?;
        let name = &contract.name;
        if args.reason.trim().is_empty() {
            let help = "add a reason, `--reason \"the amount has no currency\"`";
            report.error("undoing a release requires a reason", help);
            return Err(Outcome::Failed);
        }
        let Some(main) = args.main.clone().or_else(|| main_branch(root).map(str::to_owned)) else {
            let help = "name the main branch, or a folder or an archive of it, with `--main`";
            report.error(&format!("cannot determine whether `{name}` is published: no main branch found"), help);
            return Err(Outcome::Failed);
        };
        if is_released_at(root, &main, contract).map_err(|error| report.failure(&error))? {
            let error = format!("`{name}` is released on `{main}`, and consumers may rely on it");
            report.error(&error, &format!("set its end with `goodevent deprecate {name}`"));
            return Err(Outcome::Failed);
        }
        lifecycle::unrelease(&loaded.sources, &loaded.registry, contract, &report.today, &args.reason)
            .map_err(|refused| refuse(&args.event, &refused, report))
    })
}

/// Tests if the event is released at a revision, in whatever context.
fn is_released_at(root: &Path, revision: &str, contract: &Contract) -> Result<bool, LoadError> {
    let before = match Loaded::read_earlier(root, revision) {
        // A revision without a registry has released nothing.
        Err(LoadError::NoRegistry { elsewhere, .. }) if elsewhere.is_empty() => return Ok(false),
        before => before?.with_known_releases(revision)?,
    };
    let is_same = |key: &str| key.rsplit('/').next() == Some(contract.name.as_str());
    let is_locked = before.registry.lock.entries.keys().any(|key| is_same(key));
    let mut others = before.registry.contracts();
    Ok(is_locked || others.any(|other| other.name == contract.name && other.facts.status != Status::Draft))
}

pub(crate) fn new_version(root: &Path, args: &NewVersionArgs, report: &mut Report) -> Outcome {
    change(root, report, |loaded, report| {
        let contract = find(loaded, &args.event, report)?;
        let newest = loaded.registry.contexts[&contract.context].contracts.iter();
        let newest = newest.filter(|other| other.name.stem() == contract.name.stem());
        let newest = newest.max_by_key(|other| other.name.version()).unwrap_or(contract);
        lifecycle::new_version(&loaded.sources, &loaded.registry, newest, &report.today)
            .map_err(|refused| refuse(&args.event, &refused, report))
    })
}

pub(crate) fn deprecate(root: &Path, args: &DeprecateArgs, report: &mut Report) -> Outcome {
    change(root, report, |loaded, report| {
        // Both names are looked up, so that one run reports both.
        let found = (find(loaded, &args.event, report), find(loaded, &args.replaced_by, report));
        let (contract, successor) = (found.0?, found.1?);
        if let Some(why) = objection(contract, successor, &args.sunset, &report.today) {
            report.note_lines(&format!("error: {why}"));
            return Err(Outcome::Failed);
        }
        let name = successor.name.as_str();
        let written = lifecycle::deprecate(&loaded.sources, &loaded.registry, contract, name, &args.sunset)
            .map_err(|refused| refuse(&args.event, &refused, report))?;
        let options = Options { today: report.today.clone(), ..Options::default() };
        let files = written.iter().map(|Written { path, text }| (path, text));
        let refused = preview::errors(loaded, files, Some(&options));
        if refused.has_errors() {
            report.findings(&refused);
            report.note(&format!("error: cannot deprecate `{}`: fix the errors above first", contract.name));
            return Err(Outcome::Findings);
        }
        Ok(written)
    })
}

/// Returns the reason for which a contract can't be deprecated like this, if there is one.
fn objection(contract: &Contract, successor: &Contract, sunset: &str, today: &str) -> Option<String> {
    let name = &contract.name;
    if contract.name == successor.name {
        return Some(format!("`{name}` cannot replace itself"));
    }
    if successor.facts.replaced_by.as_deref() == Some(name.as_str()) {
        let other = &successor.name;
        return Some(format!("`{other}` is itself replaced by `{name}`, so that neither would remain"));
    }
    if contract.facts.status == Status::Draft {
        return Some(format!("`{name}` is a draft: change or remove it directly"));
    }
    let told = contract.facts.sunset.as_deref().filter(|_| contract.facts.status == Status::Deprecated);
    let told = told.and_then(|told| Some((told, calendar::day_number(told)?)));
    match (calendar::day_number(sunset).zip(calendar::day_number(today)), told) {
        (None, _) => Some(format!("`{}` is not a date\n  = help: write it as `2027-06-30`", line(sunset))),
        (Some((end, now)), _) if end < now => Some(format!("{sunset} has passed\n  = help: use a future date")),
        (Some((end, now)), _) if end == now => Some(format!("{sunset} is today\n  = help: use a future date")),
        (Some((end, _)), Some((told, announced))) if end < announced => Some(format!(
            "{sunset} is before the announced date {told}\n  = help: use that date or a later one; if it was never announced, edit the file"
        )),
        (Some(_), _) => None,
    }
}

/// Loads a registry that has no errors, and writes the files that a command makes of it.
///
/// No other command changes the registry between the reading and the writing.
fn change(
    root: &Path,
    report: &mut Report,
    command: impl FnOnce(&Loaded, &mut Report) -> Result<Vec<Written>, Outcome>,
) -> Outcome {
    let alone = match exclusive(root) {
        Ok(alone) => alone,
        Err(error) => return report.failure(&error),
    };
    let written = report.good(root, "nothing was changed").and_then(|loaded| command(&loaded, report));
    match written {
        Ok(written) => write_all(&alone, &written, report),
        Err(outcome) => outcome,
    }
}

fn find<'loaded>(loaded: &'loaded Loaded, event: &str, report: &mut Report) -> Result<&'loaded Contract, Outcome> {
    report.contract(loaded, event).ok_or(Outcome::Failed)
}

fn refuse(event: &str, refused: &Refused, report: &mut Report) -> Outcome {
    report.note(&format!("error: `{event}`: {refused}"));
    Outcome::Failed
}

fn write_all(alone: &Exclusive, written: &[Written], report: &mut Report) -> Outcome {
    let root = alone.folder();
    if let Err(error) = write_together(alone, &[], written.iter().map(|Written { path, text }| (root.join(path), text)))
    {
        return report.failure(&error);
    }
    written.iter().for_each(|Written { path, .. }| report.out(&format!("wrote {}", root.join(path).display())));
    Outcome::Fine
}
