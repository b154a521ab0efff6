//! The requirements on members and items, by their names and positions.

use std::collections::HashMap;

use super::{
    question::At,
    said::{Names, Places, Said},
};

/// What was said of members and items, by their names and places: where thousands were, each is asked about.
pub(super) struct Known<'s, 'g> {
    /// Whether the member is said to be there, and not to be there.
    present: HashMap<&'g str, [bool; 2]>,
    /// The schemas of members of one name, and of others.
    named: HashMap<&'g str, Vec<At>>,
    others: Vec<(&'s Names<'g>, At)>,
    /// The schemas of items at one place, and of others.
    placed: HashMap<usize, Vec<At>>,
    from: Vec<(usize, At)>,
}

impl<'s, 'g> Known<'s, 'g> {
    pub(super) fn of(all: &'s [(Said<'g>, bool)]) -> Self {
        let (present, named, placed) = (HashMap::new(), HashMap::new(), HashMap::new());
        let mut known = Self { present, named, others: Vec::new(), placed, from: Vec::new() };
        for said in all {
            match said {
                (Said::Present(name), is_so) => known.present.entry(*name).or_default()[usize::from(!is_so)] = true,
                (Said::Members(Names::One(name), at), true) => known.named.entry(*name).or_default().push(*at),
                (Said::Members(names, at), true) => known.others.push((names, *at)),
                (Said::Items(Places::One(place), at), true) => known.placed.entry(*place).or_default().push(*at),
                (Said::Items(Places::From(from), at), true) => known.from.push((*from, *at)),
                _ => {}
            }
        }
        known
    }

    pub(super) fn is_present(&self, name: &str, is_so: bool) -> bool {
        self.present.get(name).is_some_and(|said| said[usize::from(!is_so)])
    }

    /// The schemas that hold for all members of these names.
    pub(super) fn members(&self, names: &Names<'g>) -> Vec<At> {
        let others = self.others.iter().filter(|(own, _)| own.has_all(names)).map(|(_, at)| *at);
        let own = match names {
            Names::One(name) => self.named.get(name).map(Vec::as_slice).unwrap_or_default(),
            Names::Matching(_) | Names::But(..) => &[],
        };
        own.iter().copied().chain(others).collect()
    }

    /// The schemas that hold for all items at these places.
    pub(super) fn items(&self, places: Places) -> Vec<At> {
        let own = match places {
            Places::One(place) => self.placed.get(&place).map(Vec::as_slice).unwrap_or_default(),
            Places::From(_) => &[],
        };
        let others = self.from.iter().filter(|(from, _)| Places::From(*from).has_all(places)).map(|(_, at)| *at);
        own.iter().copied().chain(others).collect()
    }
}
