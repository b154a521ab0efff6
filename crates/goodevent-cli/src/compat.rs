//! `goodevent compat`

use std::path::Path;

use goodevent_build::{Loaded, render};
use goodevent_check::{
    compat::{Change, Comparison, Mode, Step, Verdict, Version, chain, compare, proof, shown},
    promises::{Breach, Fault, breaches, is_over},
};
use goodevent_json::escape::line;
use goodevent_schema::{
    diagnostic::Diagnostic,
    facts::Status,
    lookup::{self, NotFound},
    registry::Contract,
    source::{Sources, Span},
};
use serde_json::{Value, json};

use crate::{outcome::Outcome, report::Report, terminal::Form};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Events to compare, such as `OrderPlacedV1Event` or `orders/OrderPlacedV1Event` [default: all].
    events: Vec<String>,
    /// Baseline to compare with: a git revision, an archive or a folder.
    #[arg(long, value_name = "REVISION")]
    against: String,
    /// Compatibility that a change must preserve.
    #[arg(long, value_enum, default_value_t)]
    mode: Policy,
    /// Ignore constants that identify the version, such as `"version": { "const": "1.1.0" }`.
    #[arg(long)]
    set_aside_identity: bool,
    /// Output format.
    #[arg(long, value_enum, default_value_t)]
    format: Form,
}

/// Compatibility that a change must preserve.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Policy {
    /// New consumers can read old messages.
    Backward,
    /// Old consumers can read new messages.
    Forward,
    /// Both: `backward` and `forward`.
    #[default]
    Full,
    /// New consumers can also read messages of every older version of the event.
    BackwardTransitive,
    /// Consumers of every older version of the event can also read new messages.
    ForwardTransitive,
    /// Both: `backward-transitive` and `forward-transitive`.
    FullTransitive,
}

impl Policy {
    fn mode(self) -> Mode {
        match self {
            Self::Backward | Self::BackwardTransitive => Mode::Backward,
            Self::Forward | Self::ForwardTransitive => Mode::Forward,
            Self::Full | Self::FullTransitive => Mode::Full,
        }
    }

    /// Whether the versions of an event are compared with each other, too.
    fn is_transitive(self) -> bool {
        match self {
            Self::Backward | Self::Forward | Self::Full => false,
            Self::BackwardTransitive | Self::ForwardTransitive | Self::FullTransitive => true,
        }
    }
}

pub(crate) fn run(root: &Path, args: &Args, report: &mut Report) -> Outcome {
    let (before, loaded) = match (report.earlier(root, &args.against), report.registry(root)) {
        (Ok(before), Ok(loaded)) => (before, loaded),
        (Err(error), _) | (_, Err(error)) => return report.failure(&error),
    };
    let now = root.display().to_string();
    if before.has_errors() || loaded.has_errors() {
        let (wrong, place) = match before.has_errors() {
            // Its files are shown as those that they are.
            true => {
                let sources = Sources::default().followed_by(&before.sources, &args.against);
                (Loaded { sources, ..before }, args.against.as_str())
            }
            false => (loaded, now.as_str()),
        };
        report.findings(&wrong);
        report.note(&format!("error: the registry at `{}` has errors; cannot compare with it", line(place)));
        return Outcome::Failed;
    }
    let mut compared = compare(before.snapshot(), loaded.snapshot());
    let is_transitive = args.mode.is_transitive();
    let mut steps = if is_transitive { chain(before.snapshot(), loaded.snapshot(), &compared) } else { Vec::new() };
    // An event that is gone is known by its name as well.
    let keys = [&before, &loaded].into_iter().flat_map(|own| own.registry.contracts().map(Contract::key));
    let keys: Vec<String> = keys.collect();
    let wanted: Result<Vec<&str>, NotFound> = args.events.iter().map(|event| lookup::key(&keys, event)).collect();
    let wanted = match wanted {
        Ok(wanted) => wanted,
        Err(error) => return report.failure(&error),
    };
    let is_wanted = |key: &str| wanted.is_empty() || wanted.contains(&key);
    compared.retain(|compared| is_wanted(&compared.key));
    steps.retain(|step| is_wanted(&step.newer.key()));
    let today = report.today.clone();
    let asked = Asked { mode: args.mode.mode(), sets_aside: args.set_aside_identity, today: &today };
    let mut broken = breaches(Some(before.snapshot()), loaded.snapshot(), &today);
    broken.retain(|breach| breach.is_new && is_wanted(&breach.key));
    // A change that is reported with a payload needs no second report.
    let is_explained = |breach: &Breach<'_>| {
        let changes = compared.iter().find(|own| own.key == breach.key).map(|own| objects(&own.changes, asked));
        matches!(breach.fault, Fault::Changed(_)) && changes == Some(true)
    };
    broken.retain(|breach| !is_explained(breach));
    match args.format {
        Form::Human => {
            let shown = Shown {
                asked,
                broken: &broken,
                files: &loaded.sources,
                all: loaded.sources.followed_by(&before.sources, &args.against),
            };
            let texts = compared.iter().map(|compared| shown.contract(compared));
            let texts = texts.chain(steps.iter().map(|step| shown.step(step)));
            let others = broken.iter().filter(|breach| !compared.iter().any(|own| own.key == breach.key));
            let text = texts.chain(others.map(alone)).collect::<Vec<_>>().join("\n\n");
            report.styled(if text.is_empty() { "nothing changed" } else { &text });
        }
        Form::Json => {
            let others = broken.iter().filter(|breach| !compared.iter().any(|own| own.key == breach.key));
            let contracts = compared.iter().map(|own| entry(own, &broken, asked)).chain(others.map(promised));
            let mut contracts: Vec<Value> = contracts.collect();
            contracts.sort_by(|left, right| left["contract"].as_str().cmp(&right["contract"].as_str()));
            let versions: Vec<Value> = steps.iter().map(|own| linked(own, asked)).collect();
            report.json(json!({ "contracts": contracts, "versions": versions }));
        }
    }
    let is_broken = !broken.is_empty()
        || compared.iter().any(|compared| breaks(compared, asked))
        || steps.iter().any(|step| objects(&step.changes, asked));
    if is_broken { Outcome::Findings } else { Outcome::Fine }
}

