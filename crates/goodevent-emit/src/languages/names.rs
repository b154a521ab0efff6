//! Names of modules and types, and the ways between them.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_model::{Item, ItemKind, Model, Namer, Shape, Type};
use goodevent_schema::{ir::SchemaId, source::SourceId};

use super::modules::{Module, Naming, modules};

/// The model of an emitter, with the names of its files and types.
pub struct Cx<'m> {
    /// The model.
    pub model: &'m Model<'m>,
    /// The files of all documents.
    pub modules: Vec<Module>,
    module_of: BTreeMap<SourceId, usize>,
    names: BTreeMap<SchemaId, String>,
}

impl<'m> Cx<'m> {
    /// Names all modules and types.
    #[must_use]
    pub fn new(model: &'m Model<'m>, naming: &Naming) -> Self {
        let modules = modules(model, naming);
        let module_of = modules.iter().map(|module| (module.source, module.module_idx)).collect();
        let namer = Namer::new(model, naming.type_name);
        let mut names = BTreeMap::new();
        for (module, document) in modules.iter().zip(&model.documents) {
            let mut taken: BTreeSet<String> = naming.reserved_types.iter().map(|name| (*name).to_owned()).collect();
            taken.insert(module.type_name.clone());
            names.extend(namer.names(document, &module.type_name, &mut taken));
        }
        Self { model, modules, module_of, names }
    }

    /// The module that contains `schema`.
    #[must_use]
    pub fn module(&self, schema: SchemaId) -> &Module {
        &self.modules[self.module_of[&self.model.graph()[schema].span.source]]
    }

    /// Name of the item that `schema` became.
    #[must_use]
    pub fn name(&self, schema: SchemaId) -> &str {
        &self.names[&schema]
    }

    /// The path from `module` to `name` in the module of `schema`.
    #[must_use]
    pub fn path(&self, module: &Module, schema: SchemaId, name: &str) -> String {
        let target = self.module(schema);
        if target.module_idx == module.module_idx {
            return name.to_owned();
        }
        module.import(target.module_idx);
        format!("{}.{name}", target.alias)
    }

    /// The schema whose document gives `typed` a name of its own.
    #[must_use]
    pub fn alias(&self, typed: &Type) -> Option<SchemaId> {
        typed.alias.filter(|alias| {
            let document = &self.model.documents[self.module(*alias).module_idx];
            document.root == *alias && document.is_shared()
        })
    }

    /// Whether the definition of an item is a type alias, which may not refer to itself.
    #[must_use]
    pub fn is_alias(&self, schema: SchemaId) -> bool {
        matches!(self.model.items[&schema].kind, ItemKind::Wrapper(_) | ItemKind::Union { .. })
    }

    /// The only value of an item that is an enum with one, which reads best where it is used: a tag, for instance.
    #[must_use]
    pub fn constant(&self, schema: SchemaId) -> Option<&str> {
        let is_root = self.module(schema).root == schema;
        match &self.model.items[&schema].kind {
            ItemKind::Enum(values) if !is_root => match values.as_slice() {
                [value] => Some(value),
                _ => None,
            },
            _ => None,
        }
    }

    /// Why a type is deprecated, if it is; of an event, the contract gives the reason and what to use instead.
    #[must_use]
    pub fn deprecation(&self, module: &Module, schema: SchemaId) -> Option<String> {
        let event = self.model.documents[module.module_idx].event.as_ref();
        match event.filter(|_| schema == module.root) {
            Some(event) => event.deprecated.clone(),
            None => self.model.graph()[schema].docs.deprecated.then(String::new),
        }
    }
}

/// Whether `item` is the same type as `owner`, or has it as an alternative: a type may not be defined as another name of itself.
#[must_use]
pub fn is_circular(model: &Model<'_>, item: SchemaId, owner: SchemaId) -> bool {
    let mut queue = vec![item];
    let mut seen = BTreeSet::new();
    while let Some(schema) = queue.pop() {
        if schema == owner {
            return true;
        }
        if seen.insert(schema) {
            queue.extend(model.items.get(&schema).map(same).unwrap_or_default());
        }
    }
    false
}

fn same(item: &Item) -> Vec<SchemaId> {
    match &item.kind {
        ItemKind::Record { .. } | ItemKind::Enum(_) => Vec::new(),
        ItemKind::Wrapper(_) | ItemKind::Union { .. } => {
            item.parts().into_iter().filter_map(|typed| named(&typed.shape)).collect()
        }
    }
}

fn named(shape: &Shape) -> Option<SchemaId> {
    match shape {
        Shape::Named(schema) => Some(*schema),
        Shape::Nullable(inner) => named(&inner.shape),
        _ => None,
    }
}
