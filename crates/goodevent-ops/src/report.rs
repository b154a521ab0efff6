//! Where messages go: results to standard output, all else to standard error. A closed pipe is no panic.

use std::io::{IsTerminal as _, Write as _};

use anstream::{AutoStream, ColorChoice};
use clap::builder::styling::{AnsiColor, Style};

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    Always,
    Never,
}

/// How results are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Form {
    /// For people.
    #[default]
    Human,
    /// For programs.
    Json,
}

/// The two streams.
pub(crate) struct Report {
    out: AutoStream<std::io::Stdout>,
    err: AutoStream<std::io::Stderr>,
}

impl Report {
    pub(crate) fn new(color: Color) -> Self {
        let auto = |detected| match color {
            Color::Auto => detected,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        let out = auto(AutoStream::choice(&std::io::stdout()));
        let err = auto(AutoStream::choice(&std::io::stderr()));
        Self { out: AutoStream::new(std::io::stdout(), out), err: AutoStream::new(std::io::stderr(), err) }
    }

    /// A line of the result.
    pub(crate) fn out(&mut self, text: &str) {
        // Nobody reads on.
        let _ = self.try_out(text);
    }

    /// The same; whether anybody reads on.
    pub(crate) fn try_out(&mut self, text: &str) -> bool {
        writeln!(self.out, "{text}").and_then(|()| self.out.flush()).is_ok()
    }

    /// A line about the run.
    pub(crate) fn note(&mut self, text: &str) {
        let _ = writeln!(self.err, "{text}");
    }

    /// Takes the place of the line that was shown before, if a person looks.
    pub(crate) fn live(&mut self, text: &str) {
        if self.is_watched() {
            let _ = write!(self.err, "\r\x1b[2K{text}").and_then(|()| self.err.flush());
        }
    }

    /// Whether a person looks at what is said about the run.
    pub(crate) fn is_watched(&self) -> bool {
        std::io::stderr().is_terminal()
    }
}

pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const NAME: Style = AnsiColor::Cyan.on_default();
pub(crate) const FAINT: Style = Style::new().dimmed();

/// A text in a style, which streams without colours leave out.
pub(crate) fn in_style(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// A text of a message for a terminal, which no character of it may command.
pub(crate) fn shown(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { '\u{fffd}' } else { char }).collect()
}