/// A released contract that is not as it was, though nothing differs in what it says.
fn alone(breach: &Breach<'_>) -> String {
    format!("{} breaks; it was released\n{}", line(&breach.key), line_of(breach))
}

fn line_of(breach: &Breach<'_>) -> String {
    format!("  breaking: {}\n    = help: {}", line(&breach.headline()), line(&breach.help()))
}

/// What has to hold.
#[derive(Debug, Clone, Copy)]
struct Asked<'d> {
    mode: Mode,
    /// The day on which it has to hold.
    today: &'d str,
    /// Whether what names a version breaks nobody.
    sets_aside: bool,
}

impl Asked<'_> {
    /// The same, with what names a version set aside.
    fn aside(self) -> Self {
        Self { sets_aside: true, ..self }
    }

    /// What a change breaks: the verdict, and whether it is about old messages.
    fn objection(self, change: &Change) -> Option<(&Verdict, bool)> {
        self.mode.objection(change).filter(|_| !(self.sets_aside && change.names_itself))
    }
}

/// Whether anybody who relies on the contract is broken.
fn breaks(compared: &Comparison<'_>, asked: Asked<'_>) -> bool {
    compared.old.is_some_and(|old| !is_over(old, asked.today))
        && (compared.new.is_none() || objects(&compared.changes, asked) || compared.moves.iter().any(|own| own.breaks))
}

/// Whether a change of the payload breaks anybody.
fn objects(changes: &[Change], asked: Asked<'_>) -> bool {
    changes.iter().any(|change| asked.objection(change).is_some())
}

/// What is shown to people.
struct Shown<'r> {
    asked: Asked<'r>,
    /// Released contracts that are not as they were.
    broken: &'r [Breach<'r>],
    /// The files as they are.
    files: &'r Sources,
    /// The same, and behind them those as they were.
    all: Sources,
}

