//! `goodevent log`: release notes for the consumers of events.

use std::path::Path;

use goodevent_check::compat::{Change, Comparison, Move, Prover, Snapshot, Version, changes_between, compare, moves};
use goodevent_emit::escape::{Language, markdown_code, prose};
use goodevent_schema::{facts::Status, registry::Contract};
use serde_json::{Value, json};

use crate::{outcome::Outcome, report::Report, terminal::Form};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Baseline to compare with: a git revision, an archive or a folder.
    #[arg(long, value_name = "REVISION")]
    since: String,
    /// Output format.
    #[arg(long, value_enum, default_value_t)]
    format: Form,
}

pub(crate) fn run(root: &Path, args: &Args, report: &mut Report) -> Outcome {
    // A contract that can't be read as it was would be new.
    let before = report.earlier(root, &args.since).and_then(|before| before.with_known_releases(&args.since));
    let (before, loaded) = match (before, report.registry(root)) {
        (Ok(before), Ok(loaded)) => (before, loaded),
        (Err(error), _) | (_, Err(error)) => return report.failure(&error),
    };
    if loaded.has_errors() {
        report.findings(&loaded);
        report.note("error: the registry has errors; cannot write release notes");
        return Outcome::Failed;
    }
    let compared = compare(before.snapshot(), loaded.snapshot());
    let entries: Vec<Entry<'_>> = compared.iter().map(|compared| Entry::of(compared, loaded.snapshot())).collect();
    match args.format {
        Form::Human => report.lines(markdown(&args.since, &entries).trim_end()),
        Form::Json => {
            let contracts: Vec<Value> = entries.iter().map(Entry::json).collect();
            report.json(json!({ "contracts": contracts }));
        }
    }
    Outcome::Fine
}

/// What became of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    New,
    Released,
    Changed,
    Deprecated,
    Retired,
}

impl Fate {
    const ALL: [Self; 5] = [Self::New, Self::Released, Self::Changed, Self::Deprecated, Self::Retired];

    fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Released => "released",
            Self::Changed => "changed",
            Self::Deprecated => "deprecated",
            Self::Retired => "retired",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Released => "Released",
            Self::Changed => "Changed",
            Self::Deprecated => "Deprecated",
            Self::Retired => "Retired",
        }
    }

    fn of(compared: &Comparison<'_>) -> Self {
        let (Some(old), Some(new)) = (compared.old, compared.new) else {
            return if compared.old.is_none() { Self::New } else { Self::Retired };
        };
        match new.facts.status {
            Status::Released if old.facts.status != Status::Released => Self::Released,
            Status::Deprecated if old.facts.status != Status::Deprecated => Self::Deprecated,
            _ => Self::Changed,
        }
    }
}

