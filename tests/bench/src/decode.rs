//! From bytes to a valid, typed event: the table of the design, keys in the schema's order and shuffled.

use std::{error::Error, rc::Rc};

use goodevent::Event;
use goodevent_check::random::Random;

use crate::{
    hostile,
    measure::{Timing, compare},
    payloads::{N_PAYLOADS, json, shuffled},
    peers::{BASE, BORROWED, Large, Middling, OWNED, Sample, Small, decoders},
    report::{Table, Target, print_targets},
};

/// Ways that may accept what the schema refuses.
const UNVALIDATED: [&str; 3] = [BASE, "serde derive borrowed, no validation", "serde_json IgnoredAny, parse only"];

/// A column of the table.
struct Column {
    size: &'static str,
    is_shuffled: bool,
    n_bytes: usize,
    rows: Vec<(&'static str, Timing)>,
}

/// Measures and prints.
///
/// # Errors
/// If a way refuses a valid payload, or accepts an invalid one.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let mut columns = Vec::new();
    for is_shuffled in [false, true] {
        columns.push(column::<Small>(is_shuffled)?);
        columns.push(column::<Middling>(is_shuffled)?);
        columns.push(column::<Large>(is_shuffled)?);
    }
    println!("## From bytes to a valid typed event\n");
    let (in_order, in_disorder) = columns.split_at(3);
    println!("Keys in the order of the schema; time in relation to serde derive, and ns an event.\n");
    print_table(in_order);
    println!("Keys shuffled in every object.\n");
    print_table(in_disorder);
    print_targets(&columns.iter().flat_map(targets).collect::<Vec<_>>());
    hostile::run()
}

fn column<S: Sample>(is_shuffled: bool) -> Result<Column, Box<dyn Error>> {
    let payloads: Rc<[Vec<u8>]> = payloads::<S>(is_shuffled)?.into();
    let ways = decoders::<S>(&payloads)?;
    for way in &ways {
        if let Some(payload_idx) = (0..payloads.len()).find(|payload_idx| !(way.run)(*payload_idx)) {
            let payload = String::from_utf8_lossy(&payloads[payload_idx]);
            return Err(format!("`{}` refuses a valid payload: {payload}", way.name).into());
        }
    }
    refuse_invalid::<S>(&payloads)?;
    let timings = compare(&ways, payloads.len());
    Ok(Column {
        size: S::SIZE,
        is_shuffled,
        n_bytes: payloads.iter().map(Vec::len).sum::<usize>() / payloads.len(),
        rows: ways.iter().map(|way| way.name).zip(timings).collect(),
    })
}

/// The pool, which is the same in every run; what we write of it is what serde writes.
fn payloads<S: Sample>(is_shuffled: bool) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let mut random = Random::new(1);
    let mut payloads = Vec::new();
    for _ in 0..N_PAYLOADS {
        let payload = json(&S::make(&mut random));
        if S::Ours::decode(&payload)?.encode()? != payload {
            return Err(format!("we write this in another way: {}", String::from_utf8_lossy(&payload)).into());
        }
        payloads.push(payload);
    }
    if is_shuffled {
        payloads = payloads.iter().map(|payload| shuffled(payload, &mut random)).collect();
    }
    Ok(payloads)
}

/// A way that validates has to notice an `x` at the beginning of an identifier.
fn refuse_invalid<S: Sample>(payloads: &[Vec<u8>]) -> Result<(), Box<dyn Error>> {
    const BEFORE: &[u8] = b"Id\":\"";
    let invalid: Rc<[Vec<u8>]> = payloads.iter().map(|payload| spoil(payload, BEFORE)).collect();
    for way in decoders::<S>(&invalid)? {
        let accepts_one = (0..invalid.len()).any(|payload_idx| (way.run)(payload_idx));
        if accepts_one && !UNVALIDATED.contains(&way.name) {
            return Err(format!("`{}` accepts an invalid payload", way.name).into());
        }
    }
    Ok(())
}

fn spoil(payload: &[u8], before: &[u8]) -> Vec<u8> {
    let mut payload = payload.to_vec();
    if let Some(start) = payload.windows(before.len()).position(|window| window == before) {
        payload[start + before.len()] = b'x';
    }
    payload
}

fn print_table(columns: &[Column]) {
    let headings = columns.iter().map(|column| format!("{} ({} bytes)", column.size, column.n_bytes));
    let mut table = Table::new(["way".to_owned()].into_iter().chain(headings));
    for (row_idx, (name, _)) in columns[0].rows.iter().enumerate() {
        let timings = columns.iter().map(|column| column.rows[row_idx].1);
        let cells = timings.map(|timing| format!("{:.2}  {:>9.0} ns", timing.ratio, timing.ns));
        table.row([(*name).to_owned()].into_iter().chain(cells).collect());
    }
    table.print();
}

fn targets(column: &Column) -> Vec<Target> {
    let ratio_of =
        |name: &str| column.rows.iter().find(|(row, _)| *row == name).map_or(f64::NAN, |(_, timing)| timing.ratio);
    let what =
        |name: &str| format!("{name}, {}{}", column.size, if column.is_shuffled { ", keys shuffled" } else { "" });
    let (owned, borrowed) = match (column.is_shuffled, column.size) {
        (true, _) => (0.75, 0.55),
        (false, Small::SIZE) => (0.60, 0.50),
        (false, Middling::SIZE) => (0.52, 0.32),
        (false, _) => (0.51, 0.31),
    };
    let aim = |aim: f64| (!column.is_shuffled).then_some(aim);
    vec![
        Target { what: what(OWNED), measured: ratio_of(OWNED), at_most: owned, aim: aim(0.45) },
        Target { what: what(BORROWED), measured: ratio_of(BORROWED), at_most: borrowed, aim: aim(0.28) },
    ]
}