impl Shown<'_> {
    /// A contract, as it was and is.
    fn contract(&self, compared: &Comparison<'_>) -> String {
        let state = |contract: &Contract| match contract.facts.status {
            Status::Draft => "a draft",
            Status::Released => "released",
            Status::Deprecated => "deprecated",
        };
        let own: Vec<&Breach<'_>> = self.broken.iter().filter(|breach| breach.key == compared.key).collect();
        let over = |old: &Contract| is_over(old, self.asked.today).then(|| old.facts.sunset.clone()).flatten();
        let verdict = match (compared.old, compared.new) {
            (None, _) => "is new".to_owned(),
            (Some(old), _) if let Some(sunset) = over(old) => {
                let what = if compared.new.is_some() { "changed" } else { "is gone" };
                format!("{what}; its sunset was on {sunset}")
            }
            (Some(old), None) => format!("is gone; it was {}", state(old)),
            (Some(old), Some(_)) if breaks(compared, self.asked.aside()) => format!("breaks; it was {}", state(old)),
            (Some(old), Some(_)) if breaks(compared, self.asked) => {
                format!("breaks, but only in what names the version itself; it was {}", state(old))
            }
            (Some(old), Some(_)) if !own.is_empty() => format!("breaks; it was {}", state(old)),
            (Some(_), Some(_)) => "is compatible".to_owned(),
        };
        let mut lines = vec![line(&format!("{} {verdict}", compared.key)).into_owned()];
        lines.extend(own.iter().map(|breach| line_of(breach)));
        let is_withdrawn = own.iter().any(|breach| matches!(breach.fault, Fault::Withdrawn(_)));
        for own in compared.moves.iter().filter(|own| !(is_withdrawn && own.fact == "status")) {
            lines.push(format!("  {}: {}", if own.breaks { "breaking" } else { "note" }, line(&own.headline)));
        }
        self.changes(lines, "breaking-change-in-place", &compared.changes, Version::Old, "as it was")
    }

    /// A version of an event, and an older one.
    fn step(&self, step: &Step<'_>) -> String {
        let (verdict, how) = match (objects(&step.changes, self.asked.aside()), objects(&step.changes, self.asked)) {
            (true, _) => ("breaks", ""),
            (false, true) => ("breaks", ", but only in what names the version itself"),
            (false, false) => ("is compatible with", ""),
        };
        let gone = if step.of == Version::Old { ", which is gone" } else { "" };
        let said = format!("{} {verdict} {}{gone}{how}", step.newer.key(), step.older.name);
        let label = format!("as it is in `{}`", step.older.name);
        self.changes(vec![line(&said).into_owned()], "breaking-version", &step.changes, step.of, &label)
    }

    /// Changes of the payload: what is compatible as lines, and the rest with places; those of the older one are `of` a
    /// version of the registry.
    fn changes(
        &self,
        mut lines: Vec<String>,
        rule: &'static str,
        changes: &[Change],
        of: Version,
        label: &str,
    ) -> String {
        let older = |span: Span| match of {
            Version::Old => self.files.following(span),
            Version::New => span,
        };
        for change in changes.iter().filter(|change| self.asked.objection(change).is_none()) {
            let verdict = if self.asked.mode.objection(change).is_some() { "set aside" } else { "compatible" };
            lines.push(format!("  {verdict}: {}", line(&change.headline)));
        }
        let findings = changes.iter().filter_map(|change| {
            let (verdict, is_backward) = self.asked.objection(change)?;
            let place = match change.place() {
                Some((Version::New, span)) => span,
                Some((Version::Old, span)) => older(span),
                None => Span::NOWHERE,
            };
            let finding = Diagnostic::error(rule, place, &change.headline);
            let finding = finding.label(proof(verdict, is_backward));
            Some(match (change.new, change.old) {
                (Some(_), Some(old)) => finding.related(older(old), label),
                _ => finding,
            })
        });
        let findings: Vec<Diagnostic> = findings.collect();
        if !findings.is_empty() {
            lines.push(render::human(&findings, &self.all, true));
        }
        lines.join("\n")
    }
}

/// Changes of the payload, for programs.
fn entries(changes: &[Change]) -> Vec<Value> {
    let verdict = |verdict: &Verdict| match verdict {
        Verdict::Compatible => json!({ "verdict": "compatible" }),
        Verdict::Breaking(witness) => json!({
            "verdict": "breaking",
            "witness": serde_json::from_str::<Value>(&witness.to_string()).unwrap_or_else(|_| shown(witness).into()),
        }),
        Verdict::Undecided(why) => json!({ "verdict": "undecided", "why": why }),
    };
    let entries = changes.iter().map(|change| {
        json!({
            "change": change.headline,
            "namesItself": change.names_itself,
            "backward": verdict(&change.backward),
            "forward": verdict(&change.forward),
        })
    });
    entries.collect()
}

fn entry(compared: &Comparison<'_>, broken: &[Breach<'_>], asked: Asked<'_>) -> Value {
    let moves = compared.moves.iter().map(|own| json!({ "change": own.headline, "breaks": own.breaks }));
    let own = broken.iter().filter(|breach| breach.key == compared.key);
    json!({
        "contract": compared.key,
        "kind": match (compared.old, compared.new) {
            (None, _) => "new",
            (_, None) => "gone",
            _ => "changed",
        },
        "breaks": breaks(compared, asked) || own.clone().next().is_some(),
        "breaksSetAside": breaks(compared, asked.aside()) || own.clone().next().is_some(),
        "changes": entries(&compared.changes),
        "delivery": moves.collect::<Vec<_>>(),
        "promises": own.map(Breach::headline).collect::<Vec<_>>(),
    })
}

/// A released contract that is not as it was, though nothing differs in what it says, for programs.
fn promised(breach: &Breach<'_>) -> Value {
    json!({
        "contract": breach.key,
        "kind": if matches!(breach.fault, Fault::Gone(_) | Fault::Moved(_)) { "gone" } else { "changed" },
        "breaks": true,
        "breaksSetAside": true,
        "changes": [],
        "delivery": [],
        "promises": [breach.headline()],
    })
}

/// A version of an event, and an older one, for programs.
fn linked(step: &Step<'_>, asked: Asked<'_>) -> Value {
    json!({
        "contract": step.newer.key(),
        "older": step.older.key(),
        "olderIsGone": step.of == Version::Old,
        "breaks": objects(&step.changes, asked),
        "breaksSetAside": objects(&step.changes, asked.aside()),
        "changes": entries(&step.changes),
    })
}
