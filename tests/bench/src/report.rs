//! Prints tables, and targets beside what was measured.

/// A table in Markdown, columns aligned.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// One with these headings.
    pub(crate) fn new<S: Into<String>>(headings: impl IntoIterator<Item = S>) -> Self {
        Self { rows: vec![headings.into_iter().map(Into::into).collect()] }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Prints it.
    pub(crate) fn print(&self) {
        let n_columns = self.rows.first().map_or(0, Vec::len);
        let width = |column: usize| {
            self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..n_columns).map(width).collect();
        for (row_idx, row) in self.rows.iter().enumerate() {
            let cells = row.iter().zip(&widths).map(|(cell, width)| format!(" {cell:width$} "));
            println!("|{}|", cells.collect::<Vec<_>>().join("|"));
            if row_idx == 0 {
                let lines = widths.iter().map(|width| "-".repeat(width + 2));
                println!("|{}|", lines.collect::<Vec<_>>().join("|"));
            }
        }
        println!();
    }
}

/// What a ratio or count should be at most.
pub(crate) struct Target {
    /// What is measured.
    pub(crate) what: String,
    /// What came out.
    pub(crate) measured: f64,
    /// What it should be at most.
    pub(crate) at_most: f64,
    /// What would be better still.
    pub(crate) aim: Option<f64>,
}

impl Target {
    /// One without an aim beyond it.
    pub(crate) fn new(what: impl Into<String>, measured: f64, at_most: f64) -> Self {
        Self { what: what.into(), measured, at_most, aim: None }
    }
}

/// Prints which targets are met.
pub(crate) fn print_targets(targets: &[Target]) {
    let mut table = Table::new(["target", "measured", "at most", "aim", ""]);
    for target in targets {
        let verdict = match target.aim {
            _ if target.measured > target.at_most => "MISSED",
            Some(aim) if target.measured <= aim => "met, and the aim",
            _ => "met",
        };
        table.row(vec![
            target.what.clone(),
            number(target.measured),
            number(target.at_most),
            target.aim.map(number).unwrap_or_default(),
            verdict.to_owned(),
        ]);
    }
    table.print();
}

fn number(value: f64) -> String {
    if value < 10.0 { format!("{value:.2}") } else { format!("{value:.0}") }
}
