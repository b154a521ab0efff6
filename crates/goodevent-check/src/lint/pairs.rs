//! Branches of a union that may accept the same instance, by a cheap comparison.
//!
//! A union of a thousand branches has half a million pairs. A constant distinguishes most of them: those are not
//! examined one by one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use goodevent_schema::ir::{SchemaId, Types};

use super::context::Cx;

/// As many pairs of a union are looked at.
const MAX_PAIRS: usize = 1_000;

/// The constraints of a branch that are compared.
struct Branch {
    id: SchemaId,
    types: Types,
    /// Values of which the instance is one, or the member of a name that has to be there.
    listed: BTreeMap<String, BTreeSet<String>>,
}

/// The pairs of branches that are not told apart at once, each left of the two first; the first thousand of them.
pub(super) fn pairs(cx: &Cx<'_>, branches: &[SchemaId]) -> Vec<(SchemaId, SchemaId)> {
    let branches: Vec<Branch> = branches.iter().map(|id| Branch::of(cx, *id)).collect();
    // This difference separates most of them.
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    branches.iter().flat_map(|own| own.listed.keys()).for_each(|name| *counts.entry(name).or_default() += 1);
    let name = counts.iter().max_by_key(|(_, n)| **n).map(|(name, _)| (*name).to_owned()).unwrap_or_default();
    let mut by_value: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut without: Vec<usize> = Vec::new();
    let mut pairs = Vec::new();
    for (at, right) in branches.iter().enumerate() {
        let lefts: BTreeSet<usize> = match right.listed.get(&name) {
            Some(values) => {
                let same = values.iter().filter_map(|value| by_value.get(value.as_str())).flatten();
                same.chain(&without).copied().collect()
            }
            None => (0..at).collect(),
        };
        for left in lefts.into_iter().map(|left| &branches[left]).filter(|left| !left.is_apart(right)) {
            if pairs.len() == MAX_PAIRS {
                return pairs;
            }
            pairs.push((left.id, right.id));
        }
        match right.listed.get(&name) {
            Some(values) => values.iter().for_each(|value| by_value.entry(value).or_default().push(at)),
            None => without.push(at),
        }
    }
    pairs
}

impl Branch {
    fn of(cx: &Cx<'_>, id: SchemaId) -> Self {
        let keywords = &cx.schema(cx.behind_refs(id)).keywords;
        let types = cx.types(id);
        let mut listed = BTreeMap::new();
        listed.extend(values(cx, id).map(|values| (String::new(), values)));
        if types == Types::OBJECT {
            let required: BTreeSet<&str> = keywords.object.required.iter().map(|name| name.value.as_str()).collect();
            let needed = keywords.object.properties.iter().filter(|own| required.contains(own.name.value.as_str()));
            let needed = needed.filter_map(|own| Some((format!("/{}", own.name.value), values(cx, own.schema)?)));
            listed.extend(needed);
        }
        Self { id, types, listed }
    }

    /// Whether no instance is valid for both, as is seen at once.
    fn is_apart(&self, other: &Self) -> bool {
        let differs = |(name, values): (&String, &BTreeSet<String>)| {
            other.listed.get(name).is_some_and(|others| values.is_disjoint(others))
        };
        self.types.intersection(other.types).is_empty() || self.listed.iter().any(differs)
    }
}

/// The values that `enum` or `const` lists. Numbers can be written in several ways, so that they tell nothing apart.
fn values(cx: &Cx<'_>, id: SchemaId) -> Option<BTreeSet<String>> {
    let keywords = &cx.schema(cx.behind_refs(id)).keywords;
    let list = keywords.enumeration.as_ref().map(|list| list.value.iter().map(|own| &own.value).collect());
    let values: Vec<_> = list.or_else(|| keywords.constant.as_ref().map(|own| vec![&own.value]))?;
    let is_plain = |types: Types| matches!(types, Types::STRING | Types::BOOLEAN | Types::NULL);
    let are_plain = values.iter().all(|value| is_plain(value.types()));
    are_plain.then(|| values.into_iter().map(ToString::to_string).collect())
}
