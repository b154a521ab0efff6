//! Merges equivalent states (Hopcroft's algorithm), in time proportional to their transitions times a logarithm;
//! repeated comparison of all states would take quadratic time for a long row of states.

/// The fewest blocks of states so that each leads by each symbol to the states of one block, and all or none accept.
/// For each state the number of its block.
pub(super) fn coarsest(next: &[Vec<u16>], accepts: &[bool]) -> Vec<usize> {
    let n_symbols = next.first().map_or(0, Vec::len);
    let sources: Vec<Sources> = (0..n_symbols).map(|symbol| Sources::of(next, symbol)).collect();
    let mut blocks = Blocks::new(accepts);
    // Blocks by which others may have to be divided.
    let mut is_open = vec![true; blocks.ranges.len()];
    let mut open: Vec<usize> = (0..blocks.ranges.len()).collect();
    while let Some(block) = open.pop() {
        is_open[block] = false;
        let (start, end) = blocks.ranges[block];
        let targets = blocks.states[start..end].to_vec();
        for sources in &sources {
            targets.iter().flat_map(|target| sources.of_state(*target)).for_each(|source| blocks.mark(*source));
            for (own, other) in blocks.divide() {
                // The smaller part is enough, unless both are asked for.
                let smaller = if blocks.len(own) < blocks.len(other) { own } else { other };
                let asked = if is_open[own] { other } else { smaller };
                is_open.resize(blocks.ranges.len(), false);
                is_open[asked] = true;
                open.push(asked);
            }
        }
    }
    blocks.of
}

/// The states from which a symbol leads to each state, in one row.
struct Sources {
    states: Vec<u16>,
    /// Where those of each state begin, and where the last ones end.
    begins: Vec<usize>,
}

impl Sources {
    fn of(next: &[Vec<u16>], symbol: usize) -> Self {
        let mut begins = vec![0; next.len() + 1];
        next.iter().for_each(|row| begins[usize::from(row[symbol]) + 1] += 1);
        for state in 0..next.len() {
            begins[state + 1] += begins[state];
        }
        let (mut states, mut free) = (vec![0; next.len()], begins.clone());
        for (source, row) in (0..).zip(next) {
            let place = &mut free[usize::from(row[symbol])];
            states[*place] = source;
            *place += 1;
        }
        Self { states, begins }
    }

    fn of_state(&self, state: u16) -> &[u16] {
        let state = usize::from(state);
        &self.states[self.begins[state]..self.begins[state + 1]]
    }
}

/// States in blocks, in which those that are marked come first.
struct Blocks {
    states: Vec<u16>,
    /// Where each state is in `states`.
    places: Vec<usize>,
    /// The block of each state.
    of: Vec<usize>,
    /// Where each block begins and ends in `states`.
    ranges: Vec<(usize, usize)>,
    /// How many states of each block are marked.
    n_marked: Vec<usize>,
    /// The blocks with marked states.
    marked: Vec<usize>,
}

impl Blocks {
    fn new(accepts: &[bool]) -> Self {
        let all = 0..u16::try_from(accepts.len()).expect("states have numbers of 16 bits");
        let (mut states, others): (Vec<u16>, Vec<u16>) = all.partition(|state| !accepts[usize::from(*state)]);
        let n_first = states.len();
        states.extend(others);
        let mut places = vec![0; states.len()];
        states.iter().enumerate().for_each(|(place, state)| places[usize::from(*state)] = place);
        let mut ranges = vec![(0, n_first), (n_first, states.len())];
        ranges.retain(|(start, end)| start < end);
        let mut of = vec![0; states.len()];
        for (block, (start, end)) in ranges.iter().enumerate() {
            states[*start..*end].iter().for_each(|state| of[usize::from(*state)] = block);
        }
        Self { states, places, of, n_marked: vec![0; ranges.len()], ranges, marked: Vec::new() }
    }

    fn len(&self, block: usize) -> usize {
        let (start, end) = self.ranges[block];
        end - start
    }

