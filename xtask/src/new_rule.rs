//! `cargo xtask new-rule`: the file of a rule, and its lines in the list.

use std::{ffi::OsString, fs, io, path::Path};

use goodevent_cli::{Outcome, terminal::Terminal};

const RULES: &str = "crates/goodevent-check/src/lint/rules";

/// A rule that does not fire yet: its own test says so.
const TEMPLATE: &str = r##"//! `@ID@`

use goodevent_schema::registry::Contract;

use crate::lint::{context::Cx, rule::declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that …
    /// ## Why is this bad?
    /// …
    /// ## Example
    /// ```json
    /// { "properties": { "reason": { "enum": ["bad"] } } }
    /// ```
    /// Use instead:
    /// ```json
    /// { "properties": { "reason": { "enum": ["good"] } } }
    /// ```
    "@ID@" {
        summary: "…",
        category: Payload, level: Warn, fix: None, check: Contract(check)
    }
}

fn check(cx: &mut Cx<'_>, contract: &Contract) {
    // Find the flaw and report it: `cx.push(cx.finding(cx.title(contract), "what is wrong").help("the remedy"));`
    let _ = (cx, contract);
}
"##;

pub(crate) fn run(root: &Path, args: &[OsString], terminal: &mut Terminal) -> Outcome {
    let id = args.first().and_then(|id| id.to_str()).unwrap_or_default();
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    if !id.split('-').all(is_word) {
        terminal.note(&format!("error: `{id}` is not a valid rule name"));
        terminal.note("  = help: name the flaw in words of a-z with hyphens: `missing-owner`");
        return Outcome::Failed;
    }
    match add(&root.join(RULES), id) {
        Ok(path) => {
            terminal.out(&format!("wrote {path}"));
            terminal.out("`cargo test -p goodevent-check` lists the remaining work");
            Outcome::Fine
        }
        Err(error) => {
            terminal.note(&format!("error: {error}"));
            Outcome::Failed
        }
    }
}

fn add(folder: &Path, id: &str) -> io::Result<String> {
    let module = id.replace('-', "_");
    let path = folder.join(format!("{module}.rs"));
    if path.exists() {
        return Err(io::Error::other(format!("{} already exists", path.display())));
    }
    let list = folder.join("mod.rs");
    let text = with_line(&fs::read_to_string(&list)?, "pub(super) mod ", &format!("pub(super) mod {module};"));
    let text = with_line(&text, "    &", &format!("    &{module}::RULE,"));
    fs::write(&path, TEMPLATE.replace("@ID@", id))?;
    fs::write(&list, text)?;
    Ok(path.display().to_string())
}

/// The text with another line among those that begin with `prefix`, which are sorted.
pub(crate) fn with_line(text: &str, prefix: &str, line: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let after = lines.iter().rposition(|other| other.starts_with(prefix) && *other < line);
    let first = lines.iter().position(|other| other.starts_with(prefix)).unwrap_or(0);
    lines.insert(after.map_or(first, |after| after + 1), line);
    lines.join("\n") + "\n"
}
