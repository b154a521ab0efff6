//! The heaviest text: the text with the most bytes that patterns, formats and lengths allow.
//!
//! All patterns run as one automaton over characters; its heaviest path of bounded length is found step by step, with
//! the algorithm of Bellman and Ford.

mod any;

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
    sync::Arc,
};

use goodevent_json::string::{MAX_ESCAPED_BYTES, escaped_len};
use goodevent_schema::{
    ir::{ContentEncoding, Format, Keywords},
    pattern::{self, Automaton},
};
use smol_str::SmolStr;

use crate::random::Random;

use self::any::Ends;
use super::{
    formats,
    witness::{Form, Run, Witness},
};

/// What a string has to keep to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct TextRule {
    patterns: BTreeSet<SmolStr>,
    formats: BTreeSet<Format>,
    encodings: BTreeSet<ContentEncoding>,
    /// In characters.
    min: u64,
    max: Option<u64>,
    /// Whether the shortest text is wanted.
    is_small: bool,
}

/// The heaviest text of a rule.
#[derive(Debug, Clone)]
pub(super) struct Heaviest {
    /// Bytes with quotation marks that no text exceeds; 0 if there is no text.
    pub(super) max_bytes: Option<u64>,
    pub(super) witness: Option<Witness>,
    /// Whether something was not understood, so that the witness is a guess.
    pub(super) is_guess: bool,
}

/// More ways than this are not tried.
const MAX_STEPS: u64 = 20_000_000;

/// As many characters that serve equally well are kept.
const MAX_CHARS: usize = 32;

/// The shortest text of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shortest {
    None,
    /// The search would take too long.
    Unknown,
    Text(String),
}

/// Longer texts are not written.
const MAX_TEXT_CHARS: u64 = 2_000_000;

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

impl TextRule {
    /// All that some schemas ask of one string.
    pub(super) fn of<'k>(schemas: impl Iterator<Item = &'k Keywords>) -> Self {
        let mut rule = Self::default();
        for keywords in schemas {
            rule.patterns.extend(keywords.text.pattern.iter().map(|pattern| pattern.value.clone()));
            rule.formats.extend(keywords.text.format.iter().map(|format| format.value));
            rule.encodings.extend(keywords.text.content_encoding.iter().map(|encoding| encoding.value));
            rule.min = rule.min.max(keywords.text.min_length.as_ref().map_or(0, |min| min.value));
            let max = keywords.text.max_length.as_ref().map(|max| max.value);
            rule.max = [rule.max, max].into_iter().flatten().min();
        }
        rule
    }

    /// In place of the heaviest text one that is short and reads well.
    pub(super) fn small(&self) -> Self {
        let min = self.min.max(self.max.unwrap_or(1).min(1));
        Self { is_small: true, min, ..self.clone() }
    }

    /// And that it matches `pattern`.
    pub(super) fn matching(mut self, pattern: &str) -> Self {
        self.patterns.insert(pattern.into());
        self
    }
}

/// Solutions that were found already.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    known: HashMap<TextRule, Heaviest>,
    complements: HashMap<*const Automaton, [Arc<Automaton>; 2]>,
    shortest: HashMap<Question, Known<Shortest>>,
    products: HashMap<Places, Known<Option<Rc<Product>>>>,
    /// How many steps the searches took that nobody has counted yet.
    n_spent: u64,
    /// How many a search may take, if that is less than usual.
    max_steps: Option<u64>,
}

/// Automata, by where they are: what is known of them keeps them there.
type Places = Vec<*const Automaton>;

type Known<T> = (Vec<Arc<Automaton>>, T);

/// Automata, and the least and the greatest length.
type Question = (Places, u64, Option<u64>);

impl Texts {
    pub(super) fn heaviest(&mut self, rule: &TextRule) -> Heaviest {
        if let Some(known) = self.known.get(rule) {
            return known.clone();
        }
        let found = self.solve(rule);
        self.known.insert(rule.clone(), found.clone());
        found
    }

    /// Forgets what was found when it gets more than so many.
    pub(crate) fn forget(&mut self, many: usize) {
        if self.known.len() > many {
            self.known.clear();
        }
        if self.shortest.len() + self.complements.len() > many {
            self.shortest.clear();
            self.complements.clear();
            self.products.clear();
        }
    }

