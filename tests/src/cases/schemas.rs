//! `schemas/`: a schema with payloads, taken through everything that is made of a schema.

mod fixes;
mod payloads;

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use goodevent_schema::{
    source::SourceId,
    syntax::{self, Kind, Node},
};
use rayon::prelude::*;
use serde_json::Value;

use super::{Bench, Judged, Outcome, run_within, shortened};
use crate::{
    batch::{self, Batch},
    limits::{End, Finished, Limits},
    oracle,
};

/// Name of the one event in the registry of a case.
pub(super) const EVENT: &str = batch::EVENT;

/// The first argument of a process that writes the module of a schema.
pub const MODULE: &str = "--module";

/// A file of the folder.
#[derive(Debug)]
struct Case {
    /// The schema, as it is written.
    schema: String,
    /// Payloads that have to be accepted, as they are written.
    valid: Vec<String>,
    /// Payloads that have to be refused.
    invalid: Vec<String>,
    /// Payloads whose digits are kept, or which are refused.
    raw: Vec<String>,
}

impl Case {
    fn read(path: &Path) -> io::Result<Option<Self>> {
        let bytes = fs::read(path)?;
        let Some(tree) = syntax::parse(SourceId(0), &bytes).0 else { return Ok(None) };
        let text = |node: &Node| {
            String::from_utf8_lossy(&bytes[node.span.start as usize..node.span.end as usize]).into_owned()
        };
        let list = |name: &str| tree.get(name).map(Node::items).unwrap_or_default().iter().map(text).collect();
        let raw = path.with_extension("raw.txt");
        let raw = if raw.is_file() { fs::read_to_string(raw)? } else { String::new() };
        let Some(schema) = tree.get("schema").map(text) else { return Ok(None) };
        Ok(Some(Self {
            schema,
            valid: list("valid"),
            invalid: list("invalid"),
            raw: raw.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect(),
        }))
    }
}

/// A case on its way, with all that it does wrong so far.
struct Subject<'b> {
    bench: &'b Bench,
    name: String,
    case: Case,
    /// The folder of its registry and of what is made of it.
    work: PathBuf,
    /// Tests if the schema is accepted; a rejection names its location.
    is_taken: bool,
    /// The module of its event.
    module: Option<String>,
    faults: Vec<String>,
}

