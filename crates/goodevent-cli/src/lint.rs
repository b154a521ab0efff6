//! `goodevent lint`

use std::path::Path;

use goodevent_build::{Exclusive, LoadError, Loaded, exclusive, in_repository, output, render};
use goodevent_check::lint::{self, Options};
use goodevent_schema::{
    Registry,
    diagnostic::{Diagnostic, Level, Safety},
    source::Sources,
};

use crate::{
    outcome::Outcome,
    report::Report,
    terminal::{JSON_VERSION, counted, plural},
};

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("fixes").args(["fix", "diff"]))]
pub(crate) struct Args {
    /// Output format.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Treat warnings as errors.
    #[arg(long)]
    deny_warnings: bool,
    /// Baseline to compare with: a git revision, an archive or a folder. Contracts that are released there must not change.
    #[arg(long, value_name = "REVISION")]
    against: Option<String>,
    /// Apply safe fixes.
    #[arg(long)]
    fix: bool,
    /// Also apply fixes that need review; requires `--fix` or `--diff`.
    #[arg(long, requires = "fixes")]
    unsafe_fixes: bool,
    /// Show fixes as a diff without applying them.
    #[arg(long, conflicts_with_all = ["fix", "format"])]
    diff: bool,
    /// Write a baseline of the current findings, so that only new findings are reported.
    #[arg(long, conflicts_with_all = ["fix", "diff"])]
    write_baseline: bool,
}

/// The forms of a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// Text with excerpts of the schemas.
    #[default]
    Human,
    /// One line per finding.
    Concise,
    /// A JSON object, described by the schemas in `docs/json`.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Annotations for GitHub workflows.
    Github,
    /// A code quality report for GitLab.
    Gitlab,
    /// A JUnit report.
    Junit,
}

impl Format {
    /// Whether the reader is the host of the repository, who knows its files by their paths in there.
    pub(crate) fn is_for_repository(self) -> bool {
        match self {
            Self::Human | Self::Concise | Self::Json => false,
            Self::Sarif | Self::Github | Self::Gitlab | Self::Junit => true,
        }
    }
}

pub(crate) fn run(root: &Path, args: &Args, report: &mut Report) -> Outcome {
    // Nobody else changes what is read until it is written.
    let alone = match (args.fix || args.write_baseline).then(|| exclusive(root)).transpose() {
        Ok(alone) => alone,
        // The registry that is not there is named below.
        Err(_) if !root.is_dir() => None,
        Err(error) => return report.failure(&error),
    };
    let (mut loaded, before) = match read(root, args.against.as_deref(), report) {
        Ok(both) => both,
        Err(error) => return report.failure(&error),
    };
    let before = before.as_ref().map(Loaded::snapshot);
    let Args { deny_warnings, write_baseline, .. } = *args;
    let options = Options {
        today: report.today.clone(),
        deny_warnings,
        ignores_baseline: write_baseline,
        before,
        ..Options::default()
    };
    if args.fix || args.diff {
        // It is read anew with each fix that is tried.
        loaded.registry = Registry::default();
        let safety = if args.unsafe_fixes { Safety::Unsafe } else { Safety::Safe };
        let fixed = lint::fix(&loaded.sources, &options, safety);
        if let Err(error) = settle(alone.as_ref(), &loaded.sources, &fixed, report) {
            return report.failure(&error);
        }
        if args.diff {
            return if fixed.changed.is_empty() { Outcome::Fine } else { Outcome::Findings };
        }
        (loaded.sources, loaded.diagnostics) = (fixed.sources, fixed.found);
    } else {
        let found = std::mem::take(&mut loaded.diagnostics);
        loaded.diagnostics = lint::lint(&loaded.sources, &loaded.registry, found, &options);
    }
    if let Some(alone) = alone.filter(|_| write_baseline) {
        let found = std::mem::take(&mut loaded.diagnostics);
        let n_found = found.len();
        let text;
        (text, loaded.diagnostics) = lint::baseline(found, &loaded.sources);
        let n_known = n_found - loaded.diagnostics.len();
        if let Err(error) = output::write_together(&alone, &[], [(root.join(lint::BASELINE), text)]) {
            return report.failure(&error);
        }
        let verb = plural(&n_known, "is", "are");
        report.note(&format!("{} {verb} suppressed by the baseline from now on", counted(n_known, "finding")));
        // What a baseline does not excuse.
        return report.findings(&loaded);
    }
    if let Some((earlier, before)) = args.against.as_deref().zip(before) {
        loaded.sources = loaded.sources.followed_by(before.sources, earlier);
    }
    show(&loaded, args.format, report);
    if loaded.has_errors() { Outcome::Findings } else { Outcome::Fine }
}

