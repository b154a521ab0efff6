//! The largest array.

use goodevent_schema::ir::{Keywords, SchemaId, Types};

use super::{
    listed::{is_list_alone, print},
    meet::Meet,
    number::NumberRule,
    sizer::Sizer,
    sum::{Largest, sum_of_items, sum_of_values},
};

impl<'r> Sizer<'r> {
    pub(super) fn array(&mut self, goals: &[SchemaId], way: &Meet<'_>) -> Vec<Largest> {
        let graph = &self.schemas.graph;
        let n_prefix = way.keywords().map(|keywords| keywords.array.prefix_items.len()).max().unwrap_or(0);
        let is_rest_known =
            way.keywords().all(|keywords| keywords.array.items.is_none() && keywords.array.contains.is_none());
        let rest_of = |keywords: &Keywords| {
            keywords.array.items.or(keywords.array.unevaluated_items.filter(|_| is_rest_known && way.knows_evaluated()))
        };
        let goals_at = |at: usize| -> Vec<SchemaId> {
            let goal = |keywords: &'r Keywords| match keywords.array.prefix_items.get(at) {
                Some(item) => Some(*item),
                None if keywords.array.items.is_some() || at >= n_prefix => rest_of(keywords),
                None => None,
            };
            way.schemas.iter().filter_map(|(id, _)| goal(&graph[*id].keywords)).collect()
        };
        let min = way.keywords().filter_map(|keywords| keywords.array.min_items.as_ref()).map(|min| min.value).max();
        let min = min.unwrap_or(0);
        let max = way.keywords().filter_map(|keywords| keywords.array.max_items.as_ref()).map(|max| max.value).min();
        let max = max.map(|max| if self.is_small { max.min(min.max(1)) } else { max });
        let mut prefix: Vec<Largest> = Vec::new();
        for at in 0..n_prefix.min(max.map_or(usize::MAX, |max| max as usize)) {
            let item = self.largest(goals_at(at));
            if item.is_none() {
                return if (prefix.len() as u64) < min { Vec::new() } else { vec![sum_of_items(prefix, None, false)] };
            }
            prefix.push(item);
        }
        let n_rest = max.map(|max| max.saturating_sub(prefix.len() as u64));
        let is_unique = way.keywords().any(|keywords| keywords.array.unique_items.is_some());
        let rest_goals = goals_at(n_prefix);
        let values = self.values(&rest_goals).filter(|_| is_unique && prefix.is_empty());
        let rest = match (n_rest, values) {
            (Some(0), _) => None,
            // Unique items are different values, whose number bounds that of the items.
            (n_rest, Some(values)) => {
                let most = n_rest.map_or(values.len(), |max| values.len().min(max as usize));
                if (most as u64) < min {
                    return Vec::new();
                }
                return vec![sum_of_values(&values[..most])];
            }
            (Some(n_rest), None) => Some((self.largest(rest_goals), n_rest)),
            (None, None) => {
                let (n_culprits, n_parts) = (self.below.culprits.len(), self.below.parts.len());
                let item = self.largest(rest_goals);
                self.below.culprits.truncate(n_culprits);
                self.below.parts.truncate(n_parts);
                if item.is_none() {
                    None
                } else {
                    self.blame_type(goals, way, Types::ARRAY, "`maxItems`");
                    let n_least = min.saturating_sub(prefix.len() as u64);
                    let rest = Some((item, n_least)).filter(|_| n_least > 0);
                    return vec![self.unless_small(sum_of_items(prefix, rest, is_unique)).0];
                }
            }
        };
        let rest = rest.filter(|(item, _)| !item.is_none());
        let n_items = prefix.len() as u64 + rest.as_ref().map_or(0, |(_, n)| *n);
        if n_items < min { Vec::new() } else { vec![sum_of_items(prefix, rest, is_unique)] }
    }

    /// All values that an instance can have, as JSON, the longest first; if they are few and listed.
    fn values(&mut self, goals: &[SchemaId]) -> Option<Vec<String>> {
        let schemas = self.schemas;
        let ways = Meet::ways(&schemas.graph, &self.simplified(goals.to_vec()));
        let [way] = ways.as_slice() else { return None };
        let [(_, keywords)] = way.schemas.as_slice() else { return None };
        let mut texts: Vec<String> = match &keywords.enumeration {
            Some(values) if is_list_alone(keywords) => values.value.iter().map(|value| print(&value.value)).collect(),
            None if way.types == Types::BOOLEAN && !way.is_vague => vec!["false".to_owned(), "true".to_owned()],
            None if way.types == Types::INTEGER && !way.is_vague => NumberRule::of(way.keywords(), true).few()?,
            _ => return None,
        };
        texts.sort();
        texts.dedup();
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Some(texts)
    }
}
