//! Progress of a long run, on one line of a terminal; nothing without a terminal.

use std::time::{Duration, Instant};

use crate::report::Report;

/// Eyes see no more.
const PAUSE: Duration = Duration::from_millis(100);
const WIDTH: u64 = 24;

/// Counts what was looked at and what was done.
#[derive(Debug)]
pub(crate) struct Progress {
    start: Instant,
    shown: Option<Instant>,
    total: Option<u64>,
    n_seen: u64,
    pub(crate) n_done: u64,
}

impl Progress {
    /// Of so many, if that is known.
    pub(crate) fn new(total: Option<u64>) -> Self {
        Self { start: Instant::now(), shown: None, total, n_seen: 0, n_done: 0 }
    }

    pub(crate) fn saw(&mut self, report: &mut Report) {
        self.n_seen += 1;
        if self.shown.is_none_or(|shown| shown.elapsed() >= PAUSE) {
            self.shown = Some(Instant::now());
            report.live(&self.line(self.start.elapsed()));
        }
    }

    /// Makes room for what is said at the end.
    pub(crate) fn end(&self, report: &mut Report) {
        report.live("");
    }

    fn line(&self, elapsed: Duration) -> String {
        let per_second = self.n_done as f64 / elapsed.as_secs_f64().max(0.001);
        let Self { n_done, n_seen, .. } = self;
        match self.total {
            Some(total) => {
                let n_full = (n_seen * WIDTH / total.max(1)).min(WIDTH) as usize;
                let bar = "=".repeat(n_full) + &" ".repeat(WIDTH as usize - n_full);
                format!("[{bar}] {n_seen} of {total} inspected, {n_done} requeued, {per_second:.1}/s")
            }
            None => format!("{n_seen} inspected, {n_done} requeued, {per_second:.1}/s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_it_is() {
        let half = Progress { n_seen: 5, n_done: 2, ..Progress::new(Some(10)) };
        let line = half.line(Duration::from_secs(4));
        assert_eq!(line, "[============            ] 5 of 10 inspected, 2 requeued, 0.5/s");
        let unknown = Progress { n_seen: 30, ..Progress::new(None) };
        assert_eq!(unknown.line(Duration::from_secs(1)), "30 inspected, 0 requeued, 0.0/s");
        let beyond = Progress { n_seen: 30, ..Progress::new(Some(0)) };
        assert!(beyond.line(Duration::ZERO).starts_with(&format!("[{}]", "=".repeat(24))));
    }
}