/// The registry, and as it was.
pub(crate) fn read(
    root: &Path,
    against: Option<&str>,
    report: &mut Report,
) -> Result<(Loaded, Option<Loaded>), LoadError> {
    let loaded = report.registry(root)?;
    let before = against.map(|earlier| report.earlier(root, earlier)?.with_known_releases(earlier)).transpose()?;
    Ok((loaded, before))
}

/// Writes what was fixed, or shows it if nobody may write.
fn settle(
    alone: Option<&Exclusive>,
    before: &Sources,
    fixed: &lint::Fixed,
    report: &mut Report,
) -> Result<(), output::WriteError> {
    let is_shown = alone.is_none();
    for id in &fixed.changed {
        let (old, new) = (&before[*id], &fixed.sources[*id]);
        if is_shown {
            let (old, text) = (String::from_utf8_lossy(&old.bytes), String::from_utf8_lossy(&new.bytes));
            report.lines(output::diff(&new.path, &old, &text).trim_end());
        }
    }
    if let Some(alone) = alone {
        let changed = fixed.changed.iter().map(|id| &fixed.sources[*id]);
        output::write_together(alone, &[], changed.map(|new| (alone.folder().join(&new.path), &new.bytes)))?;
    }
    let n_files = fixed.changed.len();
    let verb = if is_shown { "could be" } else { plural(&fixed.n_fixed, "was", "were") };
    report.note(&format!("{} in {} {verb} fixed", counted(fixed.n_fixed, "finding"), counted(n_files, "file")));
    if fixed.is_cut {
        report.note("some fixes were not tried: too many others are harmful to isolate them in time");
    }
    Ok(())
}

pub(crate) fn show(loaded: &Loaded, format: Format, report: &mut Report) {
    let found = loaded.diagnostics.as_slice();
    let sources = &match format.is_for_repository() {
        true => Sources { root: in_repository(Path::new(&loaded.sources.root)), ..loaded.sources.clone() },
        false => loaded.sources.clone(),
    };
    match format {
        Format::Human | Format::Concise => lines(loaded, format, report),
        Format::Github if found.is_empty() => {}
        Format::Github => report.annotations(&render::github(found, sources)),
        Format::Json => {
            let findings = render::json(found, sources);
            report.json_text(&format!(r#"{{"findings":{findings},"version":{JSON_VERSION}}}"#));
        }
        Format::Sarif => report.json_text(&sarif(found, sources)),
        Format::Gitlab => report.json_text(&render::gitlab(found, sources)),
        Format::Junit => report.document(&render::junit(found, sources)),
    }
}

/// The findings for people, and how many there are.
fn lines(loaded: &Loaded, format: Format, report: &mut Report) {
    let (found, sources) = (loaded.diagnostics.as_slice(), &loaded.sources);
    match format {
        // Part by part: a report of many findings can be larger than the registry.
        Format::Concise => {
            found.chunks(1024).for_each(|part| report.lines(&render::concise(part, sources)));
        }
        _ => render::human_parts(found, sources).for_each(|part| report.styled(&part)),
    }
    let n_errors = found.iter().filter(|finding| finding.level == Level::Error).count();
    let n_contracts: usize = loaded.registry.contexts.values().map(|context| context.contracts.len()).sum();
    let n_warnings = found.len() - n_errors;
    report.note(&format!(
        "{} checked by {} rules: {}, {}",
        counted(n_contracts, "contract"),
        lint::rules::ALL.len(),
        counted(n_errors, "error"),
        counted(n_warnings, "warning")
    ));
}

fn sarif(found: &[Diagnostic], sources: &Sources) -> String {
    let rules = lint::rules::ALL.iter().map(|rule| {
        let (id, summary, docs) = (rule.id.to_owned(), rule.summary.to_owned(), rule.page());
        render::RuleText { id, summary, docs }
    });
    render::sarif(found, sources, &rules.collect::<Vec<_>>())
}
