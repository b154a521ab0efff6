//! `goodevent generate`

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Instant,
};

use goodevent_build::{
    Error, Loaded, Project, crate_files,
    output::{Difference, Files, verify, write},
};

use crate::{
    Outcome,
    report::Report,
    terminal::{counted, plural},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder of the crate that is written. Default: `generated` beside the registry's folder, or in the working folder
    /// with `--root`.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Folder of templates that take the place of the built-in ones of the same name, such as `markdown.hbs`.
    #[arg(long)]
    templates: Option<PathBuf>,
    /// Writes nothing, and fails if anything would change.
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(program: &str, project: &Project, args: &Args, report: &mut Report) -> Outcome {
    let start = Instant::now();
    let root = &project.root;
    let command = format!("{program} generate");
    let loaded = match report.registry(root) {
        Ok(loaded) => loaded,
        Err(error) => return report.failure(&error),
    };
    let outcome = report.findings(&loaded);
    if outcome != Outcome::Fine {
        report.note("nothing was written");
        return outcome;
    }
    let n_events: usize = loaded.registry.contexts.values().map(|context| context.contracts.len()).sum();
    let (events, contexts) = (counted(n_events, "event"), counted(loaded.registry.contexts.len(), "context"));
    report.note(&format!("{events} in {contexts} of {}", root.display()));
    let files = match files(&loaded, &command, args.templates.as_deref()) {
        Ok(files) => files,
        Err(error) => return report.failure(&error),
    };
    let out = args.out.clone().unwrap_or_else(|| project.folder.join("generated"));
    if args.check { check(&command, &out, &files, report) } else { save(&out, &files, start, report) }
}

pub(crate) fn files(loaded: &Loaded, command: &str, folder: Option<&Path>) -> Result<Files, Error> {
    let built_in = goodevent_templates::ALL.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    let mut templates: BTreeMap<String, String> = built_in.collect();
    if let Some(folder) = folder {
        templates.extend(goodevent_build::load_templates(folder)?);
    }
    crate_files(loaded, command, &templates)
}

/// Writes `files` into `out`, and says what became of them.
pub(crate) fn save(out: &Path, files: &Files, start: Instant, report: &mut Report) -> Outcome {
    match write(out, files) {
        Ok(done) => {
            for path in &done.written {
                report.note(&format!("  wrote {}", out.join(path).display()));
            }
            for path in &done.removed {
                report.note(&format!("  removed {}", out.join(path).display()));
            }
            report.out(&format!(
                "{} written, {} unchanged, {} removed in {}, in {} ms",
                done.written.len(),
                done.unchanged.len(),
                done.removed.len(),
                out.display(),
                start.elapsed().as_millis()
            ));
            Outcome::Fine
        }
        Err(error) => report.failure(&error),
    }
}

/// Says how `out` differs from `files`, which `command` would write.
pub(crate) fn check(command: &str, out: &Path, files: &Files, report: &mut Report) -> Outcome {
    let differences = verify(out, files);
    if differences.is_empty() {
        let verb = plural(&files.len(), "is", "are");
        report.out(&format!("{} in {} {verb} up to date", counted(files.len(), "file"), out.display()));
        return Outcome::Fine;
    }
    for difference in &differences {
        match difference {
            Difference::Missing(path) => report.out(&format!("missing: {}", out.join(path).display())),
            Difference::Stale(path) => report.out(&format!("no more generated: {}", out.join(path).display())),
            Difference::Changed { diff, .. } => report.out(diff.trim_end()),
        }
    }
    let verb = plural(&differences.len(), "is", "are");
    report.note(&format!(
        "error: {} in {} {verb} not up to date\n  = help: run `{command}`",
        counted(differences.len(), "file"),
        out.display()
    ));
    Outcome::Findings
}
