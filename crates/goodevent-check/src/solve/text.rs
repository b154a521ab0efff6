//! A text that matches some patterns and not others, within limits of its length.

use std::{rc::Rc, sync::Arc};

use goodevent_schema::{
    ir::{Format, Value},
    pattern::{self, Automaton},
};

use super::{
    question::Answer,
    said::Said,
    solver::Solver,
    state::{State, is_left},
};
use crate::size::{Form, Shortest, automaton, of_encoding, of_format};

/// What a text has to be, from above and from below: all texts that are wanted match all of `wide`, and all that match
/// all of `narrow` are wanted.
#[derive(Default)]
struct Rule {
    min: u64,
    max: Option<u64>,
    wide: Vec<Arc<Automaton>>,
    narrow: Vec<Arc<Automaton>>,
    /// Whether something is no automaton, so that what matches is but a guess.
    is_guess: bool,
}

impl<'g> Solver<'g> {
    pub(super) fn text(&mut self, state: &State<'g>) -> Answer {
        let Some(rule) = self.rule(state) else { return Answer::None };
        if rule.max.is_some_and(|max| max < rule.min) {
            return Answer::None;
        }
        // Not the empty text, if there is another.
        let min = rule.min.max(rule.max.unwrap_or(1).min(1));
        let found = [min, rule.min].into_iter().find_map(|min| match self.shortest(&rule.narrow, min, rule.max) {
            Shortest::Text(text) => Some(text),
            Shortest::None | Shortest::Unknown => None,
        });
        match found {
            Some(text) if rule.is_guess && self.fits(state, &text) != Some(true) => {
                Answer::Unknown("the pattern is not a regular language")
            }
            Some(text) => Answer::Found(Rc::new(Value::String(text.into()))),
            None => match self.shortest(&rule.wide, rule.min, rule.max) {
                Shortest::None => Answer::None,
                Shortest::Unknown => Answer::Unknown("the patterns are too large together"),
                Shortest::Text(_) => Answer::Unknown("no text of the format or pattern was found"),
            },
        }
    }

    fn shortest(&mut self, automata: &[Arc<Automaton>], min: u64, max: Option<u64>) -> Shortest {
        self.texts.limit(self.n_left);
        let found = self.texts.shortest(automata, min, max);
        let n_steps = self.texts.take_steps();
        self.steps(n_steps);
        found
    }

    /// `None` if there is no text.
    fn rule(&mut self, state: &State<'g>) -> Option<Rule> {
        let mut rule = Rule::default();
        for (said, is_so) in &state.said {
            match (said, is_so) {
                (Said::MinLength(min), true) => rule.min = rule.min.max(*min),
                (Said::MinLength(min), false) => rule.limit(min.checked_sub(1)?),
                (Said::MaxLength(max), true) => rule.limit(*max),
                (Said::MaxLength(max), false) => rule.min = rule.min.max(max.saturating_add(1)),
                (Said::Pattern(pattern), is_so) => match automaton(pattern) {
                    Some(automaton) => rule.both(&self.sided(&automaton, *is_so)),
                    None => match pattern::compile_part(pattern) {
                        Ok(part) if *is_so => rule.narrow.push(part),
                        _ => rule.is_guess = true,
                    },
                },
                (Said::Format(format, _), is_so) => {
                    let is_contrary = |other: &(Said<'g>, bool)| match other {
                        (Said::Format(other, _), true) => !is_so && implies(*other, *format),
                        _ => false,
                    };
                    if state.said.iter().any(is_contrary) {
                        return None;
                    }
                    self.shaped(&mut rule, &of_format(*format), *is_so);
                }
                (Said::Encoding(encoding), is_so) => {
                    let is_contrary = |other: &(Said<'g>, bool)| matches!(other, (Said::Encoding(other), so) if other == encoding && so != is_so);
                    if state.said.iter().any(is_contrary) {
                        return None;
                    }
                    self.shaped(&mut rule, &of_encoding(*encoding), *is_so);
                }
                (Said::JsonText, is_so) => {
                    if state.said.iter().any(|(other, so)| matches!(other, Said::JsonText) && so != is_so) {
                        return None;
                    }
                    let narrow = if *is_so { "^[1-9][0-9]*$" } else { "^[a-eg-mo-su-z]+$" };
                    rule.narrow.extend(automaton(narrow));
                }
                _ => {}
            }
        }
        // Texts that are listed one by one.
        let taken = state.unlike.values.iter().map(Rc::as_ref);
        let listed = state.none_of.iter().flat_map(|listed| listed.values.iter().copied()).chain(taken);
        let listed: Vec<&str> = listed
            .filter_map(|value| if let Value::String(text) = value { Some(text.as_str()) } else { None })
            .collect();
        for listed in listed.chunks(64) {
            let pattern = listed.iter().map(|text| escaped(text)).collect::<Vec<_>>().join("|");
            // A text's automaton is made in the time of as many steps as it has bytes.
            self.steps(pattern.len() as u64);
            match automaton(&format!("^(?:{pattern})$")) {
                Some(automaton) => rule.both(&self.sided(&automaton, false)),
                None => rule.is_guess = true,
            }
        }
        Some(rule)
    }

    fn shaped(&mut self, rule: &mut Rule, form: &Form, is_so: bool) {
        let of = |pattern: Option<&str>| pattern.and_then(automaton);
        let (wide, narrow) = (of(form.wide), of(Some(form.narrow)));
        if is_so {
            rule.wide.extend(wide);
            rule.narrow.extend(narrow);
            form.max_chars.into_iter().for_each(|max| rule.limit(max));
        } else {
            rule.wide.extend(narrow.map(|narrow| self.sided(&narrow, false)));
            match wide {
                Some(wide) => rule.narrow.push(self.sided(&wide, false)),
                None => rule.is_guess = true,
            }
        }
    }

    fn sided(&mut self, automaton: &Arc<Automaton>, is_so: bool) -> Arc<Automaton> {
        if is_so { automaton.clone() } else { self.texts.complement(automaton) }
    }

    /// Whether a text is as all is said.
    pub(super) fn fits(&mut self, state: &State<'g>, text: &str) -> Option<bool> {
        for (said, is_so) in &state.said {
            let verdict = match said {
                Said::Pattern(pattern) => self.matches(pattern, text)?,
                Said::Format(format, draft) => self.has_format(*format, *draft, text)?,
                _ => continue,
            };
            if verdict != *is_so {
                return Some(false);
            }
        }
        Some(is_left(state, &Value::String(text.into())))
    }
}

impl Rule {
    fn limit(&mut self, max: u64) {
        self.max = Some(self.max.map_or(max, |known| known.min(max)));
    }

    fn both(&mut self, automaton: &Arc<Automaton>) {
        self.wide.push(automaton.clone());
        self.narrow.push(automaton.clone());
    }
}

/// Whether all texts of one format have the other.
fn implies(left: Format, right: Format) -> bool {
    let wider: &[Format] = match left {
        Format::Email => &[Format::IdnEmail],
        Format::Hostname => &[Format::IdnHostname],
        Format::Uri => &[Format::UriReference, Format::Iri, Format::IriReference],
        Format::UriReference | Format::Iri => &[Format::IriReference],
        _ => &[],
    };
    left == right || wider.contains(&right)
}

fn escaped(text: &str) -> String {
    let mut pattern = String::new();
    for char in text.chars() {
        if "^$\\.*+?()[]{}|/".contains(char) {
            pattern.push('\\');
        }
        pattern.push(char);
    }
    pattern
}
