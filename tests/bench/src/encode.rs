//! From an event to bytes: we validate on the way, serde does not.

use std::error::Error;

use goodevent_check::random::Random;

use crate::{
    measure::{Timing, compare},
    payloads::N_PAYLOADS,
    peers::{Large, Middling, OWNED, Sample, Small, encoders},
    report::{Table, Target, print_targets},
};

/// What validating and encoding may take in relation to `serde_json::to_vec`.
const AT_MOST: f64 = 0.50;

/// Measures and prints.
///
/// # Errors
/// If a way refuses an event.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let columns = [column::<Small>()?, column::<Middling>()?, column::<Large>()?];
    println!("## From a typed event to bytes, validated by us\n");
    let sizes = [Small::SIZE, Middling::SIZE, Large::SIZE];
    let mut table = Table::new(["way"].into_iter().chain(sizes));
    for (row_idx, (name, _)) in columns[0].iter().enumerate() {
        let timings = columns.iter().map(|rows| rows[row_idx].1);
        let cells = timings.map(|timing| format!("{:.2}  {:>9.0} ns", timing.ratio, timing.ns));
        table.row([(*name).to_owned()].into_iter().chain(cells).collect());
    }
    table.print();
    let ours = columns.iter().flatten().filter(|(name, _)| *name == OWNED);
    let target = |((_, timing), size): (&(_, Timing), _)| Target::new(format!("encode, {size}"), timing.ratio, AT_MOST);
    print_targets(&ours.zip(sizes).map(target).collect::<Vec<_>>());
    Ok(())
}

fn column<S: Sample>() -> Result<Vec<(&'static str, Timing)>, Box<dyn Error>> {
    let mut random = Random::new(1);
    let ways = encoders::<S>((0..N_PAYLOADS).map(|_| S::make(&mut random)).collect())?;
    for way in &ways {
        if !(0..N_PAYLOADS).all(|event_idx| (way.run)(event_idx)) {
            return Err(format!("`{}` refuses a valid event", way.name).into());
        }
    }
    let timings = compare(&ways, N_PAYLOADS);
    Ok(ways.iter().map(|way| way.name).zip(timings).collect())
}
