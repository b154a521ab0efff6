//! Automata of patterns that look around, and of patterns over units of UTF-16.
//!
//! After a part of the text, the remaining condition is a Boolean formula over positions in the pattern: a position
//! from which the rest of the text must match, or must not. A character leads from one formula to the next; the
//! formulas are the states. Look-behind is tracked from the start of the text, in parallel.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, hash_map::Entry},
    rc::Rc,
};

use regex_syntax::utf8::{Utf8Range, Utf8Sequences};

use super::{
    automaton::{ACCEPT, Automaton, REJECT},
    minimal::{MAX_STATES, Raw},
    parse::{Node, Parsed},
    set::{LAST_POINT, LAST_UNIT, Set},
    unsupported::Unsupported,
};

/// The automaton of a pattern without references back.
pub(super) fn compile(parsed: &Parsed) -> Result<Automaton, Unsupported> {
    let last = if parsed.is_unicode { LAST_POINT } else { LAST_UNIT };
    let mut places = Places { all: vec![Place::Match], sets: Vec::new(), behinds: Vec::new() };
    let pattern = places.build(&parsed.node, MATCH)?;
    // A match may begin anywhere.
    let start = places.push(Place::Split(Vec::new()))?;
    let any = places.set(&Set::default().negated(last));
    let skip = places.push(Place::Set(any, start))?;
    places.all[start as usize] = Place::Split(vec![pattern, skip]);
    let symbols = Symbols::of(&places.sets, last);
    let mut walk = Walk {
        places,
        symbols,
        budget: Budget { n_left: MAX_STEPS },
        positions: HashMap::new(),
        closures: HashMap::new(),
    };
    walk.explore(start, parsed.is_unicode)
}

/// Number of a place in the pattern.
type PlaceId = u32;

const MATCH: PlaceId = 0;
/// The place from which nothing but the end of the text matches.
const END: PlaceId = u32::MAX;

/// More places make too many states.
const MAX_PLACES: usize = 20_000;

/// Larger formulas are not followed.
const MAX_CLAUSES: usize = 2_000;

/// As many steps a pattern may take, each of a place or of two clauses that are compared.
const MAX_STEPS: usize = 4_000_000;

/// The steps that are left.
struct Budget {
    n_left: usize,
}

impl Budget {
    fn spend(&mut self, n_steps: usize) -> Result<(), Unsupported> {
        self.n_left = self.n_left.checked_sub(n_steps).ok_or(Unsupported::TooLarge)?;
        Ok(())
    }
}

/// A place in a pattern, and where it leads to.
enum Place {
    /// All has matched.
    Match,
    Set(usize, PlaceId),
    Split(Vec<PlaceId>),
    /// What lies ahead matches from the first place, or does not.
    Ahead(PlaceId, bool, PlaceId),
    /// The same of what lies behind, by its number.
    Behind(usize, bool, PlaceId),
    Start(PlaceId),
    End(PlaceId),
}

struct Places {
    all: Vec<Place>,
    sets: Vec<Set>,
    /// Where each pattern that is looked for behind begins; inner ones before those that they are in.
    behinds: Vec<PlaceId>,
}

impl Places {
    fn push(&mut self, place: Place) -> Result<PlaceId, Unsupported> {
        if self.all.len() >= MAX_PLACES {
            return Err(Unsupported::TooLarge);
        }
        self.all.push(place);
        Ok((self.all.len() - 1) as PlaceId)
    }

    fn set(&mut self, set: &Set) -> usize {
        self.sets.iter().position(|own| own == set).unwrap_or_else(|| {
            self.sets.push(set.clone());
            self.sets.len() - 1
        })
    }

    /// The place where a part begins that is followed by another place.
    fn build(&mut self, node: &Node, next: PlaceId) -> Result<PlaceId, Unsupported> {
        match node {
            Node::Empty => Ok(next),
            Node::Set(set) => {
                let set = self.set(set);
                self.push(Place::Set(set, next))
            }
            Node::Cat(parts) => parts.iter().rev().try_fold(next, |next, part| self.build(part, next)),
            Node::Or(ways) => {
                let ways = ways.iter().map(|way| self.build(way, next)).collect::<Result<_, _>>()?;
                self.push(Place::Split(ways))
            }
            Node::Repeat { node, min, max, .. } => self.repeat(node, *min, *max, next),
            Node::Look { is_ahead, holds, node } => {
                let start = self.build(node, MATCH)?;
                if *is_ahead {
                    return self.push(Place::Ahead(start, *holds, next));
                }
                self.behinds.push(start);
                self.push(Place::Behind(self.behinds.len() - 1, *holds, next))
            }
            Node::Start => self.push(Place::Start(next)),
            Node::End => self.push(Place::End(next)),
            Node::Group(_, node) => self.build(node, next),
            Node::Back(_) => Err(Unsupported::NotRegular),
        }
    }

