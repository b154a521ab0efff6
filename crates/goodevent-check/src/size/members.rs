//! The largest object.

use std::collections::BTreeSet;

use goodevent_schema::ir::{SchemaId, Types, Value};

use super::{
    meet::{Meet, Members},
    sizer::Sizer,
    sum::{Largest, Others, sum_of_members},
    text::TextRule,
};

impl Sizer<'_> {
    pub(super) fn object(&mut self, goals: &[SchemaId], way: &Meet<'_>) -> Vec<(Largest, bool)> {
        let mut is_guess = false;
        let mut names: Vec<&str> = Vec::new();
        let declared = way.keywords().flat_map(|keywords| {
            let own = keywords.object.properties.iter().map(|property| property.name.value.as_str());
            own.chain(keywords.object.required.iter().map(|name| name.value.as_str()))
        });
        let listed =
            way.keywords().filter_map(|keywords| Some(&self.schemas.graph[keywords.object.property_names?].keywords));
        let listed: Vec<&str> = listed
            .filter_map(|names| names.enumeration.as_ref())
            .flat_map(|names| &names.value)
            .filter_map(|name| match &name.value {
                Value::String(name) => Some(name.as_str()),
                _ => None,
            })
            .collect();
        let mut seen = BTreeSet::new();
        names.extend(declared.chain(listed.iter().copied()).filter(|name| seen.insert(*name)));
        if !listed.is_empty() {
            let listed: BTreeSet<&str> = listed.iter().copied().collect();
            names.retain(|name| listed.contains(name));
        }
        let required: BTreeSet<&str> =
            way.keywords().flat_map(|keywords| &keywords.object.required).map(|name| name.value.as_str()).collect();
        is_guess |= way.keywords().any(|keywords| keywords.object.property_names.is_some());
        let named = Members::of(way);
        let mut members: Vec<(&str, Largest)> = Vec::new();
        for name in names {
            let goals = named.goals(name);
            is_guess |= goals.is_vague;
            let value = self.largest(goals.schemas);
            match value.is_none() {
                true if required.contains(name) => return Vec::new(),
                true => {}
                false => members.push((name, value)),
            }
        }
        let others = if listed.is_empty() && !self.is_small { self.others(way) } else { None };
        let max =
            way.keywords().filter_map(|keywords| keywords.object.max_properties.as_ref()).map(|max| max.value).min();
        let min =
            way.keywords().filter_map(|keywords| keywords.object.min_properties.as_ref()).map(|min| min.value).max();
        if max.is_none() && others.is_some() {
            self.blame_type(goals, way, Types::OBJECT, "`additionalProperties: false`");
            return vec![(Largest::of(None, None), false)];
        }
        let n_possible = if others.is_some() { u64::MAX } else { members.len() as u64 };
        let max = max.unwrap_or(u64::MAX).min(n_possible);
        let min = min.unwrap_or(0);
        if max < min || max < required.len() as u64 {
            return Vec::new();
        }
        is_guess |= others.is_some();
        vec![(sum_of_members(members, &required, others, min..=max), is_guess)]
    }

    /// The largest member whose name is not known, if there can be one.
    fn others(&mut self, way: &Meet<'_>) -> Option<Others> {
        let graph = &self.schemas.graph;
        let is_never = |schema: SchemaId| graph[schema].always == Some(false);
        let mut found: Vec<Others> = Vec::new();
        let names: Vec<SchemaId> = way.keywords().filter_map(|keywords| keywords.object.property_names).collect();
        let patterns: Vec<(&str, SchemaId)> = way
            .keywords()
            .flat_map(|keywords| &keywords.object.pattern_properties)
            .map(|pattern| (pattern.name.value.as_str(), pattern.schema))
            .collect();
        let is_evaluated_elsewhere = way.keywords().any(|keywords| keywords.object.additional_properties.is_some());
        let rest: Vec<SchemaId> = way
            .keywords()
            .filter_map(|keywords| {
                let evaluated = keywords.object.unevaluated_properties;
                keywords
                    .object
                    .additional_properties
                    .or(evaluated.filter(|_| !is_evaluated_elsewhere && way.knows_evaluated()))
            })
            .collect();
        if !rest.iter().copied().any(is_never) {
            let value = self.largest(rest);
            found.push(Others { name: self.name(&names, None), value });
        }
        for (pattern, schema) in patterns {
            let value = self.largest(vec![schema]);
            found.push(Others { name: self.name(&names, Some(pattern)), value });
        }
        found.retain(|others| !others.name.is_none() && !others.value.is_none());
        let total = |others: &Others| Some(others.name.max_bytes?.saturating_add(others.value.max_bytes?));
        found.into_iter().max_by_key(|others| total(others).unwrap_or(u64::MAX))
    }

    /// The largest name of a property.
    fn name(&mut self, goals: &[SchemaId], pattern: Option<&str>) -> Largest {
        let schemas = self.schemas;
        let ways = Meet::ways(&schemas.graph, goals);
        let rules = ways.iter().map(|way| {
            let rule = TextRule::of(way.keywords());
            pattern.map_or(rule.clone(), |pattern| rule.matching(pattern))
        });
        let rules: Vec<TextRule> = rules.collect();
        let largest = rules.iter().map(|rule| self.texts.heaviest(rule));
        let largest = largest.max_by_key(|heaviest| heaviest.max_bytes.unwrap_or(u64::MAX));
        largest.map_or_else(Largest::none, |heaviest| Largest::of(heaviest.max_bytes, heaviest.witness))
    }
}
