//! Names of the items of each module, by where their schemas stand.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use goodevent_json::pointer;
use goodevent_schema::{ir::SchemaId, source::SourceId};

use super::{
    super::{names, typed::ItemKind},
    Cx, Module,
};

/// Tags of branches, by the file of their union and their pointer.
type Tags = HashMap<(SourceId, String), Option<String>>;

impl Cx<'_> {
    /// Names of the items, and of the generic ones with strings that stay in the input.
    pub(super) fn item_names(&self) -> (BTreeMap<SchemaId, String>, BTreeMap<SchemaId, String>) {
        let (mut all, mut twins) = (BTreeMap::new(), BTreeMap::new());
        let tags = self.tags();
        for module in &self.modules {
            let mut taken = BTreeSet::from([module.type_name.clone()]);
            if module.is_event {
                taken.extend([module.twin_name(), module.headers_name()]);
            }
            for (schema, _) in self.items(module) {
                let name = match schema == module.root {
                    true => module.type_name.clone(),
                    false => self.free_name(module, schema, &tags, &mut taken),
                };
                all.insert(schema, name);
            }
            // Last, so that a twin takes no name that a contract gives.
            for (schema, name) in self.generic_names(module, &all) {
                let twin = match module.is_event && schema == module.root {
                    true => module.twin_name(),
                    false => names::unique(format!("{name}Ref"), &mut taken),
                };
                twins.insert(schema, twin);
            }
        }
        (all, twins)
    }

    /// The generic items of a module, and its alias if that is generic.
    fn generic_names(&self, module: &Module, names: &BTreeMap<SchemaId, String>) -> Vec<(SchemaId, String)> {
        let alias = self.alias(module).filter(|typed| self.has_text(typed));
        let alias = alias.map(|_| (module.root, module.type_name.clone()));
        let items = self.items(module).into_iter().filter(|(schema, _)| self.is_generic(*schema));
        alias.into_iter().chain(items.map(|(schema, _)| (schema, names[&schema].clone()))).collect()
    }

    /// The shortest name that tells where the schema stands and is free: `Kind`, else `MonthlyKind`, else `PlanMonthlyKind`.
    fn free_name(&self, module: &Module, schema: SchemaId, tags: &Tags, taken: &mut BTreeSet<String>) -> String {
        let words = self.name_words(module, schema, tags);
        let mut names =
            (1..=words.len()).rev().map(|n_words| words[words.len() - n_words..].concat()).collect::<Vec<_>>();
        names.reverse();
        let shortest = names.iter().position(|name| name.chars().next().is_some_and(char::is_alphabetic));
        let free = names.iter().skip(shortest.unwrap_or(0)).find(|name| !taken.contains(*name));
        let name = free.or(names.last()).cloned().unwrap_or_else(|| module.type_name.clone());
        names::unique(name, taken)
    }

    /// Words for where the schema stands, the most telling last: `Line`, `Item` for `/properties/line/items`.
    fn name_words(&self, module: &Module, schema: SchemaId, tags: &Tags) -> Vec<String> {
        let pointer = self.schemas.pointer(schema);
        let tokens: Vec<_> = pointer::names(&pointer).collect();
        let mut words: Vec<String> = Vec::new();
        let mut token_idx = 0;
        let suffix = |words: &mut Vec<String>, suffix: &str| match words.last_mut() {
            Some(last) => last.push_str(suffix),
            None => words.push(format!("{}{suffix}", module.type_name)),
        };
        while let Some(token) = tokens.get(token_idx) {
            let next = tokens.get(token_idx + 1).map(|token| &**token).unwrap_or_default();
            token_idx += 1;
            match &**token {
                "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => {
                    words.push(names::pascal(next));
                    token_idx += 1;
                }
                "prefixItems" => {
                    suffix(&mut words, &format!("Item{next}"));
                    token_idx += 1;
                }
                "oneOf" | "anyOf" => {
                    let branch = pointer::of(&tokens[..(token_idx + 1).min(tokens.len())]);
                    let tag = tags.get(&(self.graph[schema].span.source, branch)).cloned().flatten();
                    words.push(
                        tag.unwrap_or_else(|| format!("{}Variant{next}", words.last().unwrap_or(&module.type_name))),
                    );
                    token_idx += 1;
                }
                "allOf" => token_idx += 1,
                "items" | "additionalItems" => suffix(&mut words, "Item"),
                "additionalProperties" => suffix(&mut words, "Value"),
                other => suffix(&mut words, &names::pascal(other)),
            }
        }
        words
    }

    /// The first tag of each branch of the unions that tell their branches by tags.
    fn tags(&self) -> Tags {
        let mut tags = Tags::new();
        for (source, items) in &self.items_of {
            for item in items {
                let ItemKind::Union { variants, .. } = &self.shapes.items[item].kind else { continue };
                for variant in variants {
                    let Some(branch) = variant.schema else { continue };
                    let tag = variant.tags.first().map(|tag| names::pascal(tag));
                    tags.entry((*source, self.schemas.pointer(branch))).or_insert(tag);
                }
            }
        }
        tags
    }
}
