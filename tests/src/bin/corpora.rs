//! Holds generated decoders against real schemas and payloads, and against the official suite.
//!
//! `cargo xtask corpora [events|suite|lint|sizes|fixes|compat|samples]`: all unless said, but for samples, which take as
//! long as the rest together.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to its user")]

use std::{collections::BTreeMap, error::Error, path::Path, process::ExitCode};

use goodevent_build::Loaded;
use goodevent_check::random::Random;
use goodevent_schema::source::Source;
use goodevent_tests::{
    batch::{self, Verdict},
    compat::{self, Judged, Pair},
    corpus::{self, Case},
    exact,
    instances::Maker,
    lint, mutate,
    oracle::{self, Stricter},
    samples::{self, Samples},
    sizes::{self, Size},
    suite::{self, Group},
};
use rayon::prelude::*;
use serde_json::Value;

/// Mutated payloads for each schema.
const N_MUTATIONS: usize = 400;

const SEED: u64 = 20_261_121;

/// Modules in a crate.
const BATCH: usize = 80;

fn main() -> ExitCode {
    let Some(folder) = corpus::folder() else {
        eprintln!(
            "error: no corpora: neither beside the checkout, at ../shared/corpora, nor where GOODEVENT_CORPORA says"
        );
        return ExitCode::from(2);
    };
    let part = std::env::args().nth(1);
    let wants = |name: &str| part.as_deref().map_or(name != "samples", |part| part.trim_start_matches("--") == name);
    let (mut n_passed, mut n_failed) = (0, 0);
    let parts = [
        ("events", events as fn(&Path) -> Result<bool, Box<dyn Error>>),
        ("suite", official),
        ("lint", linted),
        ("sizes", sized),
        ("fixes", fixed),
        ("compat", compared),
        ("samples", sampled),
    ];
    for (name, run) in parts {
        if wants(name) {
            let is_fine = run(&folder).unwrap_or_else(|error| {
                eprintln!("error: {name}: {error}");
                false
            });
            println!("{name} {}\n", if is_fine { "passed" } else { "FAILED" });
            *(if is_fine { &mut n_passed } else { &mut n_failed }) += 1;
        }
    }
    println!("{n_passed} passed, {n_failed} failed");
    ExitCode::from(u8::from(n_failed > 0))
}

/// The linter over the schemas: it finds what it finds, but always in a place.
fn linted(folder: &Path) -> Result<bool, Box<dyn Error>> {
    let cases = corpus::events(folder);
    let (counts, strays) = lint::findings(&cases);
    println!("{} schemas of events, linted", cases.len());
    for (rule, n_findings) in &counts {
        println!("{rule:30} {n_findings:>7}");
    }
    for stray in &strays {
        println!("outside of {}: {:?}", stray.case, stray.finding);
    }
    Ok(strays.is_empty())
}

