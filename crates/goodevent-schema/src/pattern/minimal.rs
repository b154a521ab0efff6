//! Automata with the fewest states and classes there can be.

use std::collections::{BTreeMap, HashMap};

use regex_automata::{
    Anchored,
    dfa::{Automaton as _, dense},
    util::{primitives::StateID, start},
};

use super::{
    automaton::{ACCEPT, Automaton, REJECT},
    partition,
    unsupported::Unsupported,
};

/// More states than this are not worth their tables.
pub(super) const MAX_STATES: usize = 8_000;

/// States as they are found, with a transition for each class of bytes.
pub(super) struct Raw {
    /// Class of each byte, in ascending order.
    classes: [u8; 256],
    next: Vec<Vec<u16>>,
    accepts: Vec<bool>,
}

impl Raw {
    /// Walks through all states; one in which the pattern has matched already becomes [`ACCEPT`].
    pub(super) fn explore(dfa: &dense::DFA<Vec<u32>>) -> Result<Self, Unsupported> {
        let begin =
            dfa.start_state(&start::Config::new().anchored(Anchored::No)).map_err(|_| Unsupported::NotRegular)?;
        let mut classes = [0; 256];
        (0..=u8::MAX).for_each(|byte| classes[usize::from(byte)] = dfa.byte_classes().get(byte));
        let bytes: Vec<u8> = dfa.byte_classes().representatives(0..=u8::MAX).filter_map(|unit| unit.as_u8()).collect();
        let next = vec![vec![REJECT; bytes.len()], vec![ACCEPT; bytes.len()]];
        let mut raw = Self { classes, next, accepts: vec![false, true] };
        let mut numbers: HashMap<StateID, u16> = HashMap::new();
        let mut queue = Vec::new();
        let mut number = |state: StateID, raw: &mut Self, queue: &mut Vec<StateID>| -> Result<u16, Unsupported> {
            if dfa.is_dead_state(state) || dfa.is_quit_state(state) {
                return Ok(REJECT);
            }
            if dfa.is_match_state(state) {
                return Ok(ACCEPT);
            }
            if let Some(number) = numbers.get(&state) {
                return Ok(*number);
            }
            let number = u16::try_from(raw.next.len()).ok().filter(|number| usize::from(*number) < MAX_STATES);
            let number = number.ok_or(Unsupported::TooLarge)?;
            raw.next.push(Vec::new());
            raw.accepts.push(dfa.is_match_state(dfa.next_eoi_state(state)));
            numbers.insert(state, number);
            queue.push(state);
            Ok(number)
        };
        // The first state found is number 2, also if it is one of the two final ones in truth.
        let first = number(begin, &mut raw, &mut queue)?;
        while let Some(state) = queue.pop() {
            let row = bytes.iter().map(|byte| number(dfa.next_state(state, *byte), &mut raw, &mut queue));
            let row = row.collect::<Result<Vec<u16>, _>>()?;
            let own = number(state, &mut raw, &mut queue)?;
            raw.next[usize::from(own)] = row;
        }
        if first == REJECT || first == ACCEPT {
            raw.next.push(raw.next[usize::from(first)].clone());
            raw.accepts.push(raw.accepts[usize::from(first)]);
        }
        Ok(raw)
    }

    /// Of a row for each state, with a state for each byte.
    pub(super) fn of_bytes(rows: &[Vec<u16>], accepts: Vec<bool>) -> Self {
        let mut numbers: HashMap<Vec<u16>, u8> = HashMap::new();
        let mut columns = Vec::new();
        let classes = std::array::from_fn(|byte| {
            let column: Vec<u16> = rows.iter().map(|row| row[byte]).collect();
            *numbers.entry(column).or_insert_with_key(|column| {
                columns.push(column.clone());
                u8::try_from(columns.len() - 1).expect("there are no more classes than bytes")
            })
        });
        let next = (0..rows.len()).map(|state| columns.iter().map(|column| column[state]).collect()).collect();
        Self { classes, next, accepts }
    }

    /// Merges states that no continuation tells apart, and bytes that no state tells apart.
    pub(super) fn minimised(self) -> Automaton {
        self.quotient(&partition::coarsest(&self.next, &self.accepts))
    }

    /// One state for each block, numbered from the start on.
    fn quotient(&self, block: &[usize]) -> Automaton {
        let mut order: Vec<usize> = vec![usize::from(REJECT), usize::from(ACCEPT)];
        let mut numbers: BTreeMap<usize, u16> = BTreeMap::from([(block[0], REJECT), (block[1], ACCEPT)]);
        let begin = if self.next.len() > 2 { 2 } else { 0 };
        let mut visit = |state: usize, order: &mut Vec<usize>| {
            let next = numbers.len() as u16;
            *numbers.entry(block[state]).or_insert_with(|| {
                order.push(state);
                next
            })
        };
        let start = visit(begin, &mut order);
        let mut rows: Vec<Vec<u16>> = Vec::new();
        while rows.len() < order.len() {
            let state = order[rows.len()];
            rows.push(self.next[state].iter().map(|next| visit(usize::from(*next), &mut order)).collect());
        }
        let mut accepts = vec![0_u8; rows.len().div_ceil(8)];
        for (number, state) in order.iter().enumerate() {
            accepts[number / 8] |= u8::from(self.accepts[*state]) << (number % 8);
        }
        let (classes, n_classes, next) = self.classified(&rows);
        Automaton { classes, n_classes, next, accepts, start }
    }

    /// Bytes with the same transitions everywhere share a class.
    fn classified(&self, rows: &[Vec<u16>]) -> ([u8; 256], u16, Vec<u16>) {
        let mut columns: Vec<Vec<u16>> = Vec::new();
        let n_raw = rows.first().map_or(0, Vec::len);
        let merged: Vec<u8> = (0..n_raw)
            .map(|raw| {
                let column: Vec<u16> = rows.iter().map(|row| row[raw]).collect();
                let class = columns.iter().position(|known| *known == column).unwrap_or_else(|| {
                    columns.push(column);
                    columns.len() - 1
                });
                u8::try_from(class).expect("there are no more classes than bytes")
            })
            .collect();
        let classes = self.classes.map(|raw| merged[usize::from(raw)]);
        let next = (0..rows.len()).flat_map(|state| columns.iter().map(move |column| column[state])).collect();
        (classes, u16::try_from(columns.len()).expect("there are no more classes than bytes"), next)
    }
}