    fn repeat(&mut self, node: &Node, min: u32, max: Option<u32>, next: PlaceId) -> Result<PlaceId, Unsupported> {
        let mut begin = next;
        match max {
            None => {
                begin = self.push(Place::Split(Vec::new()))?;
                let again = self.build(node, begin)?;
                self.all[begin as usize] = Place::Split(vec![again, next]);
            }
            Some(max) => {
                for _ in min..max {
                    let once = self.build(node, begin)?;
                    if once == begin {
                        break;
                    }
                    begin = self.push(Place::Split(vec![once, next]))?;
                }
            }
        }
        for _ in 0..min {
            let once = self.build(node, begin)?;
            if once == begin {
                break;
            }
            begin = once;
        }
        Ok(begin)
    }
}

/// The classes of characters that no set of a pattern tells apart.
struct Symbols {
    /// The ranges of each.
    ranges: Vec<Vec<(u32, u32)>>,
    /// Whether a set has a symbol, by set and symbol.
    has: Vec<Vec<bool>>,
}

impl Symbols {
    fn of(sets: &[Set], last: u32) -> Self {
        let edges = sets.iter().flat_map(|set| set.ranges().iter().flat_map(|(first, last)| [*first, *last + 1]));
        // Surrogates are apart, since they are read in pairs.
        let edges: BTreeSet<u32> =
            edges.chain([0, 0xD800, 0xDC00, 0xE000, last + 1]).filter(|edge| *edge <= last + 1).collect();
        let edges: Vec<u32> = edges.into_iter().collect();
        let mut numbers: HashMap<(u8, Vec<bool>), usize> = HashMap::new();
        let mut ranges: Vec<Vec<(u32, u32)>> = Vec::new();
        let mut cursors = vec![0; sets.len()];
        for pair in edges.windows(2) {
            let (first, end) = (pair[0], pair[1]);
            let member = |(set, cursor): (&Set, &mut usize)| {
                while set.ranges().get(*cursor).is_some_and(|range| range.1 < first) {
                    *cursor += 1;
                }
                set.ranges().get(*cursor).is_some_and(|range| range.0 <= first)
            };
            let signature: Vec<bool> = sets.iter().zip(&mut cursors).map(member).collect();
            let kind = match first {
                0xD800..0xDC00 => 1,
                0xDC00..0xE000 => 2,
                _ => 0,
            };
            let n_known = numbers.len();
            let symbol = *numbers.entry((kind, signature)).or_insert(n_known);
            if symbol == ranges.len() {
                ranges.push(Vec::new());
            }
            ranges[symbol].push((first, end - 1));
        }
        let mut has = vec![vec![false; ranges.len()]; sets.len()];
        for ((_, signature), symbol) in numbers {
            signature.iter().zip(&mut has).for_each(|(is_in, has)| has[symbol] = *is_in);
        }
        Self { ranges, has }
    }
}

/// A place, and whether the rest of the text matches from there.
type Literal = (PlaceId, bool);
/// All of these; ascending.
type Clause = Vec<Literal>;

/// Any of these: none that another one is a part of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
struct Formula(BTreeSet<Clause>);

impl Formula {
    fn always() -> Self {
        Self(BTreeSet::from([Vec::new()]))
    }

    fn insert(&mut self, clause: Clause, budget: &mut Budget) -> Result<(), Unsupported> {
        budget.spend(1 + self.0.len())?;
        if self.0.contains(&clause) || self.0.iter().any(|own| is_part(own, &clause)) {
            return Ok(());
        }
        self.0.retain(|own| !is_part(&clause, own));
        self.0.insert(clause);
        if self.0.len() > MAX_CLAUSES { Err(Unsupported::TooLarge) } else { Ok(()) }
    }

    fn and(&self, other: &Self, budget: &mut Budget) -> Result<Self, Unsupported> {
        let mut both = Self::default();
        for left in &self.0 {
            for right in &other.0 {
                if let Some(clause) = joined(left, right) {
                    both.insert(clause, budget)?;
                }
            }
        }
        Ok(both)
    }

    fn not(&self, budget: &mut Budget) -> Result<Self, Unsupported> {
        let mut not = Self::always();
        for clause in &self.0 {
            let ways = clause.iter().map(|(place, holds)| vec![(*place, !holds)]).collect();
            not = not.and(&Self(ways), budget)?;
        }
        Ok(not)
    }
}

