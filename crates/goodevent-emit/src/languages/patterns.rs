//! Automata of patterns as text, for languages whose regular expressions differ from those of ECMA-262 or backtrack.

use std::fmt::{Display, Write as _};

use goodevent_schema::pattern::{self, Automaton};

/// The automaton that decides a pattern of ECMA-262, as text; nothing if no automaton decides it.
///
/// The text has four parts with `|` between them, each a list of numbers with spaces between them:
///
/// 1. the first state, and the number of classes;
/// 2. the class of each of the 256 bytes;
/// 3. the state after state `s` on a byte of class `c`, at `s * n_classes + c`;
/// 4. the states in which a text may end.
///
/// `7*3` in the second and third part stands for `7 7 7`. A text matches if the steps of all its bytes in UTF-8 lead to a
/// state in which it may end. State 0 rejects and state 1 accepts, whatever follows.
#[must_use]
pub fn automaton(pattern: &str) -> Option<String> {
    let automaton = pattern::compile(pattern).ok()?;
    let Automaton { start, n_classes, classes, next, .. } = &*automaton;
    let accepted = (0..automaton.n_states() as u16).filter(|state| automaton.accepts(*state));
    let accepted: Vec<String> = accepted.map(|state| state.to_string()).collect();
    Some(format!("{start} {n_classes}|{}|{}|{}", runs(classes), runs(next), accepted.join(" ")))
}

fn runs<T: Display + PartialEq>(numbers: &[T]) -> String {
    let mut text = String::new();
    for run in numbers.chunk_by(|number, next| number == next) {
        let times = if run.len() > 1 { format!("*{}", run.len()) } else { String::new() };
        let gap = if text.is_empty() { "" } else { " " };
        write!(text, "{gap}{}{times}", run[0]).expect("a string takes all that is written");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_an_automaton_is_as_documented() {
        // Reject, accept, before the letter, behind it.
        assert_eq!(automaton("^a$").unwrap(), "2 2|0*97 1 0*158|0*2 1*2 0 3 0*2|1 3");
        assert_eq!(automaton(r"^(a)\1$"), None);
    }
}
