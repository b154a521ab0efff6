//! The heaviest text: the text with the most bytes that patterns, formats and lengths allow.
//!
//! All patterns run as one automaton over characters ([`product`]).

mod any;
mod heaviest;
mod product;

use std::{
    collections::{BTreeSet, HashMap},
    rc::Rc,
    sync::Arc,
};

use goodevent_schema::{
    ir::{ContentEncoding, Format, Keywords},
    pattern::{self, Automaton},
};
use smol_str::SmolStr;

use crate::random::Random;

use self::{
    any::Matches,
    heaviest::{Way, way},
    product::Product,
};
use super::{
    formats,
    witness::{Form, Witness},
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
    matches: HashMap<Places, Known<Option<Rc<Matches>>>>,
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
            self.matches.clear();
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
        let matches = self.matches(automata)?;
        // Up to the limit at times, mostly not far.
        let far = max.filter(|max| *max <= 2_000 && random.below(6) == 0);
        let least = min.max(matches.least_chars()? as u64);
        let most = far.unwrap_or_else(|| least.saturating_add(USUAL));
        let most = most.min(max.unwrap_or(u64::MAX)).min(least.max(room.saturating_sub(2)));
        matches.any(usize::try_from(min).ok()?, usize::try_from(most).ok().filter(|most| *most <= MAX_CHARS)?, random)
    }

    /// The texts that all of these automata match; computed once.
    fn matches(&mut self, automata: Vec<Arc<Automaton>>) -> Option<Rc<Matches>> {
        let places: Places = automata.iter().map(Arc::as_ptr).collect();
        if let Some((_, matches)) = self.matches.get(&places) {
            return matches.clone();
        }
        let product = Product::explore(&automata, true, None, &mut self.n_spent);
        let matches = product.map(|product| Rc::new(Matches::of(product)));
        self.matches.insert(places, (automata, matches.clone()));
        matches
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
