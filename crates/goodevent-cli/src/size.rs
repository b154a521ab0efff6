//! `goodevent size`

use std::path::Path;

use goodevent_build::{Loaded, render};
use goodevent_check::size::{BUDGET_BYTES, Part, SizeBound, Sizer, envelope_bytes};
use goodevent_schema::registry::Contract;
use serde_json::{Value, json};

use crate::{outcome::Outcome, report::Report, terminal::Form};

/// As many contributors of an event are shown.
const N_PARTS: usize = 3;

/// As many parts of parts are shown: types that are used at several places make trees that grow without end.
const MAX_PARTS: usize = 1_000;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Events to measure, such as `OrderPlacedV1Event` [default: all].
    events: Vec<String>,
    /// Output format.
    #[arg(long, value_enum, default_value_t)]
    format: Form,
}

pub(crate) fn run(root: &Path, args: &Args, report: &mut Report) -> Outcome {
    let loaded = match report.registry(root) {
        Ok(loaded) => loaded,
        Err(error) => return report.failure(&error),
    };
    if loaded.has_errors() {
        return report.findings(&loaded);
    }
    let wanted: Option<Vec<&Contract>> = match args.events.is_empty() {
        true => Some(loaded.registry.contracts().collect()),
        false => args.events.iter().map(|name| report.contract(&loaded, name)).collect(),
    };
    let Some(wanted) = wanted else { return Outcome::Failed };
    let envelope_of =
        |contract: &Contract| envelope_bytes(loaded.registry.contexts[&contract.context].settings.envelope);
    let mut sizer = Sizer::new(&loaded.registry.schemas);
    let sizes: Vec<Size<'_>> = wanted
        .into_iter()
        .map(|contract| Size { contract, bound: sizer.bound(contract.root), envelope_bytes: envelope_of(contract) })
        .collect();
    match args.format {
        Form::Human => table(&loaded, &sizes, args, report),
        Form::Json => {
            let events: Vec<Value> = sizes.iter().map(|size| entry(&loaded, size)).collect();
            report.json(json!({ "events": events }));
        }
    }
    let fits = |size: &Size<'_>| size.message_bytes().is_some_and(|max_bytes| max_bytes <= BUDGET_BYTES);
    if sizes.iter().all(fits) { Outcome::Fine } else { Outcome::Findings }
}

/// What is known of an event.
struct Size<'l> {
    contract: &'l Contract,
    bound: SizeBound,
    /// Of the envelope without payload.
    envelope_bytes: u64,
}

impl Size<'_> {
    fn message_bytes(&self) -> Option<u64> {
        Some(self.bound.max_bytes?.saturating_add(self.envelope_bytes))
    }
}

fn table(loaded: &Loaded, sizes: &[Size<'_>], args: &Args, report: &mut Report) {
    let width = sizes.iter().map(|size| size.contract.name.as_str().len()).max().unwrap_or(0);
    report.out(&format!("{:width$}  {:>9}  {:>9}  {:>7}  largest parts", "at most", "payload", "message", "of 64K"));
    for size in sizes {
        let name = size.contract.name.as_str();
        let (Some(payload), Some(message)) = (size.bound.max_bytes, size.message_bytes()) else {
            report.out(&format!("{name:width$}  {:>9}", "no bound"));
            for culprit in &size.bound.culprits {
                let (place, path) =
                    (render::place(&loaded.sources, culprit.span), &loaded.sources[culprit.span.source].path);
                report.out(&format!("  {path}:{}:{}: {} is missing", place.line, place.column, culprit.missing));
            }
            continue;
        };
        let parts = size.bound.parts.iter().take(N_PARTS);
        let parts = parts.map(|part| format!("{} {}", part.name, part.max_bytes.unwrap_or_default()));
        let parts = parts.collect::<Vec<_>>().join(", ");
        let share = message as f64 / BUDGET_BYTES as f64 * 100.0;
        let slack = match size.bound.slack() {
            Some(0) => String::new(),
            Some(slack) => format!("; overestimates by at most {slack} bytes"),
            None => "; no witness payload".to_owned(),
        };
        report.out(&format!("{name:width$}  {payload:>9}  {message:>9}  {share:>6.1}%  {parts}{slack}"));
        // Whoever asks for one event wants to know all of it.
        if !args.events.is_empty() {
            let mut n_left = MAX_PARTS;
            tree(&size.bound.parts, 1, &mut n_left, report);
            if n_left == 0 {
                report.out(&format!("  {MAX_PARTS} parts are shown; there are more"));
            }
        }
    }
}

fn tree(parts: &[Part], depth: usize, n_left: &mut usize, report: &mut Report) {
    for part in parts {
        if *n_left == 0 {
            return;
        }
        *n_left -= 1;
        let n_bytes = part.max_bytes.map_or_else(|| "no bound".to_owned(), |n_bytes| n_bytes.to_string());
        let times = if part.n_times > 1 { format!(" × {}", part.n_times) } else { String::new() };
        report.out(&format!("{n_bytes:>10}  {:indent$}{}{times}", "", part.name, indent = depth * 2));
        tree(&part.parts, depth + 1, n_left, report);
    }
}

fn entry(loaded: &Loaded, size: &Size<'_>) -> Value {
    let Size { contract, bound, .. } = size;
    let culprits = bound.culprits.iter().map(|culprit| {
        let place = render::place(&loaded.sources, culprit.span);
        json!({
            "path": loaded.sources[culprit.span.source].path, "line": place.line, "column": place.column,
            "pointer": culprit.pointer, "missing": culprit.missing,
        })
    });
    let witness = bound.witness.as_ref().and_then(|witness| witness.to_json(BUDGET_BYTES));
    let mut n_left = MAX_PARTS;
    let parts = parts(&bound.parts, &mut n_left);
    json!({
        "event": contract.name.as_str(),
        "maxBytes": bound.max_bytes,
        "maxMessageBytes": size.message_bytes(),
        "slackBytes": bound.slack(),
        "parts": parts,
        "hasMoreParts": n_left == 0,
        "witness": witness,
        "unbounded": culprits.collect::<Vec<_>>(),
    })
}

/// The first parts, depth first, as many as may be shown.
fn parts(of: &[Part], n_left: &mut usize) -> Vec<Value> {
    let mut entries = Vec::new();
    for part in of {
        if *n_left == 0 {
            break;
        }
        *n_left -= 1;
        let parts = parts(&part.parts, n_left);
        entries.push(json!({ "name": part.name, "times": part.n_times, "maxBytes": part.max_bytes, "parts": parts }));
    }
    entries
}
