//! A whole message as one value whose parts are found by their offsets, so that a part which is asked about again and again
//! is read once, and what is known of a part counts for what lies around it.

use super::{
    position::{Cursor, Kind, No},
    thorough::{Place, Step, Whole},
};
use crate::{
    check::{Ledger, Node, decide},
    json::Json,
};

/// A value with no more values in it is read anew each time: that is faster than the way to it.
const FEW_VALUES: usize = 2;

impl Whole {
    /// Reads `text`; `None` if it is not JSON.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let json = Json::parse(text.as_bytes())?;
        let mut whole = Self { json, places: Vec::new(), wide: Vec::new(), ledger: Ledger::default() };
        whole.note(&mut Cursor::new(text), 0, Step::Item(0)).ok()?;
        Some(whole)
    }

    /// Whether the value at `offset` is valid for `node`, the Rust types hold its numbers if that `is_held` matters, and
    /// `max_steps` suffice to decide it; and the number of steps.
    pub(super) fn decide(
        &self,
        text: &str,
        node: &Node,
        offset: usize,
        max_steps: usize,
        is_held: bool,
    ) -> (bool, usize) {
        let place_idx = self.places.binary_search_by_key(&offset, |place| place.offset).ok();
        let Some((place_idx, place)) = place_idx.and_then(|idx| Some((idx, self.places.get(idx)?))) else {
            return (false, 0);
        };
        let wide = self.wide.get(self.wide.partition_point(|wide| *wide < offset));
        let has_wide_number = is_held && wide.is_some_and(|wide| *wide < place.end);
        if place.n_inside <= FEW_VALUES {
            let json = text.get(offset..place.end).and_then(|text| Cursor::new(text).json().ok());
            return json.map_or((false, 0), |json| decide(node, &json, &Ledger::default(), max_steps, has_wide_number));
        }
        let json = self.value(text, place_idx);
        json.map_or((false, 0), |json| decide(node, json, &self.ledger, max_steps, has_wide_number))
    }

    fn value(&self, text: &str, place_idx: usize) -> Option<&Json> {
        let Place { around, step, .. } = *self.places.get(place_idx)?;
        if around == place_idx {
            return Some(&self.json);
        }
        match (self.value(text, around)?, step) {
            (Json::Array(items), Step::Item(item_idx)) => items.get(item_idx),
            (Json::Object(members), Step::Member(offset)) => {
                members.get(&*Cursor::new(text.get(offset..)?).string().ok()?)
            }
            _ => None,
        }
    }

    /// Notes a value and all that is in it.
    fn note(&mut self, c: &mut Cursor<'_>, around: usize, step: Step) -> Result<(), No> {
        let kind = c.kind()?;
        let place_idx = self.places.len();
        self.places.push(Place { offset: c.offset(), end: 0, n_inside: 0, around, step });
        match kind {
            Kind::Array => {
                let mut item_idx = 0;
                c.array(0, usize::MAX, |c| {
                    item_idx += 1;
                    self.note(c, place_idx, Step::Item(item_idx - 1))
                })?;
            }
            Kind::Object => {
                c.enter(b'{')?;
                c.skip_space();
                while c.byte() != b'}' {
                    let name = c.offset();
                    c.string()?;
                    c.expect(b':')?;
                    self.note(c, place_idx, Step::Member(name))?;
                    c.skip_space();
                    if c.byte() == b',' {
                        c.advance(1);
                        c.skip_space();
                    }
                }
                c.leave();
                c.expect(b'}')?;
            }
            _ => {
                let offset = c.offset();
                c.json()?;
                if c.takes_wide_number() {
                    self.wide.push(offset);
                }
            }
        }
        let n_inside = self.places.len() - place_idx - 1;
        if let Some(place) = self.places.get_mut(place_idx) {
            (place.end, place.n_inside) = (c.offset(), n_inside);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Check, HOLDS_I64, NUMBER, STRING};

    #[test]
    fn every_part_is_found_by_its_offset() {
        let text = r#" {"a\u0062" : [1, {"c": "x"} ,[]], "d":1e300} "#;
        let whole = Whole::parse(text).expect("it is JSON");
        let found: Vec<(&str, String)> = (0..whole.places.len())
            .map(|place_idx| {
                let json = whole.value(text, place_idx).expect("the value is there");
                (&text[whole.places[place_idx].offset..][..1], json.to_text())
            })
            .collect();
        let found: Vec<(&str, &str)> = found.iter().map(|(first, text)| (*first, text.as_str())).collect();
        let array = r#"[1,{"c":"x"},[]]"#;
        assert_eq!(found[1..5], [("[", array), ("1", "1"), ("{", r#"{"c":"x"}"#), ("\"", "\"x\"")]);
        assert_eq!((found[5], found[6].0), (("[", "[]"), "1"));
    }

    #[test]
    fn a_part_is_decided_on_as_if_it_stood_alone() {
        static TEXTS: [Check; 1] = [Check::Items(0, &[STRING])];
        static NUMBERS: [Check; 1] = [Check::Items(0, &[NUMBER, HOLDS_I64])];
        for n_more in [0, FEW_VALUES] {
            let (more, zeros) = (r#","b""#.repeat(n_more), ",0".repeat(n_more));
            let text = format!(r#"[["a"{more}],[1{zeros}],[1e30{zeros}]]"#);
            let starts: Vec<usize> = text.match_indices('[').map(|(offset, _)| offset).skip(1).collect();
            let whole = Whole::parse(&text).expect("it is JSON");
            let is_valid = |node: &Node, at: usize| whole.decide(&text, node, starts[at], 2_000, true).0;
            assert!(is_valid(&TEXTS, 0) && !is_valid(&NUMBERS, 0));
            assert!(!is_valid(&TEXTS, 1) && is_valid(&NUMBERS, 1));
            assert!(!is_valid(&NUMBERS, 2), "no i64 holds 1e30");
            assert!(whole.decide(&text, &NUMBERS, starts[2], 2_000, false).0, "but it is valid");
            assert!(!whole.decide(&text, &TEXTS, starts[0] + 2, 2_000, true).0, "no value begins there");
            assert!(!whole.decide(&text, &TEXTS, starts[0], 1, true).0, "one step is too few");
        }
    }
}