struct Entry<'r> {
    fate: Fate,
    key: &'r str,
    contract: &'r Contract,
    description: String,
    owner: String,
    /// What differs, and whom it concerns.
    notes: Vec<(String, &'static str)>,
    /// The version before, if this one is new, and what differs from it.
    follows: Option<(String, Vec<(String, &'static str)>)>,
}

impl<'r> Entry<'r> {
    fn of(compared: &'r Comparison<'r>, after: Snapshot<'r>) -> Self {
        let contract = compared.new.or(compared.old).expect("a comparison is of something");
        let registry = after.registry;
        let description =
            registry.schemas.graph.schemas.get(contract.root.0 as usize).filter(|_| compared.new.is_some());
        let description = description.and_then(|root| root.docs.description.as_ref());
        let owner = registry.contexts.get(&contract.context).map(|context| context.settings.owner.clone());
        let fate = Fate::of(compared);
        let mut notes: Vec<(String, &'static str)> = compared.changes.iter().map(noted).collect();
        // The heading says that an event is released or deprecated.
        let is_said = |own: &Move| own.fact == "status" && fate != Fate::Changed;
        notes.extend(compared.moves.iter().filter(|own| !is_said(own)).map(moved));
        let follows = before(contract, after).filter(|_| fate == Fate::New).map(|old| {
            let found = changes_between(
                &mut Prover::new(&registry.schemas, &registry.schemas),
                (Version::Old, old),
                (Version::New, contract),
            );
            // Names, days and states of versions differ on purpose.
            let moved_as_well = moves((after, old), (after, contract))
                .into_iter()
                .filter(|own| !matches!(own.fact, "" | "status" | "sunset" | "replacedBy"));
            (old.name.to_string(), found.iter().map(noted).chain(moved_as_well.map(|own| moved(&own))).collect())
        });
        Self {
            fate,
            key: &compared.key,
            contract,
            description: description.map(|text| text.value.to_string()).unwrap_or_default(),
            owner: owner.unwrap_or_default(),
            notes,
            follows,
        }
    }

    fn markdown(&self) -> String {
        let facts = &self.contract.facts;
        let mut text = format!("- **{}**", markdown_code(self.key));
        if !self.description.is_empty() {
            let description = self.description.split_whitespace().collect::<Vec<_>>().join(" ");
            text.push_str(&format!(": {}", prose(&description)));
        }
        text.push('\n');
        let mut lines = Vec::new();
        match self.fate {
            Fate::New | Fate::Released => {
                let (topic, owner) = (markdown_code(&self.contract.topic), Language::Markdown.text(&self.owner));
                lines.push(format!("topic {topic}, owner {owner}"));
                lines.extend(facts.frequency.as_ref().map(|frequency| format!("about {}", prose(frequency))));
            }
            Fate::Deprecated => {
                lines.extend(facts.replaced_by.as_ref().map(|next| format!("use {} instead", markdown_code(next))));
                lines.extend(facts.sunset.as_ref().map(|sunset| format!("published until {}", prose(sunset))));
            }
            Fate::Changed | Fate::Retired => {}
        }
        lines.extend(self.notes.iter().map(|(what, whom)| format!("{} ({whom})", prose(what))));
        if let Some((old, notes)) = &self.follows {
            lines.push(match notes.as_slice() {
                [] => format!("replaces {}, and does not differ yet", markdown_code(old)),
                _ => format!("replaces {}; changes:", markdown_code(old)),
            });
            lines.extend(notes.iter().map(|(what, whom)| format!("  - {} ({whom})", prose(what))));
        }
        for line in lines {
            let bullet = if line.starts_with("  - ") { line } else { format!("- {line}") };
            text.push_str(&format!("  {bullet}\n"));
        }
        text
    }

    fn json(&self) -> Value {
        let notes = |notes: &[(String, &'static str)]| {
            notes.iter().map(|(what, whom)| json!({ "change": what, "concerns": whom })).collect::<Vec<_>>()
        };
        json!({
            "contract": self.key,
            "fate": self.fate.name(),
            "description": self.description,
            "owner": self.owner,
            "topic": self.contract.topic,
            "sunset": self.contract.facts.sunset,
            "replacedBy": self.contract.facts.replaced_by,
            "changes": notes(&self.notes),
            "follows": self.follows.as_ref().map(|(old, own)| json!({ "event": old, "changes": notes(own) })),
        })
    }
}

/// The version before a contract.
fn before<'r>(contract: &Contract, after: Snapshot<'r>) -> Option<&'r Contract> {
    let context = after.registry.contexts.get(&contract.context)?;
    let older = context
        .contracts
        .iter()
        .filter(|other| other.name.stem() == contract.name.stem() && other.name.version() < contract.name.version());
    older.max_by_key(|other| other.name.version())
}

/// A change of the delivery, and whom it concerns.
fn moved(own: &Move) -> (String, &'static str) {
    (own.headline.clone(), if own.breaks { "consumers have to react" } else { "for information" })
}

/// A change, and whom it concerns.
fn noted(change: &Change) -> (String, &'static str) {
    let whom = match (change.backward.is_compatible(), change.forward.is_compatible()) {
        (true, true) => "for information",
        (true, false) => "old consumers reject some new messages",
        (false, true) => "new consumers reject some old messages",
        (false, false) => "consumers reject messages of the other version",
    };
    (change.headline.clone(), whom)
}

fn markdown(since: &str, entries: &[Entry<'_>]) -> String {
    let mut text = format!("# Events: changes since {}\n", Language::Markdown.text(since));
    for fate in Fate::ALL {
        let own: Vec<&Entry<'_>> = entries.iter().filter(|entry| entry.fate == fate).collect();
        if !own.is_empty() {
            text.push_str(&format!("\n## {}\n\n", fate.title()));
            own.into_iter().for_each(|entry| text.push_str(&entry.markdown()));
        }
    }
    if entries.is_empty() {
        text.push_str("\nNothing.\n");
    }
    text
}
