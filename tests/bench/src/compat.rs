//! Registries compared with copies of themselves in which every event changed in some way.

use std::{error::Error, time::Instant};

use goodevent_check::compat::{Snapshot, Verdict, compare};
use goodevent_schema::{
    analyze,
    source::{Source, Sources},
};
use serde_json::{Value, json};

use crate::{
    measure::median,
    report::{Table, Target, print_targets},
    synthetic::{events, registry},
};

const N_ROUNDS: usize = 3;

const SIZES: [usize; 3] = [100, 1_000, 10_000];

/// Measures and prints.
///
/// # Errors
/// If a synthetic event is no JSON.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let mut table =
        Table::new(["events", "read both s", "compare s", "us an event", "changes", "breaking", "undecided"]);
    let mut targets = Vec::new();
    for n_events in SIZES {
        let old = registry(&events(n_events));
        let new = Sources { root: old.root.clone(), files: changed(&old.files)? };
        let (mut reading, mut comparing) = (Vec::new(), Vec::new());
        let mut counts = [0; 3];
        for _ in 0..N_ROUNDS {
            let start = Instant::now();
            let ((before, _), (after, _)) = (analyze(&old), analyze(&new));
            reading.push(start.elapsed().as_secs_f64());
            let start = Instant::now();
            let compared =
                compare(Snapshot { sources: &old, registry: &before }, Snapshot { sources: &new, registry: &after });
            comparing.push(start.elapsed().as_secs_f64());
            let verdicts =
                || compared.iter().flat_map(|own| &own.changes).flat_map(|own| [&own.backward, &own.forward]);
            counts = [
                compared.iter().map(|own| own.changes.len()).sum(),
                verdicts().filter(|verdict| matches!(verdict, Verdict::Breaking(_))).count(),
                verdicts().filter(|verdict| matches!(verdict, Verdict::Undecided(_))).count(),
            ];
        }
        let (reading, comparing) = (median(reading.into_iter()), median(comparing.into_iter()));
        table.row(vec![
            n_events.to_string(),
            format!("{reading:.3}"),
            format!("{comparing:.3}"),
            format!("{:.0}", comparing / n_events as f64 * 1e6),
            counts[0].to_string(),
            counts[1].to_string(),
            counts[2].to_string(),
        ]);
        if n_events == SIZES[1] {
            targets.push(Target::new("comparing 1,000 events, in seconds", comparing, 0.5));
        }
    }
    println!("## Comparing synthetic events with changed copies\n");
    table.print();
    print_targets(&targets);
    Ok(())
}

/// The files, each event with one change of many kinds.
fn changed(files: &[Source]) -> Result<Vec<Source>, Box<dyn Error>> {
    let mut changed = Vec::new();
    for (nth, file) in files.iter().enumerate() {
        let mut file = file.clone();
        if file.path.ends_with("Event.json") {
            let mut contract: Value = serde_json::from_slice(&file.bytes)?;
            change(&mut contract, nth);
            file.bytes = contract.to_string().into_bytes().into();
        }
        changed.push(file);
    }
    Ok(changed)
}

fn change(contract: &mut Value, nth: usize) {
    let properties = contract["properties"].as_object_mut().expect("an event has properties");
    let limited = properties.iter_mut().find(|(_, own)| own["maxLength"].is_u64());
    match (nth % 6, limited) {
        (0, Some((_, own))) => own["maxLength"] = json!(own["maxLength"].as_u64().unwrap_or(2) / 2 + 1),
        (1, Some((_, own))) => own["maxLength"] = json!(own["maxLength"].as_u64().unwrap_or(2) * 2),
        (2, _) => drop(properties.insert("addedNote".to_owned(), json!({ "type": "string", "maxLength": 20 }))),
        (3, _) => {
            properties.insert("addedCode".to_owned(), json!({ "type": "string", "pattern": "^[A-Z]{3}$" }));
            contract["required"].as_array_mut().expect("an event requires properties").push(json!("addedCode"));
        }
        (4, _) => drop(contract["required"].as_array_mut().expect("an event requires properties").pop()),
        _ => contract["description"] = json!("Said in other words."),
    }
}
