//! `goodevent generate`

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use goodevent_build::{
    Error, Loaded, Project, crate_files,
    output::{Difference, Files, verify, write},
    real,
};

use goodevent_schema::registry::is_read_path;

use crate::{
    outcome::Outcome,
    report::Report,
    terminal::{counted, plural},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder of the crate to write [default: `generated` beside the registry's folder, or in the working folder with
    /// `--root`].
    #[arg(long)]
    out: Option<PathBuf>,
    /// Folder with templates that override the built-in templates of the same name, such as `markdown.hbs`.
    #[arg(long)]
    templates: Option<PathBuf>,
    /// Write nothing; fail and show a diff if an output would change.
    #[arg(long)]
    check: bool,
    /// Replace files at or below this path even if the last run did not write them, for example after a merge. Can be
    /// repeated.
    #[arg(long, value_name = "PATH", conflicts_with = "check")]
    adopt: Vec<PathBuf>,
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
    if let Some(path) = files.keys().map(|path| out.join(path)).find(|path| is_read(root, path)) {
        let (path, root) = (path.display(), root.display());
        let error = format!("`{path}` would be read as a part of the registry at `{root}`; nothing was written");
        report.error(&error, "name another folder with `--out`");
        return Outcome::Failed;
    }
    if let Some(file) = loaded.sources.files.iter().find(|file| lies_in(root, &file.path, &out)) {
        let out = out.display();
        let error = format!("`{}` of the registry is inside `{out}`; nothing was written", file.path);
        report.error(&error, "name a separate output folder with `--out`");
        return Outcome::Failed;
    }
    match args.check {
        true => check(&command, &out, &files, Some(root), report),
        false => save(&out, &files, Some(root), &args.adopt, start, report),
    }
}

/// Whether a file would be read as a part of the registry.
fn is_read(root: &Path, file: &Path) -> bool {
    let (root, file) = (real(root), real(file));
    let below = file.strip_prefix(root).ok().map(|below| below.to_string_lossy().replace('\\', "/"));
    below.is_some_and(|below| is_read_path(&below))
}

/// Whether a folder of outputs is one of the registry's, in which a file of it lies.
fn lies_in(root: &Path, path: &str, out: &Path) -> bool {
    let out = real(out);
    is_read_path(path) && out.starts_with(real(root)) && real(&root.join(path)).starts_with(out)
}

pub(crate) fn files(loaded: &Loaded, command: &str, folder: Option<&Path>) -> Result<Files, Error> {
    let mut templates = goodevent_templates::all();
    if let Some(folder) = folder {
        templates.extend(goodevent_build::load_templates(folder)?);
    }
    crate_files(loaded, command, &templates)
}

/// Writes `files`, made of the registry `from`, if of one, into `out`, and says what became of them.
pub(crate) fn save(
    out: &Path,
    files: &Files,
    from: Option<&Path>,
    adopted: &[PathBuf],
    start: Instant,
    report: &mut Report,
) -> Outcome {
    match write(out, files, from, adopted) {
        Ok(done) => {
            for path in &done.written {
                report.note(&format!("  wrote {}", out.join(path).display()));
            }
            for path in &done.removed {
                report.note(&format!("  removed {}", out.join(path).display()));
            }
            for path in &done.left {
                let path = out.join(path);
                report.note(&format!("  left {}, which is no longer generated: remove it", path.display()));
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
pub(crate) fn check(command: &str, out: &Path, files: &Files, from: Option<&Path>, report: &mut Report) -> Outcome {
    let differences = match verify(out, files, from) {
        Ok(differences) => differences,
        Err(error) => return report.failure(&error),
    };
    if differences.is_empty() {
        let verb = plural(&files.len(), "is", "are");
        report.out(&format!("{} in {} {verb} up to date", counted(files.len(), "file"), out.display()));
        return Outcome::Fine;
    }
    for difference in &differences {
        match difference {
            Difference::Missing(path) => report.out(&format!("missing: {}", out.join(path).display())),
            Difference::Stale(path) => report.out(&format!("no more generated: {}", out.join(path).display())),
            Difference::Changed { diff, .. } => report.lines(diff.trim_end()),
            Difference::InTheWay(path) => {
                report.out(&format!("not a regular file of that folder: {}", out.join(path).display()));
            }
        }
    }
    let verb = plural(&differences.len(), "is", "are");
    let n_files = counted(differences.len(), "file");
    report.error(&format!("{n_files} in {} {verb} not up to date", out.display()), &format!("run `{command}`"));
    Outcome::Findings
}