/// Versions of schemas, compared: each verdict with its proof.
fn compared(folder: &Path) -> Result<bool, Box<dyn Error>> {
    let pairs = compat::pairs(folder);
    let judged: Vec<(&Pair, Option<[Judged; 2]>)> = pairs.par_iter().map(|pair| (pair, compat::judge(pair))).collect();
    let mut counts: BTreeMap<&str, [usize; 10]> = BTreeMap::new();
    let (mut is_fine, mut n_payloads) = (true, 0);
    let peers = compat::ask_peer(&pairs)?;
    let canonical: Vec<[Option<bool>; 2]> = pairs.par_iter().map(compat::ask_canonical).collect();
    for ((pair, judged), (jsoncompat, covers)) in judged.iter().zip(peers.into_iter().zip(canonical)) {
        let count = counts.entry(&pair.source).or_default();
        let Some(judged) = judged else {
            count[3] += 2;
            println!("{}: it can't be read", pair.name);
            continue;
        };
        for (nth, Judged { verdict, n_tried, refuted }) in judged.iter().enumerate() {
            let direction = ["backward", "forward"][nth];
            n_payloads += n_tried;
            let peers = [("jsoncompat", jsoncompat[nth]), ("canonical::covers", covers[nth])];
            if let Some(payload) = refuted {
                println!("{} {direction}: said to be compatible, but not with {payload}", pair.name);
                is_fine = false;
            }
            let own = match verdict {
                compat::Verdict::Compatible => Some(true),
                compat::Verdict::Breaking(_) => Some(false),
                compat::Verdict::Undecided(why) => {
                    println!("{} {direction}: undecided: {why}", pair.name);
                    None
                }
            };
            count[own.map_or(2, |own| usize::from(!own))] += 1;
            for (place, (_, peer)) in [4, 7].into_iter().zip(peers) {
                count[place + peer.map_or(2, |peer| usize::from(!peer))] += 1;
            }
            match own.zip(pair.truth[nth]) {
                // A prover said so; the payload was executed.
                Some((false, true)) => println!("{} {direction}: {verdict}, which the corpus missed", pair.name),
                Some((true, false)) => {
                    println!("{} {direction}: the corpus has a payload against it", pair.name);
                    is_fine = false;
                }
                _ => {}
            }
            for (name, _) in peers.iter().filter(|(_, peer)| own.zip(*peer).is_some_and(|(own, peer)| own != peer)) {
                let why = compat::explained(pair, nth == 0, verdict);
                is_fine &= why.is_some();
                let why = why.unwrap_or_else(|| "NOTHING EXPLAINS IT".to_owned());
                println!("{} {direction}: {verdict}, {name} says otherwise: {why}", pair.name);
            }
        }
    }
    println!("\n{} pairs of schemas, each in both directions", pairs.len());
    println!(
        "| source | compatible | breaking | undecided | error | jsoncompat: compatible | breaking | unknown | covers: compatible | breaking | unknown |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    let mut total = [0; 10];
    for (source, count) in counts.iter() {
        println!("| {source} | {} |", count.map(|count| count.to_string()).join(" | "));
        total.iter_mut().zip(count).for_each(|(total, count)| *total += count);
    }
    println!("| all | {} |", total.map(|count| count.to_string()).join(" | "));
    println!("{n_payloads} random payloads were compared between compatible schemas");
    tell_set_aside(&judged);
    let is_decided = total[2] * 100 < total.iter().take(3).sum::<usize>();
    Ok(is_fine && is_decided && total[3] == 0)
}

/// How many steps keep old messages valid, as they are and with the constants set aside that name the version.
fn tell_set_aside(judged: &[(&Pair, Option<[Judged; 2]>)]) {
    let mut counts: BTreeMap<(&str, &str), [usize; 4]> = BTreeMap::new();
    for (pair, judged) in judged {
        let Some(step) = &pair.step else { continue };
        let aside = compat::judge_set_aside(pair);
        let is_strict = judged.as_ref().is_some_and(|[backward, _]| backward.verdict.is_compatible());
        let is_aside = aside.as_ref().map_or(is_strict, |[backward, _]| backward.is_compatible());
        let count = counts.entry((&pair.source, step.kind())).or_default();
        let facts = [true, aside.is_some(), is_strict, is_aside];
        count.iter_mut().zip(facts).for_each(|(count, fact)| *count += usize::from(fact));
        if let Some([backward, _]) = aside.filter(|_| step.kind() != "major" && !is_aside) {
            println!("{} with its version set aside: {backward}", pair.name);
        }
    }
    println!("\n| source | steps | all | name their version | keep old messages valid | with the version set aside |");
    println!("|---|---|---|---|---|---|");
    for ((source, kind), [n_steps, n_named, n_strict, n_aside]) in counts {
        println!("| {source} | {kind} | {n_steps} | {n_named} | {n_strict} | {n_aside} |");
    }
}

/// Everything mended that can be: once is enough, and nothing gets worse.
fn fixed(folder: &Path) -> Result<bool, Box<dyn Error>> {
    let mended = lint::mend(&corpus::events(folder));
    println!("{} of {} findings mended", mended.n_fixed, mended.n_before);
    for (rule, n_values) in &mended.removed {
        println!("{rule:30} {n_values:>7} values removed or replaced");
    }
    for fault in &mended.faults {
        println!("{fault}");
    }
    Ok(mended.faults.is_empty())
}

/// The bounds of schemas and their parts, each with its witness validated by the reference.
fn sized(folder: &Path) -> Result<bool, Box<dyn Error>> {
    let found = sizes::of(&corpus::events(folder));
    for is_whole in [true, false] {
        let n_bounded = found.iter().filter(|size| size.is_whole == is_whole).count();
        let n_exact = found.iter().filter(|size| size.is_whole == is_whole && size.slack_bytes == Some(0)).count();
        let what = if is_whole { "schemas of events" } else { "parts of them" };
        println!("{n_bounded} {what} are bounded, {:.2} % exactly", 100.0 * n_exact as f64 / n_bounded.max(1) as f64);
    }
    for Size { place, max_bytes, slack_bytes, .. } in found.iter().filter(|size| size.slack_bytes != Some(0)) {
        match slack_bytes {
            Some(slack_bytes) => println!("{place}: {max_bytes} bytes are at most {slack_bytes} too many"),
            None => println!("{place}: {max_bytes} bytes, but no instance is known"),
        }
    }
    let wrong: Vec<_> = found.iter().filter_map(|size| Some((&size.place, size.fault.as_ref()?))).collect();
    for (place, fault) in &wrong {
        println!("{place}: {fault}");
    }
    Ok(wrong.is_empty())
}

/// Payloads made of each schema, validated by the reference and the decoders: 1,000 for each of the corpus, and 100,000
/// for each contract of the registry.
fn sampled(folder: &Path) -> Result<bool, Box<dyn Error>> {
    let cases = corpus::events(folder);
    let modules = batch::generate_all(cases.par_iter().map(|case| (&case.schema, [].as_slice())));
    let kept: Vec<(&Case, String)> =
        cases.iter().zip(modules).filter_map(|(case, own)| Some((case, own.ok()?))).collect();
    let modules: Vec<String> = kept.iter().map(|(_, module)| module.clone()).collect();
    let batches = batch::build(&batch::folder(), "events", &modules, BATCH)?;
    let (mut counts, mut faults) = ([0; 4], Vec::new());
    for (batch, cases) in batches.iter().zip(kept.chunks(BATCH)) {
        let made: Vec<Samples> = cases
            .par_iter()
            .map(|(case, _)| {
                let (_, registry, _) = case.registry();
                let root = registry.schemas.documents.first().map(|document| document.root);
                root.map_or_else(Samples::default, |root| samples::of(&registry, root, 1_000, SEED))
            })
            .collect();
        let payloads = made.iter().enumerate().flat_map(|(number, made)| {
            let misses = made.misses.iter().map(|miss| miss.payload.to_string().into_bytes());
            made.valid.iter().cloned().chain(misses).map(move |bytes| (number, bytes))
        });
        let mut verdicts = batch.run(&payloads.collect::<Vec<_>>())?.into_iter();
        for ((case, _), made) in cases.iter().zip(&made) {
            let reference = oracle::reference(&case.schema)?;
            let misses: Vec<Vec<u8>> = made.misses.iter().map(|miss| miss.payload.to_string().into_bytes()).collect();
            let all = made.valid.iter().map(|bytes| (bytes, true)).chain(misses.iter().map(|bytes| (bytes, false)));
            if made.valid.is_empty() {
                println!("{} has no valid payload", case.name);
            }
            counts[0] += usize::from(!made.valid.is_empty());
            counts[1] += made.valid.len();
            counts[2] += misses.len();
            for (bytes, is_expected) in all {
                let verdict = verdicts.next().ok_or("a verdict for each payload")?;
                let is_right = oracle::accepts(&reference, bytes) == is_expected
                    && difference(bytes, &verdict, is_expected).is_none();
                if !is_right {
                    faults.push(format!("{}: {is_expected} was expected: {}", case.name, shortened(bytes)));
                }
            }
        }
    }
    println!(
        "{} of {} schemas of events have {} valid payloads and {} near misses",
        counts[0],
        cases.len(),
        counts[1],
        counts[2]
    );
    let registry = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas");
    let loaded = Loaded::read(&registry)?;
    let contracts: Vec<_> = loaded.registry.contracts().collect();
    let own: Vec<(usize, Vec<String>)> = contracts
        .par_iter()
        .map(|contract| {
            let made = samples::of(&loaded.registry, contract.root, 100_000, SEED);
            let decoder = contracts::CONTRACTS.iter().find(|own| own.name == contract.name.as_str());
            let refused = |bytes: &&Vec<u8>| decoder.is_none_or(|own| own.validate(bytes).is_err());
            let wrong = made
                .valid
                .iter()
                .filter(refused)
                .map(|bytes| format!("{}: refused: {}", contract.name, shortened(bytes)));
            (made.valid.len(), wrong.collect())
        })
        .collect();
    let n_own: usize = own.iter().map(|(n_samples, _)| n_samples).sum();
    println!("{} contracts of the registry have {n_own} valid payloads", contracts.len());
    faults.extend(own.into_iter().flat_map(|(_, faults)| faults));
    faults.iter().take(40).for_each(|fault| println!("{fault}"));
    println!("{} verdicts are wrong", faults.len());
    let n_ambiguous = cases.iter().filter(|case| oracle::repeats_an_id(&case.schema)).count();
    Ok(faults.is_empty() && counts[0] + n_ambiguous >= cases.len() && n_own == 100_000 * contracts.len())
}

/// Counts of one source.
#[derive(Debug, Default, Clone)]
struct Row {
    n_schemas: usize,
    n_generated: usize,
    /// Refused, as the documents of several schemas have one name.
    n_ambiguous: usize,
    n_valid: usize,
    n_valid_kept: usize,
    n_invalid: usize,
    n_invalid_refused: usize,
    n_made: usize,
    n_made_valid: usize,
    n_differences: usize,
    /// Refusals of what the reference accepts, by their documented causes.
    stricter: BTreeMap<Stricter, usize>,
}

/// What a payload is for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Valid,
    Invalid,
    Made,
}

