//! From the texts of 1,000 schemas to Rust code: ours, and typify's with prettyplease.

use std::{error::Error, hint::black_box, time::Instant};

use goodevent_check::size::Sizer;
use goodevent_emit::Options;
use goodevent_schema::{analyze, diagnostic::Level, source::Sources};

use crate::{
    measure::median,
    report::{Table, Target, print_targets},
    synthetic::{bundle, events, registry},
    typify_code,
};

const N_EVENTS: usize = 1_000;
const N_ROUNDS: usize = 5;

/// Measures and prints.
///
/// # Errors
/// If one of us can't generate.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let events = events(N_EVENTS);
    let (sources, bundle) = (registry(&events), bundle(&events));
    let (mut ours, mut peers) = (Vec::new(), Vec::new());
    let (mut our_code, mut peer_code) = (String::new(), String::new());
    for _ in 0..N_ROUNDS {
        let start = Instant::now();
        our_code = black_box(goodevent_code(&sources)?);
        ours.push(start.elapsed().as_secs_f64());
        let start = Instant::now();
        peer_code = black_box(typify_code(&bundle)?);
        peers.push(start.elapsed().as_secs_f64());
    }
    let ratio = median(ours.iter().zip(&peers).map(|(ours, peers)| ours / peers));
    println!("## Generation of {N_EVENTS} synthetic events\n");
    let mut table = Table::new(["generator", "seconds", "ratio", "lines an event"]);
    for (name, times, ratio, code) in
        [("typify 0.6, prettyplease", peers, 1.0, &peer_code), ("goodevent", ours, ratio, &our_code)]
    {
        let n_lines = code.lines().count() / N_EVENTS;
        let seconds = median(times.into_iter());
        table.row(vec![name.to_owned(), format!("{seconds:.3}"), format!("{ratio:.2}"), n_lines.to_string()]);
    }
    table.print();
    print_targets(&[Target::new("generation, of typify's time", ratio, 0.25)]);
    Ok(())
}

/// Ours, from the registry's texts.
///
/// # Errors
/// If the registry is wrong.
pub(crate) fn goodevent_code(sources: &Sources) -> Result<String, Box<dyn Error>> {
    let (registry, diagnostics) = analyze(sources);
    if let Some(wrong) = diagnostics.iter().find(|diagnostic| diagnostic.level == Level::Error) {
        return Err(format!("the synthetic registry is wrong: {wrong:?}").into());
    }
    // As `goodevent generate` does it, the sizes of events included.
    let mut sizer = Sizer::new(&registry.schemas);
    let contracts = registry.contracts();
    let max_bytes = contracts.filter_map(|contract| Some((contract.root, sizer.bound(contract.root).max_bytes?)));
    let options = Options { max_bytes: max_bytes.collect(), ..Options::default() };
    Ok(goodevent_emit::rust_file(sources, &registry, &options)?)
}

/// Typify's, from the bundle's text.
///
/// # Errors
/// If typify can't.
pub(crate) fn typify_code(bundle: &str) -> Result<String, Box<dyn Error>> {
    let file = syn::parse2(typify_code::tokens(bundle)?)?;
    Ok(prettyplease::unparse(&file))
}
