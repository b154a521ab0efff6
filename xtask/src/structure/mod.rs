//! `cargo xtask structure`: the structure that ARCHITECTURE.md promises, checked against the code.
//!
//! - Every dependency between crates is in the table of ARCHITECTURE.md, and every line of it is a dependency.
//! - Neither half depends on the other.
//! - No files of a crate import each other in a circle.

mod circles;
mod crates;
mod modules;

use std::path::Path;

use anyhow::Result;
use goodevent_cli::{Outcome, terminal::Terminal};

/// Checks the structure of the workspace at `root`. The last line is `N passed, N failed`.
pub(crate) fn run(root: &Path, terminal: &mut Terminal) -> Outcome {
    match checks(root) {
        Ok(checks) => {
            for (name, faults) in &checks {
                terminal.out(&format!("{name}: {}", if faults.is_empty() { "passed" } else { "FAILED" }));
                faults.iter().for_each(|fault| terminal.out(&format!("  {fault}")));
            }
            let n_failed = checks.iter().filter(|(_, faults)| !faults.is_empty()).count();
            terminal.out(&format!("{} passed, {n_failed} failed", checks.len() - n_failed));
            if n_failed == 0 { Outcome::Fine } else { Outcome::Findings }
        }
        Err(error) => {
            terminal.note(&format!("error: {error:#}"));
            Outcome::Failed
        }
    }
}

/// A check, and what is wrong.
type Check = (String, Vec<String>);

fn checks(root: &Path) -> Result<Vec<Check>> {
    let packages = crates::packages(root)?;
    let mut checks = vec![("dependencies between crates".to_owned(), crates::faults(root, &packages)?)];
    for package in &packages {
        let mut faults = Vec::new();
        for file in package.roots() {
            faults.extend(circles::faults(&modules::of(&file)?, &package.dir));
        }
        checks.push((format!("circles of {}", package.name), faults));
    }
    Ok(checks)
}
