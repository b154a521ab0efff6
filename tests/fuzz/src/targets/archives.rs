//! Any bytes as archives of a registry.

use std::collections::BTreeSet;

use goodevent_build::fuzzing::load_archive;
use goodevent_schema::source::Sources;

use crate::{
    input::choose,
    registry::{Read, check_findings},
};

/// The name of the archive, by the first byte of an input; of those with a checksum in every header, the last one gets them.
const NAMES: [&str; 4] = ["old.tar.gz", "old.zip", "old.tar", CHECKED];

const CHECKED: &str = "checked.tar";

/// All files of a registry have at most as many bytes, and those that are read further here.
const MAX_BYTES: usize = 128 << 20;
const FEW_BYTES: usize = 16 << 10;

pub(super) fn run(data: &[u8]) {
    let (name, archive) = choose(data, &NAMES);
    let checked = (*name == CHECKED).then(|| with_checksums(archive));
    let archive = checked.as_deref().unwrap_or(archive);
    match load_archive(name, archive, &["schemas".to_owned()]) {
        Err(why) => assert!(!why.is_empty()),
        Ok(None) => {}
        Ok(Some(sources)) => check(sources),
    }
}

fn check(sources: Sources) {
    let mut paths = BTreeSet::new();
    for file in &sources.files {
        let is_plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':']);
        assert!(file.path.split('/').all(is_plain), "{:?}", file.path);
        assert!(paths.insert(&file.path), "{:?} is there twice", file.path);
    }
    let n_bytes: usize = sources.files.iter().map(|file| file.bytes.len()).sum();
    assert!(n_bytes <= MAX_BYTES, "{n_bytes} bytes");
    if n_bytes <= FEW_BYTES {
        let read = Read::of(sources);
        check_findings(&read.found, &read.sources);
    }
}

/// A tar whose headers have the right checksums, which chance does not find.
fn with_checksums(tar: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 512;
    const SIZE: std::ops::Range<usize> = 124..136;
    const CHECKSUM: std::ops::Range<usize> = 148..156;
    let mut tar = tar.to_vec();
    let mut start = 0_usize;
    while let Some(header) =
        tar.get_mut(start..start.saturating_add(BLOCK)).filter(|header| header.iter().any(|byte| *byte != 0))
    {
        header[CHECKSUM].fill(b' ');
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[CHECKSUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        let digits = header[SIZE].iter().filter(|byte| byte.is_ascii_digit());
        let n_bytes = digits.fold(0_usize, |n, digit| n.wrapping_mul(8).wrapping_add(usize::from(digit - b'0')));
        start = start.saturating_add(BLOCK).saturating_add(n_bytes.div_ceil(BLOCK).saturating_mul(BLOCK));
    }
    tar
}