fn events(folder: &Path) -> Result<bool, Box<dyn Error>> {
    let cases = corpus::events(folder);
    println!("{} schemas of events, {N_MUTATIONS} mutated payloads each, seed {SEED}", cases.len());
    let modules = batch::generate_all(cases.par_iter().map(|case| (&case.schema, [].as_slice())));
    let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
    let mut kept: Vec<(&Case, String)> = Vec::new();
    for (case, module) in cases.iter().zip(modules) {
        let row = rows.entry(&case.source).or_default();
        row.n_schemas += 1;
        match module {
            Ok(module) => {
                row.n_generated += 1;
                kept.push((case, module));
            }
            Err(reason) if reason.starts_with("duplicate-id") && oracle::repeats_an_id(&case.schema) => {
                row.n_ambiguous += 1;
                println!("  documented: {} gives one `$id` to different schemas", case.name);
            }
            Err(reason) => println!("  {} is not generated: {reason}", case.name),
        }
    }
    let modules: Vec<String> = kept.iter().map(|(_, module)| module.clone()).collect();
    let batches = batch::build(&batch::folder(), "events", &modules, BATCH)?;
    let mut n_shown = 0;
    for (batch, cases) in batches.iter().zip(kept.chunks(BATCH)) {
        let payloads: Vec<Vec<(Kind, Vec<u8>)>> = cases.par_iter().map(|(case, _)| payloads(case)).collect();
        let numbered = payloads
            .iter()
            .enumerate()
            .flat_map(|(number, list)| list.iter().map(move |(_, bytes)| (number, bytes.clone())));
        let verdicts = batch.run(&numbered.collect::<Vec<_>>())?;
        let mut verdicts = verdicts.into_iter();
        for ((case, _), payloads) in cases.iter().zip(&payloads) {
            let reference = oracle::reference(&case.schema)?;
            let row = rows.entry(&case.source).or_default();
            for (kind, bytes) in payloads {
                let verdict = verdicts.next().ok_or("a verdict for each payload")?;
                let is_expected = oracle::accepts(&reference, bytes);
                count(row, *kind, bytes, &verdict, is_expected);
                if let Some(difference) = difference(bytes, &verdict, is_expected) {
                    row.n_differences += 1;
                    n_shown += 1;
                    if n_shown <= 40 {
                        println!("  {}: {difference}: {}", case.name, shortened(bytes));
                    }
                }
            }
        }
    }
    Ok(table(&rows))
}