    /// From now on the search for a shortest text takes no more steps.
    pub(crate) fn limit(&mut self, max_steps: u64) {
        self.max_steps = Some(max_steps);
    }

    /// How many steps the searches took since this was asked last: one for each state of each automaton.
    pub(crate) fn take_steps(&mut self) -> u64 {
        std::mem::take(&mut self.n_spent)
    }

    /// The automaton that matches the texts which another does not.
    pub(crate) fn complement(&mut self, automaton: &Arc<Automaton>) -> Arc<Automaton> {
        let known = self.complements.entry(Arc::as_ptr(automaton));
        let [_, complement] = known.or_insert_with(|| [automaton.clone(), Arc::new(automaton.complement())]);
        complement.clone()
    }

    /// The shortest text of at least `min` and at most `max` characters that all automata match.
    pub(crate) fn shortest(&mut self, automata: &[Arc<Automaton>], min: u64, max: Option<u64>) -> Shortest {
        let mut places: Places = automata.iter().map(Arc::as_ptr).collect();
        places.sort_unstable();
        places.dedup();
        let question = (places, min, max);
        if let Some((_, known)) = self.shortest.get(&question) {
            return known.clone();
        }
        let found = self.find_shortest(automata, min, max);
        // With more steps it may be found.
        if found != Shortest::Unknown || self.max_steps.is_none() {
            self.shortest.insert(question, (automata.to_vec(), found.clone()));
        }
        found
    }

    /// Any text of at least `min` and at most `max` characters that all automata match, if one is found soon. It is not
    /// longer than there is room for, if it can be.
    pub(crate) fn any(
        &mut self,
        automata: &[Arc<Automaton>],
        min: u64,
        max: Option<u64>,
        room: u64,
        random: &mut Random,
    ) -> Option<String> {
        const USUAL: u64 = 24;
        const MAX_CHARS: usize = 70_000;
        let any = if automata.is_empty() { automaton("^[ -~\u{e9}\u{1F600}]*$") } else { None };
        let automata: Vec<Arc<Automaton>> = automata.iter().cloned().chain(any).collect();
        let product = self.product(automata)?;
        // Up to the limit at times, mostly not far.
        let far = max.filter(|max| *max <= 2_000 && random.below(6) == 0);
        let least = min.max(product.least_chars()? as u64);
        let most = far.unwrap_or_else(|| least.saturating_add(USUAL));
        let most = most.min(max.unwrap_or(u64::MAX)).min(least.max(room.saturating_sub(2)));
        product.any(usize::try_from(min).ok()?, usize::try_from(most).ok().filter(|most| *most <= MAX_CHARS)?, random)
    }

    /// Automata as one, made once.
    fn product(&mut self, automata: Vec<Arc<Automaton>>) -> Option<Rc<Product>> {
        let places: Places = automata.iter().map(Arc::as_ptr).collect();
        if let Some((_, product)) = self.products.get(&places) {
            return product.clone();
        }
        let product = Product::explore(&automata, true, None, &mut self.n_spent).map(Rc::new);
        self.products.insert(places, (automata, product.clone()));
        product
    }

    fn find_shortest(&mut self, automata: &[Arc<Automaton>], min: u64, max: Option<u64>) -> Shortest {
        if max.is_some_and(|max| max < min) {
            return Shortest::None;
        }
        match way(automata, min, max, (true, self.max_steps), &mut self.n_spent) {
            Way::None => Shortest::None,
            Way::Endless | Way::Unknown(_) => Shortest::Unknown,
            Way::Heaviest(runs) if runs.iter().map(|run| run.n).sum::<u64>() > MAX_TEXT_CHARS => Shortest::Unknown,
            Way::Heaviest(runs) => {
                let chars = runs.iter().flat_map(|run| std::iter::repeat_n(run.chars[0], run.n as usize));
                Shortest::Text(chars.collect())
            }
        }
    }