pub(super) fn run(bench: &Bench) -> io::Result<Vec<Judged>> {
    let files = bench.files("schemas", "json")?;
    let subjects: io::Result<Vec<Subject<'_>>> =
        files.into_par_iter().map(|(name, path)| Subject::generate(bench, name, &path)).collect();
    let mut subjects = subjects?;
    let modules: Vec<String> = subjects.iter().filter_map(|subject| subject.module.clone()).collect();
    let (batch, mut reasons) = batch::build_each(&batch::folder(), "cases", &modules)?;
    let mut number = 0;
    let mut numbered: Vec<(Option<usize>, Subject<'_>)> = Vec::new();
    for mut subject in subjects.drain(..) {
        let own = subject.module.is_some().then(|| {
            let reason = reasons[number].take();
            subject.faults.extend(reason.iter().map(|reason| format!("the code does not compile: {reason}")));
            number += 1;
            reason.is_none().then_some(number - 1)
        });
        numbered.push((own.flatten(), subject));
    }
    numbered.into_par_iter().map(|(number, subject)| subject.judge(number.map(|number| (&batch, number)))).collect()
}

/// Writes the module of the schema in a file, if this process was started for that.
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "it is a process of its own")]
pub(super) fn serve() -> Option<ExitCode> {
    let mut args = env::args_os().skip(1);
    if args.next()? != MODULE {
        return None;
    }
    let module =
        fs::read(args.next()?).map_err(|error| error.to_string()).and_then(|text| batch::module_of(&text, &[]));
    Some(match module {
        Ok(module) => {
            print!("{module}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    })
}

impl<'b> Subject<'b> {
    /// Reads a case and generates its code.
    fn generate(bench: &'b Bench, name: String, path: &Path) -> io::Result<Self> {
        let work = bench.work.join("schemas").join(&name);
        let case = Case::read(path)?;
        let mut faults = Vec::new();
        if case.is_none() {
            faults.push("the case is no JSON object with a `schema`".to_owned());
        }
        let empty = Case { schema: "{}".to_owned(), valid: Vec::new(), invalid: Vec::new(), raw: Vec::new() };
        let mut subject =
            Self { bench, name, case: case.unwrap_or(empty), work, is_taken: false, module: None, faults };
        subject.write_schema("schemas", &subject.case.schema)?;
        let generated = subject.goodevent("schemas", &["generate"], "", "generate")?;
        match generated.end {
            End::Exit(0) => subject.is_taken = true,
            End::Exit(1) => subject.check_refusal(&generated),
            _ => {}
        }
        if subject.is_taken {
            let mut command = Command::new(env::current_exe()?);
            command.arg(MODULE).arg(subject.schema_path("schemas"));
            let module = Limits::CASE.run(&command, &[])?;
            match module.end {
                End::Exit(0) => subject.module = Some(module.stdout),
                end => subject.faults.push(format!("generated by itself: {end}: {}", shortened(&module.stderr))),
            }
        }
        Ok(subject)
    }

    /// A refused schema is right only if it is refused at a place, and none of its payloads is valid.
    fn check_refusal(&mut self, generated: &Finished) {
        let said = &generated.stderr;
        if !(said.contains("error[") && said.contains("--> ")) {
            self.faults.push(format!("refused without a place: {}", shortened(said)));
        }
        let schema: Option<Value> = serde_json::from_str(&self.case.schema).ok();
        let reference = schema.and_then(|schema| oracle::reference(&schema).ok());
        let accepts = |payload: &&String| {
            reference.as_ref().is_some_and(|reference| oracle::accepts(reference, payload.as_bytes()))
        };
        if let Some(payload) = self.case.valid.iter().find(accepts) {
            self.faults.push(format!("refused, though {payload} is valid: {}", shortened(said)));
        }
    }

    fn judge(mut self, decoder: Option<(&Batch, usize)>) -> io::Result<Judged> {
        let linted = self.goodevent("schemas", &["lint", "--format", "json"], "", "lint")?;
        if matches!(linted.end, End::Exit(_)) && serde_json::from_str::<Value>(&linted.stdout).is_err() {
            self.faults.push(format!("lint --format json printed {}", shortened(&linted.stdout)));
        }
        let fixed = self.check_fixes()?;
        if self.is_taken {
            let (samples, misses) = self.sampled()?;
            self.goodevent("schemas", &["size"], "", "size")?;
            self.compare()?;
            if let Some((batch, number)) = decoder {
                self.check_payloads(batch, number, &samples, &misses)?;
            }
        }
        self.check_expectation(&linted.stdout, &fixed)?;
        Ok(Judged { name: format!("schemas/{}", self.name), outcome: Outcome::of(self.faults) })
    }

    /// Valid payloads and near misses that the command makes.
    fn sampled(&mut self) -> io::Result<(Vec<String>, Vec<String>)> {
        const MAX_BYTES: usize = 65_536;
        let finished = self.goodevent("schemas", &["sample", EVENT, "--count", "20"], "", "sample")?;
        let samples: Vec<String> = finished.stdout.lines().map(str::to_owned).collect();
        if finished.end != End::Exit(0) && !self.case.valid.is_empty() {
            self.faults.push(format!("sample: {}: {}", finished.end, shortened(&finished.stderr)));
        }
        if let Some(large) = samples.iter().find(|sample| sample.len() > MAX_BYTES) {
            self.faults.push(format!("a sample has {} bytes", large.len()));
        }
        let args = ["sample", EVENT, "--invalid", "--format", "json"];
        let finished = self.goodevent("schemas", &args, "", "sample --invalid")?;
        let report = syntax::parse(SourceId(0), finished.stdout.trim().as_bytes()).0;
        if report.is_none() && matches!(finished.end, End::Exit(_)) {
            self.faults.push(format!("sample --invalid: {}: {}", finished.end, shortened(&finished.stderr)));
        }
        let mut misses = Vec::new();
        if let Some(report) = report {
            payloads_in(&report, &mut misses);
        }
        Ok((samples, misses))
    }

    /// A contract is compatible with itself, and is compared with a changed copy in time.
    fn compare(&mut self) -> io::Result<()> {
        crate::folders::copy(&self.work.join("schemas"), &self.work.join("same"))?;
        let same = self.goodevent("schemas", &["compat", "--against", "same"], "", "compat with itself")?;
        if matches!(same.end, End::Exit(1..)) {
            self.faults.push(format!(
                "compat with itself: {}: {}{}",
                same.end,
                shortened(&same.stdout),
                shortened(&same.stderr)
            ));
        }
        // A member that changes what is valid as little as possible, so that all else has to be proved.
        let changed = self.case.schema.trim_start().strip_prefix('{').filter(|rest| !rest.contains("\"not\""));
        let Some(rest) = changed.filter(|rest| !rest.trim_start().starts_with('}')) else { return Ok(()) };
        self.write_schema("changed", &format!("{{\"not\":{{\"const\":\"goodevent\"}},{rest}"))?;
        self.goodevent("schemas", &["compat", "--against", "changed"], "", "compat with a changed copy").map(drop)
    }

    /// `NAME.expected` has a line for each text that has to be somewhere, or must not be.
    fn check_expectation(&mut self, linted: &str, fixed: &str) -> io::Result<()> {
        let Some(expected) = self.bench.expectation("schemas", &self.name)? else { return Ok(()) };
        let module = self.module.clone().unwrap_or_default();
        for line in expected.lines().filter(|line| !line.trim().is_empty()) {
            let Some((what, text)) = line.split_once(": ") else {
                self.faults.push(format!("the expectation is malformed: {line}"));
                continue;
            };
            let (place, wants_it) = match what {
                "lint has" => (linted, true),
                "lint lacks" => (linted, false),
                "code has" => (module.as_str(), true),
                "code lacks" => (module.as_str(), false),
                "fixed has" => (fixed, true),
                "fixed lacks" => (fixed, false),
                _ => {
                    self.faults.push(format!("the expectation is malformed: {line}"));
                    continue;
                }
            };
            if place.contains(text) != wants_it {
                self.faults.push(format!("expected that {line}"));
            }
        }
        Ok(())
    }

    fn schema_path(&self, registry: &str) -> PathBuf {
        self.work.join(registry).join("corpus").join(format!("{EVENT}.json"))
    }

    fn write_schema(&self, registry: &str, text: &str) -> io::Result<()> {
        let path = self.schema_path(registry);
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        fs::write(path, text)
    }

    /// Runs the command over a registry of this case.
    fn goodevent(&mut self, registry: &str, args: &[&str], input: &str, what: &str) -> io::Result<Finished> {
        let mut command = self.bench.goodevent();
        command.current_dir(&self.work).args(["--root", registry]).args(args);
        run_within(Limits::CASE, &command, input.as_bytes(), what, &mut self.faults)
    }
}

/// The `payload` of each entry of a report, as it is written.
fn payloads_in(report: &Node, payloads: &mut Vec<String>) {
    match &report.kind {
        Kind::Array(items) => items.iter().for_each(|item| payloads_in(item, payloads)),
        Kind::Object(members) => match report.get("payload") {
            Some(payload) => payloads.push(payload.to_text()),
            None => members.iter().for_each(|member| payloads_in(&member.value, payloads)),
        },
        _ => {}
    }
}
