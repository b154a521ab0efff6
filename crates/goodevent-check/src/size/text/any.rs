//! Any text that automata match: a random walk that knows how far the next match and the last one are.

use super::product::{Edge, Product};
use crate::random::Random;

/// How far matches are from each state.
#[derive(Debug)]
struct Ends {
    /// Characters to the nearest match.
    nearest: Vec<Option<usize>>,
    /// Characters to the farthest match; `None` if there is always one farther away.
    farthest: Vec<Option<usize>>,
}

impl Ends {
    fn of(product: &Product) -> Self {
        let n_states = product.edges.len();
        let mut before: Vec<Vec<usize>> = vec![Vec::new(); n_states];
        for (state, edges) in product.edges.iter().enumerate() {
            edges.iter().for_each(|edge| before[edge.target].push(state));
        }
        let mut nearest: Vec<Option<usize>> = product.accepts.iter().map(|accepts| accepts.then_some(0)).collect();
        let mut queue: Vec<usize> = (0..n_states).filter(|state| product.accepts[*state]).collect();
        let mut next = 0;
        while let Some(state) = queue.get(next).copied() {
            next += 1;
            let further = nearest[state].map(|n| n + 1);
            for state in &before[state] {
                if nearest[*state].is_none() {
                    nearest[*state] = further;
                    queue.push(*state);
                }
            }
        }
        // From the states without a way on backwards; what leads to a cycle is never reached.
        let mut farthest = vec![None; n_states];
        let mut n_open: Vec<usize> = product.edges.iter().map(Vec::len).collect();
        let mut queue: Vec<usize> = (0..n_states).filter(|state| n_open[*state] == 0).collect();
        while let Some(state) = queue.pop() {
            let of_edges = product.edges[state].iter().filter_map(|edge| farthest[edge.target].map(|n: usize| n + 1));
            farthest[state] = Some(of_edges.max().unwrap_or(0));
            for state in &before[state] {
                n_open[*state] -= 1;
                if n_open[*state] == 0 {
                    queue.push(*state);
                }
            }
        }
        Self { nearest, farthest }
    }

    /// Whether a match lies between `min` and `max` characters from a state, as far as the ends say.
    fn leads(&self, state: usize, min: usize, max: usize) -> bool {
        self.nearest[state].is_some_and(|nearest| nearest <= max)
            && self.farthest[state].is_none_or(|farthest| farthest >= min)
    }
}

/// The texts that automata match.
#[derive(Debug)]
pub(super) struct Matches {
    product: Product,
    ends: Ends,
}

impl Matches {
    pub(super) fn of(product: Product) -> Self {
        Self { ends: Ends::of(&product), product }
    }

    /// The characters of the shortest text; `None` if there is none.
    pub(super) fn least_chars(&self) -> Option<usize> {
        self.ends.nearest[0]
    }

    /// A text of `min` to `max` characters.
    pub(super) fn any(&self, min: usize, max: usize, random: &mut Random) -> Option<String> {
        const MAX_ATTEMPTS: usize = 3;
        let ends = &self.ends;
        if !ends.leads(0, min, max) {
            return None;
        }
        let least = min.max(ends.nearest[0].unwrap_or(0));
        let most = ends.farthest[0].map_or(max, |farthest| farthest.min(max));
        let wanted = match random.below(6) {
            0 => least,
            1 => most,
            _ => least + random.below(most - least + 1),
        };
        let walk = (0..MAX_ATTEMPTS).find_map(|_| self.walk(wanted, (min, max), random));
        walk.or_else(|| self.exact(min, max, random))
    }

    /// A walk to the first match of at least `wanted` characters, or another if that one is missed.
    fn walk(&self, wanted: usize, (min, max): (usize, usize), random: &mut Random) -> Option<String> {
        let (mut text, mut state) = (String::new(), 0);
        for n_chars in 0..=max {
            if self.product.accepts[state] && n_chars >= wanted {
                return Some(text);
            }
            let (more, most) = (min.saturating_sub(n_chars + 1), max.checked_sub(n_chars + 1));
            let leads = |edge: &&Edge| most.is_some_and(|most| self.ends.leads(edge.target, more, most));
            let edges: Vec<&Edge> = self.product.edges[state].iter().filter(leads).collect();
            let is_home = n_chars >= wanted;
            let edge = match is_home {
                true => edges.iter().min_by_key(|edge| self.ends.nearest[edge.target]).copied(),
                false => random.pick(&edges).copied(),
            };
            let Some(edge) = edge else { return (self.product.accepts[state] && n_chars >= min).then_some(text) };
            text.push(edge.chars[random.below(edge.chars.len())]);
            state = edge.target;
        }
        None
    }

    /// The same by all lengths of matches from each state, where only some lengths between the ends are there.
    fn exact(&self, min: usize, max: usize, random: &mut Random) -> Option<String> {
        const MAX_STEPS: usize = 1_000_000;
        let n_edges: usize = self.product.edges.iter().map(|edges| edges.len() + 1).sum();
        if n_edges.saturating_mul(max) > MAX_STEPS {
            return None;
        }
        let mut leads: Vec<Vec<bool>> = vec![self.product.accepts.clone()];
        for n_left in 1..=max {
            let before = &leads[n_left - 1];
            let row = self.product.edges.iter().map(|edges| edges.iter().any(|edge| before[edge.target])).collect();
            leads.push(row);
        }
        let lengths: Vec<usize> = (min..=max).filter(|length| leads[*length][0]).collect();
        let (mut text, mut state) = (String::new(), 0);
        for n_left in (0..*random.pick(&lengths)?).rev() {
            let edges: Vec<&Edge> =
                self.product.edges[state].iter().filter(|edge| leads[n_left][edge.target]).collect();
            let edge = random.pick(&edges)?;
            text.push(edge.chars[random.below(edge.chars.len())]);
            state = edge.target;
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Texts, automaton};
    use crate::random::Random;

    #[test]
    fn texts_of_all_lengths_are_found_and_match() {
        let mut random = Random::new(3);
        for pattern in
            ["^(?:aa)*$", "^a{3}(?:b{7})?$", "^(?:a{5}|b{9}c*)$", "a", "^[a-z]{3000}$", "^(?:x|yyyyyyy)$", "^$"]
        {
            let own = automaton(pattern).expect("it is an automaton");
            for (min, max) in [(0, None), (0, Some(10)), (3, Some(4)), (9, Some(12)), (3000, Some(3000)), (7, Some(7))]
            {
                let lengths: Vec<u64> = (0..30)
                    .filter_map(|_| Texts::default().any(std::slice::from_ref(&own), min, max, 65_536, &mut random))
                    .map(|text| {
                        assert!(own.is_match(&text), "{pattern}: {text}");
                        text.len() as u64
                    })
                    .collect();
                assert!(lengths.iter().all(|n| *n >= min && max.is_none_or(|max| *n <= max)), "{pattern}: {lengths:?}");
                let there =
                    |n: &u64| own.is_match(&"a".repeat(*n as usize)) || pattern == "^[a-z]{3000}$" && *n == 3000;
                let is_there = (min..=max.unwrap_or(min + 20).min(min + 20)).any(|n| there(&n));
                assert!(!is_there || lengths.len() == 30, "{pattern} from {min} to {max:?}: {lengths:?}");
            }
        }
    }
}
