//! The target that `GOODEVENT_FUZZ_TARGET` names, run by libFuzzer. With `GOODEVENT_FUZZ_LIST` it lists all targets.

#![no_main]

use std::{env, fs::File, os::unix::fs::FileExt as _, process, sync::LazyLock};

use goodevent_fuzz::{TARGETS, Target, find};
use libfuzzer_sys::fuzz_target;

struct Run {
    target: &'static Target,
    /// Keeps the input that runs, which libFuzzer does not save when the stack overflows: its length in eight bytes, and it.
    current: Option<File>,
}

static RUN: LazyLock<Run> = LazyLock::new(|| {
    let name = env::var("GOODEVENT_FUZZ_TARGET").unwrap_or_default();
    let target = find(&name).unwrap_or_else(|| panic!("there is no fuzz target `{name}`"));
    let current = env::var_os("GOODEVENT_FUZZ_CURRENT").map(|path| File::create(path).expect("the file can be made"));
    Run { target, current }
});

/// Lists the targets, each with its longest input.
fn list() {
    if env::var_os("GOODEVENT_FUZZ_LIST").is_some() {
        for target in &TARGETS {
            println!("{} {}", target.name, target.max_bytes);
        }
        process::exit(0);
    }
}

fuzz_target!(init: list(), |data: &[u8]| {
    let Run { target, current } = &*RUN;
    if let Some(current) = current {
        let all = [&(data.len() as u64).to_le_bytes(), data].concat();
        current.write_all_at(&all, 0).expect("the file takes it");
    }
    (target.run)(data);
});
