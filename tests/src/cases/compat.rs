//! `compat/`: two versions of a schema, and the right verdict in each direction.

use std::{fs, io, path::Path};

use goodevent_schema::{
    source::SourceId,
    syntax::{self, Node},
};
use rayon::prelude::*;
use serde_json::Value;

use super::{Bench, Judged, Outcome, run_within, schemas::EVENT, shortened};
use crate::{
    limits::{End, Limits},
    oracle,
};

pub(super) fn run(bench: &Bench) -> io::Result<Vec<Judged>> {
    let files = bench.files("compat", "json")?;
    files
        .into_par_iter()
        .map(|(name, path)| {
            let faults = judge(bench, &name, &path)?;
            Ok(Judged { name: format!("compat/{name}"), outcome: Outcome::of(faults) })
        })
        .collect()
}

/// The verdict of the command on one direction.
#[derive(Debug)]
enum Said {
    Compatible,
    Breaking(Vec<Value>),
    Undecided,
    /// Nothing: the schemas are wrong.
    Error,
}

fn judge(bench: &Bench, name: &str, path: &Path) -> io::Result<Vec<String>> {
    let bytes = fs::read(path)?;
    let Some(case) = syntax::parse(SourceId(0), &bytes).0 else { return Ok(vec!["the case is no JSON".to_owned()]) };
    let text = |node: &Node| &bytes[node.span.start as usize..node.span.end as usize];
    let (Some(old), Some(new)) = (case.get("old").map(text), case.get("new").map(text)) else {
        return Ok(vec!["the case has no `old` and `new`".to_owned()]);
    };
    let work = bench.work.join("compat").join(name);
    for (version, text) in [("old", old), ("new", new)] {
        let folder = work.join(version).join("corpus");
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(format!("{EVENT}.json")), text)?;
    }
    let mut faults = Vec::new();
    for direction in ["backward", "forward"] {
        let mut command = bench.goodevent();
        command.current_dir(&work).args(["--root", "new", "compat", "--against", "old", "--format", "json"]);
        command.args(["--mode", direction]);
        let finished = run_within(Limits::CASE, &command, &[], direction, &mut faults)?;
        let said = match (finished.end, serde_json::from_str::<Value>(&finished.stdout)) {
            (End::Exit(0 | 1), Ok(report)) => verdict(&report, direction),
            (End::Exit(1 | 2), _) if finished.stderr.contains("error") => Said::Error,
            _ => continue,
        };
        if (finished.end == End::Exit(0)) != matches!(said, Said::Compatible) {
            faults.push(format!("{direction}: {} for {said:?}", finished.end));
        }
        let expected = case.get(direction).and_then(Node::as_str).unwrap_or_default();
        let (narrow, wide) = if direction == "backward" { (old, new) } else { (new, old) };
        if let Some(fault) = difference(expected, &said, narrow, wide) {
            faults.push(format!("{direction}: {fault}"));
        }
    }
    Ok(faults)
}

/// The verdict of all changes in one direction: broken by any, undecided by any, else compatible.
fn verdict(report: &Value, direction: &str) -> Said {
    let mut verdicts = Vec::new();
    collect(report, direction, &mut verdicts);
    let of = |name: &str| verdicts.iter().filter(|verdict| verdict["verdict"] == name).count();
    match (of("breaking"), of("undecided")) {
        (0, 0) => Said::Compatible,
        (0, _) => Said::Undecided,
        _ => Said::Breaking(verdicts.iter().filter_map(|verdict| verdict.get("witness").cloned()).collect()),
    }
}

fn collect<'v>(report: &'v Value, direction: &str, verdicts: &mut Vec<&'v Value>) {
    match report {
        Value::Object(members) => {
            verdicts.extend(members.get(direction).filter(|member| member.get("verdict").is_some()));
            members.values().for_each(|member| collect(member, direction, verdicts));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, direction, verdicts)),
        _ => {}
    }
}

fn difference(expected: &str, said: &Said, narrow: &[u8], wide: &[u8]) -> Option<String> {
    let is_right = match said {
        Said::Compatible => expected == "compatible",
        Said::Breaking(witnesses) if expected.starts_with("breaking") => {
            return witnesses.iter().find_map(|witness| unconfirmed(witness, narrow, wide));
        }
        Said::Breaking(_) => false,
        Said::Undecided | Said::Error => expected.starts_with("an error or undecided"),
    };
    (!is_right).then(|| format!("expected {expected}, not {}", shortened(&format!("{said:?}"))))
}

/// Executes a witness: it has to be valid for one side and invalid for the other.
fn unconfirmed(witness: &Value, narrow: &[u8], wide: &[u8]) -> Option<String> {
    let accepts = |schema: &[u8]| {
        let schema = serde_json::from_slice(schema).ok()?;
        Some(oracle::reference(&schema).ok()?.is_valid(witness))
    };
    let verdicts = (accepts(narrow), accepts(wide));
    (verdicts != (Some(true), Some(false))).then(|| format!("the witness {witness} is not confirmed: {verdicts:?}"))
}
