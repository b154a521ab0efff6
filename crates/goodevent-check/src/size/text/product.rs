//! Several automata as one, over characters.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
    sync::Arc,
};

use goodevent_json::string::escaped_len;
use goodevent_schema::pattern::{self, Automaton};

/// As many characters that serve equally well are kept.
const MAX_CHARS: usize = 32;

/// How well a character reads: 0 is best.
fn taste(char: char) -> u8 {
    match char {
        'a'..='z' => 0,
        '0'..='9' => 1,
        'A'..='Z' => 2,
        '!'..='~' => 3,
        ' ' => 4,
        _ if char.is_control() => 6,
        _ => 5,
    }
}

/// Several automata as one, over characters.
#[derive(Debug)]
pub(super) struct Product {
    /// For each state the ways from it: one for each target, with the heaviest characters that lead there.
    pub(super) edges: Vec<Vec<Edge>>,
    pub(super) accepts: Vec<bool>,
}

#[derive(Debug, Clone)]
pub(super) struct Edge {
    pub(super) target: usize,
    pub(super) weight: u64,
    pub(super) chars: Rc<[char]>,
}

/// Sequences of bytes that are a character beyond ASCII
/// ([Unicode 3.9, table 3-7](https://www.unicode.org/versions/latest/core-spec/chapter-3/#G27506)).
const SEQUENCES: [&[(u8, u8)]; 8] = [
    &[(0xC2, 0xDF), (0x80, 0xBF)],
    &[(0xE0, 0xE0), (0xA0, 0xBF), (0x80, 0xBF)],
    &[(0xE1, 0xEC), (0x80, 0xBF), (0x80, 0xBF)],
    &[(0xED, 0xED), (0x80, 0x9F), (0x80, 0xBF)],
    &[(0xEE, 0xEF), (0x80, 0xBF), (0x80, 0xBF)],
    &[(0xF0, 0xF0), (0x90, 0xBF), (0x80, 0xBF), (0x80, 0xBF)],
    &[(0xF1, 0xF3), (0x80, 0xBF), (0x80, 0xBF), (0x80, 0xBF)],
    &[(0xF4, 0xF4), (0x80, 0x8F), (0x80, 0xBF), (0x80, 0xBF)],
];

type State = Rc<[u16]>;

impl Product {
    /// All states that can be reached and lead to a match; `None` if there are too many.
    pub(super) fn explore(
        automata: &[Arc<Automaton>],
        is_small: bool,
        max_steps: Option<u64>,
        n_spent: &mut u64,
    ) -> Option<Self> {
        const MAX_STATES: usize = 20_000;
        let max_steps = max_steps.map_or(u64::MAX, |max_steps| n_spent.saturating_add(max_steps));
        let alphabet = Alphabet::of(automata, is_small);
        let mut numbers: HashMap<State, usize> = HashMap::new();
        let first: State = automata.iter().map(|automaton| automaton.start).collect();
        numbers.insert(first.clone(), 0);
        let mut states = vec![first];
        let mut edges: Vec<Vec<Edge>> = Vec::new();
        while let Some(state) = states.get(edges.len()).cloned() {
            *n_spent += automata.len() as u64;
            let steps = alphabet.steps(&state);
            let mut own = Vec::with_capacity(steps.len());
            for (target, (weight, chars)) in steps {
                let target = *numbers.entry(target).or_insert_with_key(|target| {
                    states.push(target.clone());
                    states.len() - 1
                });
                own.push(Edge { target, weight, chars: chars.into() });
            }
            own.sort_by_key(|edge| edge.target);
            edges.push(own);
            if states.len() > MAX_STATES || *n_spent > max_steps {
                return None;
            }
        }
        let accepts = states
            .iter()
            .map(|state| state.iter().zip(automata).all(|(state, automaton)| automaton.accepts(*state)))
            .collect();
        let mut product = Self { edges, accepts };
        product.prune();
        Some(product)
    }

    /// Removes the ways to states from which nothing matches.
    fn prune(&mut self) {
        let mut before: Vec<Vec<usize>> = vec![Vec::new(); self.edges.len()];
        for (state, edges) in self.edges.iter().enumerate() {
            edges.iter().for_each(|edge| before[edge.target].push(state));
        }
        let mut is_live = self.accepts.clone();
        let mut queue: Vec<usize> = (0..is_live.len()).filter(|state| is_live[*state]).collect();
        while let Some(state) = queue.pop() {
            queue.extend(before[state].iter().filter(|before| !std::mem::replace(&mut is_live[**before], true)));
        }
        self.edges.iter_mut().for_each(|edges| edges.retain(|edge| is_live[edge.target]));
    }

