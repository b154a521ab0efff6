//! `goodevent compat`

use std::path::Path;

use goodevent_build::{Loaded, render};
use goodevent_check::compat::{Change, Comparison, Mode, Verdict, Version, compare, proof, shown};
use goodevent_schema::{
    diagnostic::Diagnostic,
    facts::Status,
    registry::Contract,
    source::{SourceId, Sources, Span},
};
use serde_json::{Value, json};

use crate::{Form, Outcome, report::Report};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Events; all unless said.
    events: Vec<String>,
    /// The registry as it was: a folder, an archive, or a revision of git.
    #[arg(long, value_name = "REVISION")]
    against: String,
    /// Who may not be broken.
    #[arg(long, value_enum, default_value_t)]
    mode: Policy,
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
}

impl Policy {
    fn mode(self) -> Mode {
        match self {
            Self::Backward => Mode::Backward,
            Self::Forward => Mode::Forward,
            Self::Full => Mode::Full,
        }
    }
}

pub(crate) fn run(root: &Path, args: &Args, report: &mut Report) -> Outcome {
    let (before, loaded) = match (Loaded::read_earlier(root, &args.against), Loaded::read(root)) {
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
    let is_wanted = |name: &str| args.events.is_empty() || args.events.iter().any(|event| event == name);
    compared.retain(|compared| named(compared).is_some_and(|contract| is_wanted(contract.name.as_str())));
    let mode = args.mode.mode();
    match args.format {
        Form::Human => {
            let all = loaded.sources.followed_by(&before.sources, &args.against);
            let texts = compared.iter().map(|compared| told(compared, mode, &loaded.sources, &all));
            let text = texts.collect::<Vec<_>>().join("\n\n");
            report.out(if text.is_empty() { "nothing changed" } else { &text });
        }
        Form::Json => report.out(&Value::Array(compared.iter().map(|own| entry(own, mode)).collect()).to_string()),
    }
    if compared.iter().any(|compared| breaks(compared, mode)) { Outcome::Findings } else { Outcome::Fine }
}

/// The contract, as it is or was.
fn named<'r>(compared: &Comparison<'r>) -> Option<&'r Contract> {
    compared.new.or(compared.old)
}

/// Whether anybody who relies on the contract is broken.
fn breaks(compared: &Comparison<'_>, mode: Mode) -> bool {
    compared.old.is_some()
        && (compared.new.is_none()
            || compared.changes.iter().any(|change| mode.objection(change).is_some())
            || compared.moves.iter().any(|own| own.breaks))
}

fn told(compared: &Comparison<'_>, mode: Mode, files: &Sources, all: &Sources) -> String {
    let state = |contract: &Contract| match contract.facts.status {
        Status::Draft => "a draft",
        Status::Released => "released",
        Status::Deprecated => "deprecated",
    };
    let verdict = match (compared.old, compared.new) {
        (None, _) => "is new".to_owned(),
        (Some(old), None) => format!("is gone; it was {}", state(old)),
        (Some(old), Some(_)) if breaks(compared, mode) => format!("breaks; it was {}", state(old)),
        (Some(_), Some(_)) => "is compatible".to_owned(),
    };
    let mut lines = vec![format!("{} {verdict}", compared.key)];
    for own in &compared.moves {
        lines.push(format!("  {}: {}", if own.breaks { "breaking" } else { "note" }, own.headline));
    }
    for change in compared.changes.iter().filter(|change| mode.objection(change).is_none()) {
        lines.push(format!("  compatible: {}", change.headline));
    }
    let findings = compared.changes.iter().filter_map(|change| {
        let (verdict, is_backward) = mode.objection(change)?;
        let finding = Diagnostic::error("breaking-change-in-place", place(change, files), &change.headline);
        let finding = finding.label(proof(verdict, is_backward));
        Some(match (change.new, change.old) {
            (Some(_), Some(old)) => finding.related(files.following(old), "as it was"),
            _ => finding,
        })
    });
    let findings: Vec<Diagnostic> = findings.collect();
    if !findings.is_empty() {
        lines.push(render::human(&findings, all, true));
    }
    lines.join("\n")
}

/// Where a change is seen, in the files as they are with those as they were behind them.
fn place(change: &Change, files: &Sources) -> Span {
    match change.place() {
        Some((Version::New, span)) => span,
        Some((Version::Old, span)) => files.following(span),
        None => Span { source: SourceId(0), start: 0, end: 0 },
    }
}

fn entry(compared: &Comparison<'_>, mode: Mode) -> Value {
    let verdict = |verdict: &Verdict| match verdict {
        Verdict::Compatible => json!({ "verdict": "compatible" }),
        Verdict::Breaking(witness) => json!({
            "verdict": "breaking",
            "witness": serde_json::from_str::<Value>(&witness.to_string()).unwrap_or_else(|_| shown(witness).into()),
        }),
        Verdict::Undecided(why) => json!({ "verdict": "undecided", "why": why }),
    };
    let changes = compared.changes.iter().map(|change| {
        json!({
            "change": change.headline,
            "backward": verdict(&change.backward),
            "forward": verdict(&change.forward),
        })
    });
    let moves = compared.moves.iter().map(|own| json!({ "change": own.headline, "breaks": own.breaks }));
    json!({
        "contract": compared.key,
        "kind": match (compared.old, compared.new) {
            (None, _) => "new",
            (_, None) => "gone",
            _ => "changed",
        },
        "breaks": breaks(compared, mode),
        "changes": changes.collect::<Vec<_>>(),
        "delivery": moves.collect::<Vec<_>>(),
    })
}
