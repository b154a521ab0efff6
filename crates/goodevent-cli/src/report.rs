//! The terminal of a run, and what every command shows in the same way.

use std::{error::Error, path::Path};

use goodevent_build::{LoadError, Loaded, render, tidy};
use goodevent_schema::registry::Contract;
use serde_json::Value;

use crate::{
    outcome::Outcome,
    terminal::{Color, Terminal},
};

/// The terminal, the day, and what a registry has to have.
pub(crate) struct Report {
    /// The day, `YYYY-MM-DD`.
    pub(crate) today: String,
    /// Whether a registry may have no events.
    allows_empty: bool,
    terminal: Terminal,
}

impl Report {
    pub(crate) fn new(color: Color, today: String, allows_empty: bool) -> Self {
        Self { today, allows_empty, terminal: Terminal::new(color) }
    }

    /// A line of the result.
    pub(crate) fn out(&mut self, line: &str) {
        self.terminal.out(line);
    }

    /// Lines of the result.
    pub(crate) fn lines(&mut self, lines: &str) {
        self.terminal.lines(lines);
    }

    /// Lines of the result with colours, whose data was escaped.
    pub(crate) fn styled(&mut self, lines: &str) {
        self.terminal.styled(lines);
    }

    /// Annotations of a GitHub workflow.
    pub(crate) fn annotations(&mut self, commands: &str) {
        self.terminal.annotations(commands);
    }

    /// The result as an object, for programs.
    pub(crate) fn json(&mut self, members: Value) {
        self.terminal.json(members);
    }

    /// The result as a JSON text, for programs.
    pub(crate) fn json_text(&mut self, json: &str) {
        self.terminal.json_text(json);
    }

    /// The result as a document of another format, for programs, whose data was escaped.
    pub(crate) fn document(&mut self, text: &str) {
        self.terminal.document(text);
    }

    /// A line about the run.
    pub(crate) fn note(&mut self, line: &str) {
        self.terminal.note(line);
    }

    /// Lines about the run, whose data was escaped.
    pub(crate) fn note_lines(&mut self, lines: &str) {
        self.terminal.note_lines(lines);
    }

    /// An error in one line, and the remedy in another.
    pub(crate) fn error(&mut self, error: &str, help: &str) {
        self.note(&format!("error: {error}"));
        self.note(&format!("  = help: {help}"));
    }

    /// The outcome of the run, which failed if its text did not arrive.
    pub(crate) fn finish(self, outcome: Outcome) -> Outcome {
        self.terminal.finish(outcome)
    }

    /// Why the command can't do its work, with all causes.
    pub(crate) fn failure(&mut self, error: &dyn Error) -> Outcome {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            text.push_str(&format!("\n  caused by: {error}"));
            cause = error.source();
        }
        self.note_lines(&format!("error: {text}"));
        Outcome::Failed
    }

    /// What was found in a registry.
    pub(crate) fn findings(&mut self, loaded: &Loaded) -> Outcome {
        for part in render::human_parts(&loaded.diagnostics, &loaded.sources) {
            self.terminal.note_styled(&part);
        }
        if !loaded.diagnostics.is_empty() {
            self.terminal.note("");
        }
        if loaded.has_errors() { Outcome::Findings } else { Outcome::Fine }
    }

    /// The registry, which has events unless the user allows that it has none.
    pub(crate) fn registry(&self, root: &Path) -> Result<Loaded, LoadError> {
        tidy(root);
        let loaded = Loaded::read(root)?;
        if self.allows_empty { Ok(loaded) } else { loaded.with_events() }
    }

    /// The registry as it was: in a folder, in an archive, or at a revision.
    pub(crate) fn earlier(&mut self, root: &Path, earlier: &str) -> Result<Loaded, LoadError> {
        let before = match Loaded::read_earlier(root, earlier) {
            // The first registry of a repository has nothing to be compared with.
            Err(LoadError::NoRegistry { elsewhere, .. }) if self.allows_empty && elsewhere.is_empty() => {
                Loaded::empty()
            }
            before => before?,
        };
        let before = if self.allows_empty { before } else { before.with_events()? };
        let is_below = Path::new(earlier).is_dir() && Path::new(&before.sources.root) != Path::new(earlier);
        if is_below && !before.sources.files.is_empty() {
            self.note(&format!("compared with the registry at `{}`", before.sources.root));
        }
        Ok(before)
    }

    /// The registry, if it has no errors; else `consequence` follows what is wrong.
    pub(crate) fn good(&mut self, root: &Path, consequence: &str) -> Result<Loaded, Outcome> {
        let loaded = self.registry(root).map_err(|error| self.failure(&error))?;
        if loaded.has_errors() {
            self.findings(&loaded);
            self.note(&format!("error: the registry has errors; {consequence}"));
            return Err(Outcome::Failed);
        }
        Ok(loaded)
    }

    /// The contract that a user calls so; if there is none, what may have been meant is shown.
    pub(crate) fn contract<'l>(&mut self, loaded: &'l Loaded, name: &str) -> Option<&'l Contract> {
        loaded.contract(name).map_err(|error| self.failure(&error)).ok()
    }
}