/// Whether all of one clause is in another.
fn is_part(part: &Clause, clause: &Clause) -> bool {
    part.len() <= clause.len() && part.iter().all(|literal| clause.binary_search(literal).is_ok())
}

/// Both clauses; `None` if they contradict each other.
fn joined(left: &Clause, right: &Clause) -> Option<Clause> {
    let mut both: Clause = left.iter().chain(right).copied().collect();
    both.sort_unstable();
    both.dedup();
    both.windows(2).all(|pair| pair[0].0 != pair[1].0).then_some(both)
}

/// Where in a text: what looks behind sees nothing else of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Position {
    is_start: bool,
    /// The formula that has to hold of the rest for each pattern to match behind.
    behinds: Vec<Formula>,
}

/// Places that were reached, each with what has to hold beside.
type Reached = BTreeSet<(PlaceId, Clause)>;

/// A state: what is left to be matched, and how far the patterns that are looked for behind have come.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct State {
    left: Formula,
    behinds: Vec<Reached>,
}

struct Walk {
    places: Places,
    symbols: Symbols,
    budget: Budget,
    positions: HashMap<Position, usize>,
    /// The formula that has to hold from a place on, at a position.
    closures: HashMap<(PlaceId, usize), Rc<Formula>>,
}

impl Walk {
    fn explore(&mut self, start: PlaceId, is_unicode: bool) -> Result<Automaton, Unsupported> {
        let (position, behinds) = self.position(true, &[], 0)?;
        let left = (*self.closure(start, &position)?).clone();
        let mut table = Table { numbers: HashMap::new(), states: Vec::new(), is_accepting: vec![false, true] };
        // The first state is number 2, also if it is one of the two final ones in truth.
        table.add(State { left, behinds })?;
        let n_symbols = self.symbols.ranges.len();
        let mut rows = vec![vec![REJECT; n_symbols], vec![ACCEPT; n_symbols]];
        while rows.len() - 2 < table.states.len() {
            let state = table.states[rows.len() - 2].clone();
            let mut row = Vec::with_capacity(n_symbols);
            for symbol in 0..n_symbols {
                let (position, behinds) = self.position(false, &state.behinds, symbol)?;
                let left = self.stepped(&state.left, symbol, &position)?;
                row.push(table.number(State { left, behinds })?);
            }
            rows.push(row);
        }
        Bytes::of(&self.symbols, &rows, is_unicode).automaton(table.is_accepting)
    }

    /// The position behind a symbol, and how far the patterns have come there that are looked for behind.
    fn position(
        &mut self,
        is_start: bool,
        before: &[Reached],
        symbol: usize,
    ) -> Result<(Position, Vec<Reached>), Unsupported> {
        let mut position = Position { is_start, behinds: Vec::new() };
        let mut all = Vec::new();
        for nth in 0..self.places.behinds.len() {
            let mut begin: Reached = BTreeSet::from([(self.places.behinds[nth], Vec::new())]);
            for (place, clause) in before.get(nth).into_iter().flatten() {
                let Place::Set(set, next) = self.places.all[*place as usize] else { continue };
                if self.symbols.has[set][symbol] {
                    let clause = Formula(BTreeSet::from([clause.clone()]));
                    let rest = self.stepped(&clause, symbol, &position)?;
                    begin.extend(rest.0.into_iter().map(|clause| (next, clause)));
                }
            }
            let (reached, matched) = self.reach(begin, &position)?;
            position.behinds.push(matched);
            all.push(reached);
        }
        Ok((position, all))
    }

    /// The formula that has to hold behind a symbol for another one to hold in front of it.
    fn stepped(&mut self, formula: &Formula, symbol: usize, position: &Position) -> Result<Formula, Unsupported> {
        let mut any = Formula::default();
        for clause in &formula.0 {
            let mut all = Formula::always();
            for (place, holds) in clause {
                self.budget.spend(1)?;
                let next = match self.places.all.get(*place as usize) {
                    Some(Place::Set(set, next)) if self.symbols.has[*set][symbol] => Some(*next),
                    _ => None,
                };
                let own = match next {
                    Some(next) => (*self.closure(next, position)?).clone(),
                    None => Formula::default(),
                };
                let own = if *holds { own } else { own.not(&mut self.budget)? };
                all = all.and(&own, &mut self.budget)?;
                if all.0.is_empty() {
                    break;
                }
            }
            for clause in all.0 {
                any.insert(clause, &mut self.budget)?;
            }
        }
        Ok(any)
    }

