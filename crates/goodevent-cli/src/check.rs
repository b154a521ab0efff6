//! `goodevent check`: all that has to hold before a change is taken, in one report.

use std::path::{Path, PathBuf};

use goodevent_build::{
    Loaded,
    output::{Difference, verify},
};
use goodevent_check::lint::{self, Options};
use goodevent_schema::{diagnostic::Diagnostic, source::Span};

use crate::{
    Outcome, generate,
    lint::{Format, read, show},
    report::Report,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The registry as it was: a folder, an archive, or a revision of git. Contracts that were released there may not change.
    #[arg(long, value_name = "REVISION")]
    against: Option<String>,
    /// How to show what is wrong.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Counts warnings as errors.
    #[arg(long)]
    deny_warnings: bool,
    /// Folder of the crate that is generated; `generated` if it is there.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Folder of templates that take the place of the built-in ones of the same name.
    #[arg(long)]
    templates: Option<PathBuf>,
}

pub(crate) fn run(program: &str, root: &Path, args: &Args, report: &mut Report) -> Outcome {
    let (mut loaded, before) = match read(root, args.against.as_deref(), report) {
        Ok(both) => both,
        Err(error) => return report.failure(&error),
    };
    let stale = match stale(program, &loaded, args) {
        Ok(stale) => stale,
        Err(error) => return report.failure(&error),
    };
    let options = Options {
        today: report.today.clone(),
        deny_warnings: args.deny_warnings,
        before: before.as_ref().map(Loaded::snapshot),
        ..Options::default()
    };
    let found = std::mem::take(&mut loaded.diagnostics);
    loaded.diagnostics = lint::lint(&loaded.sources, &loaded.registry, found, &options);
    loaded.diagnostics.extend(stale);
    if let Some((earlier, before)) = args.against.as_deref().zip(before) {
        loaded.sources = loaded.sources.followed_by(&before.sources, earlier);
    }
    show(&loaded, args.format, report);
    if loaded.has_errors() { Outcome::Findings } else { Outcome::Fine }
}

/// Generated files that are not what the contracts make. Of contracts that are wrong nothing is made.
fn stale(program: &str, loaded: &Loaded, args: &Args) -> Result<Vec<Diagnostic>, goodevent_build::Error> {
    let out = args.out.clone().or_else(|| Some(PathBuf::from("generated")).filter(|out| out.is_dir()));
    let Some(out) = out.filter(|_| !loaded.has_errors()) else { return Ok(Vec::new()) };
    let command = format!("{program} generate");
    let files = generate::files(loaded, &command, args.templates.as_deref())?;
    let stale = verify(&out, &files).into_iter().map(|difference| {
        let (path, what) = match difference {
            Difference::Missing(path) => (path, "is missing"),
            Difference::Stale(path) => (path, "is not generated any more"),
            Difference::Changed { path, .. } => (path, "is not what the contracts make"),
        };
        let headline = format!("{} {what}", out.join(path).display());
        Diagnostic::error("stale-output", Span::NOWHERE, headline).help(format!("run `{command}`"))
    });
    Ok(stale.collect())
}
