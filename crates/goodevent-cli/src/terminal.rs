//! The output of a command: results to standard output, all else to standard error.
//!
//! Every command of the project writes through [`Terminal`]. Text of contracts, payloads, messages and arguments is data
//! there: characters that act on a terminal are escaped, and so is the start of a line that a build server would execute
//! (`::add-path::`). [`Terminal::out`] and [`Terminal::note`] write one line, so that no line end within a name begins
//! another one; [`Terminal::lines`] and [`Terminal::styled`] are for texts whose parts were escaped when they were put
//! together.
//!
//! The terminal flushes each text, remembers the first failure and turns it into the exit code:
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
use clap::error::{ContextKind, ContextValue};
use goodevent_json::escape;
use serde_json::Value;

use crate::outcome::Outcome;

/// When to use colours.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
pub enum Color {
    /// Use colours on a terminal if `NO_COLOR` is not set.
    #[default]
    Auto,
    /// Always use colours.
    Always,
    /// Never use colours.
    Never,
}

/// How results are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// Text for people.
    #[default]
    Human,
    /// JSON for programs.
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
                write!(f, "cannot write to {stream}: the reader closed the pipe before the end of the document")
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

    /// Writes a line of the result.
    pub fn out(&mut self, line: &str) {
        self.result(&escape::line(line));
    }

    /// Writes lines of the result.
    pub fn lines(&mut self, lines: &str) {
        self.result(&escape::lines(lines));
    }

    /// Writes lines of the result with colours, and returns whether further lines have a reader.
    pub fn styled(&mut self, lines: &str) -> bool {
        self.result(&escape::styled(lines))
    }

    fn result(&mut self, lines: &str) -> bool {
        self.put(&escape::without_commands(lines))
    }

    /// Writes annotations of a GitHub workflow, which are lines that it executes.
    pub fn annotations(&mut self, commands: &str) {
        self.put(&escape::lines(commands));
    }

    /// Writes lines of the result, each of them JSON, and returns whether further lines have a reader.
    pub fn json_lines(&mut self, lines: &str) -> bool {
        self.put(&escape::json(lines))
    }

    fn put(&mut self, text: &str) -> bool {
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

    /// Writes JSON that is of use only as a whole. Characters that act on a terminal are escaped in its strings.
    pub fn json_text(&mut self, json: &str) {
        self.document(&escape::json(json));
    }

    /// Writes a document of another language, which is of use only as a whole, without colours. Its content is already
    /// escaped for its language.
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
        self.json_text(&versioned(members).to_string());
    }

    /// Writes a line about the run.
    pub fn note(&mut self, line: &str) {
        self.remark(&escape::line(line));
    }

    /// Writes lines about the run.
    pub fn note_lines(&mut self, lines: &str) {
        self.remark(&escape::lines(lines));
    }

    /// Writes lines about the run with colours.
    pub fn note_styled(&mut self, lines: &str) {
        self.remark(&escape::styled(lines));
    }

    fn remark(&mut self, lines: &str) {
        self.about(|err| whole_line(err, &escape::without_commands(lines)));
    }

    /// Writes a line in place of the one about the run that was shown before, if a person looks.
    pub fn live(&mut self, line: &str) {
        if self.is_watched() {
            let line = escape::line(line);
            self.about(|err| write!(err, "\r\x1b[2K{line}").and_then(|()| err.flush()));
        }
    }

    /// Whether standard error is a terminal.
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
pub fn usage(mut error: clap::Error) -> Outcome {
    // Arguments can come from names of files.
    let shown = |text: &String| escape::line(text).into_owned();
    let said: Vec<(ContextKind, ContextValue)> = error
        .context()
        .filter_map(|(kind, value)| match value {
            ContextValue::String(text) => Some((kind, ContextValue::String(shown(text)))),
            ContextValue::Strings(texts) => Some((kind, ContextValue::Strings(texts.iter().map(shown).collect()))),
            _ => None,
        })
        .collect();
    for (kind, value) in said {
        error.insert(kind, value);
    }
    let outcome = if error.use_stderr() { Outcome::Failed } else { Outcome::Fine };
    let mut terminal = Terminal::new(Color::Auto);
    let text = error.render();
    let text = text.ansi().to_string();
    match error.use_stderr() {
        true => terminal.note_styled(text.trim_end()),
        false => {
            terminal.styled(text.trim_end());
        }
    }
    terminal.finish(outcome)
}
