//! `goodevent lint`

use std::path::{Path, PathBuf};

use goodevent_build::{Loaded, render};
use goodevent_check::lint::{self, Before, Options};
use goodevent_schema::{
    diagnostic::{Diagnostic, Level},
    source::Sources,
};

use crate::{Outcome, report::Report};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How to show what is wrong.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// The registry as it was: a folder. Contracts that were released there may not change.
    #[arg(long, value_name = "FOLDER")]
    against: Option<PathBuf>,
    /// Counts warnings as errors.
    #[arg(long)]
    deny_warnings: bool,
}

/// The forms of a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// With the lines of the schemas.
    #[default]
    Human,
    /// A line for each finding.
    Concise,
    /// An array of objects.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Annotations of a GitHub workflow.
    Github,
    /// A code quality report of GitLab.
    Gitlab,
    /// A JUnit report.
    Junit,
}

pub(crate) fn run(root: &Path, args: &Args, report: &mut Report) -> Outcome {
    let mut loaded = match Loaded::read(root) {
        Ok(loaded) => loaded,
        Err(error) => return report.failure(&error),
    };
    let today = jiff::Timestamp::now().strftime("%F").to_string();
    let before = match args.against.as_deref().map(Loaded::read).transpose() {
        Ok(before) => before,
        Err(error) => return report.failure(&error),
    };
    let before = before.as_ref().map(|before| Before { sources: &before.sources, registry: &before.registry });
    let options = Options { today, deny_warnings: args.deny_warnings, before };
    let found = std::mem::take(&mut loaded.diagnostics);
    loaded.diagnostics = lint::lint(&loaded.sources, &loaded.registry, found, &options);
    show(&loaded, args.format, report);
    if loaded.has_errors() { Outcome::Findings } else { Outcome::Fine }
}

fn show(loaded: &Loaded, format: Format, report: &mut Report) {
    let (found, sources) = (loaded.diagnostics.as_slice(), &loaded.sources);
    let text = match format {
        Format::Human => render::human(found, sources, true),
        Format::Concise => render::concise(found, sources),
        Format::Json => render::json(found, sources).to_string(),
        Format::Sarif => sarif(found, sources),
        Format::Github => render::github(found, sources),
        Format::Gitlab => render::gitlab(found, sources).to_string(),
        Format::Junit => render::junit(found, sources),
    };
    if !text.is_empty() {
        report.out(&text);
    }
    if matches!(format, Format::Human | Format::Concise) {
        let n_errors = found.iter().filter(|finding| finding.level == Level::Error).count();
        let n_contracts: usize = loaded.registry.contexts.values().map(|context| context.contracts.len()).sum();
        let n_warnings = found.len() - n_errors;
        report.note(&format!(
            "{n_contracts} contracts held against {} rules: {n_errors} errors, {n_warnings} warnings",
            lint::rules::ALL.len()
        ));
    }
}

fn sarif(found: &[Diagnostic], sources: &Sources) -> String {
    let rules = lint::rules::ALL.iter().map(|rule| {
        let (id, summary, docs) = (rule.id.to_owned(), rule.summary.to_owned(), rule.page());
        render::RuleText { id, summary, docs }
    });
    render::sarif(found, sources, &rules.collect::<Vec<_>>()).to_string()
}
