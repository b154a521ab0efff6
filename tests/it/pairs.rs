//! Every construct in every place becomes Rust that compiles, and that decides as the reference validator does.

use std::collections::BTreeSet;

use goodevent_check::random::Random;
use goodevent_schema::{
    instance::Validator,
    ir::Draft,
    source::SourceId,
    syntax::{self, Kind, Node},
};
use goodevent_tests::{
    batch::{self, Verdict},
    exact, mutate, oracle,
    pairs::{self, Pair},
    samples::{self, Samples},
};
use rayon::prelude::*;
use serde_json::Value;

const N_SAMPLES: usize = 8;

/// Modules of one crate: the compiler's memory grows with them.
const MANY: usize = 100;

/// The module and the payloads of a pair.
struct Made {
    module: String,
    reference: Validator,
    samples: Samples,
}

fn made(pair: &Pair) -> Result<Made, String> {
    let (_, registry) = batch::registry(&pair.schema, &pair.remotes)?;
    let root = registry.contracts().next().ok_or("there is no contract")?.root;
    let module = batch::generate(&pair.schema, &pair.remotes)?;
    let reference = Validator::new(&registry.schemas, root).map_err(|error| error.to_string())?;
    let samples = samples::of(&registry, root, N_SAMPLES, 7);
    if samples.valid.is_empty() && pair.has_instances {
        return Err("there is no sample".to_owned());
    }
    Ok(Made { module: format!("// {}\n{module}", pair.name), reference, samples })
}

/// The samples, the near misses, and what becomes of samples by one random change.
fn payloads(made: &Made) -> BTreeSet<Vec<u8>> {
    let mut random = Random::new(1);
    let mut payloads: BTreeSet<Vec<u8>> = made.samples.valid.iter().cloned().collect();
    payloads.extend(made.samples.misses.iter().map(|miss| miss.payload.to_string().into_bytes()));
    for sample in &made.samples.valid {
        let value: Value = serde_json::from_slice(sample).expect("a sample is JSON");
        payloads.extend((0..4).map(|_| mutate::mutated(&value, &mut random)));
    }
    payloads
}

/// Tests if a payload that is valid to the reference is refused for a cause that the documentation names, or in draft 4 for a
/// number with an exponent: it is no integer there, but the reference takes one beyond 64 bits for an integer.
fn is_documented(pair: &Pair, verdict: &Verdict, payload: &[u8]) -> bool {
    let is_named = verdict.refusal.as_ref().is_some_and(|refusal| oracle::documented(payload, refusal).is_some());
    let tree = || syntax::parse(SourceId(0), payload).0;
    is_named || (pair.draft == Draft::Draft4 && tree().is_some_and(|tree| has_exponent(&tree)))
}

fn has_exponent(node: &Node) -> bool {
    matches!(&node.kind, Kind::Number(text) if text.contains(['e', 'E']))
        || node.items().iter().any(has_exponent)
        || node.members().iter().any(|member| has_exponent(&member.value))
}

/// What is wrong with what a decoder says of a payload, given what the reference validator says.
fn fault(pair: &Pair, payload: &[u8], is_valid: bool, verdict: &Verdict) -> Option<String> {
    let is_kept = || verdict.encoded.as_ref().is_some_and(|encoded| exact::are_equal(encoded, payload));
    match (&verdict.fault, verdict.encoded.is_some(), is_valid) {
        (Some(fault), ..) => Some(fault.clone()),
        (None, true, true) if is_kept() => None,
        (None, true, true) => Some("the payload is encoded to another one".to_owned()),
        (None, false, false) => None,
        (None, true, false) => Some("an invalid payload is accepted".to_owned()),
        (None, false, true) if is_documented(pair, verdict, payload) => None,
        (None, false, true) => Some("a valid payload is refused".to_owned()),
    }
}

#[test]
fn every_construct_decides_in_every_place_as_the_reference() {
    let pairs = pairs::all();
    let outcomes: Vec<Result<Made, String>> = pairs.par_iter().map(made).collect();
    let mut faults = Vec::new();
    let mut all = Vec::new();
    for (pair, outcome) in pairs.iter().zip(outcomes) {
        match outcome {
            Ok(made) => all.push((pair, made)),
            Err(error) => faults.push(format!("{}: {error}\n{}", pair.name, pair.schema)),
        }
    }
    let (mut n_valid, mut n_invalid) = (0, 0);
    for (chunk_idx, chunk) in all.chunks(MANY).enumerate() {
        let modules: Vec<String> = chunk.iter().map(|(_, made)| made.module.clone()).collect();
        let built = batch::build_each(&batch::folder(), &format!("pairs-{chunk_idx}"), &modules);
        let (batch, errors) = built.expect("the crate can be built");
        for ((pair, _), error) in chunk.iter().zip(&errors) {
            faults
                .extend(error.iter().map(|error| format!("{} does not compile: {error}\n{}", pair.name, pair.schema)));
        }
        let compiled = chunk.iter().enumerate().filter(|(number, _)| errors[*number].is_none());
        let input =
            compiled.flat_map(|(number, (_, made))| payloads(made).into_iter().map(move |payload| (number, payload)));
        let input: Vec<(usize, Vec<u8>)> = input.collect();
        let verdicts = batch.run(&input).expect("no decoder fails");
        for ((number, payload), verdict) in input.iter().zip(verdicts) {
            let (pair, made) = &chunk[*number];
            let value: Option<Value> = serde_json::from_slice(payload).ok();
            let is_valid = value.as_ref().is_some_and(|value| made.reference.is_valid(value));
            *(if is_valid { &mut n_valid } else { &mut n_invalid }) += 1;
            if let Some(fault) = fault(pair, payload, is_valid, &verdict) {
                faults.push(format!("{}: {fault}: {}\n{}", pair.name, String::from_utf8_lossy(payload), pair.schema));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
    assert!(pairs.len() > 1_000 && n_valid > 5_000 && n_invalid > 5_000, "{}: {n_valid}, {n_invalid}", pairs.len());
}
