//! The linter over schemas of the field, which were never made for it.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_check::lint::{Options, fix, lint};
use goodevent_schema::{
    diagnostic::{Diagnostic, Safety},
    source::SourceId,
};
use rayon::prelude::*;

use crate::corpus::Case;

/// A finding that lies outside of the schema it is about.
#[derive(Debug)]
pub struct Stray {
    /// Name of the schema.
    pub case: String,
    /// The finding.
    pub finding: Diagnostic,
}

/// Number of findings by rule, and those that are about no place.
#[must_use]
pub fn findings(cases: &[Case]) -> (BTreeMap<&'static str, usize>, Vec<Stray>) {
    let found: Vec<(usize, Diagnostic)> = (0..cases.len())
        .into_par_iter()
        .flat_map_iter(|case_idx| of(&cases[case_idx]).into_iter().map(move |finding| (case_idx, finding)))
        .collect();
    let mut counts = BTreeMap::new();
    let mut strays = Vec::new();
    for (case_idx, finding) in found {
        *counts.entry(finding.rule).or_insert(0) += 1;
        let n_bytes = cases[case_idx].text().len();
        let lies_inside = finding.span.source == SourceId(0) && finding.span.start <= finding.span.end;
        if !lies_inside || finding.span.end as usize > n_bytes {
            strays.push(Stray { case: cases[case_idx].name.clone(), finding });
        }
    }
    (counts, strays)
}

/// What became of schemas when everything was mended that can be.
#[derive(Debug, Default)]
pub struct Mended {
    /// Findings before.
    pub n_before: usize,
    /// Findings that were mended.
    pub n_fixed: usize,
    /// What went wrong, by the name of the schema.
    pub faults: Vec<String>,
}

/// Mends all that can be mended, twice.
#[must_use]
pub fn mend(cases: &[Case]) -> Mended {
    let all: Vec<Mended> = cases.par_iter().map(mended).collect();
    all.into_iter().fold(Mended::default(), |mut sum, one| {
        sum.n_before += one.n_before;
        sum.n_fixed += one.n_fixed;
        sum.faults.extend(one.faults);
        sum
    })
}

fn mended(case: &Case) -> Mended {
    let (sources, registry, found) = case.registry();
    let options = Options { today: "2026-11-21".to_owned(), ..Options::default() };
    let before = lint(&sources, &registry, found, &options);
    let keys = |found: &[Diagnostic]| -> BTreeSet<(&'static str, String)> {
        found.iter().map(|finding| (finding.rule, finding.headline.clone())).collect()
    };
    let once = fix(&sources, &options, Safety::Unsafe);
    let twice = fix(&once.sources, &options, Safety::Unsafe);
    let mut faults = Vec::new();
    let mut fault = |what: String| faults.push(format!("{}: {what}", case.name));
    if twice.n_fixed > 0 || once.sources.files[0].bytes != twice.sources.files[0].bytes {
        fault(format!("{} findings are mended the second time", twice.n_fixed));
    }
    for (rule, headline) in keys(&once.found).difference(&keys(&before)) {
        fault(format!("there is a new finding: {rule}: {headline}"));
    }
    let text = String::from_utf8_lossy(&once.sources.files[0].bytes).into_owned();
    let misspelt = before.iter().filter(|finding| finding.rule == "unknown-keyword").map(|finding| &finding.headline);
    let misspelt: Vec<&str> = misspelt.filter_map(|headline| headline.split('`').nth(1)).collect();
    let is_shorter = before.iter().any(|finding| finding.rule == "unused-definition");
    for line in lost_lines(&case.text(), &text).into_iter().filter(|_| !is_shorter) {
        if !misspelt.iter().any(|name| line.starts_with(&format!("\"{name}\""))) {
            fault(format!("a line is lost: {line}"));
        }
    }
    Mended { n_before: before.len(), n_fixed: once.n_fixed, faults }
}

/// Lines that are there no more, but for those whose keyword was mended.
fn lost_lines(before: &str, after: &str) -> Vec<String> {
    let bare = |line: &str| line.trim().trim_end_matches(',').to_owned();
    let kept: BTreeSet<String> = after.lines().map(bare).collect();
    let mended = ["\"default\"", "\"pattern\"", "\"format\"", "\"title\"", "\"$id\"", "\"id\""];
    let lines = before.lines().map(bare).filter(|line| !kept.contains(line));
    lines.filter(|line| !mended.iter().any(|keyword| line.starts_with(keyword))).collect()
}

fn of(case: &Case) -> Vec<Diagnostic> {
    let (sources, registry, found) = case.registry();
    lint(&sources, &registry, found, &Options { today: "2026-11-21".to_owned(), ..Options::default() })
}
