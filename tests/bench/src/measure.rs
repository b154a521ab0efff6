//! Times ways of doing the same thing, one after the other in many rounds, so that a slow moment hits all of them.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

/// How long a round of the fastest kind should at least take.
const MIN_BATCH: Duration = Duration::from_millis(1);

/// Time spent on one comparison.
const BUDGET: Duration = Duration::from_secs(8);

/// One way of doing something with each item of a pool.
pub(crate) struct Way {
    /// What it is called.
    pub(crate) name: &'static str,
    /// Does it with the item of this index; `false` if it was refused.
    pub(crate) run: Box<dyn Fn(usize) -> bool>,
}

/// What a way took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timing {
    /// Median time for an item.
    pub(crate) ns: f64,
    /// Median, over the rounds, of the time in relation to that of the first way.
    pub(crate) ratio: f64,
}

/// Times `ways` over a pool of `n_items`, in relation to the first of them.
pub(crate) fn compare(ways: &[Way], n_items: usize) -> Vec<Timing> {
    let n_repeats = n_repeats(ways, n_items);
    let start = Instant::now();
    let mut rounds: Vec<Vec<f64>> = Vec::new();
    while start.elapsed() < BUDGET || rounds.len() < 15 {
        rounds.push(round(ways, n_items, n_repeats, rounds.len()));
    }
    let ns_of = |way_idx: usize| rounds.iter().map(move |round| round[way_idx]);
    let ratios_of = |way_idx: usize| rounds.iter().map(move |round| round[way_idx] / round[0]);
    (0..ways.len()).map(|way_idx| Timing { ns: median(ns_of(way_idx)), ratio: median(ratios_of(way_idx)) }).collect()
}

/// How often to go through the pool so that a clock's resolution does not matter.
fn n_repeats(ways: &[Way], n_items: usize) -> usize {
    let fastest = ways.iter().map(|way| batch(way, n_items, 3)).fold(f64::INFINITY, f64::min);
    let ns_of_pool = fastest * n_items as f64;
    (MIN_BATCH.as_nanos() as f64 / ns_of_pool).ceil().max(1.0) as usize
}

/// The ns an item of each way; each round begins with another one.
fn round(ways: &[Way], n_items: usize, n_repeats: usize, round_idx: usize) -> Vec<f64> {
    let mut times = vec![0.0; ways.len()];
    for position in 0..ways.len() {
        let way_idx = (position + round_idx) % ways.len();
        times[way_idx] = batch(&ways[way_idx], n_items, n_repeats);
    }
    times
}

fn batch(way: &Way, n_items: usize, n_repeats: usize) -> f64 {
    let start = Instant::now();
    for _ in 0..n_repeats {
        for item_idx in 0..n_items {
            black_box((way.run)(black_box(item_idx)));
        }
    }
    start.elapsed().as_nanos() as f64 / (n_repeats * n_items) as f64
}

/// The middle of some values.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => values[n / 2],
        n => f64::midpoint(values[n / 2 - 1], values[n / 2]),
    }
}
