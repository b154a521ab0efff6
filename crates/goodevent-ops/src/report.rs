//! The terminal of a run, and what the commands show on it in the same way.

use clap::builder::styling::{AnsiColor, Style};
pub(crate) use goodevent_cli::terminal::{Color, Form, Terminal as Report, counted, plural};
use goodevent_json::escape;

pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const NAME: Style = AnsiColor::Cyan.on_default();
pub(crate) const FAINT: Style = Style::new().dimmed();

/// A text in a style, which streams without colours leave out.
pub(crate) fn in_style(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// A text of a message, in one line and without effect on a terminal.
pub(crate) fn shown(text: &str) -> String {
    escape::line(text).into_owned()
}