    fn mark(&mut self, state: u16) {
        let (place, block) = (self.places[usize::from(state)], self.of[usize::from(state)]);
        let first_unmarked = self.ranges[block].0 + self.n_marked[block];
        if place < first_unmarked {
            return;
        }
        let other = self.states[first_unmarked];
        self.states.swap(place, first_unmarked);
        (self.places[usize::from(state)], self.places[usize::from(other)]) = (first_unmarked, place);
        if self.n_marked[block] == 0 {
            self.marked.push(block);
        }
        self.n_marked[block] += 1;
    }

    /// Gives the marked states of a block that has others a block of their own, and forgets the marks. Pairs of a block
    /// that is left and the one that is new.
    fn divide(&mut self) -> Vec<(usize, usize)> {
        let mut divided = Vec::new();
        for block in std::mem::take(&mut self.marked) {
            let n_marked = std::mem::take(&mut self.n_marked[block]);
            let (start, end) = self.ranges[block];
            if n_marked == end - start {
                continue;
            }
            let new = self.ranges.len();
            self.ranges[block] = (start + n_marked, end);
            self.ranges.push((start, start + n_marked));
            self.n_marked.push(0);
            self.states[start..start + n_marked].iter().for_each(|state| self.of[usize::from(*state)] = new);
            divided.push((block, new));
        }
        divided
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same by comparing all states until nothing changes.
    fn compared(next: &[Vec<u16>], accepts: &[bool]) -> Vec<usize> {
        let mut of: Vec<usize> = accepts.iter().map(|accepts| usize::from(*accepts)).collect();
        loop {
            let mut known = Vec::new();
            let refined: Vec<usize> = (0..next.len())
                .map(|state| {
                    let targets: Vec<usize> = next[state].iter().map(|target| of[usize::from(*target)]).collect();
                    let own = (of[state], targets);
                    known.iter().position(|other| *other == own).unwrap_or_else(|| {
                        known.push(own);
                        known.len() - 1
                    })
                })
                .collect();
            if refined == of {
                return of;
            }
            of = refined;
        }
    }

    /// Numbers of blocks in the order of their first states.
    fn renumbered(of: &[usize]) -> Vec<usize> {
        let mut known: Vec<usize> = Vec::new();
        let number = |block: &usize| {
            known.iter().position(|other| other == block).unwrap_or_else(|| {
                known.push(*block);
                known.len() - 1
            })
        };
        of.iter().map(number).collect()
    }

    #[test]
    fn random_automata_have_the_blocks_that_comparing_finds() {
        let mut seed = 1_u64;
        let mut below = |n: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % n
        };
        let mut n_merged = 0;
        for _ in 0..2_000 {
            let (n_states, n_symbols) = (1 + below(12), 1 + below(3));
            // Few targets, so that many states are alike.
            let n_targets = 1 + below(n_states);
            let row = |below: &mut dyn FnMut(usize) -> usize| (0..n_symbols).map(|_| below(n_targets) as u16).collect();
            let next: Vec<Vec<u16>> = (0..n_states).map(|_| row(&mut below)).collect();
            let accepts: Vec<bool> = (0..n_states).map(|_| below(3) == 0).collect();
            let of = coarsest(&next, &accepts);
            assert_eq!(renumbered(&of), renumbered(&compared(&next, &accepts)), "{next:?} {accepts:?}");
            n_merged += usize::from(renumbered(&of).iter().max().is_some_and(|last| last + 1 < n_states));
        }
        assert!((500..1_900).contains(&n_merged), "{n_merged} of them had states that are alike");
    }

    #[test]
    fn a_long_row_takes_no_time() {
        let n_states = 60_000_u16;
        let next: Vec<Vec<u16>> = (0..n_states).map(|state| vec![(state + 1).min(n_states - 1)]).collect();
        let accepts: Vec<bool> = (0..n_states).map(|state| state == n_states - 1).collect();
        let of = coarsest(&next, &accepts);
        assert_eq!(renumbered(&of), (0..usize::from(n_states)).collect::<Vec<_>>());
    }
}