    /// The formula that has to hold from a place on.
    fn closure(&mut self, place: PlaceId, position: &Position) -> Result<Rc<Formula>, Unsupported> {
        let n_known = self.positions.len();
        let number = match self.positions.get(position) {
            Some(number) => *number,
            None => *self.positions.entry(position.clone()).or_insert(n_known),
        };
        if let Some(known) = self.closures.get(&(place, number)) {
            return Ok(known.clone());
        }
        let (reached, mut formula) = self.reach(BTreeSet::from([(place, Vec::new())]), position)?;
        for (place, clause) in reached {
            if let Some(clause) = joined(&clause, &vec![(place, true)]) {
                formula.insert(clause, &mut self.budget)?;
            }
        }
        let formula = Rc::new(formula);
        self.closures.insert((place, number), formula.clone());
        Ok(formula)
    }

    /// The sets of characters that come next, and what has to hold for all to have matched.
    fn reach(&mut self, begin: Reached, position: &Position) -> Result<(Reached, Formula), Unsupported> {
        let mut queue: Vec<(PlaceId, Clause)> = begin.iter().cloned().collect();
        let mut seen = begin;
        let mut reached = Reached::new();
        let mut matched = Formula::default();
        while let Some((place, clause)) = queue.pop() {
            self.budget.spend(1)?;
            let (next, beside): (Vec<PlaceId>, Option<Formula>) = match &self.places.all[place as usize] {
                Place::Match => {
                    matched.insert(clause, &mut self.budget)?;
                    continue;
                }
                Place::Set(..) => {
                    reached.insert((place, clause));
                    continue;
                }
                Place::Split(ways) => (ways.clone(), None),
                Place::Start(next) => (if position.is_start { vec![*next] } else { Vec::new() }, None),
                Place::End(next) => (vec![*next], Some(Formula(BTreeSet::from([vec![(END, true)]])))),
                Place::Ahead(start, holds, next) => {
                    let (start, holds, next) = (*start, *holds, *next);
                    let ahead = self.closure(start, position)?;
                    (vec![next], Some(if holds { (*ahead).clone() } else { ahead.not(&mut self.budget)? }))
                }
                Place::Behind(nth, holds, next) => {
                    let behind = &position.behinds[*nth];
                    (vec![*next], Some(if *holds { behind.clone() } else { behind.not(&mut self.budget)? }))
                }
            };
            let clauses: Vec<Clause> = match beside {
                Some(beside) => {
                    self.budget.spend(beside.0.len())?;
                    beside.0.iter().filter_map(|other| joined(&clause, other)).collect()
                }
                None => vec![clause],
            };
            for entry in next.iter().flat_map(|next| clauses.iter().map(|clause| (*next, clause.clone()))) {
                if seen.insert(entry.clone()) {
                    queue.push(entry);
                }
            }
        }
        Ok((reached, matched))
    }
}

/// The states found so far.
struct Table {
    numbers: HashMap<State, u16>,
    /// From number 2 on.
    states: Vec<State>,
    is_accepting: Vec<bool>,
}

impl Table {
    fn number(&mut self, state: State) -> Result<u16, Unsupported> {
        if state.left.0.is_empty() {
            return Ok(REJECT);
        }
        if state.left == Formula::always() {
            return Ok(ACCEPT);
        }
        match self.numbers.get(&state) {
            Some(number) => Ok(*number),
            None => self.add(state),
        }
    }

    fn add(&mut self, state: State) -> Result<u16, Unsupported> {
        // Nothing matches behind the end but the end.
        let holds = |clause: &Clause| clause.iter().all(|(place, holds)| (*place == END) == *holds);
        let number = self.states.len() + 2;
        if number >= MAX_STATES {
            return Err(Unsupported::TooLarge);
        }
        self.is_accepting.push(state.left.0.iter().any(holds));
        self.numbers.insert(state.clone(), number as u16);
        self.states.push(state);
        Ok(number as u16)
    }
}

/// The same automaton over bytes: between the states there are those within a character.
struct Bytes {
    rows: Vec<Vec<u16>>,
    within: HashMap<Vec<u16>, u16>,
    is_too_large: bool,
}

/// A way through the bytes of some characters, and where it leads to.
type Way<'w> = (&'w [Utf8Range], u16);