    /// Whether some way from the first state comes back to where it was.
    pub(super) fn has_cycle(&self) -> bool {
        let (mut is_on_way, mut is_done) = (vec![false; self.edges.len()], vec![false; self.edges.len()]);
        let mut way = vec![(0, 0)];
        is_on_way[0] = true;
        while let Some((state, next)) = way.last_mut() {
            let (state, edge) = (*state, self.edges[*state].get(*next));
            *next += 1;
            match edge {
                Some(edge) if is_on_way[edge.target] => return true,
                Some(edge) if is_done[edge.target] => {}
                Some(edge) => {
                    is_on_way[edge.target] = true;
                    way.push((edge.target, 0));
                }
                None => {
                    (is_on_way[state], is_done[state]) = (false, true);
                    way.pop();
                }
            }
        }
        false
    }
}

/// Characters, as far as some automata tell them apart.
struct Alphabet<'a> {
    automata: &'a [Arc<Automaton>],
    /// Whether light characters that read well are wanted, in place of the heaviest.
    is_small: bool,
    /// ASCII, by what the automata take it for and by how many bytes it takes.
    ascii: Vec<Letters>,
    /// For each of [`SEQUENCES`] and each place in it a byte of each kind.
    beyond: [Vec<Vec<u8>>; SEQUENCES.len()],
}

struct Letters {
    weight: u64,
    chars: Vec<char>,
}

impl<'a> Alphabet<'a> {
    fn of(automata: &'a [Arc<Automaton>], is_small: bool) -> Self {
        let kind =
            |byte: u8| -> Vec<u8> { automata.iter().map(|automaton| automaton.classes[usize::from(byte)]).collect() };
        let mut ascii: BTreeMap<(Vec<u8>, u64), Letters> = BTreeMap::new();
        for byte in 0..0x80_u8 {
            let weight = escaped_len(char::from(byte));
            let letters = ascii.entry((kind(byte), weight)).or_insert(Letters { weight, chars: Vec::new() });
            letters.chars.push(char::from(byte));
        }
        let one_of_each = |(first, last): &(u8, u8)| {
            let mut seen: BTreeSet<Vec<u8>> = BTreeSet::new();
            (*first..=*last).filter(|byte| seen.insert(kind(*byte))).collect()
        };
        let beyond = SEQUENCES.map(|sequence| sequence.iter().map(one_of_each).collect());
        Self { automata, is_small, ascii: ascii.into_values().collect(), beyond }
    }

    /// The states that one character leads to, each with the weight of the heaviest ones that do, and some of these.
    fn steps(&self, state: &State) -> BTreeMap<State, (u64, Vec<char>)> {
        let mut steps: BTreeMap<State, (u64, Vec<char>)> = BTreeMap::new();
        let mut add = |target: State, weight: u64, chars: &[char]| {
            let known = steps.entry(target).or_insert((weight, Vec::new()));
            if if self.is_small { weight < known.0 } else { weight > known.0 } {
                *known = (weight, Vec::new());
            }
            if weight == known.0 {
                known.1.extend(chars);
                if self.is_small {
                    known.1.sort_by_key(|char| taste(*char));
                }
                known.1.truncate(MAX_CHARS);
            }
        };
        for letters in &self.ascii {
            if let Some(target) = self.step(state, letters.chars[0] as u8) {
                add(target, letters.weight, &letters.chars);
            }
        }
        for places in &self.beyond {
            let mut level: BTreeMap<State, Vec<u8>> = BTreeMap::from([(state.clone(), Vec::new())]);
            for place in places {
                let mut next = BTreeMap::new();
                for (state, bytes) in level {
                    for byte in place {
                        let Some(target) = self.step(&state, *byte) else { continue };
                        next.entry(target).or_insert_with(|| bytes.iter().copied().chain([*byte]).collect());
                    }
                }
                level = next;
            }
            for (target, bytes) in level {
                let text = String::from_utf8(bytes).expect("the sequences are those of UTF-8");
                text.chars().for_each(|char| add(target.clone(), escaped_len(char), &[char]));
            }
        }
        steps
    }

    fn step(&self, state: &State, byte: u8) -> Option<State> {
        let steps = || state.iter().zip(self.automata).map(|(state, automaton)| automaton.step(*state, byte));
        steps().all(|state| state != pattern::REJECT).then(|| steps().collect())
    }
}
