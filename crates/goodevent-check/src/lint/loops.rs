//! Schemas that lead to each other, by their parts and references.

use goodevent_schema::ir::{Graph, SchemaId};

/// For each schema a number, which schemas have in common that lead to each other.
pub(super) struct Loops(Vec<u32>);

impl Loops {
    /// The loops of a graph.
    pub(super) fn of(graph: &Graph) -> Self {
        // Tarjan's algorithm, with a stack of its own.
        let n = graph.schemas.len();
        let next_of: Vec<Vec<SchemaId>> = (graph.schemas.iter())
            .map(|schema| schema.keywords.children().chain(schema.keywords.targets()).collect())
            .collect();
        let (mut order, mut low, mut number) = (vec![u32::MAX; n], vec![0_u32; n], vec![u32::MAX; n]);
        let (mut n_seen, mut trail) = (0, Vec::new());
        for start in 0..n {
            let mut stack = vec![(start, 0)];
            while let Some((at, nth)) = stack.pop() {
                if nth == 0 {
                    if order[at] != u32::MAX {
                        continue;
                    }
                    order[at] = n_seen;
                    low[at] = n_seen;
                    n_seen += 1;
                    trail.push(at);
                } else {
                    let below = next_of[at][nth - 1].0 as usize;
                    if number[below] == u32::MAX {
                        low[at] = low[at].min(low[below]);
                    }
                }
                match next_of[at].get(nth) {
                    Some(below) => {
                        stack.push((at, nth + 1));
                        if order[below.0 as usize] == u32::MAX {
                            stack.push((below.0 as usize, 0));
                        }
                    }
                    None if low[at] == order[at] => {
                        while let Some(last) = trail.pop() {
                            number[last] = order[at];
                            if last == at {
                                break;
                            }
                        }
                    }
                    None => {}
                }
            }
        }
        Self(number)
    }

    /// Whether two schemas lead to each other.
    pub(super) fn are_one(&self, one: SchemaId, other: SchemaId) -> bool {
        self.0[one.0 as usize] == self.0[other.0 as usize]
    }
}