impl Bytes {
    fn of(symbols: &Symbols, rows: &[Vec<u16>], is_unicode: bool) -> Self {
        let mut bytes = Self { rows: vec![Vec::new(); rows.len()], within: HashMap::new(), is_too_large: false };
        let targets: Vec<Targets> = (0..rows.len()).map(|state| targets(symbols, rows, state, is_unicode)).collect();
        // If all characters beyond ASCII lead to one state for good, so do all of their bytes.
        let wide: Vec<Option<u16>> = targets.iter().map(wide_target).collect();
        for (state, targets) in targets.into_iter().enumerate() {
            let rest = wide[state].filter(|target| wide[usize::from(*target)] == Some(*target));
            let last = if rest.is_some() { '\x7F' } else { char::MAX };
            let mut ways: Vec<(Vec<Utf8Range>, u16)> = Vec::new();
            for (target, ranges) in targets.into_iter().filter(|(target, _)| *target != REJECT) {
                for (first, end) in ranges.into_iter().filter(|(first, _)| *first <= last) {
                    ways.extend(Utf8Sequences::new(first, end.min(last)).map(|way| (way.as_slice().to_vec(), target)));
                }
            }
            let ways: Vec<Way<'_>> = ways.iter().map(|(way, target)| (way.as_slice(), *target)).collect();
            let mut row = bytes.row(&ways);
            rest.into_iter().for_each(|target| row[0x80..].fill(target));
            bytes.rows[state] = row;
        }
        bytes
    }

    /// Ways through the same first bytes share a state; UTF-8 has no others that overlap.
    fn row(&mut self, ways: &[Way<'_>]) -> Vec<u16> {
        let mut row = vec![REJECT; 256];
        let mut longer: HashMap<(u8, u8), Vec<Way<'_>>> = HashMap::new();
        for (way, target) in ways {
            let range = usize::from(way[0].start)..=usize::from(way[0].end);
            match way.len() {
                1 => row[range].fill(*target),
                _ => longer.entry((way[0].start, way[0].end)).or_default().push((&way[1..], *target)),
            }
        }
        for ((first, last), ways) in longer {
            let within = self.row(&ways);
            let n_known = self.rows.len();
            let number = match self.within.entry(within) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(new) => {
                    self.is_too_large |= n_known >= usize::from(u16::MAX);
                    let number = if self.is_too_large { REJECT } else { n_known as u16 };
                    if !self.is_too_large {
                        self.rows.push(new.key().clone());
                    }
                    *new.insert(number)
                }
            };
            row[usize::from(first)..=usize::from(last)].fill(number);
        }
        row
    }

    fn automaton(self, mut is_accepting: Vec<bool>) -> Result<Automaton, Unsupported> {
        if self.is_too_large {
            return Err(Unsupported::TooLarge);
        }
        is_accepting.resize(self.rows.len(), false);
        Ok(Raw::of_bytes(&self.rows, is_accepting).minimised())
    }
}

/// The characters that lead to each state.
type Targets = BTreeMap<u16, Vec<(char, char)>>;

fn targets(symbols: &Symbols, rows: &[Vec<u16>], state: usize, is_unicode: bool) -> Targets {
    let mut targets: BTreeMap<u16, Vec<(u32, u32)>> = BTreeMap::new();
    for (ranges, target) in symbols.ranges.iter().zip(&rows[state]) {
        targets.entry(*target).or_default().extend_from_slice(ranges);
    }
    if !is_unicode {
        pairs(symbols, rows, state, |range, target| targets.entry(target).or_default().push(range));
    }
    targets.into_iter().map(|(target, ranges)| (target, Set::new(ranges).scalars())).collect()
}

/// The state that all characters beyond ASCII lead to, if it is one.
fn wide_target(targets: &Targets) -> Option<u16> {
    let mut wide = targets.iter().filter(|(_, ranges)| ranges.iter().any(|(_, last)| !last.is_ascii()));
    let (target, _) = wide.next()?;
    wide.next().is_none().then_some(*target)
}

/// Characters beyond the first plane: two units, one after the other.
fn pairs(symbols: &Symbols, rows: &[Vec<u16>], state: usize, mut add: impl FnMut((u32, u32), u16)) {
    let of = |first: u32| symbols.ranges.iter().enumerate().filter(move |(_, ranges)| ranges[0].0 & 0xFC00 == first);
    for (high, leads) in of(0xD800) {
        let behind = usize::from(rows[state][high]);
        for (low, trails) in of(0xDC00) {
            let target = rows[behind][low];
            for (lead, trail) in leads.iter().flat_map(|lead| trails.iter().map(move |trail| (lead, trail))) {
                let point = |lead: u32, trail: u32| 0x10000 + ((lead - 0xD800) << 10) + (trail - 0xDC00);
                if *trail == (0xDC00, 0xDFFF) {
                    add((point(lead.0, trail.0), point(lead.1, trail.1)), target);
                } else {
                    (lead.0..=lead.1).for_each(|lead| add((point(lead, trail.0), point(lead, trail.1)), target));
                }
            }
        }
    }
}
