//! The inputs of all fuzz targets and small changes of them, on a small stack.

use std::{
    fs,
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
    thread,
};

use goodevent_check::random::Random;
use goodevent_fuzz::{TARGETS, Target, seeds};

/// As little as a thread of a pool has.
const STACK_BYTES: usize = 2 << 20;

/// Changed inputs of a target, shared out among its seeds.
const N_CHANGED: usize = 600;

#[test]
fn inputs_and_small_changes_of_them_break_no_promise() {
    let words = words();
    let runs: Vec<_> = TARGETS
        .iter()
        .map(|target| {
            let words = words.clone();
            let thread = thread::Builder::new().name(target.name.to_owned()).stack_size(STACK_BYTES);
            (target.name, thread.spawn(move || run(target, &words)).expect("a thread starts"))
        })
        .collect();
    let mut failed = Vec::new();
    for (name, thread) in runs {
        match thread.join() {
            Ok(faults) if faults.is_empty() => {}
            Ok(faults) => failed.push(format!("{name}: {}", faults.join(", "))),
            Err(_) => failed.push(name.to_owned()),
        }
    }
    assert!(failed.is_empty(), "broken promises, whose causes are printed above:\n{}", failed.join("\n"));
}

#[test]
fn every_folder_of_inputs_belongs_to_a_target() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    let mut names: Vec<String> = files(&folder).iter().map(|path| name(path)).collect();
    names.sort();
    assert_eq!(names, TARGETS.map(|target| target.name));
}

/// Runs the inputs of a target; those that fail.
fn run(target: &Target, words: &[Vec<u8>]) -> Vec<String> {
    let seeds: Vec<(String, Vec<u8>)> = files(&seeds(target))
        .into_iter()
        .map(|path| (name(&path), fs::read(&path).expect("a seed can be read")))
        .collect();
    assert!(!seeds.is_empty(), "{} has no inputs", target.name);
    let mut failed = Vec::new();
    for (nth, (name, seed)) in seeds.iter().enumerate() {
        assert!(seed.len() <= target.max_bytes, "{name} is too long");
        if !holds(target, seed) {
            failed.push(name.clone());
        }
        let mut random = Random::new(nth as u64);
        for _ in 0..N_CHANGED.div_ceil(seeds.len()) {
            let changed = changed(seed, &seeds, words, target.max_bytes, &mut random);
            if !holds(target, &changed) {
                failed.push(format!("{name} as {:?}", String::from_utf8_lossy(&changed)));
                break;
            }
        }
    }
    failed
}

fn holds(target: &Target, input: &[u8]) -> bool {
    panic::catch_unwind(AssertUnwindSafe(|| (target.run)(input))).is_ok()
}

/// A seed with up to four small changes.
fn changed(
    seed: &[u8],
    seeds: &[(String, Vec<u8>)],
    words: &[Vec<u8>],
    max_bytes: usize,
    random: &mut Random,
) -> Vec<u8> {
    const BYTES: &[u8] = b"{}[]\",:\\0159-+.eE \n\x1E\x1F\x00\x7F\x80\xFF";
    let mut bytes = seed.to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() + 1);
        let end = (at + random.below(24)).min(bytes.len());
        let piece: Vec<u8> = match random.below(6) {
            0 => vec![random.number() as u8],
            1 => vec![BYTES[random.below(BYTES.len())]],
            2 | 3 => random.pick(words).cloned().unwrap_or_default(),
            // A part of another seed, or of this one.
            4 => {
                let other = &seeds[random.below(seeds.len())].1;
                let start = random.below(other.len() + 1);
                other[start..(start + random.below(80)).min(other.len())].to_vec()
            }
            _ => Vec::new(),
        };
        let replaced = if random.once_in(2) { at..end } else { at..at };
        bytes.splice(replaced, piece);
    }
    bytes.truncate(max_bytes);
    bytes
}

/// The words of the dictionary: each stands in quotation marks, with `\"`, `\\` and `\xNN` as escapes.
fn words() -> Vec<Vec<u8>> {
    let text = include_str!("../words.dict");
    let words = text.lines().filter_map(|line| line.strip_prefix('"')?.strip_suffix('"'));
    words
        .map(|word| {
            let mut bytes = Vec::new();
            let mut rest = word.bytes();
            while let Some(byte) = rest.next() {
                match (byte, (byte == b'\\').then(|| rest.next()).flatten()) {
                    (_, Some(b'x')) => {
                        let digits: String = rest.by_ref().take(2).map(char::from).collect();
                        bytes.push(u8::from_str_radix(&digits, 16).expect("two digits stand behind `\\x`"));
                    }
                    (_, Some(escaped)) => bytes.push(escaped),
                    (plain, None) => bytes.push(plain),
                }
            }
            bytes
        })
        .collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
