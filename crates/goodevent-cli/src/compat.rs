//! `goodevent compat`

use std::path::Path;

use goodevent_build::render;
use goodevent_check::compat::{Change, Comparison, Mode, Step, Verdict, Version, chain, compare, proof, shown};
use goodevent_schema::{
    diagnostic::Diagnostic,
    facts::Status,
    lookup::{self, NotFound},
    registry::Contract,
    source::{Sources, Span},
};
use serde_json::{Value, json};

use crate::{Outcome, report::Report, terminal::Form};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only these events, `OrderPlacedV1Event` or `orders/OrderPlacedV1Event`. Default: all.
    events: Vec<String>,
    /// The registry as it was: a folder, an archive, or a revision of git.
    #[arg(long, value_name = "REVISION")]
    against: String,
    /// Who may not be broken.
    #[arg(long, value_enum, default_value_t)]
    mode: Policy,
    /// Let constants pass by which a version names itself, such as `"version": { "const": "1.1.0" }`.
    #[arg(long)]
    set_aside_identity: bool,
    /// How to show what changed.
    #[arg(long, value_enum, default_value_t)]
    format: Form,
}

/// Who may not be broken by a change.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Policy {
    /// New consumers, by old messages.
    Backward,
    /// Old consumers, by new messages.
    Forward,
    /// Both.
    #[default]
    Full,
    /// New consumers, by messages of any older version of an event.
    BackwardTransitive,
    /// Consumers of any older version of an event, by new messages.
    ForwardTransitive,
    /// Both.
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

    /// Whether the versions of an event are held against each other, too.
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
    for loaded in [&before, &loaded] {
        if loaded.has_errors() {
            report.findings(loaded);
            report.note("error: the contracts are wrong, so nothing can be compared with them");
            return Outcome::Failed;
        }
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
    let is_wanted = |contract: &Contract| wanted.is_empty() || wanted.contains(&contract.key().as_str());
    compared.retain(|compared| named(compared).is_some_and(is_wanted));
    steps.retain(|step| is_wanted(step.newer));
    let asked = Asked { mode: args.mode.mode(), sets_aside: args.set_aside_identity };
    match args.format {
        Form::Human => {
            let shown = Shown {
                asked,
                files: &loaded.sources,
                all: loaded.sources.followed_by(&before.sources, &args.against),
            };
            let texts = compared.iter().map(|compared| shown.contract(compared));
            let text = texts.chain(steps.iter().map(|step| shown.step(step))).collect::<Vec<_>>().join("\n\n");
            report.out(if text.is_empty() { "nothing changed" } else { &text });
        }
        Form::Json => {
            let contracts: Vec<Value> = compared.iter().map(|own| entry(own, asked)).collect();
            let versions: Vec<Value> = steps.iter().map(|own| linked(own, asked)).collect();
            report.json(json!({ "contracts": contracts, "versions": versions }));
        }
    }
    let is_broken = compared.iter().any(|compared| breaks(compared, asked))
        || steps.iter().any(|step| objects(&step.changes, asked));
    if is_broken { Outcome::Findings } else { Outcome::Fine }
}

/// The contract, as it is or was.
fn named<'r>(compared: &Comparison<'r>) -> Option<&'r Contract> {
    compared.new.or(compared.old)
}

/// What has to hold.
#[derive(Debug, Clone, Copy)]
struct Asked {
    mode: Mode,
    /// Whether what names a version breaks nobody.
    sets_aside: bool,
}

impl Asked {
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
fn breaks(compared: &Comparison<'_>, asked: Asked) -> bool {
    compared.old.is_some()
        && (compared.new.is_none() || objects(&compared.changes, asked) || compared.moves.iter().any(|own| own.breaks))
}

/// Whether a change of the payload breaks anybody.
fn objects(changes: &[Change], asked: Asked) -> bool {
    changes.iter().any(|change| asked.objection(change).is_some())
}

/// What is shown to people.
struct Shown<'r> {
    asked: Asked,
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
        let verdict = match (compared.old, compared.new) {
            (None, _) => "is new".to_owned(),
            (Some(old), None) => format!("is gone; it was {}", state(old)),
            (Some(old), Some(_)) if breaks(compared, self.asked.aside()) => format!("breaks; it was {}", state(old)),
            (Some(old), Some(_)) if breaks(compared, self.asked) => {
                format!("breaks, but only in what names the version itself; it was {}", state(old))
            }
            (Some(_), Some(_)) => "is compatible".to_owned(),
        };
        let mut lines = vec![format!("{} {verdict}", compared.key)];
        for own in &compared.moves {
            lines.push(format!("  {}: {}", if own.breaks { "breaking" } else { "note" }, own.headline));
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
        let line = format!("{} {verdict} {}{gone}{how}", step.newer.key(), step.older.name);
        let label = format!("as it is in `{}`", step.older.name);
        self.changes(vec![line], "breaking-version", &step.changes, step.of, &label)
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
            lines.push(format!("  {verdict}: {}", change.headline));
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

fn entry(compared: &Comparison<'_>, asked: Asked) -> Value {
    let moves = compared.moves.iter().map(|own| json!({ "change": own.headline, "breaks": own.breaks }));
    json!({
        "contract": compared.key,
        "kind": match (compared.old, compared.new) {
            (None, _) => "new",
            (_, None) => "gone",
            _ => "changed",
        },
        "breaks": breaks(compared, asked),
        "breaksSetAside": breaks(compared, asked.aside()),
        "changes": entries(&compared.changes),
        "delivery": moves.collect::<Vec<_>>(),
    })
}

/// A version of an event, and an older one, for programs.
fn linked(step: &Step<'_>, asked: Asked) -> Value {
    json!({
        "contract": step.newer.key(),
        "older": step.older.key(),
        "olderIsGone": step.of == Version::Old,
        "breaks": objects(&step.changes, asked),
        "breaksSetAside": objects(&step.changes, asked.aside()),
        "changes": entries(&step.changes),
    })
}
