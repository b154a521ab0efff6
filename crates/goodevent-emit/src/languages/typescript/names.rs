//! Names of modules and types.

use std::collections::{BTreeMap, BTreeSet};

use goodevent_model::{
    Model, Namer, Type,
    names::{camel, pascal},
};
use goodevent_schema::{ir::SchemaId, source::SourceId};

use crate::languages::modules::{Module, Naming, modules};

/// Names of files and folders that the output has itself.
const RESERVED_FILES: [&str; 5] = ["contracts", "external", "goodevent", "index", "types"];

const NAMING: Naming = Naming {
    reserved_files: &RESERVED_FILES,
    reserved_words: &RESERVED_WORDS,
    type_name: pascal,
    variable: camel,
    extension: "ts",
};

/// Words that no variable may be called.
const RESERVED_WORDS: [&str; 52] = [
    "abstract",
    "any",
    "arguments",
    "as",
    "async",
    "await",
    "boolean",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "g",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "while",
    "yield",
];

/// What the parts of the emitter share.
pub(super) struct Cx<'m> {
    pub(super) model: &'m Model<'m>,
    pub(super) modules: Vec<Module>,
    module_of: BTreeMap<SourceId, usize>,
    names: BTreeMap<SchemaId, String>,
}

impl<'m> Cx<'m> {
    /// Names all modules and types.
    pub(super) fn new(model: &'m Model<'m>) -> Self {
        let modules = modules(model, &NAMING);
        let module_of = modules.iter().map(|module| (module.source, module.module_idx)).collect();
        let namer = Namer::new(model, pascal);
        let mut names = BTreeMap::new();
        for (module, document) in modules.iter().zip(&model.documents) {
            let mut taken = BTreeSet::from([module.type_name.clone()]);
            names.extend(namer.names(document, &module.type_name, &mut taken));
        }
        Self { model, modules, module_of, names }
    }

    /// The module that contains `schema`.
    pub(super) fn module(&self, schema: SchemaId) -> &Module {
        &self.modules[self.module_of[&self.model.graph()[schema].span.source]]
    }

    /// Name of the item that `schema` became.
    pub(super) fn name(&self, schema: SchemaId) -> &str {
        &self.names[&schema]
    }

    /// The way from `module` to `name` in the module of `schema`.
    pub(super) fn path(&self, module: &Module, schema: SchemaId, name: &str) -> String {
        let target = self.module(schema);
        if target.module_idx == module.module_idx {
            return name.to_owned();
        }
        module.import(target.module_idx);
        format!("{}.{name}", target.alias)
    }

    /// The schema whose document gives `typed` a name of its own.
    pub(super) fn alias(&self, typed: &Type) -> Option<SchemaId> {
        typed.alias.filter(|alias| {
            let document = &self.model.documents[self.module(*alias).module_idx];
            document.root == *alias && document.is_shared()
        })
    }
}

/// The relative path of the module `target` from `module`, as imports have it.
pub(super) fn way(module: &Module, target: &Module) -> String {
    let n_common = module.folder.iter().zip(&target.folder).take_while(|(own, other)| own == other).count();
    let up = "../".repeat(module.folder.len() - n_common);
    let up = if up.is_empty() { "./".to_owned() } else { up };
    let down: String = target.folder[n_common..].iter().map(|part| format!("{part}/")).collect();
    format!("{up}{down}{}.js", target.stem)
}
