//! The linter over schemas of the field, which were never made for it.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use goodevent_check::lint::{Options, fix, lint};
use goodevent_json::pointer;
use goodevent_schema::{
    analyze,
    diagnostic::{Diagnostic, Edit, Safety},
    instance::Validator,
    source::{SourceId, Span},
    syntax::{self, Kind, Node},
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
    /// Values that are there no more, by the rules whose fixes removed or replaced them.
    pub removed: BTreeMap<&'static str, usize>,
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
        for (rule, n_values) in one.removed {
            *sum.removed.entry(rule).or_insert(0) += n_values;
        }
        sum.faults.extend(one.faults);
        sum
    })
}

fn mended(case: &Case) -> Mended {
    let (sources, registry, found) = case.registry();
    let options = Options { today: "2026-11-21".to_owned(), ..Options::default() };
    let offered = found.clone();
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
    // A fix of a finding there has to explain each value that is gone.
    let offered = lint(&sources, &registry, offered, &Options { wants_fixes: true, ..options.clone() });
    let edits: Vec<(&'static str, Span)> = offered
        .iter()
        .flat_map(|finding| finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| (finding.rule, edit.span)))
        .collect();
    let tree = |bytes: &[u8]| syntax::parse(SourceId(0), bytes).0;
    let mut removed = BTreeMap::new();
    match (tree(&sources.files[0].bytes), tree(&once.sources.files[0].bytes)) {
        (Some(before), Some(after)) => {
            for lost in lost(&before, &after, "") {
                let is_it = |(_, edit): &&(&str, Span)| edit.start < lost.span.end && lost.span.start < edit.end;
                match edits.iter().find(is_it) {
                    Some((rule, _)) => *removed.entry(*rule).or_insert(0) += 1,
                    None => fault(format!("it is lost, and no fix is there: {}", lost.pointer)),
                }
            }
        }
        _ => fault("the text is broken".to_owned()),
    }
    faults.extend(faulty_offers(case));
    Mended { n_before: before.len(), n_fixed: once.n_fixed, removed, faults }
}

/// A value that is there no more, or is another one.
struct Lost {
    pointer: String,
    span: Span,
}

fn lost(before: &Node, after: &Node, pointer: &str) -> Vec<Lost> {
    match (&before.kind, &after.kind) {
        (Kind::Object(members), Kind::Object(_)) => {
            let lost = members.iter().flat_map(|member| {
                let pointer = pointer::join(pointer, &member.key.value);
                match after.get(&member.key.value) {
                    Some(after) => lost(&member.value, after, &pointer),
                    None => vec![Lost { pointer, span: Span { end: member.value.span.end, ..member.key.span } }],
                }
            });
            lost.collect()
        }
        (Kind::Array(items), Kind::Array(others)) if items.len() <= others.len() => {
            let pairs = items.iter().zip(others.iter()).enumerate();
            pairs.flat_map(|(item_idx, (item, other))| lost(item, other, &format!("{pointer}/{item_idx}"))).collect()
        }
        _ if before.to_text() == after.to_text() => Vec::new(),
        _ => vec![Lost { pointer: pointer.to_owned(), span: before.span }],
    }
}

/// The faults of the fixes that are offered for a schema, each applied alone.
fn faulty_offers(case: &Case) -> Vec<String> {
    let (sources, registry, found) = case.registry();
    let options = Options { today: "2026-11-21".to_owned(), wants_fixes: true, ..Options::default() };
    let before = lint(&sources, &registry, found, &options);
    let counts = counts(&before);
    let mut faults = Vec::new();
    let mut n_tried: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &before {
        let Some(fix) = &finding.fix else { continue };
        // Of many that are alike a few show what is wrong.
        const FEW: usize = 5;
        let n_tried = n_tried.entry(finding.rule).or_insert(0);
        *n_tried += 1;
        if *n_tried > FEW {
            continue;
        }
        let own = (finding.rule, finding.headline.clone());
        let mut sources = sources.clone();
        sources.files[0].bytes = edited(&sources.files[0].bytes, &fix.edits).into();
        let (registry, found) = analyze(&sources);
        let after = lint(&sources, &registry, found, &options);
        let after = self::counts(&after);
        let mut fault = |what: String| faults.push(format!("{}: the fix of {}: {}: {what}", case.name, own.0, own.1));
        if after.get(&own).copied().unwrap_or(0) >= counts[&own] {
            fault("the finding is still there".to_owned());
        }
        for (new, n) in after.iter().filter(|(key, n)| counts.get(*key).is_none_or(|before| before < *n)) {
            fault(format!("there is a new finding: {}: {} ({n})", new.0, new.1));
        }
        let root = |registry: &goodevent_schema::Registry| registry.contracts().next().map(|contract| contract.root);
        let validator = root(&registry).and_then(|root| Validator::new(&registry.schemas, root).ok());
        let n_refused =
            |validator: &Validator| case.valid.iter().filter(|payload| !validator.is_valid(payload)).count();
        if fix.safety == Safety::Safe && validator.is_some_and(|validator| n_refused(&validator) > 0) {
            fault("a valid payload is valid no more".to_owned());
        }
    }
    faults
}

fn counts(found: &[Diagnostic]) -> BTreeMap<(&'static str, String), usize> {
    let mut counts = BTreeMap::new();
    found.iter().for_each(|finding| *counts.entry((finding.rule, finding.headline.clone())).or_insert(0) += 1);
    counts
}

fn edited(text: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| Reverse(edit.span));
    let mut text = text.to_vec();
    for edit in edits {
        text.splice(edit.span.start as usize..edit.span.end as usize, edit.text.bytes());
    }
    text
}

fn of(case: &Case) -> Vec<Diagnostic> {
    let (sources, registry, found) = case.registry();
    lint(&sources, &registry, found, &Options { today: "2026-11-21".to_owned(), ..Options::default() })
}
