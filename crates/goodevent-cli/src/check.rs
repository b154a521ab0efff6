//! `goodevent check`: all that has to hold before a change is taken, in one report.

use std::path::PathBuf;

use goodevent_build::{
    Loaded, Project, in_repository,
    output::{Difference, current, verify},
};
use goodevent_check::lint::{self, Options};
use goodevent_schema::{
    diagnostic::Diagnostic,
    source::{Source, SourceId, Span},
};

use crate::{
    Outcome, generate,
    lint::{Format, read, show},
    report::Report,
};

/// As many files of a stale output are named.
const N_FILES: usize = 3;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Baseline to compare with: a git revision, an archive or a folder. Contracts that are released there must not change.
    #[arg(long, value_name = "REVISION")]
    against: Option<String>,
    /// Output format.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Treat warnings as errors.
    #[arg(long)]
    deny_warnings: bool,
    /// Folder of the generated crate [default: `generated` beside the registry's folder, if it exists].
    #[arg(long)]
    out: Option<PathBuf>,
    /// Folder with templates that override the built-in templates of the same name.
    #[arg(long)]
    templates: Option<PathBuf>,
}

pub(crate) fn run(program: &str, project: &Project, args: &Args, report: &mut Report) -> Outcome {
    let (mut loaded, before) = match read(&project.root, args.against.as_deref(), report) {
        Ok(both) => both,
        Err(error) => return report.failure(&error),
    };
    let stale = match stale(program, project, &loaded, args) {
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
    if let Some((earlier, before)) = args.against.as_deref().zip(before) {
        loaded.sources = loaded.sources.followed_by(&before.sources, earlier);
    }
    // The last source, so that those before keep their numbers.
    if let Some((file, finding)) = stale {
        let source = SourceId(loaded.sources.files.len() as u32);
        loaded.sources.files.push(file);
        loaded.diagnostics.push(Diagnostic { span: Span { source, start: 0, end: 0 }, ..finding });
    }
    show(&loaded, args.format, report);
    if loaded.has_errors() { Outcome::Findings } else { Outcome::Fine }
}

/// The output, if it is not what the contracts make: the first file that differs, and the finding about all of them. Of
/// contracts that are wrong nothing is made.
fn stale(
    program: &str,
    project: &Project,
    loaded: &Loaded,
    args: &Args,
) -> Result<Option<(Source, Diagnostic)>, goodevent_build::Error> {
    let default = project.folder.join("generated");
    let out = args.out.clone().or_else(|| Some(default).filter(|out| out.symlink_metadata().is_ok()));
    if loaded.has_errors() {
        return Ok(None);
    }
    let command = format!("{program} generate");
    // Be they kept anywhere or not: what can't be made is a fault of the registry.
    let files = generate::files(loaded, &command, args.templates.as_deref())?;
    let Some(out) = out else { return Ok(None) };
    let differences = verify(&out, &files, Some(&project.root))?;
    let Some(first) = differences.first() else { return Ok(None) };
    let said = |difference: &Difference| match difference {
        Difference::Missing(path) => format!("{path} is missing"),
        Difference::Stale(path) => format!("{path} is no longer generated"),
        Difference::Changed { path, .. } => format!("{path} differs"),
        Difference::InTheWay(path) => format!("{path} is not a regular file of that folder"),
    };
    let path = first.path();
    let bytes = current(&out, path).into();
    let path = out.join(path);
    let name = if args.format.is_for_repository() { in_repository(&path) } else { path.display().to_string() };
    let file = Source { path: String::new(), uri: Some(name), bytes };
    let mut label: Vec<String> = differences.iter().take(N_FILES).map(said).collect();
    if differences.len() > N_FILES {
        label.push(format!("and {} more", differences.len() - N_FILES));
    }
    let headline = format!("`{}` is out of date", out.display());
    let finding = Diagnostic::error("stale-output", Span::NOWHERE, headline);
    // As this command was called.
    let mut again = command;
    let named = Some(&project.root).filter(|_| Project::find() != *project);
    for (option, value) in [("root", named), ("out", args.out.as_ref()), ("templates", args.templates.as_ref())] {
        if let Some(value) = value {
            again.push_str(&format!(" --{option} {}", value.display()));
        }
    }
    Ok(Some((file, finding.label(label.join("; ")).help(format!("run `{again}`")))))
}
