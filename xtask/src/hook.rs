//! `cargo xtask hook`: the hook for pre-commit, installed as pre-commit installs it and run in a repository of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use anyhow::{Context as _, Result, ensure};
use goodevent_cli::{Outcome, terminal::Terminal};

const HOOK: &str = "goodevent-check";
const EVENT: &str = "schemas/orders/OrderPlacedV1Event.json";

pub(crate) fn run(root: &Path, terminal: &mut Terminal) -> Outcome {
    match passes_and_fails(root, terminal) {
        Ok(()) => Outcome::Fine,
        Err(error) => {
            terminal.note(&format!("error: {error:#}"));
            Outcome::Findings
        }
    }
}

/// The hook lets good contracts pass, and stops a commit with a bad one.
fn passes_and_fails(root: &Path, terminal: &mut Terminal) -> Result<()> {
    let place = Place { root: root.to_owned(), home: root.join("target/hook") };
    place.install()?;
    let repository = place.home.join("repository");
    if repository.exists() {
        fs::remove_dir_all(&repository).context("cannot remove the repository of an earlier run")?;
    }
    fs::create_dir_all(&repository)?;
    let git = |args: &[&str]| -> Result<()> {
        let output = git(&repository, args).output().context("cannot run git")?;
        ensure!(output.status.success(), "git {args:?} failed: {}", text(&output));
        Ok(())
    };
    // It is a repository from the start, so that `init` does not write into this one.
    git(&["init", "--quiet"])?;
    let schemas = repository.join("schemas");
    let made = goodevent_cli::run(
        ["goodevent".as_ref(), "--root".as_ref(), schemas.as_os_str(), "init".as_ref()].map(Into::into),
    );
    ensure!(made == Outcome::Fine, "`goodevent init` failed");
    ensure!(repository.join(".github").is_dir(), "`goodevent init` wrote no workflow to the root of the repository");
    git(&["add", "--all"])?;
    git(&["commit", "--quiet", "--message", "contracts"])?;
    let good = place.hook(&repository)?;
    ensure!(good.status.success() && text(&good).contains("Passed"), "good contracts don't pass: {}", text(&good));
    let path = repository.join(EVENT);
    let contract = fs::read_to_string(&path)?;
    fs::write(&path, contract.replace("  \"additionalProperties\": false,\n", ""))?;
    let bad = place.hook(&repository)?;
    ensure!(text(&bad).contains("error[open-object]"), "a bad contract is not found: {}", text(&bad));
    ensure!(bad.status.code() == Some(1), "a bad contract passes: {}", text(&bad));
    terminal.out("pre-commit installs the hook, which lets good contracts pass and stops bad ones");
    Ok(())
}

struct Place {
    root: PathBuf,
    /// The installation of pre-commit and the environments that it builds.
    home: PathBuf,
}

impl Place {
    /// Installs pre-commit, unless it is there.
    fn install(&self) -> Result<()> {
        if self.python(&["-m", "pre_commit", "--version"]).output().is_ok_and(|output| output.status.success()) {
            return Ok(());
        }
        let target = self.home.join("python").display().to_string();
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", &target, "pre-commit"];
        let output = self.python(&pip).output().context("cannot run python3, which pre-commit needs")?;
        ensure!(output.status.success(), "cannot install pre-commit: {}", text(&output));
        Ok(())
    }

    fn python(&self, args: &[&str]) -> Command {
        let mut command = Command::new("python3");
        command.args(args).env("PYTHONPATH", self.home.join("python")).env("PRE_COMMIT_HOME", self.home.join("cache"));
        command
    }

    /// Runs the hook of this repository in another one. A build without optimizations is enough, and is kept.
    fn hook(&self, repository: &Path) -> Result<Output> {
        let own = self.root.display().to_string();
        let mut command = self.python(&["-m", "pre_commit", "try-repo", &own, HOOK, "--all-files", "--verbose"]);
        command.current_dir(repository).env("CARGO_TARGET_DIR", self.home.join("target"));
        command.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0").env("CARGO_PROFILE_RELEASE_DEBUG", "false");
        identified(&mut command).output().context("cannot run pre-commit")
    }
}

fn git(repository: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.current_dir(repository).args(args);
    identified(&mut command);
    command
}

/// Commits need an author, whom a machine for tests does not have.
fn identified(command: &mut Command) -> &mut Command {
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "test").env(format!("GIT_{role}_EMAIL"), "test@example.org");
    }
    command
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