    fn solve(&mut self, rule: &TextRule) -> Heaviest {
        let forms: Vec<formats::Form> = rule
            .formats
            .iter()
            .map(|format| formats::of_format(*format))
            .chain(rule.encodings.iter().map(|encoding| formats::of_encoding(*encoding)))
            .collect();
        let max = forms.iter().map(|form| form.max_chars).chain([rule.max]).flatten().min();
        let own: Vec<Option<Arc<Automaton>>> = rule.patterns.iter().map(|pattern| automaton(pattern)).collect();
        let is_guess = own.iter().any(Option::is_none);
        let own: Vec<Arc<Automaton>> = own.into_iter().flatten().collect();
        let with = |patterns: Vec<&'static str>| -> Vec<Arc<Automaton>> {
            own.iter().cloned().chain(patterns.into_iter().filter_map(automaton)).collect()
        };
        let wide = with(forms.iter().filter_map(|form| form.wide).collect());
        let is_exact = forms.iter().all(|form| form.wide == Some(form.narrow));
        let above = way(&wide, rule.min, max, (rule.is_small, None), &mut self.n_spent);
        let (max_bytes, witness) = match &above {
            Way::None => (Some(0), None),
            Way::Endless => (None, None),
            Way::Unknown(max_bytes) => (*max_bytes, None),
            Way::Heaviest(runs) => {
                let witness = Witness::new(Form::Text(runs.clone()));
                (Some(witness.n_bytes()), Some(witness))
            }
        };
        let witness = match max_bytes {
            Some(1..) if !is_exact => {
                let narrow = with(forms.iter().map(|form| form.narrow).collect());
                match way(&narrow, rule.min, max, (rule.is_small, None), &mut self.n_spent) {
                    Way::Heaviest(runs) => Some(Witness::new(Form::Text(runs))),
                    Way::None | Way::Endless | Way::Unknown(_) => None,
                }
            }
            _ => witness,
        };
        Heaviest { max_bytes, witness, is_guess }
    }
}

/// The automaton of a pattern, if there is one.
pub(crate) fn automaton(pattern: &str) -> Option<Arc<Automaton>> {
    pattern::compile(pattern).ok()
}

/// The heaviest way through automata.
enum Way {
    /// No text satisfies all constraints.
    None,
    /// There is no heaviest text.
    Endless,
    /// The search would take too long; a bound without quotation marks apart, if there is one.
    Unknown(Option<u64>),
    Heaviest(Rc<[Run]>),
}

/// The heaviest way, or the lightest, within so many steps.
fn way(
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
    product.heaviest(min, n_chars, is_small)
}

/// Several automata as one, over characters.
#[derive(Debug)]
struct Product {
    /// For each state the ways from it: one for each target, with the heaviest characters that lead there.
    edges: Vec<Vec<Edge>>,
    accepts: Vec<bool>,
    /// How far matches are from each state, once somebody asks.
    ends: OnceCell<Ends>,
}

#[derive(Debug, Clone)]
struct Edge {
    target: usize,
    weight: u64,
    chars: Rc<[char]>,
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
    fn explore(automata: &[Arc<Automaton>], is_small: bool, max_steps: Option<u64>, n_spent: &mut u64) -> Option<Self> {
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
        let mut product = Self { edges, accepts, ends: OnceCell::new() };
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
    fn has_cycle(&self) -> bool {
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

    /// The heaviest text of `min` to `max` characters, or of the fewest.
    fn heaviest(&self, min: u64, max: u64, is_small: bool) -> Way {
        let n_states = self.edges.len();
        // The weight of the heaviest way to each state, and for each number of characters the last step of it.
        let mut weights: Vec<Option<u64>> = vec![None; n_states];
        weights[0] = Some(0);
        let mut steps: Vec<Vec<(u32, u32)>> = Vec::new();
        let mut best: Option<(u64, u64, usize)> = None;
        for n_chars in 0..=max {
            let accepted = (0..n_states).filter(|state| self.accepts[*state] && n_chars >= min);
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
                for (edge_idx, edge) in self.edges[state].iter().enumerate() {
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
            let edge = &self.edges[state][edge_idx as usize];
            match runs.last_mut().filter(|run| run.chars == edge.chars) {
                Some(run) => run.n += 1,
                None => runs.push(Run { chars: edge.chars.clone(), n: 1 }),
            }
        }
        runs.reverse();
        Way::Heaviest(runs.into())
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
