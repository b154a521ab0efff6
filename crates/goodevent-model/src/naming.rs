//! Names for the items of a document, from the places of their schemas.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use goodevent_json::pointer;
use goodevent_schema::{ir::SchemaId, source::SourceId};

use crate::{events::Document, model::Model, names::unique, types::ItemKind};

/// Names of branches by their tags or titles, by the file of their union and their pointer.
type Branches = HashMap<(SourceId, String), Option<String>>;

/// Names for items in the casing of a language.
pub struct Namer<'m, 'g> {
    model: &'m Model<'g>,
    /// The name of a type for any text.
    pascal: fn(&str) -> String,
    branches: Branches,
    /// Items that need no name.
    without: BTreeSet<SchemaId>,
}

impl<'m, 'g> Namer<'m, 'g> {
    /// Creates a namer; `pascal` turns any text into the name of a type.
    #[must_use]
    pub fn new(model: &'m Model<'g>, pascal: fn(&str) -> String) -> Self {
        Self { model, pascal, branches: branches(model, pascal), without: BTreeSet::new() }
    }

    /// The same without names for some items.
    #[must_use]
    pub fn without(self, items: &BTreeSet<SchemaId>) -> Self {
        Self { without: items.clone(), ..self }
    }

    /// The shortest name that shows where `schema` is and is not in `taken`, to which it is added: `Kind`, or else
    /// `MonthlyKind`, or else `PlanMonthlyKind`. The document is called `root`.
    pub fn name(&self, root: &str, schema: SchemaId, taken: &mut BTreeSet<String>) -> String {
        let words = self.words(root, schema);
        let mut names =
            (1..=words.len()).rev().map(|n_words| words[words.len() - n_words..].concat()).collect::<Vec<_>>();
        names.reverse();
        let shortest = names.iter().position(|name| name.chars().next().is_some_and(char::is_alphabetic));
        let free = names.iter().skip(shortest.unwrap_or(0)).find(|name| !taken.contains(*name));
        let name = free.or(names.last()).cloned().unwrap_or_else(|| root.to_owned());
        unique(name, taken)
    }

    /// Names for the items of `document`, besides those in `taken`; the root is called `root`.
    pub fn names(&self, document: &Document, root: &str, taken: &mut BTreeSet<String>) -> BTreeMap<SchemaId, String> {
        let mut name = |schema: SchemaId| match schema == document.root {
            true => root.to_owned(),
            false => self.name(root, schema, taken),
        };
        let items = self.model.items_of(document.source).iter().filter(|schema| !self.without.contains(schema));
        items.map(|schema| (*schema, name(*schema))).collect()
    }

    /// Words for the place of a schema, the most specific last: `Line`, `Item` for `/properties/line/items`.
    fn words(&self, root: &str, schema: SchemaId) -> Vec<String> {
        let pointer = self.model.schemas.pointer(schema);
        let tokens: Vec<_> = pointer::names(&pointer).collect();
        let mut words: Vec<String> = Vec::new();
        let mut token_idx = 0;
        let suffix = |words: &mut Vec<String>, suffix: &str| match words.last_mut() {
            Some(last) => last.push_str(suffix),
            None => words.push(format!("{root}{suffix}")),
        };
        while let Some(token) = tokens.get(token_idx) {
            let next = tokens.get(token_idx + 1).map(|token| &**token).unwrap_or_default();
            token_idx += 1;
            match &**token {
                "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => {
                    words.push((self.pascal)(next));
                    token_idx += 1;
                }
                "prefixItems" => {
                    suffix(&mut words, &format!("Item{next}"));
                    token_idx += 1;
                }
                "oneOf" | "anyOf" => {
                    let branch = pointer::of(&tokens[..(token_idx + 1).min(tokens.len())]);
                    let name = self.branches.get(&(self.model.graph()[schema].span.source, branch)).cloned().flatten();
                    words.push(
                        name.unwrap_or_else(|| format!("{}Variant{next}", words.last().map_or(root, String::as_str))),
                    );
                    token_idx += 1;
                }
                "allOf" => token_idx += 1,
                "items" | "additionalItems" => suffix(&mut words, "Item"),
                "additionalProperties" => suffix(&mut words, "Value"),
                other => suffix(&mut words, &(self.pascal)(other)),
            }
        }
        words
    }
}

/// The name of each branch of the unions: its first tag, or else its title.
fn branches(model: &Model<'_>, pascal: fn(&str) -> String) -> Branches {
    let mut branches = Branches::new();
    for (schema, item) in &model.items {
        let ItemKind::Union { variants, .. } = &item.kind else { continue };
        let source = model.graph()[*schema].span.source;
        for variant in variants {
            let Some(branch) = variant.schema else { continue };
            let name = variant.tags.first().map(String::as_str).or_else(|| model.short_title(branch));
            branches.entry((source, model.schemas.pointer(branch))).or_insert_with(|| name.map(pascal));
        }
    }
    branches
}
