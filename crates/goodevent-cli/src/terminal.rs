//! The output of a command: results to standard output, all else to standard error.
//!
//! Every command of the project writes through [`Terminal`], which flushes each text, remembers the first failure and
//! turns it into the exit code:
//!
//! - A write that fails, such as to a full disk, is exit code 2, whatever the command found.
//! - A reader that closes the pipe early (`goodevent log | head`) is not a failure while lines are written: the command
//!   writes nothing more, and its exit code is that of its work.
//! - A reader that closes the pipe before it has a whole document (JSON, SARIF, JUnit and the like) got nothing that it
//!   could use: exit code 2.

use std::{
    fmt,
    io::{self, ErrorKind, IsTerminal as _, Stderr, Stdout, Write},
};

use anstream::{AutoStream, ColorChoice};
use serde_json::Value;

use crate::Outcome;

/// When to use colours.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How results are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// For people.
    #[default]
    Human,
    /// For programs, as JSON.
    Json,
}

/// The two streams.
pub struct Terminal {
    out: AutoStream<Stdout>,
    err: AutoStream<Stderr>,
    /// Whether the reader of the results has closed its pipe.
    is_closed: bool,
    lost: Option<Lost>,
}

/// Text that did not arrive.
#[derive(Debug)]
struct Lost {
    stream: &'static str,
    error: io::Error,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stream, error } = self;
        match error.kind() {
            ErrorKind::BrokenPipe => {
                write!(f, "cannot write to {stream}: the reader closed the pipe before it had the whole document")
            }
            _ => write!(f, "cannot write to {stream}: {error}"),
        }
    }
}

impl Terminal {
    /// The streams of this process.
    #[must_use]
    pub fn new(color: Color) -> Self {
        let choice = |detected| match color {
            Color::Auto => detected,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        let (out, err) = (io::stdout(), io::stderr());
        let (out_choice, err_choice) = (choice(AutoStream::choice(&out)), choice(AutoStream::choice(&err)));
        Self {
            out: AutoStream::new(out, out_choice),
            err: AutoStream::new(err, err_choice),
            is_closed: false,
            lost: None,
        }
    }

    /// Writes a line of the result, or several.
    pub fn out(&mut self, text: &str) {
        self.try_out(text);
    }

    /// Writes a line of the result, or several, and says whether the next one has a reader.
    pub fn try_out(&mut self, text: &str) -> bool {
        if self.is_closed || self.lost.is_some() {
            return false;
        }
        match whole_line(&mut self.out, text) {
            Ok(()) => true,
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.is_closed = true;
                false
            }
            Err(error) => {
                self.lose("standard output", error);
                false
            }
        }
    }

    /// Writes a document that is of use only as a whole, without colours.
    pub fn document(&mut self, text: &str) {
        let written = match self.is_closed {
            true => Err(ErrorKind::BrokenPipe.into()),
            false => whole_line(&mut self.out.as_inner(), text),
        };
        if let Err(error) = written {
            self.lose("standard output", error);
        }
    }

    /// Writes an object as a document of its own, with the version of its format.
    pub fn json(&mut self, members: Value) {
        self.document(&versioned(members).to_string());
    }

    /// Writes a line about the run.
    pub fn note(&mut self, text: &str) {
        self.about(|err| whole_line(err, text));
    }

    /// Writes a text in place of the line about the run that was shown before, if a person looks.
    pub fn live(&mut self, text: &str) {
        if self.is_watched() {
            self.about(|err| write!(err, "\r\x1b[2K{text}").and_then(|()| err.flush()));
        }
    }

    /// Whether a person looks at what is said about the run.
    #[must_use]
    pub fn is_watched(&self) -> bool {
        io::stderr().is_terminal()
    }

    /// The outcome of the run, which failed if its text did not arrive.
    #[must_use]
    pub fn finish(mut self, outcome: Outcome) -> Outcome {
        match self.lost.take() {
            None => outcome,
            Some(lost) => {
                // The exit code says it as well.
                let _ = whole_line(&mut self.err, &format!("error: {lost}"));
                Outcome::Failed
            }
        }
    }

    fn about(&mut self, write: impl FnOnce(&mut AutoStream<Stderr>) -> io::Result<()>) {
        match write(&mut self.err) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => self.lose("standard error", error),
            // Notes explain results; a command does its work without them.
            _ => {}
        }
    }

    fn lose(&mut self, stream: &'static str, error: io::Error) {
        self.lost.get_or_insert(Lost { stream, error });
    }
}

/// Version of the JSON that commands write; `docs/json` describes it. It rises when a member goes or changes its meaning.
pub const JSON_VERSION: u32 = 1;

/// An object with the version of its format.
#[must_use]
pub fn versioned(mut members: Value) -> Value {
    if let Value::Object(members) = &mut members {
        members.insert("version".to_owned(), JSON_VERSION.into());
    }
    members
}

/// A number of things, whose noun has its plural in `s`: `1 contract`, `2 contracts`.
#[must_use]
pub fn counted<N: fmt::Display + From<u8> + PartialEq>(n: N, noun: &str) -> String {
    let ending = plural(&n, "", "s");
    format!("{n} {noun}{ending}")
}

/// The word for one thing, or for any other number of them.
#[must_use]
pub fn plural<'w, N: From<u8> + PartialEq>(n: &N, one: &'w str, many: &'w str) -> &'w str {
    if *n == N::from(1) { one } else { many }
}

/// Writes `text` and a line feed to where the stream leads.
fn whole_line(stream: &mut impl Write, text: &str) -> io::Result<()> {
    stream.write_all(format!("{text}\n").as_bytes())?;
    stream.flush()
}

/// Shows the help, the version, or how arguments were wrong, as `clap` found it.
#[must_use]
pub fn usage(error: &clap::Error) -> Outcome {
    let outcome = if error.use_stderr() { Outcome::Failed } else { Outcome::Fine };
    let mut terminal = Terminal::new(Color::Auto);
    let text = error.render();
    let text = text.ansi().to_string();
    match error.use_stderr() {
        true => terminal.note(text.trim_end()),
        false => terminal.out(text.trim_end()),
    }
    terminal.finish(outcome)
}
