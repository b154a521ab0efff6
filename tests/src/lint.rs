//! The linter over schemas of the field, which were never made for it.

use std::collections::BTreeMap;

use goodevent_check::lint::{Options, lint};
use goodevent_schema::{diagnostic::Diagnostic, source::SourceId};
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

fn of(case: &Case) -> Vec<Diagnostic> {
    let (sources, registry, found) = case.registry();
    lint(&sources, &registry, found, &Options { today: "2026-11-21".to_owned(), ..Options::default() })
}
