//! Total size of items and members.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
    rc::Rc,
};

use goodevent_json::string;

use super::{
    bound::Part,
    witness::{Form, Witness},
};

/// The largest instance.
#[derive(Debug, Clone)]
pub(super) struct Largest {
    /// 0 if there is no instance, `None` if there is no bound.
    pub(super) max_bytes: Option<u64>,
    pub(super) witness: Option<Witness>,
    pub(super) parts: Rc<[Part]>,
}

impl Largest {
    pub(super) fn none() -> Self {
        Self::of(Some(0), None)
    }

    pub(super) fn of(max_bytes: Option<u64>, witness: Option<Witness>) -> Self {
        Self { max_bytes, witness, parts: Rc::new([]) }
    }

    pub(super) fn exactly(text: &str) -> Self {
        Self::of(Some(text.len() as u64), Some(Witness::json(text)))
    }

    pub(super) fn is_none(&self) -> bool {
        self.max_bytes == Some(0)
    }
}

/// The members that an object may have besides those whose names are known.
pub(super) struct Others {
    pub(super) name: Largest,
    pub(super) value: Largest,
}

/// Items, each with its comma.
pub(super) fn sum_of_items(prefix: Vec<Largest>, rest: Option<(Largest, u64)>, is_unique: bool) -> Largest {
    let n_items = prefix.len() as u64 + rest.as_ref().map_or(0, |(_, n)| *n);
    let commas = n_items.saturating_sub(1);
    let mut max_bytes = Some(2_u64.saturating_add(commas));
    let mut items = Some(Vec::new());
    let mut parts = Vec::new();
    let n_prefix = prefix.len() as u64;
    let prefix = prefix.into_iter().map(|item| (item, 1));
    for (at, (item, n)) in prefix.chain(rest).enumerate() {
        max_bytes = max_bytes.zip(item.max_bytes).map(|(sum, each)| sum.saturating_add(each.saturating_mul(n)));
        let name = if (at as u64) < n_prefix { format!("[{at}]") } else { "[]".to_owned() };
        let total = item.max_bytes.map(|each| each.saturating_mul(n));
        parts.push(Part { name, n_times: n, max_bytes: total, parts: item.parts });
        // As many of them as there are different ones.
        items = items.zip(item.witness).map(|(mut items, witness)| {
            let is_distinct = is_unique && n > 1;
            let n = if is_distinct { n.min(witness.n_variants()) } else { n };
            items.push((witness, n, is_distinct));
            items
        });
    }
    let witness = items.map(|items| Witness::new(Form::Array(items.into())));
    Largest { max_bytes, witness, parts: sorted(parts) }
}

/// An array of these values.
pub(super) fn sum_of_values(texts: &[String]) -> Largest {
    Largest::exactly(&format!("[{}]", texts.join(",")))
}

/// The largest members that fit into an object together.
pub(super) fn sum_of_members(
    members: Vec<(&str, Largest)>,
    required: &BTreeSet<&str>,
    others: Option<Others>,
    n_members: RangeInclusive<u64>,
) -> Largest {
    struct Member {
        name: Largest,
        label: String,
        value: Largest,
        is_required: bool,
        n: u64,
    }
    let mut all: Vec<Member> = members
        .into_iter()
        .map(|(name, value)| {
            let is_required = required.contains(name);
            Member { name: Largest::exactly(&string::quote(name)), label: name.to_owned(), value, is_required, n: 1 }
        })
        .collect();
    all.extend(others.map(|Others { name, value }| Member {
        name,
        label: "{}".to_owned(),
        value,
        is_required: false,
        n: u64::MAX,
    }));
    let size = |member: &Member| Some(member.name.max_bytes?.saturating_add(member.value.max_bytes?).saturating_add(1));
    // The largest first; those that have to be there before all.
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|at| (!all[*at].is_required, std::cmp::Reverse(size(&all[*at]).unwrap_or(u64::MAX))));
    let mut left = *n_members.end();
    let mut taken: BTreeMap<usize, u64> = BTreeMap::new();
    for at in order {
        let n = all[at].n.min(left);
        left -= n;
        if n > 0 {
            taken.insert(at, n);
        }
    }
    // The bound does not care which have to be there.
    let mut sizes: Vec<(Option<u64>, u64)> = all.iter().map(|member| (size(member), member.n)).collect();
    sizes.sort_by_key(|(size, _)| std::cmp::Reverse(size.unwrap_or(u64::MAX)));
    let n_taken: u64 = taken.values().sum();
    let mut left = n_taken;
    let mut max_bytes = Some(2_u64.saturating_add(n_taken.saturating_sub(1)));
    for (size, n) in sizes {
        let n = n.min(left);
        left -= n;
        if n > 0 {
            max_bytes = max_bytes.zip(size).map(|(sum, size)| sum.saturating_add(size.saturating_mul(n)));
        }
    }
    let mut witness = Some(Vec::new());
    let mut parts = Vec::new();
    for (at, n) in taken {
        let member = &all[at];
        let total = size(member).map(|size| size.saturating_mul(n));
        parts.push(Part {
            name: member.label.clone(),
            n_times: n,
            max_bytes: total,
            parts: member.value.parts.clone(),
        });
        let own = member.name.witness.clone().zip(member.value.witness.clone());
        witness = match (witness, own) {
            (Some(mut members), Some((name, value))) => {
                let n = if n > 1 { n.min(name.n_variants()) } else { n };
                members.push((name, value, n));
                Some(members)
            }
            // One that need not be there is no loss to the others.
            (witness, None) if !member.is_required => witness,
            _ => None,
        };
    }
    // Without the members that have no witness there may be too few.
    let is_enough = |members: &Vec<(Witness, Witness, u64)>| {
        members.iter().fold(0_u64, |sum, (.., n)| sum.saturating_add(*n)) >= *n_members.start()
    };
    let witness = witness.filter(is_enough).map(|members| Witness::new(Form::Object(members.into())));
    Largest { max_bytes, witness, parts: sorted(parts) }
}

fn sorted(mut parts: Vec<Part>) -> Rc<[Part]> {
    parts.sort_by_key(|part| std::cmp::Reverse(part.max_bytes.unwrap_or(u64::MAX)));
    parts.into()
}
