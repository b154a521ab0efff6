//! Recursion among the items of a model.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_schema::ir::SchemaId;

use crate::types::Item;

/// Groups of items that contain each other directly; each group follows those that it contains
/// (Tarjan, Depth-first search and linear graph algorithms, 1972). A group of one is recursive only if it contains itself.
pub(crate) fn cycles(items: &BTreeMap<SchemaId, Item>) -> Vec<Vec<SchemaId>> {
    let edges: BTreeMap<SchemaId, Vec<SchemaId>> = items
        .iter()
        .map(|(schema, item)| (*schema, item.direct().into_iter().filter(|inner| items.contains_key(inner)).collect()))
        .collect();
    let mut found = Vec::new();
    let mut numbers: BTreeMap<SchemaId, usize> = BTreeMap::new();
    let mut lowest: BTreeMap<SchemaId, usize> = BTreeMap::new();
    let (mut open, mut is_open) = (Vec::new(), BTreeSet::new());
    for root in edges.keys() {
        let mut way: Vec<(SchemaId, usize)> = Vec::new();
        if !numbers.contains_key(root) {
            way.push((*root, 0));
        }
        while let Some((schema, nth)) = way.last_mut() {
            let (schema, next) = (*schema, edges[schema].get(*nth).copied());
            if *nth == 0 && !numbers.contains_key(&schema) {
                let number = numbers.len();
                numbers.insert(schema, number);
                lowest.insert(schema, number);
                open.push(schema);
                is_open.insert(schema);
            }
            *nth += 1;
            match next {
                Some(inner) if !numbers.contains_key(&inner) => way.push((inner, 0)),
                Some(inner) if is_open.contains(&inner) => {
                    lowest.insert(schema, lowest[&schema].min(numbers[&inner]));
                }
                Some(_) => {}
                None => {
                    way.pop();
                    if let Some((outer, _)) = way.last() {
                        lowest.insert(*outer, lowest[outer].min(lowest[&schema]));
                    }
                    if lowest[&schema] == numbers[&schema] {
                        let first = open.iter().rposition(|own| *own == schema).unwrap_or(0);
                        let group = open.split_off(first);
                        for own in &group {
                            is_open.remove(own);
                        }
                        found.push(group);
                    }
                }
            }
        }
    }
    found
}
