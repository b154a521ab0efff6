//! `goodevent size`

use std::path::Path;

use goodevent_build::{Loaded, render};
use goodevent_check::size::{BUDGET_BYTES, SizeBound, size_bound};
use goodevent_schema::registry::Contract;
use serde_json::{Value, json};

use crate::{Form, Outcome, report::Report};

/// As many contributors of an event are shown.
const N_PARTS: usize = 3;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only these events; all if none is named.
    events: Vec<String>,
    /// How to show it.
    #[arg(long, value_enum, default_value_t)]
    format: Form,
}

pub(crate) fn run(root: &Path, args: &Args, report: &mut Report) -> Outcome {
    let loaded = match Loaded::read(root) {
        Ok(loaded) => loaded,
        Err(error) => return report.failure(&error),
    };
    if loaded.has_errors() {
        return report.findings(&loaded);
    }
    let wanted: Option<Vec<&Contract>> = match args.events.is_empty() {
        true => Some(loaded.registry.contexts.values().flat_map(|context| &context.contracts).collect()),
        false => args.events.iter().map(|name| report.contract(&loaded, name)).collect(),
    };
    let Some(wanted) = wanted else { return Outcome::Failed };
    let bounds: Vec<(&Contract, SizeBound)> = wanted
        .into_iter()
        .map(|contract| (contract, size_bound(&loaded.registry.schemas.graph, contract.root)))
        .collect();
    match args.format {
        Form::Human => table(&loaded, &bounds, report),
        Form::Json => report.out(
            &Value::Array(bounds.iter().map(|(contract, bound)| entry(&loaded, contract, bound)).collect()).to_string(),
        ),
    }
    let fits = |bound: &SizeBound| bound.max_bytes.is_some_and(|max_bytes| max_bytes <= BUDGET_BYTES);
    if bounds.iter().all(|(_, bound)| fits(bound)) { Outcome::Fine } else { Outcome::Findings }
}

fn table(loaded: &Loaded, bounds: &[(&Contract, SizeBound)], report: &mut Report) {
    let width = bounds.iter().map(|(contract, _)| contract.name.as_str().len()).max().unwrap_or(0);
    report.out(&format!("{:width$}  {:>9}  {:>7}  largest parts", "payload of at most", "bytes", "of 64K"));
    for (contract, bound) in bounds {
        let name = contract.name.as_str();
        let Some(max_bytes) = bound.max_bytes else {
            report.out(&format!("{name:width$}  {:>9}  {:>7}", "no bound", ""));
            for culprit in &bound.culprits {
                let (place, path) =
                    (render::place(&loaded.sources, culprit.span), &loaded.sources[culprit.span.source].path);
                report.out(&format!("  {path}:{}:{}: {} is missing", place.line, place.column, culprit.missing));
            }
            continue;
        };
        let parts = bound.parts.iter().take(N_PARTS).map(|(name, size)| format!("{name} {}", size.unwrap_or_default()));
        let parts = parts.collect::<Vec<_>>().join(", ");
        let share = max_bytes as f64 / BUDGET_BYTES as f64 * 100.0;
        report.out(&format!("{name:width$}  {max_bytes:>9}  {share:>6.1}%  {parts}"));
    }
}

fn entry(loaded: &Loaded, contract: &Contract, bound: &SizeBound) -> Value {
    let culprits = bound.culprits.iter().map(|culprit| {
        let place = render::place(&loaded.sources, culprit.span);
        json!({
            "path": loaded.sources[culprit.span.source].path, "line": place.line, "column": place.column,
            "pointer": culprit.pointer, "missing": culprit.missing,
        })
    });
    json!({
        "event": contract.name.as_str(),
        "maxBytes": bound.max_bytes,
        "parts": bound.parts.iter().map(|(name, size)| json!({ "property": name, "maxBytes": size })).collect::<Vec<_>>(),
        "culprits": culprits.collect::<Vec<_>>(),
    })
}
