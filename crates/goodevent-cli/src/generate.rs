//! `goodevent generate`

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Instant,
};

use goodevent_build::{
    Error, Loaded, crate_files,
    output::{Difference, Files, verify, write},
};

use crate::{Outcome, report::Report};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder of the crate that is written.
    #[arg(long, default_value = "generated")]
    out: PathBuf,
    /// Folder of templates that take the place of the built-in ones of the same name, such as `markdown.hbs`.
    #[arg(long)]
    templates: Option<PathBuf>,
    /// Writes nothing, and fails if anything would change.
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(program: &str, root: &Path, args: &Args, report: &mut Report) -> Outcome {
    let start = Instant::now();
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
    report.note(&format!("{n_events} events in {} contexts of {}", loaded.registry.contexts.len(), root.display()));
    let files = match files(&loaded, &command, args.templates.as_deref()) {
        Ok(files) => files,
        Err(error) => return report.failure(&error),
    };
    if args.check { check(&command, &args.out, &files, report) } else { save(&args.out, &files, start, report) }
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
        report.out(&format!("{} files in {} are up to date", files.len(), out.display()));
        return Outcome::Fine;
    }
    for difference in &differences {
        match difference {
            Difference::Missing(path) => report.out(&format!("missing: {}", out.join(path).display())),
            Difference::Stale(path) => report.out(&format!("no more generated: {}", out.join(path).display())),
            Difference::Changed { diff, .. } => report.out(diff.trim_end()),
        }
    }
    report.note(&format!(
        "error: {} files in {} are not up to date\n  = help: run `{command}`",
        differences.len(),
        out.display()
    ));
    Outcome::Findings
}
