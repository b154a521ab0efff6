//! The heaviest way through automata, of bounded length: found step by step, with the algorithm of Bellman and Ford.

use std::{rc::Rc, sync::Arc};

use goodevent_json::string::{MAX_ESCAPED_BYTES, escaped_len};
use goodevent_schema::pattern::Automaton;

use super::product::Product;
use crate::size::witness::Run;

/// More ways than this are not tried.
const MAX_STEPS: u64 = 20_000_000;

/// The heaviest way through automata.
pub(super) enum Way {
    /// No text satisfies all constraints.
    None,
    /// Texts can have any weight.
    Endless,
    /// The search would take too long; a bound without quotation marks apart, if there is one.
    Unknown(Option<u64>),
    Heaviest(Rc<[Run]>),
}

/// The heaviest way, or the lightest, within a budget of steps.
pub(super) fn way(
    automata: &[Arc<Automaton>],
    min: u64,
    max: Option<u64>,
    (is_small, max_steps): (bool, Option<u64>),
    n_spent: &mut u64,
) -> Way {
    if max.is_some_and(|max| max < min) {
        return Way::None;
    }
    if automata.is_empty() && is_small {
        return Way::Heaviest([Run { chars: ('a'..='z').collect(), n: min }].into());
    }
    if automata.is_empty() {
        let Some(max) = max else { return Way::Endless };
        // Of the control characters those without a short form.
        let chars = ('\u{1}'..='\u{1f}').filter(|char| escaped_len(*char) == MAX_ESCAPED_BYTES).collect();
        return Way::Heaviest([Run { chars, n: max }].into());
    }
    let coarse = Way::Unknown(max.map(|max| max.saturating_mul(MAX_ESCAPED_BYTES).saturating_add(2)));
    let Some(product) = Product::explore(automata, is_small, max_steps, n_spent) else { return coarse };
    let n_states = product.edges.len() as u64;
    let n_chars = match max {
        Some(max) => max,
        None if is_small => min.saturating_add(n_states),
        None if product.has_cycle() => return Way::Endless,
        None => n_states,
    };
    let n_edges: usize = product.edges.iter().map(Vec::len).sum();
    if n_chars.saturating_mul(n_edges as u64 + n_states) > MAX_STEPS {
        return coarse;
    }
    heaviest(&product, min, n_chars, is_small)
}

/// The heaviest text of `min` to `max` characters, or of the fewest.
fn heaviest(product: &Product, min: u64, max: u64, is_small: bool) -> Way {
    let n_states = product.edges.len();
    // The weight of the heaviest way to each state, and for each number of characters the last step of it.
    let mut weights: Vec<Option<u64>> = vec![None; n_states];
    weights[0] = Some(0);
    let mut steps: Vec<Vec<(u32, u32)>> = Vec::new();
    let mut best: Option<(u64, u64, usize)> = None;
    for n_chars in 0..=max {
        let accepted = (0..n_states).filter(|state| product.accepts[*state] && n_chars >= min);
        let heaviest = accepted.filter_map(|state| Some((weights[state]?, n_chars, state))).max();
        best = best.max(heaviest);
        let is_found = is_small && best.is_some();
        if n_chars == max || is_found || weights.iter().all(Option::is_none) {
            break;
        }
        let mut next: Vec<Option<u64>> = vec![None; n_states];
        let mut last = vec![(0, 0); n_states];
        let reached = weights.iter().enumerate().filter_map(|(state, weight)| Some((state, (*weight)?)));
        for (state, weight) in reached {
            for (edge_idx, edge) in product.edges[state].iter().enumerate() {
                let weight = Some(weight + edge.weight);
                if weight > next[edge.target] {
                    next[edge.target] = weight;
                    last[edge.target] = (state as u32, edge_idx as u32);
                }
            }
        }
        weights = next;
        steps.push(last);
    }
    let Some((_, n_chars, mut state)) = best else { return Way::None };
    let mut runs: Vec<Run> = Vec::new();
    for last in steps[..n_chars as usize].iter().rev() {
        let (before, edge_idx) = last[state];
        state = before as usize;
        let edge = &product.edges[state][edge_idx as usize];
        match runs.last_mut().filter(|run| run.chars == edge.chars) {
            Some(run) => run.n += 1,
            None => runs.push(Run { chars: edge.chars.clone(), n: 1 }),
        }
    }
    runs.reverse();
    Way::Heaviest(runs.into())
}