/// The payloads of the corpus, and those made of them or of the schema.
fn payloads(case: &Case) -> Vec<(Kind, Vec<u8>)> {
    let mut random = Random::new(SEED ^ case.name.len() as u64);
    let given = |kind: Kind, list: &[Value]| {
        list.iter().map(|value| (kind, value.to_string().into_bytes())).collect::<Vec<_>>()
    };
    let mut payloads = given(Kind::Valid, &case.valid);
    payloads.extend(given(Kind::Invalid, &case.invalid));
    let mut maker = Maker::new(&case.schema, SEED);
    let made: Vec<Value> = (0..80).map(|_| maker.instance()).collect();
    payloads.extend(made.iter().map(|value| (Kind::Made, value.to_string().into_bytes())));
    let seeds: Vec<&Value> = case.valid.iter().chain(&case.valid).chain(&made).collect();
    for mutation in 0..N_MUTATIONS {
        let seed = seeds[random.below(seeds.len())];
        let bytes =
            if mutation % 10 == 0 { mutate::rewritten(seed, &mut random) } else { mutate::mutated(seed, &mut random) };
        payloads.push((Kind::Made, bytes));
    }
    payloads
}

fn count(row: &mut Row, kind: Kind, bytes: &[u8], verdict: &Verdict, is_expected: bool) {
    let is_accepted = verdict.encoded.is_some();
    match kind {
        Kind::Valid => {
            row.n_valid += 1;
            row.n_valid_kept += usize::from(is_accepted && difference(bytes, verdict, is_expected).is_none());
        }
        Kind::Invalid => {
            row.n_invalid += 1;
            row.n_invalid_refused += usize::from(!is_accepted);
        }
        Kind::Made => {
            row.n_made += 1;
            row.n_made_valid += usize::from(is_expected);
        }
    }
    if let Some(refusal) = verdict.refusal.as_ref().filter(|_| is_expected)
        && let Some(stricter) = oracle::documented(bytes, refusal)
    {
        *row.stricter.entry(stricter).or_insert(0) += 1;
    }
}

/// How a verdict differs from the reference's, the documented cases apart.
fn difference(bytes: &[u8], verdict: &Verdict, is_expected: bool) -> Option<String> {
    if let Some(fault) = &verdict.fault {
        return Some(fault.clone());
    }
    match (&verdict.encoded, is_expected) {
        (Some(encoded), true) => {
            (!exact::are_equal(bytes, encoded)).then(|| format!("encoded as {}", shortened(encoded)))
        }
        (None, false) => None,
        (Some(_), false) => Some("accepted, and should not be".to_owned()),
        (None, true) => {
            let cause = verdict.refusal.as_ref().and_then(|refusal| oracle::documented(bytes, refusal));
            cause.is_none().then(|| format!("refused, and should not be: {:?}", verdict.refusal))
        }
    }
}

fn shortened(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().take(300).collect()
}

fn table(rows: &BTreeMap<&str, Row>) -> bool {
    println!(
        "{:<28} {:>8} {:>9} {:>11} {:>11} {:>8} {:>8} {:>9} {:>11}",
        "source", "schemas", "generated", "valid kept", "bad refused", "made", "valid", "stricter", "differences"
    );
    let mut is_fine = true;
    for (source, row) in rows {
        println!(
            "{:<28} {:>8} {:>9} {:>11} {:>11} {:>8} {:>8} {:>9} {:>11}",
            source,
            row.n_schemas,
            row.n_generated,
            format!("{}/{}", row.n_valid_kept, row.n_valid),
            format!("{}/{}", row.n_invalid_refused, row.n_invalid),
            row.n_made,
            row.n_made_valid,
            row.stricter.values().sum::<usize>(),
            row.n_differences
        );
        is_fine &= row.n_generated + row.n_ambiguous == row.n_schemas
            && row.n_valid_kept == row.n_valid
            && row.n_invalid_refused == row.n_invalid
            && row.n_differences == 0;
    }
    for (stricter, n_payloads) in rows.values().flat_map(|row| &row.stricter).fold(
        BTreeMap::<&Stricter, usize>::new(),
        |mut sum, (stricter, n_payloads)| {
            *sum.entry(stricter).or_insert(0) += n_payloads;
            sum
        },
    ) {
        println!("documented: {n_payloads} payloads refused for {stricter:?}");
    }
    is_fine
}

/// Verdicts of the suite that ours differ from, and why.
const DEVIATIONS: [(&str, &str); 1] =
    [("format.json: ", "the required tests of `format` expect that formats are not asserted; a contract's are")];

fn official(folder: &Path) -> Result<bool, Box<dyn Error>> {
    let groups = suite::groups(folder);
    println!("{} schemas of the official suite", groups.len());
    let drafts = ["draft4", "draft6", "draft7", "draft2019-09", "draft2020-12"];
    let remotes: BTreeMap<&str, Vec<Source>> =
        drafts.into_iter().map(|draft| (draft, suite::remotes(folder, draft))).collect();
    let modules =
        batch::generate_all(groups.par_iter().map(|group| (&group.schema, remotes[group.draft.as_str()].as_slice())));
    let mut n_failed = 0;
    let mut kept: Vec<(&Group, String)> = Vec::new();
    for (group, module) in groups.iter().zip(modules) {
        match module {
            Ok(module) => kept.push((group, module)),
            Err(reason) => {
                n_failed += 1;
                println!("  {} is not generated: {reason}", group.name);
            }
        }
    }
    let modules: Vec<String> = kept.iter().map(|(_, module)| module.clone()).collect();
    let batches = batch::build(&batch::folder(), "suite", &modules, 200)?;
    let mut rows: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    for (batch, groups) in batches.iter().zip(kept.chunks(200)) {
        let payloads = groups.iter().enumerate().flat_map(|(number, (group, _))| {
            group.tests.iter().map(move |(_, instance, _)| (number, instance.to_string().into_bytes()))
        });
        let verdicts = batch.run(&payloads.collect::<Vec<_>>()).inspect_err(|_| {
            let names = groups.iter().enumerate().map(|(number, (group, _))| format!("  {number}: {}", group.name));
            eprintln!("{}", names.collect::<Vec<_>>().join("\n"));
        })?;
        let tests = groups.iter().flat_map(|(group, _)| group.tests.iter().map(move |test| (group, test)));
        for ((group, (description, instance, is_valid)), verdict) in tests.zip(verdicts) {
            let row = rows.entry(&group.draft).or_default();
            row.0 += 1;
            let is_same = verdict.fault.is_none() && verdict.encoded.is_some() == *is_valid;
            let is_documented =
                DEVIATIONS.iter().any(|(name, _)| group.name.contains(name) && !group.name.contains("optional"))
                    || verdict.refusal.as_ref().is_some_and(|refusal| {
                        *is_valid && oracle::documented(instance.to_string().as_bytes(), refusal).is_some()
                    });
            if is_same {
                continue;
            }
            if is_documented {
                row.1 += 1;
                continue;
            }
            row.2 += 1;
            println!("  {}: {description}: {verdict:?} for {instance}", group.name);
        }
    }
    println!("{:<16} {:>8} {:>12} {:>12}", "draft", "tests", "documented", "differences");
    for (draft, (n_tests, n_documented, n_differences)) in &rows {
        println!("{draft:<16} {n_tests:>8} {n_documented:>12} {n_differences:>12}");
    }
    for (name, reason) in DEVIATIONS {
        println!("documented: {name}{reason}");
    }
    Ok(n_failed == 0 && rows.values().all(|(_, _, n_differences)| *n_differences == 0))
}
